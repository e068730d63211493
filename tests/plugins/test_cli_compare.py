"""The job from the command line: compare, change, detect, then count, claims and export on what came out."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from shapely import box

from depotwatch.annotate.review import Review
from depotwatch.imagery.synthetic import render_case, write_case
from depotwatch.labels.project import Project
from depotwatch.plugins.cli import main

COMPARE_KEYS = {
    "project",
    "pair",
    "method",
    "threshold",
    "expected_false_alarms_per_km2",
    "kinds",
    "candidates",
    "explained",
    "seconds",
}
PAIR_KEYS = {"before", "after", "crs", "gsd_m", "shift_m", "residual_px", "valid_fraction"}
KIND_KEYS = {"kind", "testable", "reason", "candidates", "count"}
STAGES = {"read", "register", "normalise", "score", "detect", "save", "total"}
CHANGE_KEYS = {
    "method",
    "threshold",
    "shift_px",
    "residual_px",
    "valid_fraction",
    "expected_false_alarms_per_km2",
    "seconds",
}


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with before.tif and after.tif of a small rendered case."""
    folder = tmp_path_factory.mktemp("images")
    write_case(render_case(23, gsd_m=1.0, extent_m=240), folder)
    return folder


@pytest.fixture(scope="module")
def compared(images: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which the pair was compared and one pit was drawn; tests work on copies."""
    path = tmp_path_factory.mktemp("compared") / "port.gpkg"
    words = ["compare", str(images / "before.tif"), str(images / "after.tif"), "--project", str(path)]
    assert main([*words, "--analyst", "Ann", "--json"]) == 0
    with Project.open(path) as project:
        Review(project, "Ann").draw("storage-pit", box(60, 60, 80, 80), project.comparisons()[0].before)
    return path


@pytest.fixture
def port(compared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(compared, tmp_path / "port.gpkg"))


def answer(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Run a command that must succeed, and return the one JSON object it prints."""
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def pair_of(images: Path) -> list[str]:
    return [str(images / "before.tif"), str(images / "after.tif")]


def test_compare_prints_what_was_promised(images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target, written = tmp_path / "new.gpkg", tmp_path / "map.tif"
    found = answer(["compare", *pair_of(images), "--project", str(target), "--map", str(written)], capsys)
    assert set(found) >= COMPARE_KEYS
    assert set(found["pair"]) >= PAIR_KEYS
    assert set(found["seconds"]) >= STAGES
    assert all(set(kind) >= KIND_KEYS for kind in found["kinds"])
    assert found["candidates"] == sum(kind["candidates"] for kind in found["kinds"])
    assert found["pair"]["gsd_m"] == pytest.approx([1.0, 1.0], rel=1e-2)
    with Project.open(target, read_only=True) as project:
        assert len(project.candidates()) == found["candidates"]
        assert len(project.scenes()) == 2
    with rasterio.open(written) as score, rasterio.open(images / "before.tif") as before:
        assert (score.shape, score.transform, score.crs) == (before.shape, before.transform, before.crs)
        assert score.dtypes == ("float32",)


def test_compare_for_people_names_kinds_and_the_next_step(
    images: Path, port: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *pair_of(images), "--project", str(port)]) == 0
    told = capsys.readouterr()
    assert "storage-pit" in told.out
    assert f"depotwatch review {port}" in told.out
    assert "Ann" in told.err, "the remembered name is said"


def test_the_same_comparison_again_adds_nothing(images: Path, port: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def held() -> tuple[object, ...]:
        with Project.open(port, read_only=True) as project:
            return (
                project.scenes(),
                project.comparisons(),
                project.candidates(),
                project.annotations(),
                len(project.journal()),
            )

    had = held()
    assert main(["compare", *pair_of(images), "--project", str(port)]) == 0
    assert held() == had


def test_a_machine_run_without_a_name_is_journalled_as_unnamed(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DEPOTWATCH_ANALYST", raising=False)
    target = tmp_path / "new.gpkg"
    assert main(["compare", *pair_of(images), "--project", str(target)]) == 0
    assert "--analyst" in capsys.readouterr().err
    with Project.open(target, read_only=True) as project:
        assert {entry.analyst for entry in project.journal()} == {"unnamed"}
        assert project.preference("analyst") is None


def test_an_unknown_kind_or_method_or_site_is_named(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for flag, value in (("--kind", "tank-farm"), ("--method", "magic"), ("--site", "nowhere")):
        target = tmp_path / "new.gpkg"
        assert main(["compare", *pair_of(images), "--project", str(target), flag, value]) == 1
        sentence = capsys.readouterr().err.strip().splitlines()[-1]
        assert value in sentence
        assert "Internal error" not in sentence
        assert not target.exists()


def test_flags_given_twice_are_before_then_after(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "new.gpkg"
    flags = ["--sun", "150,30", "--sun", "160,40.5", "--credit", "Both", "--before-date", "2031-02-03"]
    answer(["compare", *pair_of(images), "--project", str(target), *flags], capsys)
    with Project.open(target, read_only=True) as project:
        comparison = project.comparisons()[0]
        assert comparison.after is not None
        before, after = project.scene(comparison.before), project.scene(comparison.after)
    assert (before.sun_azimuth_deg, before.sun_elevation_deg) == (150, 30)
    assert (after.sun_azimuth_deg, after.sun_elevation_deg) == (160, 40.5)
    assert before.credit == after.credit == "Both"
    assert before.time is not None and before.time.startswith("2031-02-03")
    assert after.time is not None and not after.time.startswith("2031-02-03")


def test_change_writes_the_map_alone(images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = tmp_path / "map.tif"
    found = answer(["change", *pair_of(images), str(written)], capsys)
    assert set(found) >= CHANGE_KEYS
    assert found["threshold"] == 0.5
    with rasterio.open(written) as file:
        score = file.read(1)
        assert file.count == 1
    valid = score[np.isfinite(score)]
    assert found["valid_fraction"] == pytest.approx(valid.size / score.size)
    assert 0 <= valid.min() < valid.max() < 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.tif"]


def test_implants_are_reported_and_kept_apart(images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", *pair_of(images), "--project", str(tmp_path / "p.gpkg"), "--kind", "storage-pit"]
    found = answer([*words, "--analyst", "Ann", "--implants", "2"], capsys)
    assert set(found) == COMPARE_KEYS | {"refused", "method_reason", "implants"}
    (pits,) = found["implants"]
    assert pits["kind"] == "storage-pit" and pits["synthetic"] and pits["found"] <= pits["drawn"] <= 2
    assert found["seconds"]["implants"] > 0
    with Project.open(tmp_path / "p.gpkg", read_only=True) as project:
        assert len(project.implants()) == pits["drawn"]
        assert len(project.annotations()) == found["candidates"]


def test_detect_finds_and_counts_on_one_scene_once(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "single.gpkg"
    words = ["detect", str(images / "after.tif"), "--project", str(target), "--analyst", "Ann"]
    found = answer(words, capsys)
    again = answer(words, capsys)
    assert found["scene"]["id"] == again["scene"]["id"]
    rows = {row["kind"]: row for row in found["kinds"]}
    assert set(rows) >= {"storage-pit", "container-stack", "vessel", "rail-car"}
    assert sum(row["candidates"] for row in rows.values()) == found["candidates"] == again["candidates"]
    for row in rows.values():
        assert row["reason"]
        assert row["count"] is None or row["count"]["low"] <= row["count"]["best"]
        assert row["testable"] or (row["count"] is None and row["candidates"] == 0)
    with Project.open(target, read_only=True) as project:
        assert [scene.id for scene in project.scenes()] == [found["scene"]["id"]]
        assert len(project.journal()) == 1
    assert main([*words, "--kind", "vessel"]) == 0
    table = capsys.readouterr().out
    assert "vessel" in table and "rail-car" not in table


def test_count_has_bounds_with_their_rules(port: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = answer(["count", str(port), "--by", "kind,verdict"], capsys)["rows"]
    counted = [row for row in rows if row["count"] is not None]
    assert counted
    for row in counted:
        assert row["count"]["low"] <= row["count"]["best"]
        assert all(row["count"]["rules"].values())
    assert all(row["reason"] for row in rows if row["count"] is None)
    assert main(["count", str(port)]) == 0
    assert "storage-pit" in capsys.readouterr().out


def test_counts_by_something_else_are_refused(port: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", str(port), "--by", "colour"]) == 1
    assert "colour" in capsys.readouterr().err


def test_claims_without_any_say_how_to_add_them(port: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["claims", str(port)], capsys)["claims"] == []
    assert main(["claims", str(port)]) == 0
    assert "claim add" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["out.geojson", "out.csv"])
def test_export_takes_the_format_from_the_ending(name: str, port: Path, tmp_path: Path) -> None:
    assert main(["export", str(port), str(tmp_path / name)]) == 0
    assert (tmp_path / name).stat().st_size > 100


def test_export_of_accepted_ones_alone(port: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Project.open(port) as project:
        review = Review(project, "Ann")
        review.draw("container-stack", box(90, 90, 120, 100), project.comparisons()[0].before)
        review.reject("other")
    out = tmp_path / "out.json"
    assert main(["export", str(port), str(out), "--format", "geojson", "--verdict", "accepted"]) == 0
    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    kinds = [(feature["properties"]["kind"], feature["properties"]["verdict"]) for feature in features]
    assert kinds == [("storage-pit", "accepted")]


@pytest.mark.parametrize(
    "words", [["out.xyz"], ["out.csv", "--format", "paper"], ["out.csv", "--verdict", "maybe"], ["no/where/out.csv"]]
)
def test_exports_that_are_not_possible(
    words: list[str], port: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", str(port), *words]) == 1
    *before, told = capsys.readouterr().err.splitlines()
    assert all(line.startswith("Analyst: Ann") for line in before)
    assert "Internal error" not in told
    assert not list(tmp_path.glob("out*"))


def test_review_says_where_the_window_is_missing(
    port: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("depotwatch.plugins.cli.review.find_spec", lambda _name: None)
    assert main(["review", str(port)]) == 1
    assert 'pip install "depotwatch[viewer]"' in capsys.readouterr().err


def test_review_without_a_display_says_so(
    port: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("depotwatch.plugins.cli.review.find_spec", lambda name: name)
    assert main(["review", str(port)]) == 1
    assert "display" in capsys.readouterr().err


def test_a_threshold_is_asked_for_in_units_of_the_statistic(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["compare", *pair_of(images), "--project", str(tmp_path / "p.gpkg"), "--analyst", "Ann"]
    assert main([*words, "--threshold", "12.5"]) == 0
    assert "threshold  12.5 in units of its statistic, as asked for" in capsys.readouterr().out
    with Project.open(tmp_path / "p.gpkg", read_only=True) as project:
        assert project.comparisons()[0].settings["threshold"] == 12.5
    assert main([*words, "--threshold", "0"]) == 2
