"""What cannot be opened or made is refused in one sentence, and nothing on the disk is changed."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from depotwatch.labels.errors import ProjectError
from depotwatch.labels.project import Project
from depotwatch.labels.project.migrations import VERSION


def foreign(path: Path, geopackage: bool = True, wal: bool = False) -> Path:
    """Make an SQLite file of somebody else's."""
    with closing(sqlite3.connect(path)) as connection:
        if wal:
            connection.execute("PRAGMA journal_mode = WAL")
        if geopackage:
            connection.execute("PRAGMA application_id = 0x47504B47")
        connection.execute("CREATE TABLE project (fid INTEGER PRIMARY KEY, title TEXT)")
        connection.commit()
    return path


def text(path: Path) -> Path:
    path.write_text("not a database\n" * 20)
    return path


def of_version(version: int) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        Project.create(path).close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE project SET schema_version = ?", (version,))
            connection.commit()
        return path

    return make


def cut(path: Path) -> Path:
    Project.create(path).close()
    path.write_bytes(path.read_bytes()[:-5000])
    return path


def damaged(path: Path) -> Path:
    Project.create(path).close()
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * 8000 + whole[8100:])
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def state(at: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in at.iterdir() if path.is_file()}


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path, "There is no project"),
        (text, "is not a GeoPackage"),
        (folder, "cannot be read"),
        (foreign, "not a depotwatch project"),
        (lambda path: foreign(path, wal=True), "not a depotwatch project"),
        (lambda path: foreign(path, geopackage=False), "an SQLite file but not a GeoPackage"),
        (of_version(99), f"has project version 99, this depotwatch reads up to {VERSION}: install a newer depotwatch"),
        (of_version(0), f"has project version 0, and there are 1 to {VERSION}: restore a copy"),
        (cut, "is cut short"),
        (damaged, "is damaged"),
    ],
)
def test_what_is_no_project_of_this_version_is_refused_untouched(
    tmp_path: Path, make: Callable[[Path], Path], told: str, read_only: bool
) -> None:
    path = make(tmp_path / "some.gpkg")
    before = state(tmp_path)
    with pytest.raises(ProjectError, match=told) as refusal:
        Project.open(path, read_only=read_only)
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert state(tmp_path) == before


def test_a_read_only_file_opens_for_reading_alone(case: Project) -> None:
    case.close()
    case.path.chmod(0o444)
    before = state(case.path.parent)
    with pytest.raises(ProjectError, match="is read-only"):
        Project.open(case.path)
    with Project.open(case.path, read_only=True) as project:
        assert len(project.annotations()) == 2
    assert state(case.path.parent) == before
    case.path.chmod(0o644)


def test_reading_changes_nothing_and_writing_is_refused(case: Project) -> None:
    case.close()
    before = state(case.path.parent)
    with Project.open(case.path, read_only=True) as project:
        assert project.head == project.journal()[-1].hash
        with pytest.raises(ProjectError, match="read-only"):
            project.set_preference("key", "value")
    assert state(case.path.parent) == before


def test_a_closed_project_is_one_file_that_can_be_carried_away(case: Project, tmp_path: Path) -> None:
    assert (tmp_path / "case.gpkg-wal").exists()
    case.close()
    case.close()
    assert [path.name for path in tmp_path.iterdir()] == ["case.gpkg"]
    shutil.copy(case.path, tmp_path / "copy with # and ? in it.gpkg")
    with Project.open(tmp_path / "copy with # and ? in it.gpkg") as copy:
        assert copy.title == "Rajin 2023"
        assert [annotation.id for annotation in copy.annotations()] == ["pit", "second"]


def test_creating_refuses_what_exists_and_leaves_it_alone(tmp_path: Path) -> None:
    path = text(tmp_path / "notes.gpkg")
    before = state(tmp_path)
    with pytest.raises(ProjectError, match="already exists"):
        Project.create(path)
    assert state(tmp_path) == before


@pytest.mark.parametrize(("name", "told"), [("labels.txt", "must end in .gpkg"), ("nowhere/a.gpkg", "no folder")])
def test_creating_refuses_other_endings_and_missing_folders(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(ProjectError, match=told):
        Project.create(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_new_project_says_what_it_is(tmp_path: Path) -> None:
    with Project.create(tmp_path / "a.gpkg", title="Embedded case", synthetic=True) as made:
        assert made.head == ""
        assert made.path == tmp_path / "a.gpkg"
    with Project.open(tmp_path / "a.gpkg") as project:
        assert (project.title, project.synthetic, project.version) == ("Embedded case", True, VERSION)
        assert not (project.annotations() or project.scenes() or project.journal())


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_the_log_of_a_project_that_is_gone_is_not_laid_over_a_new_one(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "case.gpkg"
    with Project.create(path) as project:
        project.append("Ada", "note", {})
        log = path.with_name(path.name + "-wal").read_bytes()
    path.unlink()
    leftover = path.with_name(path.name + ending)
    leftover.write_bytes(log)
    with pytest.raises(ProjectError, match=f"{leftover.name} is left over"):
        Project.create(path)
    assert sorted(tmp_path.iterdir()) == [leftover] and leftover.read_bytes() == log
