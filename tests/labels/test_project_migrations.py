"""Projects of every earlier version open with all that is in them, and are kept beside as they were."""

import gzip
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from depotwatch.labels.errors import ProjectError
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project, evidence, migrations, schema
from depotwatch.labels.project.columns import Table, integer
from depotwatch.labels.project.connection import Connection
from depotwatch.labels.project.migrations import VERSION, Step
from depotwatch.labels.project.migrations.resealing import seals_of
from depotwatch.labels.project.sides import said_last

KEPT = sorted((Path(__file__).parent / "projects").glob("version-*.gpkg.gz"))
LATER_IN_1 = ("series", "stay", "implant", "remark", "glance", "ground", "probe_round", "probe")

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(params=KEPT, ids=lambda path: path.name.split(".")[0])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A small project as an earlier version left it, with a row in every table."""
    path = tmp_path / "case.gpkg"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    return path


def held(path: Path, like: Path | None = None) -> Rows:
    """Return all rows of a project, by table, in the declared columns that the file has, or another one like it."""
    with closing(sqlite3.connect(path)) as plain:
        rows: Rows = {}
        for table in schema.TABLES:
            there = columns_of(like or path, table.name)
            names = [name for name in ("fid", *table.names) if name in there and name != "schema_version"]
            if names:
                rows[table.name] = plain.execute(f"SELECT {', '.join(names)} FROM {table.name} ORDER BY fid").fetchall()
        return rows


def columns_of(path: Path, table: str) -> set[str]:
    with closing(sqlite3.connect(path)) as plain:
        return {column[1] for column in plain.execute(f'PRAGMA table_info("{table}")')}


def structure(path: Path) -> dict[str, object]:
    """Return what makes the file a project: everything in its schema, and what is registered of it."""
    with closing(sqlite3.connect(path)) as plain:
        made = plain.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        told: dict[str, object] = {f"{kind} {name}": sql for kind, name, sql in made}
        for name in ("gpkg_geometry_columns", "gpkg_extensions"):
            told[f"rows of {name}"] = set(plain.execute(f"SELECT * FROM {name}"))
        contents = plain.execute("SELECT table_name, data_type, identifier, description, srs_id FROM gpkg_contents")
        return told | {"contents": set(contents), "sound": plain.execute("PRAGMA integrity_check").fetchall()}


def test_there_is_a_small_project_of_the_oldest_version_and_of_those_after_it() -> None:
    names = [f"version-{version}.gpkg.gz" for version in range(migrations.OLDEST, VERSION)]
    assert [path.name for path in KEPT] == names[: len(KEPT)] != []


def test_an_earlier_project_is_brought_to_this_version_with_all_that_is_in_it(older: Path, tmp_path: Path) -> None:
    before, version = held(older), _version(older)
    with Project.open(older) as project:
        assert project.version == VERSION
        entries = project.journal()
        assert verify_chain(entries) is None
        assert (entries[-1].action, entries[-1].analyst) == ("migrate", "depotwatch")
        assert entries[-1].payload["to"] == VERSION
    after = held(older, tmp_path / f"case.v{version}.backup.gpkg")
    assert after.pop("journal")[:-1] == before.pop("journal")
    assert {name: after[name][: len(rows)] for name, rows in before.items()} == before
    Project.create(tmp_path / "new.gpkg").close()
    assert structure(older) == structure(tmp_path / "new.gpkg")


def test_an_earlier_project_takes_every_sort_of_record(older: Path, filling: Callable[[Project], None]) -> None:
    with Project.open(older) as project:
        pit = project.annotation("pit")
        project.put_annotation(replace(pit, id="another"))
        project.put_remark(replace(project.remarks()[0], id="another"))
        project.add_glances(project.glances())
        assert len(project.glances()) == 2
        project.append("Ada", "note", {"text": "goes on"})
        assert verify_chain(project.journal()) is None
    with closing(sqlite3.connect(older)) as plain:
        assert plain.execute("SELECT count(*) FROM rtree_annotation_geom").fetchone() == (3,)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            plain.execute("DELETE FROM journal")


def test_the_project_is_kept_as_it_was_and_that_is_said(
    older: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before, version = held(older), _version(older)
    with caplog.at_level(logging.INFO, logger="depotwatch"):
        Project.open(older).close()
    backup = tmp_path / f"case.v{version}.backup.gpkg"
    assert (_version(backup), held(backup)) == (version, before)
    assert f"was of version {version} and is now of version {VERSION}" in caplog.text
    assert str(backup) in caplog.text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.gpkg", backup.name]
    Project.open(older).close()
    assert len(list(tmp_path.iterdir())) == 2


KILLED = """
import os, sys
from depotwatch.labels.project import Project
from depotwatch.labels.project.migrations import running
running._enter = lambda *given: os.kill(os.getpid(), 9)  # all steps are taken, nothing is committed
Project.open(sys.argv[1])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("older", KEPT[:1], indirect=True)
def test_a_program_killed_while_it_brings_a_project_up_leaves_it_as_it_was(older: Path, tmp_path: Path) -> None:
    before, version = held(older), _version(older)
    subprocess.run([sys.executable, "-c", KILLED, older], check=False)
    with Project.open(older, read_only=True) as project:
        assert project.annotation("pit").count is not None
    assert (_version(older), held(older)) == (version, before)
    assert held(tmp_path / f"case.v{version}.backup.gpkg") == before
    with Project.open(older) as project:
        assert project.version == VERSION


