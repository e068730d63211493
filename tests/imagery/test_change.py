"""A change map shows change, and nothing that a shift, a blur, the sun or a sensor makes."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from depotwatch.imagery.change import choose, score_change
from depotwatch.imagery.errors import MethodError
from depotwatch.imagery.normalise import normalise
from depotwatch.imagery.scene import Acquisition, ScenePair

Ground = Callable[..., NDArray[np.float64]]
PairOf = Callable[..., ScenePair]


def noisy(pixels: NDArray[np.float64], seed: int, spread: float = 25) -> NDArray[np.float64]:
    return pixels + np.random.default_rng(seed).normal(0, spread, pixels.shape)


def with_block(pixels: NDArray[np.float64], rise: float = 1500) -> NDArray[np.float64]:
    changed = pixels.copy()
    changed[:, 70:80, 90:102] += rise
    return changed


def test_the_changed_block_scores_above_the_threshold_and_the_rest_below(ground: Ground, pair_of: PairOf) -> None:
    before = ground(1)
    change = score_change(normalise(pair_of(before, noisy(1.2 * with_block(before) + 60, 1))))
    inside = np.zeros(change.grid.shape, dtype=bool)
    inside[71:79, 91:101] = True
    near = ndimage.binary_dilation(inside, iterations=6)
    assert (change.score[inside] > 0.5).mean() > 0.95
    assert (change.score[~near] > 0.5).mean() < 0.005
    assert np.nanmedian(change.signed[inside]) > 3


@pytest.mark.parametrize("gain", [0.4, 2.5])
def test_gain_and_offset_do_not_change_the_map(ground: Ground, pair_of: PairOf, gain: float) -> None:
    before = ground(2)
    after = noisy(with_block(before), 2)
    plain, scaled = (score_change(normalise(pair_of(before, it))) for it in (after, gain * after + 300))
    assert np.abs(plain.score - scaled.score).max() < 0.05


def test_a_score_is_d_over_d_plus_t_in_0_to_1(ground: Ground, pair_of: PairOf) -> None:
    before = ground(3)
    change = score_change(normalise(pair_of(before, noisy(with_block(before), 3))))
    assert 0 <= np.nanmin(change.score) and np.nanmax(change.score) < 1
    assert change.score.dtype == np.float32
    at_threshold = np.abs(change.statistic - change.threshold) < 0.02 * change.threshold
    assert np.allclose(change.score[at_threshold], 0.5, atol=0.02)


def test_a_larger_change_elsewhere_does_not_lower_a_score(ground: Ground, pair_of: PairOf) -> None:
    before = ground(4)
    one = noisy(with_block(before), 4)
    both = one.copy()
    both[:, 20:24, 20:24] += 20_000
    alone, beside = (score_change(normalise(pair_of(before, it))).score[70:80, 90:102] for it in (one, both))
    assert np.abs(alone - beside).max() < 0.05


def test_pixels_that_are_not_valid_are_nan_and_change_nothing(ground: Ground, pair_of: PairOf) -> None:
    before = ground(5)
    pair = pair_of(before, noisy(with_block(before), 5))
    mask = np.ones(before.shape[1:], dtype=bool)
    mask[20:50, 20:60] = False
    wild = pair.after.pixels.copy()
    wild[:, ~mask] = np.random.default_rng(0).uniform(0, 60_000, wild[:, ~mask].shape)
    maps = [
        score_change(normalise(replace(pair, after=replace(pair.after, mask=mask, pixels=pixels))))
        for pixels in (np.where(mask, pair.after.pixels, 0).astype(np.float32), wild)
    ]
    assert np.isnan(maps[0].score[~mask]).all()
    assert np.array_equal(maps[0].score, maps[1].score, equal_nan=True)


@pytest.mark.parametrize("sharpness", [0.6, 0.9])
def test_a_blurred_date_is_no_change(ground: Ground, pair_of: PairOf, sharpness: float) -> None:
    before = ground(6)
    after = np.stack([ndimage.gaussian_filter(band, sharpness) for band in before])
    change = score_change(normalise(pair_of(noisy(before, 61, 10), noisy(after, 62, 10))))
    assert (change.score > 0.5).mean() < 0.003


def test_speckle_is_no_change_and_a_new_bright_thing_is(pair_of: PairOf) -> None:
    rng = np.random.default_rng(7)
    land = 60 + 40 * (ndimage.gaussian_filter(rng.normal(size=(1, 160, 160)), (0, 8, 8)) > 0)
    before, after = (land * rng.gamma(4.4, 1 / 4.4, land.shape) for _ in range(2))
    after[:, 60:68, 60:70] *= 8
    change = score_change(normalise(pair_of(before, after, sensor="sar")))
    assert change.method == "log-ratio"
    assert (change.score[62:66, 62:68] > 0.5).all()
    change.score[55:73, 55:75] = 0
    assert (change.score > 0.5).mean() < 0.002


@pytest.mark.parametrize(
    ("known", "gsd_m", "method", "why"),
    [
        (Acquisition(), 10.0, "change-vector", r"Optical, 4 bands of 10 m: .*few pixels"),
        (Acquisition(), 0.5, "structured-vector", r"4 bands of 0.5 m: .*many pixels"),
        (Acquisition(units="display"), 0.5, "structure", "before and the after scene stretched for display"),
        (Acquisition(level="display"), 10.0, "structure", "stretched for display"),
        (Acquisition(sensor="sar"), 10.0, "log-ratio", "SAR, 4 bands of 10 m"),
    ],
)
def test_auto_chooses_by_sensor_level_and_pixel_size_and_says_why(
    ground: Ground, pair_of: PairOf, known: Acquisition, gsd_m: float, method: str, why: str
) -> None:
    pair = pair_of(ground(8), noisy(ground(8), 8), gsd_m=gsd_m)
    before, after = (replace(scene, acquisition=known) for scene in (pair.before, pair.after))
    change = score_change(normalise(replace(pair, before=before, after=after)))
    assert change.method == choose(replace(pair, before=before, after=after)).name == method
    assert re.search(why, change.reason)


def test_a_method_not_known_is_refused_by_name(ground: Ground, pair_of: PairOf) -> None:
    pair = pair_of(ground(8), ground(8))
    with pytest.raises(MethodError, match=r"'guess'.*auto, change-vector, structured-vector, structure, .*log-ratio"):
        score_change(pair, "guess")


def test_a_pair_without_valid_ground_is_refused(ground: Ground, pair_of: PairOf) -> None:
    pair = pair_of(ground(8), ground(8))
    nowhere = np.zeros(pair.grid.shape, dtype=bool)
    with pytest.raises(MethodError, match="Too little valid ground"):
        score_change(replace(pair, after=replace(pair.after, mask=nowhere)))
