"""A writer that is killed at any moment loses nothing it acknowledged, and leaves nothing half done."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from depotwatch.labels.journal import Entry, verify_chain
from depotwatch.labels.project import Project
from depotwatch.tests.labels import writers

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="writers are forked and killed, which needs POSIX")
LONGEST_S = 0.04
WHOLE_EVERY = 50


@pytest.fixture
def nursery(case: Project) -> Iterator[subprocess.Popen[str]]:
    case.close()
    command = [sys.executable, writers.__file__, str(case.path), "1000000", "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.parametrize(
    "kills", [12, pytest.param(500, marks=[pytest.mark.long, pytest.mark.timeout(900)])], ids=lambda kills: f"{kills}"
)
def test_what_a_killed_writer_acknowledged_is_there(case: Project, nursery: subprocess.Popen[str], kills: int) -> None:
    rng = random.Random(kills)
    known = case_entries(case.path)
    acknowledged, unacknowledged = 0, 0
    for kill in range(kills):
        told = killed(nursery, f"writer {kill}", rng)
        with Project.open(case.path, read_only=kill % 2 == 1) as project:  # every other time the log is left as it is
            assert project._connection.read("PRAGMA integrity_check") == [("ok",)]
            new = project.journal(after=known[-1].seq)
            check_chain(known[-1], new)
            assert [entry.hash for entry in new][: len(told)] == told
            assert len(new) - len(told) in (0, 1)  # committed, and killed before it could say so
            known += new
            check_rows(project, known, new)
            if kill % WHOLE_EVERY == 0 or kill == kills - 1:
                assert project.journal() == tuple(known)
                assert verify_chain(known) is None
        acknowledged, unacknowledged = acknowledged + len(told), unacknowledged + len(new) - len(told)
    print(f"{kills} kills, {acknowledged} commits acknowledged and there, {unacknowledged} there unacknowledged")
    assert acknowledged > 2 * kills


def case_entries(path: Path) -> list[Entry]:
    with Project.open(path, read_only=True) as project:
        return list(project.journal())


def killed(nursery: subprocess.Popen[str], name: str, rng: random.Random) -> list[str]:
    """Have a writer born, kill it at a random moment, and return the hashes it acknowledged."""
    assert nursery.stdin is not None and nursery.stdout is not None
    nursery.stdin.write(f"{name}\n")
    nursery.stdin.flush()
    told: list[str] = []
    writer, awaited = 0, rng.choice((0, 1, 2, 5, 10, 20))
    while not writer or len(told) < awaited:
        line = nursery.stdout.readline().strip()
        if line.startswith("born "):
            writer = int(line.removeprefix("born "))
        else:
            assert line and line != "dead"
            told.append(line)
    time.sleep(rng.uniform(0, LONGEST_S))
    os.kill(writer, signal.SIGKILL)
    while (line := nursery.stdout.readline().strip()) != "dead":
        assert line
        told.append(line)
    return told


def check_chain(last: Entry, new: tuple[Entry, ...]) -> None:
    """Check that entries continue the one before them, each with the hash of all it says."""
    for entry in new:
        assert (entry.seq, entry.previous, entry.expected_hash()) == (last.seq + 1, last.hash, entry.hash)
        last = entry


def check_rows(project: Project, known: list[Entry], new: tuple[Entry, ...]) -> None:
    """Check that each entry's rows are there, all of them, and none without an entry."""
    decided = sum(1 for entry in known if "turn" in entry.payload)
    for table, each in (("verdict", 1), ("citation", writers.CITED)):
        assert project._connection.read(f"SELECT count(*) FROM {table}") == [(1 + each * decided,)]
    for entry in new:
        rows = project._connection.read("SELECT count(*) FROM citation WHERE analyst GLOB ?", (f"{entry.analyst}/*",))
        assert rows == [(writers.CITED,)]
