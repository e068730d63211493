"""Implants through the whole job: drawn, looked for, kept as rows, and nowhere else."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio

from depotwatch.annotate import Result, Settings, compare
from depotwatch.annotate.implants import implantable
from depotwatch.annotate.one_to_one import one_to_one
from depotwatch.annotate.recall import jeffreys, recall_as_json
from depotwatch.annotate.testable import Testability
from depotwatch.imagery.errors import CancelledError
from depotwatch.imagery.synthetic import render_case, write_case
from depotwatch.labels.project import Project

ASKED = 3


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("scenes")
    before, after, _ = write_case(render_case(23, gsd_m=1.0, extent_m=200.0), folder)
    return before, after


@pytest.fixture(scope="module")
def done(files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("project")
    return compare(*files, folder / "p.gpkg", Settings(implants=ASKED, map_path=folder / "map.tif", analyst="Ann"))


def test_every_kind_searched_is_drawn_and_looked_for(done: Result) -> None:
    kinds = {row.kind for row in done.implants}
    assert kinds == {"storage-pit", "container-stack"}
    for row in done.implants:
        assert row.comparison == done.comparison.id and row.asked == ASKED and 0 <= row.number < ASKED
        assert row.dprime > 0 and (row.boxes is None) == (row.kind == "storage-pit")
        assert row.found or row.count_low is None


def test_the_same_run_again_adds_nothing_and_draws_nothing(done: Result, files: tuple[Path, Path]) -> None:
    with Project.open(done.project) as project:
        entries = project.journal()
        again = compare(*files, project, Settings(implants=ASKED, analyst="Ann"))
        assert project.journal() == entries
        assert [entry.action for entry in entries] == ["compare", "implants"]
        assert entries[1].payload["synthetic"] is True
        assert project.implants(done.comparison.id) == done.implants == again.implants
    assert again.comparison.id == done.comparison.id and not again.new


def test_implants_change_neither_candidates_nor_map_nor_annotations(
    done: Result, files: tuple[Path, Path], tmp_path: Path
) -> None:
    without = compare(*files, tmp_path / "p.gpkg", Settings(map_path=tmp_path / "map.tif"))
    assert [one.id for one in without.candidates] == [one.id for one in done.candidates]
    assert "implants" not in without.to_json() and "implants" not in without.seconds
    with rasterio.open(done.project.parent / "map.tif") as one, rasterio.open(tmp_path / "map.tif") as other:
        assert np.array_equal(one.read(), other.read(), equal_nan=True)
    with Project.open(done.project) as project:
        assert len(project.annotations()) == len(done.candidates)
        assert len(project.scenes()) == 2


def test_json_says_that_they_are_synthetic_and_how_much_was_found(done: Result) -> None:
    told = json.loads(json.dumps(done.to_json()))["implants"]
    assert [one["kind"] for one in told] == ["storage-pit", "container-stack"]
    for one in told:
        assert one["synthetic"] is True and one["found"] <= one["drawn"] <= one["asked"] == ASKED
        assert one["recall"]["low"] <= one["recall"]["best"] <= one["recall"]["high"]
        for by in ("by_length_m", "by_contrast", "by_dprime"):
            assert sum(part["drawn"] for part in one[by]) == one["drawn"]


@pytest.mark.parametrize("moment", ["implants", "implants, batch 1"], ids=["before a batch", "inside a batch"])
def test_a_cancelled_search_keeps_the_comparison(files: tuple[Path, Path], tmp_path: Path, moment: str) -> None:
    seen: list[str] = []
    with pytest.raises(CancelledError, match="comparison itself is kept"):
        compare(
            *files,
            tmp_path / "p.gpkg",
            Settings(implants=ASKED),
            progress=lambda done, total, what: seen.append(what),
            cancelled=lambda: any(word.startswith(moment) for word in seen),
        )
    with Project.open(tmp_path / "p.gpkg") as project:
        assert len(project.comparisons()) == 1 and project.implants() == ()


def test_what_a_pair_cannot_show_is_not_drawn_into_it() -> None:
    seen = {"storage-pit": Testability("storage-pit", True, True, ""), "vessel": Testability("vessel", True, True, "")}
    assert implantable(seen, "optical") == ("storage-pit",)
    assert implantable(seen, "sar") == ()


def test_thirds_of_few_and_a_share_of_none() -> None:
    assert recall_as_json(()) == []
    assert jeffreys(0, 0) == (0.0, 0.5, 1.0)
    low, best, high = jeffreys(9, 10)
    assert 0.5 < low < best < high < 1


def test_one_proposal_finds_one_thing(done: Result) -> None:
    candidates = done.candidates[:1]
    proposed = [(one.change, one.shape.pixels) for one in (*candidates, *candidates)]

    class Thing:
        change, length_m, width_m = candidates[0].change, 10.0, 10.0
        polygon = candidates[0].shape.pixels

    assert len(one_to_one(proposed, [Thing()])) == 1
