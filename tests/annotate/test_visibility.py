"""How much a place changed, in spreads of what did not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shapely import Polygon, box

from depotwatch.annotate.detect import Detection
from depotwatch.annotate.visibility import quiet, visibility, visibility_in, with_visibility
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, Registration, Residual, Scene, ScenePair

SPREAD, STEP = 8.0, 60.0
PLACE = box(20, 30, 40, 45)


@pytest.fixture
def pair() -> ScenePair:
    rng = np.random.default_rng(0)
    grid = Grid.without_crs((100, 120), 1.0, 1.0)
    before = np.full((3, *grid.shape), 500.0, dtype=np.float32)
    after = before + SPREAD * rng.standard_normal(grid.shape).astype(np.float32)
    after[:, 30:45, 20:40] += STEP
    mask = np.ones(grid.shape, dtype=bool)
    scene = Scene(grid, before, mask, ("a", "b", "c"), Acquisition(), Path("a"), "a")
    here = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.1, 0.2, 0.1, 0.2, 9))
    return ScenePair(scene, replace(scene, pixels=after), here)


def test_a_change_counts_in_spreads_of_the_unchanged(pair: ScenePair) -> None:
    spread = quiet(pair)
    assert spread == pytest.approx(SPREAD, rel=0.1)
    seen, pixels = visibility(pair, PLACE, spread)
    assert pixels == 20 * 15
    assert seen == pytest.approx(np.hypot(STEP, SPREAD) / SPREAD, rel=0.1)
    assert visibility(pair, box(60, 60, 80, 80), spread)[0] == pytest.approx(1, rel=0.15)


def test_what_is_not_valid_does_not_count(pair: ScenePair) -> None:
    mask = pair.before.mask.copy()
    mask[30:45, 20:40] = False
    hidden = replace(pair, before=replace(pair.before, mask=mask))
    assert visibility(hidden, PLACE, 1.0) == (0.0, 0)
    assert visibility(pair, Polygon([(500, 500), (510, 500), (510, 510)]), 1.0) == (0.0, 0)


def test_detections_carry_it_in_their_terms(pair: ScenePair) -> None:
    one = Detection("storage-pit", "appeared", "unknown", PLACE, 0.6, None, {"fill": 0.9})
    (told,) = with_visibility(pair, [one])
    assert told.terms["fill"] == 0.9 and replace(told, terms=one.terms) == one
    seen = visibility_in(told.terms)
    assert seen is not None and seen > 5
    assert visibility_in({}) is None and visibility_in({"visibility": "much"}) is None
