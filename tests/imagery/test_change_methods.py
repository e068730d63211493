"""Every method: what it claims not to see, and what it must not depend on."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from depotwatch.imagery.change import METHODS, Method
from depotwatch.imagery.normalise import normalise
from depotwatch.imagery.scene import ScenePair

Ground = Callable[..., NDArray[np.float64]]
PairOf = Callable[..., ScenePair]
BLOCK = (slice(None), slice(70, 82), slice(90, 104))
FREE = {"structure", "mad", "ir-mad"}  # of any gain, without normalisation

every = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
optical = pytest.mark.parametrize(
    "method", [method for method in METHODS.values() if method.name != "log-ratio"], ids=lambda method: method.name
)


@pytest.fixture
def changed(ground: Ground, pair_of: PairOf) -> Callable[..., ScenePair]:
    """Make a pair of one ground, both dates noisy, with a block of new ground in the later one."""

    def make(seed: int, size: int = 160, gsd_m: float = 10.0) -> ScenePair:
        rng = np.random.default_rng(seed)
        before = ground(seed, size)
        after = before.copy()
        after[BLOCK] = 1.5 * ground(seed + 100, size)[BLOCK] + 800
        noisy = (np.maximum(date + rng.normal(0, 25, date.shape), 1) for date in (before, after))
        return pair_of(*noisy, gsd_m=gsd_m)

    return make


def in_bands(pair: ScenePair, method: Method) -> ScenePair:
    return normalise(as_radar(pair) if method.name == "log-ratio" else pair)


def as_radar(pair: ScenePair) -> ScenePair:
    before, after = (
        replace(scene, acquisition=replace(scene.acquisition, sensor="sar")) for scene in (pair.before, pair.after)
    )
    return replace(pair, before=before, after=after)


def crop(pair: ScenePair, rows: slice, columns: slice) -> ScenePair:
    before, after = (
        replace(
            scene,
            pixels=scene.pixels[:, rows, columns],
            mask=scene.mask[rows, columns],
            grid=scene.grid.window(rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start),
        )
        for scene in (pair.before, pair.after)
    )
    return replace(pair, before=before, after=after)


@optical
@pytest.mark.parametrize("gsd_m", [0.5, 10.0, 30.0])
def test_new_ground_ranks_above_old(changed: Callable[..., ScenePair], method: Method, gsd_m: float) -> None:
    pair = normalise(changed(1, gsd_m=gsd_m))
    distance = method.learn([pair])(pair).distance
    inside = distance[74:78, 94:100].copy()
    distance[50:102, 70:124] = np.nan
    assert np.median(inside) > np.nanquantile(distance, 0.99)


@optical
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gain=st.floats(0.3, 3.0), offset=st.floats(-300.0, 900.0), seed=st.integers(0, 3))
def test_gain_and_offset_leave_the_statistic_as_it_was(
    changed: Callable[..., ScenePair], method: Method, gain: float, offset: float, seed: int
) -> None:
    pair = changed(seed)
    pixels = (gain * pair.after.pixels + offset).astype(np.float32)
    other = replace(pair, after=replace(pair.after, pixels=pixels))
    if method.name not in FREE:
        pair, other = normalise(pair), normalise(other)
    plain, scaled = (method.learn([one])(one).distance for one in (pair, other))
    assert np.nanmax(np.abs(scaled - plain) / (1 + plain)) < 0.05


@every
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.integers(0, 100), column=st.integers(0, 100), seed=st.integers(0, 3), gap=st.booleans())
def test_a_window_with_its_margin_scores_as_the_whole_does(
    changed: Callable[..., ScenePair], method: Method, row: int, column: int, seed: int, gap: bool
) -> None:
    size, side, margin = 160, 60, method.reach_px
    pair = in_bands(changed(seed, size, gsd_m=2.0), method)
    if gap:
        mask = pair.after.mask.copy()
        mask[row + 20 : row + 30, 40:90] = False
        pair = replace(pair, after=replace(pair.after, mask=mask))
    model = method.learn([pair])
    rows, columns = (slice(max(at - margin, 0), min(at + side + margin, size)) for at in (row, column))
    core = (
        slice(row - rows.start, row - rows.start + side),
        slice(column - columns.start, column - columns.start + side),
    )
    whole, window = model(pair), model(crop(pair, rows, columns))
    for one, other in ((whole.distance, window.distance), (whole.signed, window.signed)):
        expected = one[row : row + side, column : column + side]
        assert np.allclose(other[core], expected[:side, :side], rtol=1e-3, atol=1e-3, equal_nan=True)


@every
@pytest.mark.parametrize("rubbish", [np.nan, np.inf, 60_000.0])
def test_what_lies_under_the_mask_changes_nothing(
    changed: Callable[..., ScenePair], method: Method, rubbish: float
) -> None:
    pair = in_bands(changed(2), method)
    mask = np.ones(pair.grid.shape, dtype=bool)
    mask[30:60, 40:70] = False
    results = []
    for value in (0, rubbish):
        pixels = pair.after.pixels.copy()
        pixels[:, ~mask] = value
        dirty = replace(pair, after=replace(pair.after, pixels=pixels, mask=mask))
        results.append(method.learn([dirty])(dirty))
    assert np.isnan(results[0].distance[~mask]).all()
    assert np.isfinite(results[0].distance[90:, 90:]).all()
    for name in ("distance", "signed"):
        assert np.array_equal(getattr(results[0], name), getattr(results[1], name), equal_nan=True)


@every
def test_the_same_pair_scores_the_same_again(changed: Callable[..., ScenePair], method: Method) -> None:
    pair = in_bands(changed(3), method)
    first, second = (method.learn([pair])(pair) for _ in range(2))
    assert np.array_equal(first.distance, second.distance, equal_nan=True)
    assert first.distance.dtype == first.signed.dtype == np.float32


@optical
def test_two_halves_teach_about_what_the_whole_does(changed: Callable[..., ScenePair], method: Method) -> None:
    pair = normalise(changed(4))
    halves = [crop(pair, slice(0, 80), slice(0, 160)), crop(pair, slice(80, 160), slice(0, 160))]
    of_whole, of_halves = (method.learn(windows)(pair).distance for windows in ([pair], halves))
    assert np.nanmedian(np.abs(of_whole - of_halves) / (0.5 + of_whole)) < 0.1


@pytest.mark.parametrize("method", ["change-vector", "structured-vector", "structure", "pca-kmeans"])
def test_where_nothing_changed_the_statistic_has_one_mode_near_1(ground: Ground, pair_of: PairOf, method: str) -> None:
    rng = np.random.default_rng(5)
    before, after = (ground(5) + rng.normal(0, 40, (4, 160, 160)) for _ in range(2))
    pair = normalise(pair_of(before, after))
    distance = METHODS[method].learn([pair])(pair).distance
    distance = distance[np.isfinite(distance)]
    assert np.median(distance) == pytest.approx(1, abs=0.1)
    assert np.quantile(distance, 0.999) < 4


@pytest.mark.parametrize("method", ["change-vector", "structured-vector", "structure", "pca-kmeans"])
def test_two_dates_without_any_difference_are_scored(ground: Ground, pair_of: PairOf, method: str) -> None:
    pair = normalise(pair_of(ground(6), ground(6)))
    assert np.isfinite(METHODS[method].learn([pair])(pair).distance).all()
    flat = pair_of(np.full((1, 60, 60), 7.0), np.full((1, 60, 60), 9.0))
    assert np.isfinite(METHODS[method].learn([flat])(flat).distance).all()
