"""What an analyst found that is not what stands is kept, and goes out with every label."""

import csv
import json
from dataclasses import asdict
from pathlib import Path

from depotwatch.labels.dissent import dissents
from depotwatch.labels.export import CSV, GEOJSON, export
from depotwatch.labels.project import Project
from depotwatch.labels.records import Count, Dissent, Verdict


def settle(case: Project) -> None:
    """Let Bo disagree with Ada on the pit, and Cleo settle it for Bo."""
    time = "2024-05-03T09:00:00.000Z"
    case.put_verdict(Verdict("pit", "Bo", "rejected", "shadow", "a shadow; nothing more", time))
    case.put_verdict(Verdict("pit", "Cleo", "rejected", "shadow", "Bo is right", time, adjudicates=True))


def test_the_verdict_that_does_not_stand_is_dissent(case: Project) -> None:
    assert dissents(case) == ()
    settle(case)
    (one,) = dissents(case)
    assert one == Dissent("pit", "Ada", "verdict", "accepted", "rejected", None, "clear", "2024-05-02T09:00:00.000Z")
    assert one.words == "Ada: accepted, clear"


def test_while_nobody_settles_it_both_are(case: Project) -> None:
    case.put_verdict(Verdict("pit", "Bo", "rejected", "shadow", "", "2024-05-03T09:00:00.000Z"))
    assert [(one.words, one.stands) for one in dissents(case)] == [
        ("Ada: accepted, clear", "disputed"),
        ("Bo: rejected (shadow)", "disputed"),
    ]


def test_a_value_of_a_merged_file_is_dissent_while_another_stands(case: Project) -> None:
    told = {
        "annotation": "pit",
        "field": "count",
        "kept": asdict(Count(1, 2, None, tiers_low=1)),
        "kept_by": "Bo",
        "kept_time": "2024-05-03T09:00:00.000Z",
        "other": asdict(Count(4, 5, 6)),
        "other_by": "Ada",
        "other_time": "2024-05-02T09:00:00.000Z",
    }
    case.append("Ada and Bo", "merge", {"differences": [told]})
    (one,) = dissents(case)
    assert (one.analyst, one.field, one.words) == ("Ada", "count", "Ada: count low 4, best 5, high 6")


def test_dissent_goes_out_with_its_label(case: Project, tmp_path: Path) -> None:
    settle(case)
    export(case, tmp_path / "out.csv", CSV)
    with open(tmp_path / "out.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert rows["pit"]["dissent"] == "Ada: accepted, clear" and rows["second"]["dissent"] == ""
    export(case, tmp_path / "out.geojson", GEOJSON)
    features = {one["id"]: one for one in json.loads((tmp_path / "out.geojson").read_text())["features"]}
    assert [one["analyst"] for one in features["pit"]["depotwatch"]["dissent"]] == ["Ada"]
    assert features["second"]["depotwatch"]["dissent"] == []
