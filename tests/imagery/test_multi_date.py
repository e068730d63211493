"""A stack of radar dates says where and when it changed, with a share of false alarms that holds."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage
from scipy.stats import f as f_distribution

from depotwatch.imagery.change.looks import looks_of_ratio
from depotwatch.imagery.change.multi_date import MultiDate, multi_date
from depotwatch.imagery.change.omnibus import omnibus, omnibus_law, one_more, one_more_law
from depotwatch.imagery.errors import GridMismatchError, MethodError
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, Scene

Doubles = NDArray[np.float64]
Stack = Callable[..., list[Scene]]
BLOCK = (slice(40, 60), slice(50, 70))


@pytest.fixture(scope="session")
def stack(speckle: Callable[..., Doubles]) -> Stack:
    """Synthetic SAR stack: fields 8 dB apart under gamma speckle, a gain a date, a block that steps at a date."""

    def make(
        seed: int, dates: int, looks: int = 4, grain_px: float = 0.5, bands: int = 1, step: int = 0, size: int = 256
    ) -> list[Scene]:
        rng = np.random.default_rng(seed)
        ground = 10 ** (0.4 * np.sign(ndimage.gaussian_filter(rng.normal(size=(size, size)), 20)))
        scenes = []
        for date in range(dates):
            pixels = [1.3**date * ground * speckle(rng, ground.shape, looks, grain_px) for _ in range(bands)]
            if step and date >= step:
                for band in pixels:
                    band[BLOCK] *= 10**0.8
            scenes.append(scene(np.stack(pixels)))
        return scenes

    return make


def scene(pixels: Doubles, sensor: str = "sar") -> Scene:
    grid = Grid.without_crs((pixels.shape[1], pixels.shape[2]), 10.0, 10.0)
    names = tuple(f"band{at}" for at in range(len(pixels)))
    mask = np.ones(grid.shape, dtype=bool)
    return Scene(grid, pixels.astype(np.float32), mask, names, Acquisition(sensor=sensor), Path("made.tif"), "made")


def share_above(result: MultiDate, nominal: float) -> float:
    level = np.interp(-np.log(nominal), -np.log(result.null.pixel_probability), result.null.statistic)
    return float((result.statistic[np.isfinite(result.statistic)] > level).mean())


@pytest.mark.parametrize("dates", [2, 5])
@pytest.mark.parametrize("window_px", [1, 3])
@pytest.mark.parametrize(
    ("looks", "grain_px", "bands"), [(1, 0.0, 1), (1, 0.7, 1), (4, 0.0, 1), (4, 0.7, 2), (10, 0.5, 1)]
)
def test_the_nominal_share_of_false_alarms_comes(
    stack: Stack, dates: int, looks: int, grain_px: float, bands: int, window_px: int
) -> None:
    seeds = range(2 if window_px == 1 else 5)  # averages of neighbours are fewer independent trials
    results = [multi_date(stack(seed, dates, looks, grain_px, bands), window_px=window_px) for seed in seeds]
    # An average of uncorrelated single looks is only nearly gamma-distributed.
    factor = 2.0 if looks == 1 and not grain_px and window_px > 1 else 1.5
    for nominal in (1e-2, 1e-3):
        assert nominal / factor <= np.mean([share_above(one, nominal) for one in results]) <= nominal * factor


@pytest.mark.parametrize("looks", [1, 4, 10])
def test_looks_are_measured_and_correlation_lowers_those_of_an_average(stack: Stack, looks: int) -> None:
    alone, correlated = (multi_date(stack(3, 4, looks, grain_px)) for grain_px in (0.0, 0.8))
    for result in (alone, correlated):
        assert result.pixel_looks == pytest.approx(looks, rel=0.05)
        assert result.neighbourhood_looks == pytest.approx(looks, rel=0.2)
    assert alone.correlation < 0.02 and correlated.correlation > 0.3
    assert correlated.looks < 0.6 * alone.looks


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_step_is_found_and_dated(stack: Stack, step: int) -> None:
    result = multi_date(stack(4, 5, 4, step=step))
    inside = result.first_change[BLOCK]
    assert (inside >= 0).mean() > 0.9
    assert (inside[inside >= 0] == step).mean() > 0.9
    near = np.zeros(result.first_change.shape, dtype=bool)
    near[BLOCK] = True
    assert (result.first_change[~ndimage.binary_dilation(near, iterations=2)] >= 0).mean() < 0.005
    assert ((result.statistic > result.threshold) == (result.first_change >= 0)).all()


def test_a_pair_is_a_stack_of_two_and_agrees_with_the_ratio_test() -> None:
    looks = 4.4
    ratio = np.geomspace(1.01, 30, 60, dtype=np.float32)
    statistic = omnibus(1 + ratio, np.log(ratio), 2, looks)
    nominal = 2 * f_distribution.sf(ratio, 2 * looks, 2 * looks)
    assert (np.diff(statistic) > 0).all()
    assert omnibus_law(2, looks).quantile(nominal[nominal < 0.5]) == pytest.approx(statistic[nominal < 0.5], rel=0.04)


@settings(max_examples=20, deadline=None)
@given(looks=st.floats(1, 30), dates=st.integers(2, 8), seed=st.integers(0, 99))
def test_the_test_over_all_dates_is_the_product_of_those_of_each(looks: float, dates: int, seed: int) -> None:
    intensities = np.random.default_rng(seed).gamma(looks, 1 / looks, (dates, 500))
    whole = omnibus(intensities.sum(axis=0), np.log(intensities).sum(axis=0), dates, looks)
    each = [one_more(intensities[:at].sum(axis=0), intensities[at], at + 1, looks) for at in range(1, dates)]
    assert np.sum(each, axis=0) == pytest.approx(whole, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("number", [2, 3, 7])
def test_the_law_of_one_more_date_holds(number: int) -> None:
    intensities = np.random.default_rng(8).gamma(1, 1, (number, 400_000))
    seen = one_more(intensities[:-1].sum(axis=0), intensities[-1], number, 1)
    for share in (0.1, 0.01, 1e-3):
        assert (seen > one_more_law(number, 1).quantile(share)).mean() == pytest.approx(share, rel=0.2)


@settings(max_examples=5, deadline=None)
@given(gain=st.floats(1e-3, 1e3))
def test_a_gain_of_one_date_changes_nothing(stack: Stack, gain: float) -> None:
    dates = stack(5, 3, size=64)
    plain = multi_date(dates)
    scaled = multi_date([dates[0], replace(dates[1], pixels=np.float32(gain) * dates[1].pixels), dates[2]])
    assert np.allclose(plain.statistic, scaled.statistic, rtol=1e-2, atol=1e-2)


def test_the_order_of_dates_does_not_change_whether_but_when(stack: Stack) -> None:
    dates = stack(6, 4, step=1)
    there, back = multi_date(dates), multi_date(dates[::-1])
    assert np.allclose(there.statistic, back.statistic, rtol=2e-2, atol=2e-2)
    assert np.median(there.first_change[BLOCK]) == 1
    assert np.median(back.first_change[BLOCK]) == 3


@pytest.mark.parametrize("window_px", [1, 3])
def test_what_lies_under_a_mask_changes_nothing(stack: Stack, window_px: int) -> None:
    dates = stack(7, 3, size=80)
    mask = np.random.default_rng(0).random((80, 80)) > 0.1
    results = []
    for wild in (0.0, 1e6, np.nan):
        pixels = np.where(mask, dates[1].pixels, wild).astype(np.float32)
        results.append(multi_date([dates[0], replace(dates[1], pixels=pixels, mask=mask), dates[2]], None, window_px))
    assert np.isnan(results[0].statistic[~mask]).all() and (results[0].first_change[~mask] == -1).all()
    assert all(np.array_equal(results[0].statistic, one.statistic, equal_nan=True) for one in results[1:])


def test_what_is_no_stack_of_intensities_is_refused_by_name(stack: Stack) -> None:
    dates = stack(8, 3, size=32)
    with pytest.raises(MethodError, match="at least 2 dates, not 1"):
        multi_date(dates[:1])
    with pytest.raises(MethodError, match=r"is optical: the multi-date test is for SAR"):
        multi_date([dates[0], scene(dates[1].pixels.astype(np.float64), "optical")])
    with pytest.raises(MethodError, match="in decibels; give linear intensities"):
        multi_date([replace(one, pixels=10 * np.log10(one.pixels)) for one in dates])
    with pytest.raises(MethodError, match="has 2 bands"):
        multi_date([dates[0], stack(8, 1, bands=2, size=32)[0]])
    with pytest.raises(GridMismatchError):
        multi_date([dates[0], stack(8, 1, size=40)[0]])
    with pytest.raises(MethodError, match="No pixel is valid"):
        multi_date([dates[0], replace(dates[1], mask=np.zeros((32, 32), dtype=bool))])


@pytest.mark.parametrize("looks", [1.0, 4.4, 20.0])
def test_change_on_a_tenth_of_the_scene_hardly_lowers_the_looks(looks: float) -> None:
    rng = np.random.default_rng(9)
    ratio = np.log(rng.gamma(looks, 1, 200_000) / rng.gamma(looks, 1, 200_000))
    ratio[:20_000] += 2
    assert looks_of_ratio(ratio.astype(np.float32)) == pytest.approx(looks, rel=0.3)
