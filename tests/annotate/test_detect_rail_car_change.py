"""Strings of wagons that came and went: a siding drawn here on two dates."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from depotwatch.annotate.detect import Detection, detect, searched
from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.testable import testable as shown
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, ChangeMap, Null, Registration, Residual, Scene, ScenePair

FINE = 0.25
GRAVEL, SHADE = np.array([900.0, 1000.0, 1100.0]), 0.35


def siding(lengths: Sequence[float], shade: bool = True, seed: int = 3, gap: float = 1.2) -> np.ndarray:
    """Return 100 m by 220 m of gravel with one string of wagons of these pitches, and the shade north of it."""
    rng = np.random.default_rng(seed)
    image = np.broadcast_to(GRAVEL[:, None, None], (3, round(100 / FINE), round(220 / FINE))).copy()
    image *= 1 + 0.03 * gaussian_filter(np.random.default_rng(9).normal(size=image.shape[1:]), 2) * 7
    start = 30.0
    for length in lengths:
        columns = slice(round(start / FINE), round((start + length - gap) / FINE))
        if shade:
            image[:, round(45 / FINE) : round(48.5 / FINE), columns] *= SHADE
        paint = rng.permutation([500.0, 900.0, 1700.0]) * rng.uniform(0.7, 1.2)
        image[:, round(48.5 / FINE) : round(51.5 / FINE), columns] = paint[:, None, None]
        start += length
    return image


def found(before: np.ndarray, after: np.ndarray, gsd: float = 0.5) -> list[Detection]:
    factor = round(gsd / FINE)
    shape = (before.shape[1] // factor, before.shape[2] // factor)
    grid, scenes = Grid.without_crs(shape, gsd, gsd), []
    for number, image in enumerate((before, after)):
        soft = np.stack([gaussian_filter(band, 0.5 * factor) for band in image])
        soft = soft[:, : shape[0] * factor, : shape[1] * factor]
        pixels = soft.reshape(3, shape[0], factor, shape[1], factor).mean(axis=(2, 4))
        pixels += np.random.default_rng(number).normal(0, 10, pixels.shape)
        mask = np.ones(shape, dtype=bool)
        bands, path = ("red", "green", "blue"), Path("drawn.tif")
        scenes.append(Scene(grid, pixels.astype(np.float32), mask, bands, Acquisition(), path, str(number)))
    registration = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.1, 0.2, 0.1, 0.2, 50))
    null = Null(np.array([0.1, 9.0]), np.array([1e-6, 1e-9]), np.array([1.0, 1e-3]), "by hand")
    nothing = np.zeros(shape, dtype=np.float32)
    change = ChangeMap(grid, nothing, "test", 3.0, null, 1.0, nothing)
    kind = load_kinds()["rail-car"]
    seen = {"rail-car": shown(kind, grid.gsd_m, "optical")}
    return detect(ScenePair(scenes[0], scenes[1], registration), change, {"rail-car": kind}, seen)


@pytest.mark.parametrize("gsd", [0.5, 1.0])
def test_a_string_that_came_is_counted_without_the_shade_beside_it(gsd: float) -> None:
    (one,) = found(siding([]), siding([14.5] * 8), gsd)
    assert (one.kind, one.change) == ("rail-car", "appeared")
    assert one.count is not None and one.count.high is not None
    assert one.count.low <= 8 <= one.count.high
    width = one.terms["width_m"]
    assert isinstance(width, float) and width <= 4.5
    assert abs(one.polygon.centroid.y * gsd - 50) < 1.5


def test_a_string_that_left_is_vanished() -> None:
    (one,) = found(siding([15.0] * 6), siding([]))
    assert one.change == "vanished"


def test_a_string_that_stays_under_another_shade_is_no_change() -> None:
    assert found(siding([14.5] * 8, shade=True), siding([14.5] * 8, shade=False)) == []


def test_coarse_pixels_give_metres_of_track_and_no_cars() -> None:
    (one,) = found(siding([]), siding([14.5] * 9), 2.0)
    assert one.count is None
    low, high = one.terms["length_low_m"], one.terms["length_high_m"]
    assert isinstance(low, float) and isinstance(high, float)
    assert low - 2 <= 9 * 14.5 - 1.2 <= high + 2


def test_a_wall_without_couplings_is_no_string() -> None:
    assert found(siding([]), siding([116.0])) == []


def test_pairs_are_searched_for_rail_cars() -> None:
    assert searched("rail-car", alone=False)
