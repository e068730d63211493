"""Stacks drawn here as plain painted rectangles with a straight shadow."""

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from depotwatch.annotate.detect.detection import Detection
from depotwatch.annotate.detect.stack.container_stack import container_stacks
from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.testable import testable as shown
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, ChangeMap, Null, Registration, Residual, Scene, ScenePair, Sun

FINE = 0.1
COLUMNS, PITCH, BOX, HEIGHT = 8, 2.7, 6.06, 2.59
EXTENT = COLUMNS * PITCH
SUN = Sun(180.0, 40.0)


def yard(seed: int = 1, side_m: float = 70.0) -> np.ndarray:
    texture = gaussian_filter(
        np.random.default_rng(seed).normal(size=(3, round(side_m / FINE), round(side_m / FINE))), 4
    )
    return np.asarray(1000.0 * (1 + 0.02 * texture / texture.std()))


def shade(image: np.ndarray, tiers: int, sun: Sun) -> None:
    """Darken the strip that a block of EXTENT by two boxes casts away from a sun in the south or the east."""
    reach = round(tiers * HEIGHT / np.tan(np.radians(sun.elevation_deg)) / FINE)
    top, left = round(25 / FINE), round(20 / FINE)
    deep, wide = round((2 * BOX + 0.4) / FINE), round(EXTENT / FINE)
    if sun.azimuth_deg == 180.0:
        image[:, top - reach : top, left : left + wide] *= 0.2
    else:
        image[:, top : top + deep, left - reach : left] *= 0.2


def stacked(widths: np.ndarray, tiers: int = 2, sun: Sun = SUN) -> np.ndarray:
    image = yard()
    shade(image, tiers, sun)
    rng = np.random.default_rng(7)
    starts = 20 + np.concatenate([[0.0], np.cumsum(widths)[:-1]])
    for row in range(2):
        top = 25 + row * (BOX + 0.4)
        for start, width in zip(starts, widths, strict=True):
            colour = rng.permutation([0.35, 0.8, 2.2]) * rng.uniform(0.8, 1.2)
            rows = slice(round(top / FINE), round((top + BOX) / FINE))
            columns = slice(round(start / FINE), round((start + width - 0.26) / FINE))
            image[:, rows, columns] = 1000 * colour[:, None, None]
    return image


def scene(fine: np.ndarray, gsd: float, sun: Sun | None, seed: int) -> Scene:
    factor = round(gsd / FINE)
    side = fine.shape[1] // factor
    blurred = np.stack([gaussian_filter(band, 0.6 * factor) for band in fine])[:, : side * factor, : side * factor]
    pixels = blurred.reshape(3, side, factor, side, factor).mean(axis=(2, 4))
    pixels += np.random.default_rng(seed).normal(0, 8, pixels.shape)
    mask = np.ones((side, side), dtype=bool)
    grid = Grid.without_crs((side, side), gsd, gsd)
    acquisition = Acquisition(sun=sun)
    bands = ("red", "green", "blue")
    return Scene(grid, pixels.astype(np.float32), mask, bands, acquisition, Path("drawn.tif"), str(seed))


def find(before: np.ndarray, after: np.ndarray, gsd: float = 0.5, sun: Sun | None = SUN) -> list[Detection]:
    kind = load_kinds()["container-stack"]
    registration = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.1, 0.2, 0.1, 0.2, 50))
    pair = ScenePair(scene(before, gsd, sun, 3), scene(after, gsd, sun, 4), registration)
    null = Null(np.array([0.1, 9.0]), np.array([1e-6, 1e-9]), np.array([1.0, 1e-3]), "by hand")
    nothing = np.zeros(pair.grid.shape, dtype=np.float32)
    change = ChangeMap(pair.grid, nothing, "test", 3.0, null, 1.0, nothing)
    return container_stacks(pair, change, kind, shown(kind, (gsd, gsd), "optical"))


EVEN = np.full(COLUMNS, PITCH)
SHUFFLED = np.array([1.9, 5.1, 2.3, 4.6, 1.9, 5.8])