def test_an_earlier_backup_is_not_overwritten(older: Path, tmp_path: Path) -> None:
    version = _version(older)
    first = tmp_path / f"case.v{version}.backup.gpkg"
    first.write_bytes(b"of last year")
    Project.open(older).close()
    assert first.read_bytes() == b"of last year"
    assert _version(tmp_path / f"case.v{version}.backup-2.gpkg") == version


def test_reading_an_earlier_project_changes_nothing(older: Path, tmp_path: Path) -> None:
    before = older.read_bytes()
    with Project.open(older, read_only=True) as project:
        assert project.version == VERSION
        assert project.annotation("pit").count is not None
        assert project.remarks() and project.implants()
        with pytest.raises(ProjectError, match="read-only"):
            project.set_preference("key", "value")
    assert older.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["case.gpkg"]


@pytest.mark.parametrize("older", KEPT[:1], indirect=True)
def test_a_file_without_the_tables_that_version_1_made_when_needed_is_given_them(older: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(older)) as plain:
        for name in LATER_IN_1[::-1]:
            plain.execute(f"DROP TABLE {name}")
            plain.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (name,))
        plain.commit()
    with Project.open(older, read_only=True) as project:
        assert (project.remarks(), project.glances(), project.series()) == ((), (), ())
    Project.open(older).close()
    Project.create(tmp_path / "new.gpkg").close()
    assert structure(older) == structure(tmp_path / "new.gpkg")


@pytest.fixture
def stepped(case: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Project]]:
    """Close the case, then open it with one more step after a change of one declared table."""

    def step(table: Table, one: Step) -> Project:
        case.close()
        tables = tuple(table if old.name == table.name else old for old in schema.TABLES)
        monkeypatch.setattr(schema, "TABLES", tables)
        monkeypatch.setattr("depotwatch.labels.project.migrations.running.STEPS", (*migrations.STEPS, one))
        monkeypatch.setattr("depotwatch.labels.project.migrations.running.VERSION", VERSION + 1)
        monkeypatch.setattr("depotwatch.labels.project.opening.VERSION", VERSION + 1)
        return Project.open(case.path)

    yield step


def test_a_step_fills_a_new_column_of_a_layer_and_keeps_what_a_gis_added(
    case: Project, stepped: Callable[..., Project]
) -> None:
    case.close()
    with closing(sqlite3.connect(case.path)) as gis:
        gis.execute("ALTER TABLE annotation ADD COLUMN checked_by TEXT(20)")
    table = replace(schema.ANNOTATION, columns=(*schema.ANNOTATION.columns, *integer("looks")))
    filled = {"annotation": {"looks": '"count_low" + 1'}}

    def look_again(connection: Connection) -> None:
        connection.write("UPDATE annotation SET looks = 7 WHERE id = 'second'")

    done = Step("annotations say how often they were looked at", filled, look_again)
    with stepped(table, done):
        pass
    with closing(sqlite3.connect(case.path)) as plain:
        got = plain.execute("SELECT id, looks, checked_by FROM annotation ORDER BY fid").fetchall()
        assert got == [("pit", 2, None), ("second", 7, None)]
        assert plain.execute("SELECT count(*) FROM rtree_annotation_geom").fetchone() == (2,)
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_rows_that_a_step_changes_are_sealed_anew_but_for_those_that_were_altered_before(
    case: Project, stepped: Callable[..., Project]
) -> None:
    with case.transaction():
        case.put_verdict(replace(case.verdicts()[0], annotation="second", analyst="Ben"))
        case.append("Ben", "verdict", {})
    case.close()
    with closing(sqlite3.connect(case.path)) as forger:
        forger.execute("UPDATE verdict SET note = 'forged' WHERE analyst = 'Ada'")
        forger.commit()
    table = replace(schema.VERDICT, columns=(*schema.VERDICT.columns, *integer("weight")))
    with stepped(table, Step("verdicts have a weight", {"verdict": {"weight": "1"}})) as project:
        said = said_last(project.journal())
        now = seals_of(project._connection)
    unlike = [key for table, rows in now.items() for key, seal in rows.items() if said[table, key][0] != seal]
    assert unlike == ['["pit","Ada"]']


def test_a_step_that_fails_leaves_the_project_as_it_was(case: Project, stepped: Callable[..., Project]) -> None:
    case.close()
    before = held(case.path)

    def fail(connection: object) -> None:
        raise ProjectError("This step cannot be taken.")

    table = replace(evidence.SOURCE, columns=(*evidence.SOURCE.columns, *integer("pages", null=True)))
    with pytest.raises(ProjectError, match="cannot be taken"):
        stepped(table, Step("sources have pages", run=fail))
    assert (_version(case.path), held(case.path)) == (VERSION, before)


def test_rows_that_name_what_is_not_there_are_not_carried_over(case: Project, stepped: Callable[..., Project]) -> None:
    case.close()
    with closing(sqlite3.connect(case.path)) as gis:
        gis.execute("DELETE FROM source")
        gis.commit()
    with pytest.raises(ProjectError, match=r"row 1 of claim names a source that is not there"):
        stepped(evidence.SOURCE, Step("nothing"))
    assert _version(case.path) == VERSION


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as plain:
        return int(plain.execute("SELECT schema_version FROM project").fetchone()[0])
