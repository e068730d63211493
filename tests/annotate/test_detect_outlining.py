"""Painted blocks on plain ground: what covers it is told from shade, and its sides lie within a third of a metre."""

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from shapely import Polygon, box

from depotwatch.annotate.detect.frame import MetricFrame
from depotwatch.annotate.detect.stack.covered import covered
from depotwatch.annotate.detect.stack.outlining import outlines
from depotwatch.annotate.detect.stack.patches import patches
from depotwatch.annotate.matching import iou
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, Registration, Residual, Scene, ScenePair

FINE, GSD, SIDE_M = 0.1, 0.5, 80.0
COLOURS = np.array([[0.4, 0.7, 1.9], [1.8, 0.8, 0.5], [0.5, 1.3, 0.5], [1.7, 1.7, 1.8]])
SKY = np.array([0.4, 0.3, 0.25])  # what shade leaves of red, green and blue


def ground() -> np.ndarray:
    rng = np.random.default_rng(3)
    texture = gaussian_filter(rng.normal(size=(3, round(SIDE_M / FINE), round(SIDE_M / FINE))), (0, 6, 6))
    return np.asarray(1000.0 * (1 + 0.02 * texture / texture.std()))


def put(image: np.ndarray, left: float, top: float, width: float, depth: float, colour: np.ndarray) -> None:
    rows, columns = (slice(round(a / FINE), round(b / FINE)) for a, b in ((top, top + depth), (left, left + width)))
    image[:, rows, columns] = 1000.0 * colour[:, None, None]


def shade(image: np.ndarray, left: float, top: float, width: float, depth: float) -> None:
    rows, columns = (slice(round(a / FINE), round(b / FINE)) for a, b in ((top, top + depth), (left, left + width)))
    image[:, rows, columns] *= SKY[:, None, None]


def block(image: np.ndarray, left: float, top: float, columns: int, free: tuple[int, ...] = ()) -> Polygon:
    """Two rows of boxes with their shadow to the north and west; returns the outline in pixels."""
    wide, deep = columns * 2.7 - 0.26, 2 * 6.06 + 0.4
    shade(image, left - 2.0, top - 4.0, wide, deep + 2.0)
    for column in range(columns):
        for row in range(2):
            if column not in free:
                put(image, left + 2.7 * column, top + 6.46 * row, 2.44, 6.06, COLOURS[(column + 3 * row) % 4])
    return box(left / GSD, top / GSD, (left + wide) / GSD, (top + deep) / GSD)


def scene(fine: np.ndarray, seed: int) -> Scene:
    factor = round(GSD / FINE)
    side = fine.shape[1] // factor
    pixels = np.stack([gaussian_filter(band, 0.6 * factor) for band in fine])
    pixels = pixels.reshape(3, side, factor, side, factor).mean(axis=(2, 4))
    pixels += np.random.default_rng(seed).normal(0, 8, pixels.shape)
    grid = Grid.without_crs((side, side), GSD, GSD)
    mask = np.ones((side, side), dtype=bool)
    bands = ("red", "green", "blue")
    return Scene(grid, pixels.astype(np.float32), mask, bands, Acquisition(), Path("drawn.tif"), str(seed))


def pair_of(before: np.ndarray, after: np.ndarray) -> ScenePair:
    registration = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.1, 0.2, 0.1, 0.2, 50))
    return ScenePair(scene(before, 1), scene(after, 2), registration)


def outlined(pair: ScenePair) -> list[Polygon]:
    frame = MetricFrame.over(pair.grid, GSD)
    found = [rectangle.polygon(frame) for patch in patches(frame, pair) for rectangle, _ in outlines(patch)]
    return sorted(found, key=lambda one: -one.area)


def test_shade_alone_covers_nothing_and_boxes_do() -> None:
    after = ground()
    shade(after, 10, 10, 20, 20)
    block(after, 40, 40, 6)
    seen = covered(pair_of(ground(), after))
    assert np.quantile(seen.apart[24:56, 24:56], 0.9) < 0.1
    assert np.median(seen.shade_after[24:56, 24:56]) == pytest.approx(1.0, abs=0.1)
    assert np.median(seen.apart[82:105, 82:110]) > 0.3


def test_shade_that_went_is_told_on_the_other_date() -> None:
    before = ground()
    shade(before, 10, 10, 40, 40)
    seen = covered(pair_of(before, ground()))
    assert np.median(seen.shade_before[24:96, 24:96]) == pytest.approx(1.0, abs=0.1)
    assert np.median(seen.shade_after[24:96, 24:96]) < 0.1


def test_the_outline_leaves_the_shadow_out_and_keeps_the_boxes_to_a_third_of_a_metre() -> None:
    after = ground()
    truth = block(after, 20, 25, 8)
    (found,) = outlined(pair_of(ground(), after))
    assert np.abs(np.subtract(found.bounds, truth.bounds)).max() * GSD < 0.35


@pytest.mark.parametrize("free", [(3,), (3, 4)])
def test_free_slots_do_not_divide_a_block(free: tuple[int, ...]) -> None:
    after = ground()
    truth = block(after, 20, 25, 9, free)
    (found,) = outlined(pair_of(ground(), after))
    assert iou(found, truth) > 0.93


def test_two_blocks_at_an_aisle_are_two() -> None:
    after = ground()
    truths = [block(after, 10, 25, 5), block(after, 30, 28, 6)]
    found = outlined(pair_of(ground(), after))
    assert len(found) == 2
    assert all(max(iou(one, truth) for one in found) > 0.85 for truth in truths)


def test_a_vanished_block_is_outlined_as_well_as_a_new_one() -> None:
    before = ground()
    truth = block(before, 20, 25, 8)
    (found,) = outlined(pair_of(before, ground()))
    assert iou(found, truth) > 0.93
