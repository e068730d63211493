"""The threshold says how many false alarms it costs, and that many come."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from depotwatch.imagery.change import score_change
from depotwatch.imagery.normalise import normalise
from depotwatch.imagery.null import MIN_OBJECT_PX, target_per_km2
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.register import register
from depotwatch.imagery.scene import ChangeMap, Scene, ScenePair

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
Ground = Callable[..., NDArray[np.float64]]
PairOf = Callable[..., ScenePair]


def false_alarms(change: ChangeMap) -> int:
    above = (np.nan_to_num(change.score) > 0.5).astype(np.uint8)
    stats = cv2.connectedComponentsWithStats(above, connectivity=8)[2]
    return int((stats[1:, cv2.CC_STAT_AREA] >= MIN_OBJECT_PX).sum())


def most_allowed(change: ChangeMap) -> float:
    """Twice what was predicted, and one where less than one was."""
    area_km2 = float(np.isfinite(change.score).sum()) * change.grid.pixel_area_m2 / 1e6
    return max(1.0, 2 * change.expected_false_alarms_per_km2 * area_km2)


@pytest.mark.parametrize("spread", [20, 60, 150])
def test_noise_alone_raises_no_more_than_twice_the_predicted_alarms(
    ground: Ground, pair_of: PairOf, spread: float
) -> None:
    rng = np.random.default_rng(int(spread))
    before = ground(1, 400)
    after = 1.3 * ground(1, 400) + 40 + rng.normal(0, spread, before.shape)
    change = score_change(normalise(pair_of(before, after)))
    assert false_alarms(change) <= most_allowed(change)


def test_rough_ground_beside_calm_water_raises_no_more(ground: Ground, pair_of: PairOf) -> None:
    shore = np.arange(300) > 200
    seen, allowed = 0, 0.0
    for seed in range(10, 15):
        rng = np.random.default_rng(seed)
        before = np.where(shore, 400.0, ground(seed, 300))
        season = np.where(shore, 15, 600) * ndimage.gaussian_filter(rng.normal(size=before.shape), (0, 2, 2))
        change = score_change(normalise(pair_of(before, before + season + rng.normal(0, 5, before.shape))))
        seen, allowed = seen + false_alarms(change), allowed + most_allowed(change)
    assert seen <= allowed


def test_the_prediction_falls_as_the_threshold_rises_and_the_target_follows_the_pixel(
    ground: Ground, pair_of: PairOf
) -> None:
    rng = np.random.default_rng(5)
    before = ground(3)
    null = score_change(normalise(pair_of(before, before + rng.normal(0, 40, before.shape)))).null
    assert (np.diff(null.statistic) > 0).all()
    assert (np.diff(null.false_alarms_per_km2) < 0).all()
    grids = [pair_of(before, before, gsd_m=gsd).grid for gsd in (0.5, 3.0, 10.0, 30.0)]
    targets = [target_per_km2(grid) for grid in grids]
    assert targets == sorted(targets, reverse=True)
    assert targets[2] == pytest.approx(0.5)


def own_copy(scene: Scene, shifted: Callable[[NDArray[np.float64]], NDArray[np.float64]], seed: int) -> Scene:
    rng = np.random.default_rng(seed)
    bands = [shifted(band.astype(np.float64)) for band in scene.pixels]
    noise = [rng.normal(0, 0.03 * band.std(), band.shape) for band in bands]
    pixels = np.stack([1.2 * band + 25 + grain for band, grain in zip(bands, noise, strict=True)])
    return Scene(scene.grid, pixels.astype(np.float32), scene.mask, scene.bands, scene.acquisition, scene.path, "copy")


def by_spline(order: int) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    return lambda band: np.asarray(ndimage.shift(band, (0.7, -0.7), order=order, mode="nearest"))


def by_fourier(band: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.fft.ifftn(ndimage.fourier_shift(np.fft.fftn(band), (0.7, -0.7))).real)


@pytest.mark.real
@pytest.mark.skipif(not DATA.is_dir(), reason="the development imagery is not beside the repository")
@pytest.mark.parametrize("scene", ["pairs/sentinel2-beirut/before.tif", "pairs/sentinel2-hongkong/after.tif"])
@pytest.mark.parametrize("shifted", [by_spline(1), by_spline(5), by_fourier], ids=["linear", "spline", "fourier"])
def test_a_scene_against_its_own_copy_raises_fewer_than_one_alarm_a_km2(
    scene: str, shifted: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> None:
    before = read_scene(DATA / scene)
    pair = register(before, own_copy(before, shifted, 9))
    assert pair.registration.shift_px == pytest.approx((-0.7, 0.7), abs=0.03)
    change = score_change(normalise(pair))
    assert false_alarms(change) <= most_allowed(change)
    assert false_alarms(change) / pair.valid_area_km2 < 1


@pytest.mark.real
@pytest.mark.skipif(not DATA.is_dir(), reason="the development imagery is not beside the repository")
def test_a_real_pair_without_labelled_change_raises_fewer_than_one_alarm_a_km2() -> None:
    folder = DATA / "pairs" / "null-sentinel2-beirut"
    pair = register(read_scene(folder / "before.tif"), read_scene(folder / "after.tif"))
    change = score_change(normalise(pair))
    assert false_alarms(change) <= most_allowed(change)
    assert false_alarms(change) / pair.valid_area_km2 < 1
