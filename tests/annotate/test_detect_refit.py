"""Walls drawn here by straight slopes and Lambert's law, of sizes and headings that no bank holds."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from depotwatch.annotate.detect.pit.refit import refitted
from depotwatch.annotate.detect.pit.relief import Optics, Wall
from depotwatch.annotate.detect.pit.wall_fit import Fit
from depotwatch.imagery.scene import Sun

STEP_M = 1.5
SIZE = 60
SUN = Sun(150.0, 40.0)
START = Fit(Wall(29.3, 22.5, 45.0, 1.9), 7, 30, 30, 0.5, 1.0, 0.2)  # as a bank would give it


def change(length: float, width: float, heading_deg: float, east_m: float, north_m: float, seed: int = 1) -> np.ndarray:
    """Log brightness change of a wall 2 m high with slopes of 1 in 1.5, seen by pixels of `STEP_M`, with noise."""
    fine = STEP_M / 4
    axis = (np.arange(SIZE * 4) + 0.5) * fine - SIZE * STEP_M / 2
    east, north = np.meshgrid(axis - east_m, -axis - north_m)
    turn = np.radians(heading_deg)
    along, across = east * np.sin(turn) + north * np.cos(turn), east * np.cos(turn) - north * np.sin(turn)
    inside = np.minimum(length / 2 - np.abs(along), width / 2 - np.abs(across))
    height = np.clip(np.minimum(inside / 1.5, 2.0), 0, None) - np.clip((inside - 4.0) / 1.5, 0, 2.0)
    south, slope = np.gradient(height, fine)
    azimuth, elevation = np.radians(SUN.azimuth_deg), np.radians(SUN.elevation_deg)
    facing = np.sin(elevation) - np.cos(elevation) * (slope * np.sin(azimuth) - south * np.cos(azimuth))
    light = 0.8 * np.maximum(facing, 0) / np.sqrt(1 + south**2 + slope**2) / np.sin(elevation) + 0.2
    seen = gaussian_filter(light, 3.0).reshape(SIZE, 4, SIZE, 4).mean(axis=(1, 3))
    noise = np.random.default_rng(seed).normal(0, 0.05, seen.shape)
    return np.asarray(np.log(seen) + noise, dtype=np.float32)


@pytest.mark.parametrize(
    ("length", "width", "heading_deg", "east_m", "north_m"),
    [(26.0, 20.0, 52.0, 1.0, -0.8), (32.0, 22.0, 38.0, -1.2, 0.5), (27.0, 26.0, 45.0, 0.3, 2.0)],
)
def test_size_and_place_are_measured_finer_than_the_bank_and_the_frame(
    length: float, width: float, heading_deg: float, east_m: float, north_m: float
) -> None:
    image = change(length, width, heading_deg, east_m, north_m)
    fit, _ = refitted(image, START, SUN, Optics(STEP_M, STEP_M))
    sides = sorted((fit.wall.length_m, fit.wall.width_m))
    assert sides == pytest.approx(sorted((length, width)), abs=1.5)
    assert (fit.column - SIZE / 2) * STEP_M == pytest.approx(east_m, abs=0.8)
    assert (SIZE / 2 - fit.row) * STEP_M == pytest.approx(north_m, abs=0.8)


def test_the_closer_fit_explains_more_and_carries_the_bank_of_its_own_wall() -> None:
    image = change(26.0, 20.0, 52.0, 1.0, -0.8)
    fit, bank = refitted(image, START, SUN, Optics(STEP_M, STEP_M))
    again, _ = refitted(image, fit, SUN, Optics(STEP_M, STEP_M))
    assert bank.walls == (fit.wall,) and fit.number == 0
    assert 0.85 < fit.correlation <= again.correlation + 0.01


def test_a_wall_stays_where_nothing_speaks_for_another_place() -> None:
    nothing = np.random.default_rng(3).normal(0, 0.05, (SIZE, SIZE)).astype(np.float32)
    fit, _ = refitted(nothing, START, SUN, Optics(STEP_M, STEP_M))
    assert np.hypot(fit.row - START.row, fit.column - START.column) * STEP_M < 15.0
    assert fit.correlation < 0.6
