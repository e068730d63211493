"""Floors drawn here, bare or with boxes, by straight slopes, Lambert's law and marched shadows."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, shift, zoom

from depotwatch.annotate.detect.pit.relief import Wall
from depotwatch.annotate.detect.pit.state import State, goods_contrast, log_odds, state_of
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, Scene, Sun

FINE = 0.25  # metres, of the drawing
SIDE_M = 80.0
SUN = Sun(150.0, 35.0)
WALL = Wall(34.0, 30.0, 90.0, 2.2)  # its long side lies east
CENTRE_M = 40.0
BOXES_M = (
    (-4, -5),
    (-3.2, 1),
    (-0.5, -2.5),
    (0.4, 4.2),
    (3.5, -4.6),
    (3.9, 0.7),
    (-0.9, 0.9),
    (2.1, -1.7),
)  # down, right


def pit_height(height: float = 2.2) -> np.ndarray:
    rows, columns = (np.mgrid[: int(SIDE_M / FINE), : int(SIDE_M / FINE)] + 0.5) * FINE - CENTRE_M
    inside = np.minimum(17.0 - np.abs(columns), 15.0 - np.abs(rows))
    return np.asarray(np.clip(np.minimum(inside / 1.5, height), 0, None) - np.clip((inside - 4.3) / 1.5, 0, height))


def with_boxes(height: np.ndarray, width: float = 1.6, rise: float = 1.2) -> np.ndarray:
    held = height.copy()
    for place in BOXES_M:
        rows, columns = (
            slice(*(int((CENTRE_M + middle + half) / FINE) for half in (-width / 2, width / 2))) for middle in place
        )
        held[rows, columns] = rise
    return held


def lit(height: np.ndarray, sun: Sun = SUN) -> np.ndarray:
    south, east = np.gradient(height, FINE)
    azimuth, elevation = np.radians(sun.azimuth_deg), np.radians(sun.elevation_deg)
    facing = np.sin(elevation) - np.cos(elevation) * (east * np.sin(azimuth) - south * np.cos(azimuth))
    direct = np.maximum(facing, 0) / np.sqrt(1 + south**2 + east**2) / np.sin(elevation)
    for far in np.arange(FINE, 10.0, 2 * FINE):
        away = (np.cos(azimuth) * far / FINE, -np.sin(azimuth) * far / FINE)
        direct[shift(height, away, order=1) > height + far * np.tan(elevation) + 0.02] = 0
    return np.asarray(0.8 * direct + 0.2)


def seen(light: np.ndarray, gsd_m: float, sun: Sun | None = SUN, texture: float = 0.06) -> Scene:
    rng = np.random.default_rng(5)
    soil = gaussian_filter(rng.normal(size=light.shape), 3.0)
    fine = gaussian_filter(1000 * light * np.exp(texture * soil / soil.std()), 0.6 * gsd_m / FINE)
    pixels = zoom(fine, FINE / gsd_m, order=1, grid_mode=True, mode="nearest")
    pixels = (pixels + np.random.default_rng(3).normal(0, 8, pixels.shape))[None].astype(np.float32)
    grid, mask = Grid.without_crs(pixels.shape[1:], gsd_m, gsd_m), np.ones(pixels.shape[1:], dtype=bool)
    return Scene(grid, pixels, mask, ("pan",), Acquisition(sun=sun), Path("drawn.tif"), "drawn")


def told(scene: Scene, sun: Sun | None = SUN) -> State:
    middle = CENTRE_M / scene.grid.mean_gsd_m
    return state_of(scene, scene.mask, WALL, (middle, middle), sun)


def test_a_bare_floor_is_empty() -> None:
    state = told(seen(lit(pit_height()), 0.5))
    assert state.word == "empty"
    assert "bare" in str(state.terms["state_evidence"]) and float(state.terms["floor_log_odds"]) < -2


@pytest.mark.parametrize("gsd_m", [0.3, 0.5])
def test_a_floor_with_boxes_is_filled(gsd_m: float) -> None:
    state = told(seen(lit(with_boxes(pit_height())), gsd_m))
    assert state.word == "filled"
    assert float(state.terms["floor_contrast"]) > 2 * float(state.terms["floor_reference"])


def test_the_wall_s_own_shadow_is_no_goods() -> None:
    low = Sun(150.0, 14.0)
    assert told(seen(lit(pit_height(), low), 0.5, low), low).word == "empty"


def test_a_wall_across_the_floor_is_no_goods() -> None:
    height = pit_height()
    columns = (np.arange(height.shape[1]) + 0.5) * FINE - CENTRE_M
    inner = np.clip((2.5 - np.abs(columns - 1)) / 1.5, 0, 1.5)
    assert told(seen(lit(np.maximum(height, inner * (pit_height(9.0) > 0))), 0.5)).word != "filled"


def test_rough_ground_all_around_says_nothing_of_the_floor() -> None:
    assert told(seen(lit(with_boxes(pit_height())), 0.5, texture=0.4)).word == "unknown"


def test_coarse_pixels_are_unknown_and_say_which_would_do() -> None:
    state = told(seen(lit(with_boxes(pit_height())), 1.0))
    assert state.word == "unknown"
    said = str(state.terms["state_evidence"])
    assert "pixels of 1 m" in said and "0.79 m would" in said


def test_without_a_sun_it_is_unknown() -> None:
    state = told(seen(lit(with_boxes(pit_height())), 0.5, None), None)
    assert state.word == "unknown" and "sun is not known" in str(state.terms["state_evidence"])


def test_a_floor_that_is_not_valid_is_unknown() -> None:
    scene = seen(lit(with_boxes(pit_height())), 0.5)
    middle = CENTRE_M / 0.5
    assert state_of(scene, np.zeros_like(scene.mask), WALL, (middle, middle), SUN).word == "unknown"


@given(st.floats(0.01, 2.0), st.floats(1.0, 1.5), st.floats(0.03, 0.5), st.floats(0.01, 1.0))
def test_a_rougher_floor_is_never_less_likely_to_hold_goods(
    contrast: float, more: float, reference: float, goods: float
) -> None:
    assert log_odds(contrast * more, reference, goods) >= log_odds(contrast, reference, goods) - 1e-9


@given(st.floats(10.0, 80.0), st.floats(0.1, 1.0))
def test_coarser_pixels_show_less_of_goods(elevation: float, gsd_m: float) -> None:
    assert goods_contrast(Sun(150.0, elevation), gsd_m * 1.2) < goods_contrast(Sun(150.0, elevation), gsd_m)
