"""Vessels that came and went: harbours drawn here on two dates."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, shift

from depotwatch.annotate.detect import Detection, detect, searched
from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.testable import testable as shown
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, ChangeMap, Null, Registration, Residual, Scene, ScenePair

WATER, CONCRETE, DECK = 500.0, 1700.0, 1200.0
NEAR_INFRARED = {WATER: 150.0, CONCRETE: 2000.0, DECK: 1500.0}
Ship = tuple[float, float, float, float, float]
"""East, south, length, width (metres) and heading (degrees)."""


def harbour(ships: Sequence[Ship], gsd: float, seed: int, fine: float = 0.5) -> np.ndarray:
    """Return green and near infrared of 1 km by 0.6 km of water, with a quay in the north and a pier in the west."""
    rows, columns = round(600 / fine), round(1000 / fine)
    south, east = (np.mgrid[:rows, :columns] + 0.5) * fine
    green = np.full((rows, columns), WATER)
    green[(south < 120) | ((np.abs(east - 200) < 10) & (south < 250))] = CONCRETE
    for x, y, length, width, heading in ships:
        turn = np.radians(heading)
        along = (east - x) * np.sin(turn) - (south - y) * np.cos(turn)
        across = (east - x) * np.cos(turn) + (south - y) * np.sin(turn)
        green[(np.abs(along) <= length / 2) & (np.abs(across) <= width / 2)] = DECK
    infrared = np.select([green == level for level in NEAR_INFRARED], list(NEAR_INFRARED.values()))
    factor = round(gsd / fine)
    bands = []
    for band in (green, infrared):
        soft = gaussian_filter(band, 0.5 * factor)[: rows // factor * factor, : columns // factor * factor]
        bands.append(soft.reshape(rows // factor, factor, columns // factor, factor).mean(axis=(1, 3)))
    pixels = np.stack(bands)
    return np.asarray(pixels * (1 + 0.02 * np.random.default_rng(seed).normal(size=pixels.shape)), dtype=np.float32)


def found(before: np.ndarray, after: np.ndarray, gsd: float) -> list[Detection]:
    grid = Grid.without_crs((before.shape[1], before.shape[2]), gsd, gsd)
    mask = np.ones(grid.shape, dtype=bool)
    first, second = (
        Scene(grid, pixels, mask, ("green", "nir"), Acquisition(), Path("drawn.tif"), str(number))
        for number, pixels in enumerate((before, after))
    )
    registration = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.1, 0.2, 0.1, 0.2, 50))
    null = Null(np.array([0.1, 9.0]), np.array([1e-6, 1e-9]), np.array([1.0, 1e-3]), "by hand")
    nothing = np.zeros(grid.shape, dtype=np.float32)
    change = ChangeMap(grid, nothing, "test", 3.0, null, 1.0, nothing)
    kind = load_kinds()["vessel"]
    seen = {"vessel": shown(kind, grid.gsd_m, "optical")}
    return detect(ScenePair(first, second, registration), change, {"vessel": kind}, seen)


def number(one: Detection, term: str) -> float:
    value = one.terms[term]
    assert isinstance(value, float)
    return value


ALONGSIDE = (500.0, 132.0, 150.0, 22.0, 90.0)
AT_ANCHOR = (700.0, 400.0, 200.0, 30.0, 40.0)


@pytest.mark.parametrize("gsd", [1.0, 2.5, 10.0])
def test_a_vessel_that_came_alongside_is_found_with_its_length(gsd: float) -> None:
    (one,) = found(harbour([], gsd, 1), harbour([ALONGSIDE], gsd, 2), gsd)
    assert (one.kind, one.change, one.terms["at_berth"]) == ("vessel", "appeared", True)
    assert number(one, "length_low_m") <= 150 <= number(one, "length_high_m")
    assert number(one, "heading_deg") == pytest.approx(90, abs=5)


def test_a_vessel_that_left_its_anchorage_is_vanished_and_one_that_stays_is_nothing() -> None:
    (one,) = found(harbour([ALONGSIDE, AT_ANCHOR], 2.5, 1), harbour([ALONGSIDE], 2.5, 2), 2.5)
    assert (one.change, one.terms["at_berth"]) == ("vanished", False)
    assert number(one, "heading_deg") == pytest.approx(40, abs=5)
    assert one.score > 0.5


def test_a_vessel_stern_to_beside_one_that_stays_is_told_from_it() -> None:
    stays, comes = (500.0, 165.0, 90.0, 16.0, 0.0), (519.0, 165.0, 90.0, 16.0, 0.0)
    (one,) = found(harbour([stays], 2.5, 1), harbour([stays, comes], 2.5, 2), 2.5)
    assert one.change == "appeared"
    assert 510 < one.polygon.centroid.x * 2.5 < 528


@pytest.mark.parametrize("gsd", [2.5, 10.0])
def test_quay_pier_and_vessels_that_stay_propose_nothing_half_a_pixel_off(gsd: float) -> None:
    ships = [ALONGSIDE, AT_ANCHOR]
    after = np.stack([shift(band, (0.5, -0.5), order=1, mode="nearest") for band in harbour(ships, gsd, 2)])
    assert found(harbour(ships, gsd, 1), after.astype(np.float32), gsd) == []


def test_pairs_are_searched_for_vessels() -> None:
    assert searched("vessel", alone=False)
