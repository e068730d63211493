"""Sun and sensor leave a pair; change stays in it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from depotwatch.imagery.normalise import learn_normalisation, normalise, sun_ratio
from depotwatch.imagery.scene import Acquisition, ScenePair, Sun

Ground = Callable[..., NDArray[np.float64]]
PairOf = Callable[..., ScenePair]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gain=st.floats(0.3, 3.0), offset=st.floats(-200.0, 800.0), seed=st.integers(0, 5))
def test_any_gain_and_offset_are_taken_out(
    ground: Ground, pair_of: PairOf, gain: float, offset: float, seed: int
) -> None:
    before = ground(seed)
    rng = np.random.default_rng(seed + 100)
    after = gain * (before + rng.normal(0, 5, before.shape)) + offset
    normal = normalise(pair_of(before, after))
    assert np.abs(normal.after.pixels - before).mean() < 8


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bands=st.integers(1, 6), gain=st.floats(0.4, 2.5), offset=st.floats(-200.0, 500.0), seed=st.integers(0, 9))
def test_three_tenths_of_the_scene_may_change(
    ground: Ground, pair_of: PairOf, bands: int, gain: float, offset: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    before = np.concatenate([ground(seed), ground(seed)[::-1] * rng.uniform(0.8, 1.2)])[:bands]
    before = before + rng.normal(0, 10, before.shape)
    after = before + rng.normal(0, 10, before.shape)
    after[:, :, :48] = ground(seed + 50)[:1, :, :48] + 600 * rng.uniform(-1, 1, (bands, 1, 1))
    found = learn_normalisation([pair_of(before, (after - offset) / gain)])
    assert found.gain == pytest.approx(gain, rel=0.08)
    middle = (before.mean(axis=(1, 2)) - offset) / gain
    assert found.gain * middle + found.offset == pytest.approx(before.mean(axis=(1, 2)), abs=30)


@pytest.mark.parametrize("bands", [1, 2, 4])
def test_what_changed_is_not_normalised_away(ground: Ground, pair_of: PairOf, bands: int) -> None:
    before = ground(1)[:bands]
    after = 1.3 * before + 50
    after[:, 40:60, 40:60] += 1.3 * 400
    normal = normalise(pair_of(before, after))
    left = normal.after.pixels - before
    assert left[:, 45:55, 45:55].mean() == pytest.approx(400, rel=0.1)
    assert np.abs(np.median(left[:, 80:, 80:])) < 20


def test_a_masked_pixel_never_changes_the_result(ground: Ground, pair_of: PairOf) -> None:
    before = ground(2)
    after = 1.2 * before + 30
    pair = pair_of(before, after)
    mask = np.ones(before.shape[1:], dtype=bool)
    mask[10:30, 10:30] = False
    wild = after.copy()
    wild[:, ~mask] = 60000
    results = [
        normalise(ScenePair(pair.before, replace(pair.after, pixels=pixels, mask=mask), pair.registration))
        for pixels in (after.astype(np.float32), wild.astype(np.float32))
    ]
    assert np.array_equal(results[0].after.pixels, results[1].after.pixels)


def test_the_before_scene_is_untouched(ground: Ground, pair_of: PairOf) -> None:
    before = ground(3)
    pair = pair_of(before, 2 * before)
    assert np.array_equal(normalise(pair).before.pixels, pair.before.pixels)


def test_sar_is_scaled_by_the_median_ratio(pair_of: PairOf) -> None:
    rng = np.random.default_rng(0)
    before = rng.gamma(4, 25, (1, 120, 120)).astype(np.float32)
    after = 1.7 * before * rng.gamma(50, 1 / 50, before.shape).astype(np.float32)
    normal = normalise(pair_of(before, after, sensor="sar"))
    assert np.median(normal.after.pixels / before) == pytest.approx(1, abs=0.02)


def test_water_has_no_say_where_its_bands_are_named(ground: Ground, pair_of: PairOf) -> None:
    before = ground(4)
    sea = np.zeros(before.shape[1:], dtype=bool)
    sea[:, :90] = True
    rng = np.random.default_rng(4)
    before[:, sea] = np.array([500, 400, 300, 100])[:, None] + rng.normal(0, 8, (4, int(sea.sum())))
    after = 1.25 * before + rng.normal(0, 8, before.shape)
    after[:, sea] = 3 * before[:, sea] - 200  # muddy
    pair = pair_of(before, after)
    names = ("blue", "green", "red", "nir")
    named = replace(pair, before=replace(pair.before, bands=names), after=replace(pair.after, bands=names))
    left = [normalise(one).after.pixels[:, ~sea] - before[:, ~sea] for one in (named, pair)]
    assert np.abs(left[0]).mean() < 12
    assert np.abs(left[1]).mean() > 2 * np.abs(left[0]).mean()


@pytest.mark.parametrize(
    ("elevations", "units", "ratio"),
    [
        ((60, 30), ("dn", "dn"), np.sqrt(3)),
        ((60, 55), ("dn", "dn"), 1),
        ((60, 30), ("reflectance", "reflectance"), 1),
        ((60, 30), (None, None), 1),
        ((60, None), ("radiance", "radiance"), 1),
        ((60, -3), ("radiance", "radiance"), 1),
    ],
)
def test_the_height_of_the_sun_is_taken_out_where_it_is_in_the_pixels(
    elevations: tuple[float, float | None], units: tuple[str | None, str | None], ratio: float
) -> None:
    suns = [None if elevation is None else Sun(150, elevation) for elevation in elevations]
    before, after = (Acquisition(sun=sun, units=unit) for sun, unit in zip(suns, units, strict=True))
    assert sun_ratio(before, after) == pytest.approx(ratio)


@pytest.mark.parametrize("bands", [1, 3, 4])
@pytest.mark.parametrize("rubbish", [np.nan, np.inf, -9999])
def test_rubbish_under_the_mask_changes_nothing(ground: Ground, pair_of: PairOf, bands: int, rubbish: float) -> None:
    before = ground(5)[:bands]
    pair = pair_of(before, 1.2 * before + 30)
    mask = np.ones(before.shape[1:], dtype=bool)
    mask[40:60, 10:30] = False
    results = []
    for value in (0, rubbish):
        pixels = pair.before.pixels.copy()
        pixels[:, ~mask] = value
        dirty = replace(pair, before=replace(pair.before, pixels=pixels, mask=mask))
        results.append(learn_normalisation([dirty]))
    assert np.array_equal(results[0].gain, results[1].gain)
    assert np.array_equal(results[0].offset, results[1].offset)
