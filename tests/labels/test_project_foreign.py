"""What other programs change is written down, and what they left in a project's tables cannot act on it."""

import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from depotwatch.labels.errors import ProjectError
from depotwatch.labels.project import Project, schema
from depotwatch.labels.project.geopackage import register_functions
from depotwatch.labels.records import SourceCopy
from depotwatch.tests.readers import Run


def edit(path: Path, *statements: str) -> None:
    """Change a project with plain SQL, as a program that is not ours."""
    with closing(sqlite3.connect(path)) as other:
        for statement in statements:
            other.execute(statement)
        other.commit()


def test_our_own_writes_are_no_foreign_edits(case: Project) -> None:
    case.put_annotation(replace(case.annotation("pit"), note="seen again"))
    case.remove_verdict("pit", "Ada")
    case.append("Ada", "note", {})
    assert case.foreign_edits() == ()


def test_each_row_that_another_program_changes_is_kept_as_it_was_and_is(case: Project) -> None:
    case.close()
    edit(
        case.path,
        "UPDATE verdict SET value = 'unsure' WHERE annotation = 'pit'",
        "INSERT INTO origin (id, who, what) VALUES ('new', 'Somebody', '')",
        "DELETE FROM citation",
    )
    with Project.open(case.path) as project:
        changed, added, removed = project.foreign_edits()
        assert (changed.number, changed.table_name, changed.record, changed.event) == (
            1,
            "verdict",
            '["pit","Ada"]',
            "update",
        )
        assert changed.before is not None and changed.after is not None
        assert changed.changed == ("value",)
        assert (changed.before["value"], changed.after["value"]) == ("accepted", "unsure")
        assert (added.table_name, added.record, added.event, added.before) == ("origin", "new", "insert", None)
        assert (removed.table_name, removed.event, removed.after) == ("citation", "delete", None)
        assert removed.before is not None and removed.before["claim"] == "pits"
        assert 'changed the verdict ["pit","Ada"] (value) at 20' in changed.sentence()
        assert project.journal()[-1].action == "verdict"


def test_every_watched_table_takes_an_edit_and_tells_it(case: Project) -> None:
    case.put_source_copy(SourceCopy("rusi", "page.pdf", "0" * 64, b"\x00\xff"))
    case.close()
    watched = [table for table in schema.TABLES if table.sealed]
    with closing(sqlite3.connect(case.path)) as other:
        register_functions(other)  # a GIS has them of its own
        filled = [table for table in watched if other.execute(f"SELECT 1 FROM {table.name}").fetchone()]
        assert len(filled) > 8
        for table in filled:
            other.execute(f"UPDATE {table.name} SET fid = fid WHERE fid = (SELECT min(fid) FROM {table.name})")
        told = [name for (name,) in other.execute("SELECT table_name FROM foreign_edit ORDER BY number")]
        assert told == [table.name for table in filled]
        for table in (one for one in watched if one not in filled):
            other.execute(f"EXPLAIN UPDATE {table.name} SET fid = fid")


def test_what_was_written_down_cannot_be_taken_back(case: Project) -> None:
    case.close()
    edit(case.path, "UPDATE verdict SET value = 'unsure'")
    for statement in ("DELETE FROM foreign_edit", "UPDATE foreign_edit SET record = 'another'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            edit(case.path, statement)


def test_an_opening_says_that_there_were_foreign_edits(case: Project, caplog: pytest.LogCaptureFixture) -> None:
    case.close()
    edit(case.path, "UPDATE verdict SET note = 'not clear'")
    with caplog.at_level(logging.WARNING, logger="depotwatch"):
        Project.open(case.path).close()
    (warning,) = caplog.messages
    assert "1 change by another program" in warning and 'verdict ["pit","Ada"] (note)' in warning


@pytest.mark.parametrize(
    "trigger",
    [
        "CREATE TRIGGER mine AFTER INSERT ON journal BEGIN DELETE FROM verdict; END",
        """CREATE TRIGGER foreign_insert_verdict AFTER INSERT ON verdict BEGIN DELETE FROM citation; END""",
    ],
)
def test_a_trigger_that_would_run_at_our_writes_lets_the_project_only_be_read(case: Project, trigger: str) -> None:
    case.close()
    if "foreign_insert" in trigger:
        edit(case.path, "DROP TRIGGER foreign_insert_verdict")
    edit(case.path, trigger)
    before = case.path.read_bytes()
    with pytest.raises(ProjectError, match="which depotwatch did not make"):
        Project.open(case.path)
    assert case.path.read_bytes() == before
    with Project.open(case.path, read_only=True) as project:
        assert len(project.verdicts()) == 1


def test_a_view_in_place_of_a_table_is_refused(case: Project) -> None:
    case.close()
    edit(case.path, "ALTER TABLE verdict RENAME TO real", "CREATE VIEW verdict AS SELECT * FROM real")
    for read_only in (False, True):
        with pytest.raises(ProjectError, match=r"is damaged \(verdict is a view\)"):
            Project.open(case.path, read_only=read_only)


def test_a_table_that_lost_its_triggers_is_watched_again_and_that_is_written_down(case: Project) -> None:
    case.close()
    edit(case.path, "DROP TRIGGER foreign_update_verdict", "UPDATE verdict SET value = 'unsure'")
    with Project.open(case.path) as project:
        (told,) = project.foreign_edits()
        assert (told.table_name, told.event) == ("verdict", "unwatched")
    edit(case.path, "UPDATE verdict SET value = 'accepted'")
    with Project.open(case.path) as project:
        assert [one.event for one in project.foreign_edits()] == ["unwatched", "update"]


@pytest.mark.reader
def test_a_layer_that_ogr_overwrites_is_named(case: Project, ogr: Run, tmp_path: Path) -> None:
    case.close()
    ogr("ogr2ogr", "-f", "GeoJSON", "-select", "id,kind", tmp_path / "some.geojson", case.path, "annotation")
    ogr("ogr2ogr", "-overwrite", "-nln", "annotation", case.path, tmp_path / "some.geojson")
    with pytest.raises(ProjectError, match=r"annotation lacks change, .*restore a copy"):
        Project.open(case.path)


@pytest.mark.reader
def test_edits_by_ogr_and_qgis_are_written_down(case: Project, ogr: Run, qgis: Run) -> None:
    case.close()
    ogr("ogrinfo", case.path, "-sql", "UPDATE annotation SET note = 'by ogr' WHERE id = 'pit'")
    qgis(
        """
layer = core.QgsVectorLayer(f"{words[0]}|layername=annotation", "a", "ogr")
layer.startEditing()
row = next(layer.getFeatures("id = 'second'"))
layer.changeAttributeValue(row.id(), layer.fields().indexOf("note"), "by qgis")
layer.changeGeometry(row.id(), core.QgsGeometry.fromWkt("POLYGON((130.3 42.2, 130.31 42.2, 130.31 42.21, 130.3 42.2))"))
assert layer.commitChanges(), layer.commitErrors()
""",
        case.path,
    )
    with Project.open(case.path) as project:
        told = {(one.record, name) for one in project.foreign_edits() for name in one.changed}
        assert told == {("pit", "note"), ("second", "note"), ("second", "geom")}
        assert project.annotation("second").note == "by qgis"
        project.put_annotation(project.annotation("second"))
        assert {(one.record, name) for one in project.foreign_edits() for name in one.changed} == told
