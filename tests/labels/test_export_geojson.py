"""GeoJSON that any reader takes, that says what it rests on, and that drops nothing in silence."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shapely import LinearRing, Polygon, box

import depotwatch
from depotwatch.labels.errors import ExportError
from depotwatch.labels.export import GEOJSON, export
from depotwatch.labels.project import Project
from depotwatch.labels.records import Annotation, Verdict

PROMISED = [
    *("id", "kind", "change", "state", "origin", "verdict", "score", "count_low", "count_best", "count_high"),
    *("tiers_low", "tiers_high", "length_m", "width_m", "area_m2", "heading_deg", "before", "after", "claims", "note"),
]


def exported(project: Project, verdicts: tuple[str, ...] | None = None) -> dict[str, Any]:
    path = project.path.with_name("out.geojson")
    count = export(project, path, GEOJSON, verdicts=verdicts).labels
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert len(found["features"]) == count
    return found


def test_features_carry_exactly_what_is_promised(case: Project) -> None:
    first, second = exported(case)["features"]
    assert list(first["properties"]) == list(second["properties"]) == PROMISED
    assert first["properties"] == {
        "id": "pit",
        "kind": "storage-pit",
        "change": "appeared",
        "state": "empty",
        "origin": "machine",
        "verdict": "accepted",
        "score": 0.73,
        "count_low": 1,
        "count_best": 2,
        "count_high": None,
        "tiers_low": 1,
        "tiers_high": None,
        "length_m": 34.0,
        "width_m": 28.1,
        "area_m2": 950.5,
        "heading_deg": 45.0,
        "before": "2023-08-01",
        "after": "after.tif",
        "claims": [{"claim": "pits", "relation": "supports"}],
        "note": "beside the rail spur",
    }
    assert (second["properties"]["verdict"], second["properties"]["claims"]) == ("unreviewed", [])


def test_what_may_explain_a_place_is_its_note_where_the_analyst_wrote_none(case: Project) -> None:
    terms = {"explained_by": "shadow", "explained_share": 0.62}
    case.put_annotation(replace(case.annotation("second"), note=""))
    born = case.candidates("run")[0]
    later = replace(case.comparison("run"), id="later", time="2024-05-09T10:00:00.000Z")
    twins = [replace(born, id=name, comparison="later", annotation=name, terms=terms) for name in ("pit", "second")]
    assert case.add_comparison(later, twins, [])
    notes = {feature["id"]: feature["properties"]["note"] for feature in exported(case)["features"]}
    assert notes["pit"] == "beside the rail spur"
    assert notes["second"] == "A shadow that the sun moved explains 62% of the change."


def test_what_is_not_countable_is_null(case: Project) -> None:
    case.put_annotation(replace(case.annotation("pit"), count=None, score=None, after=None))
    properties = exported(case)["features"][0]["properties"]
    for name in ("count_low", "count_best", "count_high", "tiers_low", "tiers_high", "score", "after"):
        assert properties[name] is None


def test_rings_follow_the_right_hand_rule_with_seven_decimals_and_no_crs(case: Project) -> None:
    pit = case.annotation("pit")
    hole = [(130.3101, 42.2301), (130.3101, 42.2302), (130.3102, 42.2302)]
    clockwise = Polygon([(130.31, 42.23), (130.31, 42.2304), (130.3104123456789, 42.2304), (130.3104, 42.23)], [hole])
    case.put_annotation(replace(pit, shape=replace(pit.shape, ground=clockwise)))
    found = exported(case)
    assert "crs" not in found
    outer, inner = found["features"][0]["geometry"]["coordinates"]
    assert LinearRing(outer).is_ccw
    assert not LinearRing(inner).is_ccw
    for ring in (outer, inner):
        assert ring[0] == ring[-1]
        assert all(abs(number - round(number, 7)) < 1e-12 for corner in ring for number in corner)
    assert [130.3104123, 42.2304] in outer


def test_the_file_says_what_it_rests_on(case: Project) -> None:
    found = exported(case)["depotwatch"]
    assert found["version"] == depotwatch.__version__
    assert found["project"] == "Rajin 2023"
    assert found["journal_head"] == case.journal()[-1].mark
    assert (found["synthetic"], found["notice"]) == (False, None)
    scenes = {scene["id"]: scene for scene in found["scenes"]}
    assert scenes["sha-before"]["credit"] == "Contains modified Copernicus Sentinel data"
    assert scenes["sha-before"]["licence"] == "CC-BY-SA-3.0-IGO"
    assert [comparison["id"] for comparison in found["comparisons"]] == ["run"]
    assert found["claims"] == [
        {"id": "pits", "statement": "More than a hundred pits were dug", "source": "Route", "url": "https://x.org/r"}
    ]
    assert "images/" not in json.dumps(found), "where files lay on the analyst's disk is nobody's business"


def test_an_invented_project_says_so_everywhere(tmp_path: Path, filling: Callable[[Project], None]) -> None:
    with Project.create(tmp_path / "invented.gpkg", synthetic=True) as project:
        filling(project)
        found = exported(project)
    assert found["depotwatch"]["synthetic"] is True
    assert "SYNTHETIC" in found["depotwatch"]["notice"]
    for feature in found["features"]:
        assert list(feature["properties"]) == [*PROMISED, "synthetic"]
        assert feature["properties"]["synthetic"] is True


def test_a_rendered_scene_in_a_real_project_marks_the_labels_on_it(case: Project) -> None:
    case.put_scene(replace(case.scene("sha-after"), synthetic=True))
    found = exported(case)
    assert found["depotwatch"]["synthetic"] is True
    assert all(feature["properties"]["synthetic"] for feature in found["features"])


def test_verdicts_choose_what_is_written(case: Project) -> None:
    case.put_verdict(Verdict("pit", "Bo", "rejected", "shadow", "", "2024-05-03T00:00:00.000Z"))
    standing = {feature["id"]: feature["properties"]["verdict"] for feature in exported(case)["features"]}
    assert standing == {"pit": "disputed", "second": "unreviewed"}
    assert [feature["id"] for feature in exported(case, ("disputed", "accepted"))["features"]] == ["pit"]
    assert exported(case, ("accepted",))["features"] == []
    with pytest.raises(ExportError, match="'wrong' is not a verdict; allowed: accepted"):
        exported(case, ("wrong",))


def test_withdrawn_labels_are_not_written(case: Project) -> None:
    case.put_annotation(replace(case.annotation("second"), withdrawn=True))
    assert [feature["id"] for feature in exported(case)["features"]] == ["pit"]


def test_labels_without_georeference_are_refused_by_name(case: Project, unplaced: Annotation, tmp_path: Path) -> None:
    case.put_annotation(unplaced)
    path = tmp_path / "labels.geojson"
    with pytest.raises(ExportError, match=r"1 label has no georeference \(sketch\): export CSV instead, or .* --gcp"):
        export(case, path, GEOJSON)
    assert not path.exists()
    assert export(case, path, GEOJSON, verdicts=("accepted",)).labels == 1


def test_a_failed_export_leaves_the_earlier_one_and_no_debris(case: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = case.path.with_name("out.geojson")
    export(case, path, GEOJSON)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    case_files = sorted(entry.name for entry in path.parent.iterdir())
    with pytest.raises(ExportError, match="The disk is full"):
        export(case, path, GEOJSON, verdicts=("accepted",))
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in path.parent.iterdir()) == case_files


def test_an_export_cannot_replace_the_project_or_go_nowhere(case: Project) -> None:
    with pytest.raises(ExportError, match="is the project itself"):
        export(case, case.path, GEOJSON)
    with pytest.raises(ExportError, match="cannot be written"):
        export(case, case.path.with_name("nowhere") / "out.geojson", GEOJSON)
    assert len(case.annotations()) == 2


def test_thousands_of_labels_keep_their_order(case: Project) -> None:
    pit = case.annotation("pit")
    with case.transaction():
        for number in range(300):
            ground = box(130 + number / 1000, 42, 130.0005 + number / 1000, 42.0005)
            case.put_annotation(replace(pit, id=f"n{number}", shape=replace(pit.shape, ground=ground)))
    assert [feature["id"] for feature in exported(case)["features"]] == [
        "pit",
        "second",
        *(f"n{n}" for n in range(300)),
    ]
