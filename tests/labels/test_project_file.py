"""The file is a GeoPackage 1.3 as the standard asks, and stays one whatever is written."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from shapely import affinity, box

from depotwatch.labels.project import Project
from depotwatch.labels.project.migrations import VERSION
from depotwatch.labels.records import Annotation
from depotwatch.tests.readers import Run

LAYERS = {"annotation": 4326, "annotation_pixel": -1, "site": 4326}
WORDS = {
    *("scene", "comparison", "candidate", "annotation", "annotation_pixel", "verdict", "estimate", "source", "origin"),
    *("claim", "claim_site", "citation", "site", "journal", "preference", "project"),
    *("source_copy", "judgement", "labels", "annotation_claims", "annotation_verdicts", "site_claims", "layer_styles"),
    *("series", "stay", "implant", "remark", "glance", "ground", "probe_round", "probe", "foreign_edit"),
}


@pytest.fixture
def closed(case: Project, unplaced: Annotation) -> Iterator[sqlite3.Connection]:
    """The closed project, after edits of every sort, seen by plain SQLite."""
    case.put_annotation(unplaced)
    case.put_annotation(replace(unplaced, id="moved"))
    pit = case.annotation("pit")
    case.put_annotation(replace(unplaced, id="moved", shape=pit.shape))
    ground = affinity.translate(box(0, 0, 1e-4, 1e-4), 130.35, 42.25)
    case.put_annotation(replace(pit, shape=replace(pit.shape, ground=ground)))
    case.put_site(replace(case.sites()[0], id="nowhere", area=None))
    case.close()
    with closing(sqlite3.connect(case.path)) as connection:
        yield connection


def test_header_and_integrity(closed: sqlite3.Connection) -> None:
    assert closed.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    assert closed.execute("PRAGMA user_version").fetchone() == (10300,)
    assert closed.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert closed.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_table_is_registered_and_has_an_integer_key(closed: sqlite3.Connection) -> None:
    contents = dict(closed.execute("SELECT table_name, data_type FROM gpkg_contents"))
    assert set(contents) >= WORDS
    assert {name for name, kind in contents.items() if kind == "features"} == {*LAYERS, "labels"}
    assert set(contents.values()) == {"features", "attributes"}
    own = closed.execute(
        """SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'gpkg%'
           AND name NOT LIKE 'rtree_%' AND name NOT LIKE 'sqlite_%'"""
    )
    kinds = dict(own)
    assert set(kinds) == set(contents)
    for name in (name for name, kind in kinds.items() if kind == "table"):
        keys = [(column[1], column[2]) for column in closed.execute(f"PRAGMA table_info({name})") if column[5]]
        assert keys == [("id" if name == "layer_styles" else "fid", "INTEGER")]


def test_reference_systems_and_geometry_columns(closed: sqlite3.Connection) -> None:
    systems = {row[0] for row in closed.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")}
    assert systems >= {-1, 0, 4326}
    columns = closed.execute(
        "SELECT table_name, column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns"
    )
    layers = {**LAYERS, "labels": 4326}
    assert set(columns) == {(name, "geom", "POLYGON", srs, 0, 0) for name, srs in layers.items()}
    for name, srs in LAYERS.items():
        blobs = closed.execute(f"SELECT geom FROM {name} WHERE geom IS NOT NULL").fetchall()
        assert blobs
        for (blob,) in blobs:
            assert blob[:3] == b"GP\x00"
            assert int.from_bytes(blob[4:8], "little", signed=True) == srs


def test_the_spatial_index_holds_every_outline_where_it_is(closed: sqlite3.Connection, case: Project) -> None:
    extensions = closed.execute(
        "SELECT table_name, column_name, scope FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
    )
    assert set(extensions) == {(name, "geom", "write-only") for name in LAYERS}
    for name in LAYERS:
        outlined = closed.execute(f"SELECT fid FROM {name} WHERE geom IS NOT NULL ORDER BY fid").fetchall()
        assert closed.execute(f"SELECT id FROM rtree_{name}_geom ORDER BY id").fetchall() == outlined
        triggers = closed.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name GLOB ?", (f"rtree_{name}_geom_*",)
        )
        assert triggers.fetchone() == (6,)
    where = """SELECT a.id FROM annotation a JOIN rtree_annotation_geom r ON r.id = a.fid
        WHERE r.minx <= 130.35005 AND r.maxx >= 130.35005 AND r.miny <= 42.25005 AND r.maxy >= 42.25005"""
    assert closed.execute(where).fetchall() == [("pit",)]


def test_each_annotation_lies_in_one_layer(closed: sqlite3.Connection) -> None:
    on_ground = {name for (name,) in closed.execute("SELECT id FROM annotation")}
    in_pixels = {name for (name,) in closed.execute("SELECT id FROM annotation_pixel")}
    assert (on_ground, in_pixels) == ({"pit", "second", "moved"}, {"sketch"})


def test_what_a_person_reads_stands_in_columns(closed: sqlite3.Connection) -> None:
    row = closed.execute(
        "SELECT kind, change, state, score, length_m, count_low, count_high FROM annotation WHERE id = 'pit'"
    )
    assert row.fetchone() == ("storage-pit", "appeared", "empty", 0.73, 34.0, 1, None)
    assert closed.execute("SELECT title, synthetic, schema_version FROM project").fetchall() == [
        ("Rajin 2023", 0, VERSION)
    ]


@pytest.mark.reader
def test_gdal_opens_every_layer_without_a_warning(closed: sqlite3.Connection, case: Project, ogr: Run) -> None:
    told = ogr("ogrinfo", "-ro", "-al", case.path)
    assert told.stderr == ""
    assert "Warning" not in told.stdout and "ERROR" not in told.stdout
    assert told.stdout.count("Layer name: ") == len(WORDS) + 1
    assert "count_low (Integer" in told.stdout


@pytest.mark.reader
def test_gdal_finds_nothing_against_the_standard(
    closed: sqlite3.Connection, case: Project, validate_gpkg: Callable[[Path], str]
) -> None:
    assert validate_gpkg(case.path) == ""


@pytest.mark.reader
def test_qgis_opens_every_layer_and_its_rows(closed: sqlite3.Connection, case: Project, qgis: Run) -> None:
    script = """
for name in words[1:]:
    layer = core.QgsVectorLayer(f"{words[0]}|layername={name}", name, "ogr")
    print(name, layer.isValid(), layer.featureCount(), layer.crs().authid() if layer.isSpatial() else "")
"""
    told = qgis(script, case.path, *sorted(WORDS)).stdout.splitlines()
    counts = {name: closed.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in WORDS}
    crs = {"annotation": "EPSG:4326", "site": "EPSG:4326", "labels": "EPSG:4326"}
    assert [line.rstrip() for line in told] == [
        f"{name} True {counts[name]} {crs.get(name, '')}".rstrip() for name in sorted(WORDS)
    ]


@pytest.mark.reader
def test_an_edit_by_another_program_keeps_the_index_and_the_project(case: Project, ogr: Run) -> None:
    case.close()
    ogr("ogrinfo", case.path, "-sql", "UPDATE annotation SET note = 'seen in a GIS' WHERE id = 'pit'")
    with Project.open(case.path) as project:
        assert project.annotation("pit").note == "seen in a GIS"
        project.put_annotation(replace(project.annotation("pit"), note=""))
        assert project.annotation("pit").note == ""
