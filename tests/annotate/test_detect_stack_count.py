"""Blocks drawn here box by box on plain ground, with the shadow that each casts on ground and boxes."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, shift

from depotwatch.annotate.detect.boxes import Rectangle
from depotwatch.annotate.detect.stack.count import Bounds, count_boxes
from depotwatch.annotate.detect.stack.tiers import shadow_tiers
from depotwatch.annotate.detect.stack.view import Sight
from depotwatch.imagery.scene import Sun

FINE, SIDE, HEIGHT, SKY = 0.125, 76.0, 2.591, 0.22
WIDTH, GAP, END_GAP = 2.438, 0.3, 0.4
SUN = Sun(200.0, 42.0)


def block(tiers: np.ndarray, length: float = 6.058, seed: int = 0) -> tuple[np.ndarray, np.ndarray, Rectangle]:
    """Return height, three colours and the outline of a block whose boxes lie north to south."""
    rng = np.random.default_rng(seed)
    cells = round(SIDE / FINE)
    height, colour = np.zeros((cells, cells)), np.ones((3, cells, cells))
    colour *= 1 + 0.02 * gaussian_filter(rng.normal(size=(cells, cells)), 3) / 0.1
    rows, columns = tiers.shape
    deep, wide = rows * (length + END_GAP) - END_GAP, columns * (WIDTH + GAP) - GAP
    for row, column in np.argwhere(tiers):
        top, left = (SIDE - deep) / 2 + row * (length + END_GAP), (SIDE - wide) / 2 + column * (WIDTH + GAP)
        place = (
            slice(round(top / FINE), round((top + length) / FINE)),
            slice(round(left / FINE), round((left + WIDTH) / FINE)),
        )
        height[place] = tiers[row, column] * HEIGHT
        colour[(slice(None), *place)] = (rng.permutation([0.4, 0.9, 2.0]) * rng.uniform(0.8, 1.2))[:, None, None]
    return height, colour, Rectangle(0.0, 0.0, deep, wide, 0.0)


def lit(height: np.ndarray, sun: Sun) -> np.ndarray:
    azimuth, rise = np.radians(sun.azimuth_deg), np.tan(np.radians(sun.elevation_deg))
    shade = np.zeros(height.shape, dtype=bool)
    for distance in np.arange(FINE, height.max() / rise + FINE, FINE):
        east, south = np.sin(azimuth) * distance / FINE, -np.cos(azimuth) * distance / FINE
        shade |= shift(height, (-south, -east), order=0) - distance * rise > height + 0.05
    return np.where(shade, SKY, 1.0)


def sight(tiers: np.ndarray, gsd: float = 0.5, sun: Sun = SUN, length: float = 6.058) -> tuple[Sight, Rectangle]:
    height, colour, outline = block(tiers, length)
    factor = round(gsd / FINE)
    images = []
    for fine in (colour * lit(height, sun), np.ones_like(colour)):
        blurred = np.stack([gaussian_filter(band, 0.62 * factor) for band in fine])
        cells = blurred.shape[1] // factor * factor
        pixels = blurred[:, :cells, :cells].reshape(3, cells // factor, factor, cells // factor, factor).mean((2, 4))
        images.append((pixels + np.random.default_rng(3).normal(0, 0.008, pixels.shape)).astype(np.float32))
    middle = SIDE / 2 / gsd
    off = replace(outline, x=middle + 0.4 / gsd, y=middle - 0.3 / gsd, length_m=outline.length_m + 0.6, heading_deg=1.0)
    return Sight(images[0], images[1], gsd, gsd, sun), off


def counted(tiers: np.ndarray, gsd: float = 0.5, sun: Sun = SUN, length: float = 6.058) -> Bounds:
    return count_boxes(*sight(tiers, gsd, sun, length), resolvable=gsd <= 0.7)


@pytest.mark.parametrize("gsd", [0.5, 0.625])
@pytest.mark.parametrize("rows, columns, tier, length", [(2, 8, 1, 6.058), (3, 6, 2, 6.058), (2, 9, 3, 12.192)])
def test_whole_blocks_are_counted(rows: int, columns: int, tier: int, length: float, gsd: float) -> None:
    bounds = count_boxes(*sight(np.full((rows, columns), tier), gsd, length=length), resolvable=True)
    boxes = rows * columns * tier
    assert bounds.count.best == pytest.approx(boxes, rel=0.1)
    assert bounds.count.high is not None and bounds.count.low <= boxes <= bounds.count.high
    assert bounds.count.high - bounds.count.low <= 0.35 * boxes
    assert bounds.terms["box_length"] == ("20 ft" if length < 7 else "40 ft")


def test_free_places_are_not_counted() -> None:
    tiers = np.full((3, 8), 1)
    tiers[1, 2] = tiers[0, 5] = tiers[2, 6] = 0
    bounds = counted(tiers)
    assert bounds.terms["free_places"] == 3
    assert bounds.count.best == 21 and bounds.terms["observed_at_least"] == 21


def test_tops_that_are_missing_show_as_shade() -> None:
    tiers = np.full((3, 8), 2)
    tiers[0, 2] = tiers[1, 5] = tiers[0, 6] = 1
    bounds = counted(tiers, sun=Sun(180.0, 48.0))
    assert bounds.terms["lower_places"] == 3
    assert bounds.count.high is not None and bounds.count.low <= 45 <= bounds.count.high < 48


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
@pytest.mark.parametrize("azimuth", [110.0, 215.0])
def test_the_shadow_tells_the_tiers(tier: int, azimuth: float) -> None:
    sun = Sun(azimuth, 45.0)
    seen, outline = sight(np.full((2, 7), tier), sun=sun)
    exact = replace(outline, x=SIDE, y=SIDE, length_m=outline.length_m - 0.6, heading_deg=0.0)
    found = shadow_tiers(seen, exact, np.ones((2, 7), dtype=bool), sun)
    assert found is not None and int(found.probabilities.argmax()) + 1 == tier
    assert found.height_m == pytest.approx(tier * HEIGHT, abs=0.7)


def test_paint_without_height_casts_no_shadow() -> None:
    seen, outline = sight(np.full((2, 7), 1), sun=Sun(200.0, 89.0))
    assert shadow_tiers(seen, outline, np.ones((2, 7), dtype=bool), SUN) is None


def test_coarse_pixels_give_bounds_that_hold_and_no_best_number() -> None:
    for length in (6.058, 12.192):
        tiers = np.full((2, 9), 2)
        bounds = counted(tiers, gsd=1.5, length=length)
        assert bounds.count.best is None and bounds.count.high is not None
        assert bounds.count.low <= tiers.sum() <= bounds.count.high
        assert "area" in str(bounds.terms["rule_low"])


def test_shadows_shorter_than_a_pixel_leave_the_tiers_open() -> None:
    bounds = counted(np.full((2, 8), 1), gsd=3.0, sun=Sun(200.0, 70.0))
    assert bounds.count.high is not None and bounds.count.low <= 16 <= bounds.count.high


def test_without_a_sun_there_is_no_upper_bound_and_the_rest_is_one_tier() -> None:
    seen, outline = sight(np.full((2, 8), 3))
    bounds = count_boxes(replace(seen, sun=None), outline, resolvable=True)
    assert bounds.count.high is None and bounds.count.tiers_low is None
    assert bounds.count.best == 16 and bounds.count.low <= 16


def test_the_same_pixels_give_the_same_count() -> None:
    seen, outline = sight(np.full((2, 8), 2))
    assert count_boxes(seen, outline, True) == count_boxes(seen, outline, True)


def test_an_outline_that_was_found_leaves_more_open_than_one_that_was_drawn() -> None:
    seen, outline = sight(np.full((2, 8), 1), 0.5)
    drawn, found = (count_boxes(seen, outline, True, found=one).count for one in (False, True))
    assert drawn.high is not None and found.high is not None
    assert found.low < drawn.low and found.high > drawn.high and found.best == drawn.best
