"""CSV with everything GeoJSON has and more, that no spreadsheet runs."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from depotwatch.labels.export import CSV, export
from depotwatch.labels.project import Project
from depotwatch.labels.records import Annotation, Verdict


def exported(project: Project, verdicts: tuple[str, ...] | None = None) -> list[dict[str, str]]:
    path = project.path.with_name("out.csv")
    count = export(project, path, CSV, verdicts=verdicts).labels
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count
    return rows


def test_a_row_holds_properties_verdict_details_and_outlines(case: Project) -> None:
    case.put_verdict(Verdict("pit", "Bo", "rejected", "shadow", "long, low sun", "2024-05-03T00:00:00.000Z"))
    row = exported(case)[0]
    assert (row["id"], row["verdict"], row["claims"]) == ("pit", "disputed", "pits supports")
    assert (row["score"], row["count_best"], row["count_high"]) == ("0.73", "2", "")
    assert row["reasons"] == "shadow"
    assert row["verdict_notes"] == "Ada: clear; Bo: long, low sun"
    assert row["analysts"] == "Ada accepted 2024-05-02T09:00:00.000Z; Bo rejected 2024-05-03T00:00:00.000Z"
    assert (row["before_id"], row["after_id"], row["scene_id"]) == ("sha-before", "sha-after", "sha-before")
    shape = case.annotation("pit").shape
    assert shapely.from_wkt(row["pixels_wkt"]) == shape.pixels
    assert shapely.from_wkt(row["ground_wkt"]) == shape.ground
    assert row["synthetic"] == "false"


def test_labels_without_georeference_are_written_in_pixels(case: Project, unplaced: Annotation) -> None:
    case.put_annotation(unplaced)
    row = exported(case)[-1]
    assert (row["id"], row["ground_wkt"], row["before"]) == ("sketch", "", "photo.tif")
    assert shapely.from_wkt(row["pixels_wkt"]) == unplaced.shape.pixels


def test_an_invented_project_says_so_in_every_row(tmp_path: Path, filling: Callable[[Project], None]) -> None:
    with Project.create(tmp_path / "invented.gpkg", synthetic=True) as project:
        filling(project)
        assert [row["synthetic"] for row in exported(project)] == ["true", "true"]


@pytest.mark.parametrize("note", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "＠x"])
def test_texts_that_a_spreadsheet_would_run_are_defused(case: Project, note: str) -> None:
    case.put_annotation(replace(case.annotation("pit"), note=note))
    assert exported(case)[0]["note"] == "'" + note


def test_numbers_stay_numbers_and_words_stay_words(case: Project) -> None:
    pit = case.annotation("pit")
    words = 'say "pits", 2\nlines – Тихорецк; 1-2 = 3'
    case.put_annotation(replace(pit, note=words, shape=replace(pit.shape, heading_deg=-5.0)))
    row = exported(case)[0]
    assert (row["heading_deg"], row["note"]) == ("-5.0", words)


def test_withdrawn_and_unwanted_labels_are_not_written(case: Project) -> None:
    assert [row["id"] for row in exported(case, ("unreviewed",))] == ["second"]
    case.put_annotation(replace(case.annotation("second"), withdrawn=True))
    assert [row["id"] for row in exported(case)] == ["pit"]


def test_an_empty_project_gives_the_header_alone(empty: Project) -> None:
    path = empty.path.with_name("out.csv")
    assert export(empty, path, CSV).labels == 0
    assert path.read_text(encoding="utf-8").startswith("id,kind,change,state,origin,verdict,score,count_low,")
