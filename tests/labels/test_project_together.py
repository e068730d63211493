"""Several programs at one project at the same time, and a disk that fills up while one writes."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from depotwatch.labels.errors import ProjectError
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project
from depotwatch.tests.labels import writers
from depotwatch.tests.readers import Run

TURNS = 120
OLDEST = Path(__file__).parent / "projects" / "version-1.gpkg.gz"

READ_AND_EDIT = """
import time
def layer(name):
    opened = core.QgsVectorLayer(f"{words[0]}|layername={name}", name, "ogr")
    assert opened.isValid(), name
    return opened
seen = []
for turn in range(5):
    seen.append(sum(1 for _ in layer("verdict").getFeatures()))
    assert sum(1 for _ in layer("annotation").getFeatures()) == 2
    edited = layer("annotation")
    assert edited.startEditing()
    row = next(edited.getFeatures("id = 'second'"))
    edited.changeAttributeValue(row.id(), edited.fields().indexOf("note"), f"QGIS {turn}")
    tries = 0
    while not edited.commitChanges(False):  # a GIS that meets a writer says so, and is asked to save again
        tries += 1
        assert tries < 50 and "locked" in str(edited.commitErrors()), edited.commitErrors()
        time.sleep(0.05)
    edited.commitChanges()
    time.sleep(0.1)
print(*seen)
"""

UNTIL_FULL = """
import sys
from depotwatch.labels.errors import ProjectError
from depotwatch.labels.project import Project
with Project.open(sys.argv[1]) as project:
    kept = 0
    try:
        while True:
            project.append("Ada", "note", {"kept": kept, "text": "x" * 20_000})
            kept += 1
    except ProjectError as error:
        print(kept, error, flush=True)
    sys.stdin.readline()
    project.append("Ada", "note", {"kept": kept, "text": "after room was made"})
    print("went on", flush=True)
"""


@contextmanager
def writing(path: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """Run a writer of its own process that takes so many decisions."""
    command = [sys.executable, writers.__file__, str(path), str(TURNS), "0.01"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(f"{name}\n")
        process.stdin.close()
        yield process


def acknowledged(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    words = process.stdout.read().split("\n")
    return [word for word in words if word and word != "dead" and not word.startswith("born")]


@pytest.mark.long
@pytest.mark.reader
@pytest.mark.skipif(not hasattr(os, "fork"), reason="writers are forked, which needs POSIX")
def test_two_writers_and_qgis_at_once(case: Project, qgis: Run) -> None:
    case.close()
    with writing(case.path, "Ada") as first, writing(case.path, "Ben") as second:
        seen = [int(word) for word in qgis(READ_AND_EDIT, case.path).stdout.split()]
        told = [acknowledged(first), acknowledged(second)]
    assert [len(hashes) for hashes in told] == [TURNS, TURNS]
    assert seen == sorted(seen) and len(seen) == 5
    with Project.open(case.path) as project:
        entries = project.journal()
        assert verify_chain(entries) is None
        assert {entry.hash for entry in entries} >= {hash for hashes in told for hash in hashes}
        assert len(entries) == 1 + 2 * TURNS
        assert len(project.verdicts()) == 1 + 2 * TURNS
        assert project._connection.read("PRAGMA integrity_check") == [("ok",)]
        assert project.annotation("second").note == "QGIS 4"
        edits = project.foreign_edits()
        assert [(edit.record, edit.changed) for edit in edits] == [("second", ("note",))] * 5


@pytest.mark.long
@pytest.mark.reader
@pytest.mark.skipif(not hasattr(os, "fork"), reason="writers are forked, which needs POSIX")
def test_two_writers_and_ogrinfo_at_once(case: Project, ogr: Run) -> None:
    case.close()
    with writing(case.path, "Ada") as first, writing(case.path, "Ben") as second:
        seen = []
        while first.poll() is None or second.poll() is None:
            told = ogr("ogrinfo", "-ro", "-so", case.path, "verdict")
            assert told.stderr == ""
            (count,) = [line for line in told.stdout.splitlines() if line.startswith("Feature Count: ")]
            seen.append(int(count.removeprefix("Feature Count: ")))
        assert [len(acknowledged(first)), len(acknowledged(second))] == [TURNS, TURNS]
    assert seen == sorted(seen) and len(set(seen)) > 2
    with Project.open(case.path) as project:
        assert len(project.verdicts()) == 1 + 2 * TURNS
        assert verify_chain(project.journal()) is None
        assert project.foreign_edits() == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if sys.platform != "linux" or os.getuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a small file system can be mounted by root on Linux alone")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_fills_up_mid_write_loses_nothing_and_lets_work_go_on(case: Project, small_disk: Path) -> None:
    case.close()
    path = small_disk / "case.gpkg"
    path.write_bytes(case.path.read_bytes())
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1_000_000))
    command = [sys.executable, "-c", UNTIL_FULL, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None and writer.stdout is not None
        kept, sentence = writer.stdout.readline().split(" ", 1)
        assert int(kept) > 3
        assert sentence.startswith(f"The disk is full while writing {path}: free some space")
        ballast.unlink()
        writer.stdin.write("\n")
        writer.stdin.flush()
        assert writer.stdout.read().strip() == "went on"
    with Project.open(path) as project:
        entries = project.journal()
        assert verify_chain(entries) is None
        assert [entry.payload["kept"] for entry in entries[1:]] == list(range(int(kept) + 1))
        assert project._connection.read("PRAGMA integrity_check") == [("ok",)]


def test_a_project_is_not_brought_up_where_no_room_is_left_for_the_copy_kept_of_it(small_disk: Path) -> None:
    path, ballast = small_disk / "case.gpkg", small_disk / "ballast"
    path.write_bytes(gzip.decompress(OLDEST.read_bytes()))
    before = path.read_bytes()
    free = os.statvfs(small_disk)
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - 100_000))
    with pytest.raises(ProjectError, match="The disk is full"):
        Project.open(path)
    ballast.unlink()
    assert path.read_bytes() == before and [one.name for one in small_disk.iterdir()] == ["case.gpkg"]
    with Project.open(path) as project:
        assert verify_chain(project.journal()) is None