@pytest.fixture(scope="module")
def stack() -> Detection:
    (one,) = find(yard(), stacked(EVEN))
    return one


def test_a_new_stack_is_found_with_its_size(stack: Detection) -> None:
    assert (stack.kind, stack.change, stack.state) == ("container-stack", "appeared", "unknown")
    left, top, right, bottom = (value * 0.5 for value in stack.polygon.bounds)
    assert (left, right) == pytest.approx((20.0, 20 + EXTENT), abs=1.5)
    assert (top, bottom) == pytest.approx((25.0, 25 + 2 * BOX), abs=1.8)


def test_the_count_holds_the_truth_and_names_a_rule_for_each_bound(stack: Detection) -> None:
    boxes = COLUMNS * 2 * 2
    assert stack.count is not None and stack.count.best is not None and stack.count.high is not None
    assert stack.count.low <= boxes <= stack.count.high
    assert stack.count.best == pytest.approx(boxes, rel=0.1)
    assert all(stack.terms[f"rule_{bound}"] for bound in ("low", "best", "high"))


def test_shuffled_box_widths_over_the_same_extent_change_the_count(stack: Detection) -> None:
    assert SHUFFLED.sum() == pytest.approx(EXTENT)
    (other,) = find(yard(), stacked(SHUFFLED))
    assert stack.terms["even_pitch"] and not other.terms["even_pitch"]
    assert other.count is not None and stack.count is not None
    assert stack.count.best == pytest.approx(4 * COLUMNS, rel=0.1)
    assert other.count.best == pytest.approx(4 * len(SHUFFLED), rel=0.2)


def test_the_shadow_gives_the_tiers(stack: Detection) -> None:
    (higher,) = find(yard(), stacked(EVEN, tiers=4))
    assert stack.count is not None and higher.count is not None
    assert stack.count.tiers_low is not None and stack.count.tiers_high is not None
    assert stack.count.tiers_low <= 2 <= stack.count.tiers_high
    assert higher.count.tiers_low is not None and higher.count.tiers_low > 2


def test_a_sun_turned_by_a_quarter_finds_no_such_shadow(stack: Detection) -> None:
    (turned,) = find(yard(), stacked(EVEN), sun=Sun(90.0, SUN.elevation_deg))
    assert turned.count is not None and stack.count is not None
    assert (turned.count.tiers_low, turned.count.high) != (stack.count.tiers_low, stack.count.high)


def test_without_a_sun_nothing_bounds_the_count_from_above() -> None:
    (one,) = find(yard(), stacked(EVEN), sun=None)
    assert one.count is not None
    assert one.count.high is None and one.count.tiers_low is None
    assert "tiers are not known" in str(one.terms["rule_high"])


def test_a_stack_that_left_is_vanished_and_one_that_stays_is_nothing() -> None:
    assert [one.change for one in find(stacked(EVEN), yard())] == ["vanished"]
    assert not find(stacked(EVEN), stacked(EVEN))


def test_where_boxes_are_not_resolved_there_is_no_best_count() -> None:
    counts = [one.count for one in find(yard(), stacked(EVEN), gsd=2.0)]
    assert all(count is not None and count.best is None for count in counts)


@pytest.mark.parametrize("level", [0.4, 2.5])
def test_one_plain_roof_is_no_stack(level: float) -> None:
    roof = yard()
    shade(roof, 2, SUN)
    roof[:, 250:380, 200:416] = 1000 * level
    assert not find(yard(), roof)


def test_coarse_pixels_half_of_a_painted_roof_and_half_of_the_yard_are_no_mixture_of_boxes() -> None:
    roof = yard()
    roof[:, 250:430, 200:440] = np.reshape([500.0, 900.0, 1900.0], (3, 1, 1))
    assert not find(yard(), roof, gsd=3.0)


def test_a_lorry_is_no_stack() -> None:
    lorry = yard()
    lorry[:, 300:325, 300:420] = 2200.0
    lorry[:, 270:300, 300:420] *= 0.2
    assert not find(yard(), lorry)
