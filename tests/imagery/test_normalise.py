"""Sun and sensor leave a pair; change stays in it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from depotwatch.imagery.normalise import normalise
from depotwatch.imagery.scene import ScenePair

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
