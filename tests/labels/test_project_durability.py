"""What was acknowledged is on the disk: settings, killed writers, full disks."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from depotwatch.labels.errors import ProjectError
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project, connection, schema

WRITER = """
import itertools, sys
from depotwatch.labels.project import Project
from depotwatch.labels.records import Verdict
project = Project.open(sys.argv[1])
for turn in itertools.count():
    with project.transaction():
        project.put_verdict(Verdict("pit", f"analyst {turn}", "accepted", None, "", "2024-05-02T09:00:00.000Z"))
        entry = project.append(f"analyst {turn}", "verdict", {"turn": turn})
    print(entry.hash, flush=True)
"""


def test_a_killed_writer_loses_nothing_it_acknowledged(case: Project) -> None:
    case.close()
    with subprocess.Popen([sys.executable, "-c", WRITER, case.path], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline().strip() for _ in range(40)]
        writer.kill()
        acknowledged += writer.stdout.read().split()
    with Project.open(case.path) as project:
        entries = project.journal()
        assert verify_chain(entries) is None
        kept = [entry.hash for entry in entries if entry.action == "verdict" and "turn" in entry.payload]
        # A half-printed line is no acknowledgement; one commit may have been made and not yet printed.
        assert kept[: len(acknowledged) - 1] == acknowledged[:-1]
        assert len(kept) - len(acknowledged) in (0, 1)
        analysts = {verdict.analyst for verdict in project.verdicts("pit")}
        assert analysts == {"Ada"} | {entry.analyst for entry in entries if "turn" in entry.payload}
    with closing(sqlite3.connect(case.path)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


KILLED_IN_THE_MIDDLE = """
import os, sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("PRAGMA cache_size = 1")
other.execute("BEGIN IMMEDIATE")
for key in ("a", "b"):
    other.execute("INSERT INTO preference (key, value) VALUES (?, ?)", (key, "x" * 1_000_000))
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("read_only", [True, False])
def test_what_another_program_left_half_written_is_undone_at_the_next_opening(case: Project, read_only: bool) -> None:
    case.close()
    whole = case.path.read_bytes()
    subprocess.run([sys.executable, "-c", KILLED_IN_THE_MIDDLE, case.path], check=False)
    assert (case.path.parent / "case.gpkg-journal").stat().st_size > 0
    assert case.path.read_bytes() != whole
    with Project.open(case.path, read_only=read_only) as project:
        assert (project.preference("a"), len(project.annotations())) == (None, 2)
    assert [path.name for path in case.path.parent.iterdir()] == ["case.gpkg"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_what_is_left_half_written_where_nothing_may_be_written_is_not_read(
    case: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.close()
    subprocess.run([sys.executable, "-c", KILLED_IN_THE_MIDDLE, case.path], check=False)
    before = case.path.read_bytes()
    monkeypatch.setattr("depotwatch.labels.project.opening.is_writable", lambda path: False)  # root may write anywhere
    with pytest.raises(ProjectError, match="half written by a program that was killed"):
        Project.open(case.path, read_only=True)
    assert case.path.read_bytes() == before


def test_a_connection_that_does_not_keep_full_synchronisation_is_refused(
    case: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.close()
    monkeypatch.setattr(connection, "_SYNCHRONOUS_FULL", 77)
    with pytest.raises(ProjectError, match="synchronous is"):
        Project.open(case.path)


def test_wal_and_full_synchronisation_are_set_again_after_another_program_changed_them(case: Project) -> None:
    case.close()
    with closing(sqlite3.connect(case.path)) as other:
        assert other.execute("PRAGMA journal_mode = TRUNCATE").fetchone() == ("truncate",)
    with Project.open(case.path) as project:
        assert project._connection.read("PRAGMA synchronous") == [(2,)]
        assert project._connection.read("PRAGMA foreign_keys") == [(1,)]
        project.set_preference("a", "b")
        assert (case.path.parent / "case.gpkg-wal").stat().st_size > 0
        with closing(sqlite3.connect(case.path)) as other:
            assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_locked_project_is_named_and_stays_as_it_was(case: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    case.close()
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 50)
    with Project.open(case.path) as project, closing(sqlite3.connect(case.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ProjectError, match="locked by another program"):
            project.set_preference("a", "b")
        other.execute("ROLLBACK")
        project.set_preference("a", "c")
        assert project.preference("a") == "c"


def test_a_full_disk_says_so_and_loses_only_the_open_transaction(case: Project) -> None:
    head = case.head
    case._connection.read("PRAGMA max_page_count = 1")  # SQLite then takes its present size for all there is
    with pytest.raises(ProjectError, match=r"The disk is full .* nothing was lost"), case.transaction():
        for turn in range(5000):
            case.append("Ada", "note", {"turn": turn, "text": "x" * 200})
    assert case.head == head
    case._connection.read("PRAGMA max_page_count = 1000000")
    case.append("Ada", "note", {"text": "after"})
    assert verify_chain(case.journal()) is None


def test_work_that_goes_on_after_sqlite_undid_its_transaction_is_not_committed(case: Project) -> None:
    case._connection.read("PRAGMA max_page_count = 1")
    with pytest.raises(ProjectError), case.transaction():
        case.set_preference("first", "yes")
        with pytest.raises(ProjectError, match="disk is full"):
            case.set_preference("big", "x" * 1_000_000)
        case._connection.read("PRAGMA max_page_count = 1000000")
        case.set_preference("second", "yes")
    assert (case.preference("first"), case.preference("second")) == (None, None)


def test_a_project_that_cannot_be_made_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    creation = schema.creation_sql
    monkeypatch.setattr(schema, "creation_sql", lambda: f"PRAGMA max_page_count = 8;\n{creation()}")
    with pytest.raises(ProjectError, match=r"The disk is full while writing .*/new\.gpkg"):
        Project.create(tmp_path / "new.gpkg")
    assert list(tmp_path.iterdir()) == []
