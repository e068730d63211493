"""Two analysts on the command line: merging their projects, and settling what they disagree on."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from depotwatch.annotate.review import Review
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project
from depotwatch.labels.records import Count
from depotwatch.plugins.cli import main


@pytest.fixture
def pair(review_project: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Return one project that Ada read, and its copy that Bo read; they disagree on one place."""
    with Project.open(review_project) as project:
        project.append("Ada", "note", {})
    copy = tmp_path / "bo.gpkg"
    shutil.copy(review_project, copy)
    for path, name, value in ((review_project, "Ada", "accepted"), (copy, "Bo", "unsure")):
        with Project.open(path) as project:
            ids = [one.id for one in project.annotations()]
            review = Review(project, name)
            review.judge([ids[0]], "accepted")
            review.judge([ids[1]], value)
    return review_project, copy


def ran(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert main(words) == 0, capsys.readouterr().err
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_two_files_are_merged_and_their_dispute_is_listed_and_settled(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "both.gpkg"
    merged = ran(["merge", *map(str, pair), str(out), "--json"], capsys)
    assert merged["joined"] is True and merged["matched"] == [] and merged["differences"] == []
    other = ran(["merge", *map(str, pair[::-1]), str(tmp_path / "again.gpkg"), "--json"], capsys)
    assert other["head"] == merged["head"]
    listed = ran(["adjudicate", str(out), "--json"], capsys)
    (one,) = listed["disputed"]
    assert {verdict["analyst"]: verdict["value"] for verdict in one["verdicts"]} == {"Ada": "accepted", "Bo": "unsure"}
    overall = listed["agreement"][0]
    assert (overall["places"], overall["same"], overall["unseen"]) == (2, 1, 2)
    settling = ["--verdict", "accepted", "--why", "walls on both sides", "--analyst", "Cleo"]
    settled = ran(["adjudicate", str(out), one["id"], *settling, "--json"], capsys)
    assert settled["disputed"] == []
    assert [(each["analyst"], each["value"], each["stands"]) for each in settled["dissent"]] == [
        ("Bo", "unsure", "accepted")
    ]
    with Project.open(out, read_only=True) as project:
        assert verify_chain(project.journal(), merged["head"]) is None
        assert project.journal()[-1].analyst == "Cleo"


def test_the_list_is_a_table_for_people(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["merge", *map(str, pair), str(tmp_path / "both.gpkg")]) == 0
    told = capsys.readouterr().err
    assert "places were in both." in told and "became one place" not in told
    assert "The journal's head is" in told
    assert main(["adjudicate", str(tmp_path / "both.gpkg")]) == 0
    shown = capsys.readouterr().out
    assert "Ada: accepted; Bo: unsure" in shown
    assert "Ada and Bo both decided 2" in shown and max(map(len, shown.splitlines())) <= 100
    assert main(["adjudicate", str(pair[0])]) == 0
    assert "No place is disputed." in capsys.readouterr().out


def test_another_count_is_dissent_that_is_told(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, name, number in zip(pair, ("Ada", "Bo"), (2, 5), strict=True):
        with Project.open(path) as project:
            review = Review(project, name)
            review.select("a0")
            review.set_count(Count(number, number, number))
    out = tmp_path / "both.gpkg"
    assert main(["merge", *map(str, pair), str(out)]) == 0
    assert "On a0 they differ in its count" in capsys.readouterr().err
    assert main(["adjudicate", str(out)]) == 0
    assert "a0: Ada: count low 2, best 2, high 2; what stands is low 5, best 5, high 5." in capsys.readouterr().out


def test_what_cannot_be_settled_or_merged_says_why_and_changes_nothing(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Project.open(pair[0], read_only=True) as project:
        head, place = project.head, project.annotations()[0].id
    settle = ["adjudicate", str(pair[0]), "nothing", "--verdict", "accepted", "--why", "x", "--analyst", "Cleo"]
    assert main(settle) == 1
    assert "No place of this project can be told by" in capsys.readouterr().err
    assert main(["adjudicate", str(pair[0]), "a0"]) == 2
    for words, why in (
        (["--verdict", "wrong"], "'wrong' is no verdict; allowed: accepted, rejected, unsure"),
        (["--verdict", "rejected"], "A rejection has no reason; give one of shadow, season"),
        (["--verdict", "rejected", "--reason", "mood"], "A rejection cannot have the reason 'mood'"),
        (["--verdict", "unsure", "--reason", "cloud"], "'unsure' takes no reason"),
    ):
        assert main([*settle[:2], place, *words, "--why", "x", "--analyst", "Cleo"]) == 1
        assert why in capsys.readouterr().err
    assert main(["adjudicate", str(pair[0]), "--verdict", "accepted"]) == 2
    with Project.open(pair[0], read_only=True) as project:
        assert project.head == head
    out = tmp_path / "out.gpkg"
    assert main(["merge", str(pair[0]), str(tmp_path / "nothing.gpkg"), str(out)]) == 1
    assert not out.exists()
    assert main(["merge", str(pair[0]), str(pair[1]), str(pair[1])]) == 1
    assert "already exists" in capsys.readouterr().err
