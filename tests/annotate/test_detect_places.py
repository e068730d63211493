"""The entry point, what the shape detectors leave over, and one kind a place."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shapely import Polygon, box

from depotwatch.annotate.detect import detect
from depotwatch.annotate.detect.arbitration import arbitrate
from depotwatch.annotate.detect.detection import Detection, calibrated
from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.testable import testable as shown
from depotwatch.imagery.errors import CancelledError, GridMismatchError
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, ChangeMap, Null, Registration, Residual, Scene, ScenePair

KINDS = load_kinds()


def found(kind: str, polygon: Polygon, score: float) -> Detection:
    return Detection(kind, "appeared", "unknown", polygon, score, None, {})


def pair_and_map(sensor: str = "optical", bare: bool = True) -> tuple[ScenePair, ChangeMap]:
    """A meadow of 10 m pixels in which a rectangle turned brown (or darker and greener)."""
    grid = Grid.without_crs((60, 60), 10.0, 10.0)
    rng = np.random.default_rng(2)
    before = np.array([400.0, 300.0, 2000.0])[:, None, None] + rng.normal(0, 5, (3, 60, 60))
    after = before + rng.normal(0, 5, before.shape)
    after[:, 20:30, 15:35] = np.array([900, 1000, 1600] if bare else [200, 100, 2400])[:, None, None]
    score = np.full(grid.shape, 0.1, dtype=np.float32)
    score[20:30, 15:35] = 0.8
    sign = np.where(score > 0.5, 9.0 if bare else -9.0, 0.0).astype(np.float32)
    mask, bands, made = np.ones(grid.shape, dtype=bool), ("green", "red", "nir"), Acquisition(sensor=sensor)
    scenes = [
        Scene(grid, pixels.astype(np.float32), mask, bands, made, Path("drawn.tif"), name)
        for pixels, name in ((before, "a"), (after, "b"))
    ]
    registration = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.1, 0.2, 1.0, 2.0, 50))
    null = Null(np.array([0.1, 9.0]), np.array([1e-6, 1e-9]), np.array([1.0, 1e-3]), "by hand")
    return ScenePair(scenes[0], scenes[1], registration), ChangeMap(grid, score, "test", 3.0, null, 1.0, sign)


def all_found(pair: ScenePair, change: ChangeMap, gsd: float = 10.0) -> list[Detection]:
    sensor = pair.before.acquisition.sensor
    return detect(pair, change, KINDS, {name: shown(kind, (gsd, gsd), sensor) for name, kind in KINDS.items()})


def test_a_meadow_turned_brown_is_disturbed_soil_with_its_evidence() -> None:
    (one,) = all_found(*pair_and_map())
    assert (one.kind, one.change, one.count) == ("disturbed-soil", "appeared", None)
    assert 0.5 < one.score < 1.0
    assert one.terms["greening"] < -2 < 2 < one.terms["brightening"]  # type: ignore[operator]
    covered = box(15, 20, 35, 30)
    assert one.polygon.intersection(covered).area / one.polygon.union(covered).area > 0.9


def test_a_change_that_is_no_soil_is_unknown_and_radar_never_says_soil() -> None:
    assert [one.kind for one in all_found(*pair_and_map(bare=False))] == ["unknown"]
    assert [one.kind for one in all_found(*pair_and_map(sensor="sar"))] == ["unknown"]


def test_only_kinds_that_are_asked_for_and_testable_are_proposed() -> None:
    pair, change = pair_and_map()
    assert detect(pair, change, {"storage-pit": KINDS["storage-pit"]}, {}) == []
    pits = {"storage-pit": shown(KINDS["storage-pit"], (10.0, 10.0), "optical")}
    assert not pits["storage-pit"].detect
    assert detect(pair, change, KINDS, pits) == []


def test_progress_ends_complete_and_cancelling_stops() -> None:
    pair, change = pair_and_map()
    seen = {name: shown(kind, (10.0, 10.0), "optical") for name, kind in KINDS.items()}
    steps: list[tuple[int, int, str]] = []
    detect(pair, change, KINDS, seen, progress=lambda done, total, what: steps.append((done, total, what)))
    assert steps[-1][0] == steps[-1][1]
    with pytest.raises(CancelledError, match="nothing was stored"):
        detect(pair, change, KINDS, seen, cancelled=lambda: True)


def test_a_map_on_another_grid_is_refused() -> None:
    pair, change = pair_and_map()
    with pytest.raises(GridMismatchError):
        detect(pair, replace(change, grid=Grid.without_crs((60, 60), 9.0, 9.0)), KINDS, {})


def test_the_best_evidence_keeps_a_place_and_the_rest_give_way() -> None:
    pit, stack = found("storage-pit", box(0, 0, 20, 20), 0.7), found("container-stack", box(4, 4, 20, 20), 0.8)
    apart = found("storage-pit", box(40, 0, 60, 20), 0.6)
    wall, soil = found("unknown", box(-1, 5, 3, 15), 0.9), found("disturbed-soil", box(100, 0, 150, 50), 0.55)
    kept = arbitrate([pit, stack, apart], [found("unknown", box(18, 4, 21, 20), 0.9), wall, soil])
    assert stack in kept and apart in kept and soil in kept
    assert pit not in kept and len(kept) <= 4
    assert [one.score for one in kept] == sorted((one.score for one in kept), reverse=True)


def test_neighbours_that_only_touch_stay_apart() -> None:
    left, right = found("storage-pit", box(0, 0, 20, 20), 0.7), found("storage-pit", box(18, 0, 38, 20), 0.6)
    assert arbitrate([left, right], []) == [left, right]


def test_a_score_of_one_half_is_the_threshold() -> None:
    assert calibrated(5.0, 5.0) == 0.5
    assert calibrated(-1.0, 5.0) == 0.0
    assert calibrated(500.0, 5.0) < 1.0
