"""What a GIS finds in a project besides its tables: labels with what stands, relations, styles."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from depotwatch.labels.project import Project
from depotwatch.labels.project.styles import VERDICTS as STYLED
from depotwatch.labels.records import VERDICTS, Verdict, resolve
from depotwatch.tests.readers import Run

WHEN = "2024-05-0{}T09:00:00.000Z"


def given(*values: str, settled: tuple[str, ...] = ()) -> list[Verdict]:
    said = [(value, False) for value in values] + [(value, True) for value in settled]
    return [
        Verdict(
            "second", f"analyst {n}", value, "shadow" if value == "rejected" else None, "", WHEN.format(n + 1), last
        )
        for n, (value, last) in enumerate(said)
    ]


@pytest.mark.parametrize(
    "verdicts",
    [
        given(),
        given("accepted"),
        given("accepted", "accepted"),
        given("accepted", "rejected"),
        given("accepted", "rejected", settled=("unsure",)),
        given("accepted", settled=("unsure", "rejected")),
    ],
)
def test_the_view_of_labels_says_the_verdict_that_stands(case: Project, verdicts: list[Verdict]) -> None:
    for verdict in verdicts:
        case.put_verdict(verdict)
    case.close()
    with closing(sqlite3.connect(case.path)) as plain:
        told = plain.execute("SELECT verdict, kind, count_low, before_time FROM labels WHERE id = 'second'").fetchone()
    assert told == (resolve(verdicts), "storage-pit", 1, "2023-08-01")


def test_the_view_of_labels_tells_claims_and_leaves_out_what_was_withdrawn(case: Project) -> None:
    case.put_annotation(replace(case.annotation("second"), withdrawn=True))
    case.close()
    with closing(sqlite3.connect(case.path)) as plain:
        assert plain.execute("SELECT id, claims FROM labels").fetchall() == [("pit", "pits (supports)")]


def test_every_verdict_has_a_style_of_its_own() -> None:
    assert set(STYLED) == {*VERDICTS, "unreviewed", "disputed"}
    assert len(set(STYLED.values())) == len(STYLED)


def test_what_belongs_together_is_told_by_numbers(case: Project) -> None:
    case.close()
    with closing(sqlite3.connect(case.path)) as plain:
        relations = plain.execute(
            "SELECT base_table_name, related_table_name, mapping_table_name FROM gpkgext_relations"
        )
        for base, related, mapping in relations.fetchall():
            rows = plain.execute(f"SELECT base_id, related_id FROM {mapping}").fetchall()
            assert rows, mapping
            for base_id, related_id in rows:
                assert plain.execute(f"SELECT 1 FROM {base} WHERE fid = ?", (base_id,)).fetchone()
                assert plain.execute(f"SELECT 1 FROM {related} WHERE fid = ?", (related_id,)).fetchone()


@pytest.mark.reader
def test_gdal_knows_the_relations(case: Project, ogr: Run) -> None:
    case.close()
    told = ogr(
        "/usr/bin/python3",
        "-c",
        "import sys\nfrom osgeo import gdal\nfile = gdal.OpenEx(sys.argv[1])\n"
        "for name in file.GetRelationshipNames():\n  one = file.GetRelationship(name)\n"
        "  print(one.GetLeftTableName(), one.GetMappingTableName(), one.GetRightTableName())",
        case.path,
    )
    assert sorted(told.stdout.splitlines()) == [
        "annotation annotation_claims claim",
        "annotation annotation_verdicts verdict",
        "site site_claims claim",
    ]


@pytest.mark.reader
def test_qgis_applies_the_styles_and_relates_rows(case: Project, qgis: Run) -> None:
    case.close()
    script = """
def layer(name):
    return core.QgsVectorLayer(f"{words[0]}|layername={name}", name, "ogr")
labels = layer("labels")
print(labels.isValid(), labels.renderer().type(), labels.renderer().classAttribute(), labels.labelsEnabled())
for category in labels.renderer().categories():
    line = category.symbol().symbolLayer(0)
    print(category.value(), line.strokeColor().name(), int(line.brushStyle()))
places = layer("annotation")
print(places.renderer().symbol().symbolLayer(0).strokeColor().name())
mapping, claims = layer("annotation_claims"), layer("claim")
related = {row["related_id"] for row in mapping.getFeatures('"base_id" = 1')}
print(*(claims.getFeature(number)["id"] for number in related))
"""
    told = qgis(script, case.path).stdout.splitlines()
    assert told[0] == "True categorizedSymbol verdict True"
    assert told[1:-2] == [f"{verdict} {colour.lower()} 0" for verdict, (colour, _) in STYLED.items()]
    assert told[-2:] == ["#0072b2", "pits"]


def test_a_style_that_somebody_saved_stays_the_default(case: Project) -> None:
    from depotwatch.labels.project.styles import styling_sql

    case.close()
    with closing(sqlite3.connect(case.path)) as gis:
        gis.execute("DELETE FROM layer_styles WHERE f_table_name = 'site'")
        gis.execute("INSERT INTO layer_styles (f_table_name, styleName, useAsDefault) VALUES ('site', 'mine', 1)")
        gis.executescript(styling_sql() + styling_sql())
        rows = gis.execute("SELECT styleName, useAsDefault FROM layer_styles WHERE f_table_name = 'site' ORDER BY id")
        assert rows.fetchall() == [("mine", 1), ("depotwatch", 0)]
        assert gis.execute("SELECT count(*) FROM layer_styles WHERE styleName = 'depotwatch'").fetchone() == (4,)
