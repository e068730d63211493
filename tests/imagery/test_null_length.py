"""The null of a length: it falls, has no units, and predicts what comes, whatever family the statistic is of."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from depotwatch.imagery.grid import Grid
from depotwatch.imagery.null import threshold_of
from depotwatch.imagery.null.body import find_body
from depotwatch.imagery.null.length import null_of_lengths
from depotwatch.imagery.null.objects import count_above
from depotwatch.imagery.scene import Floats

SIDE = 240
GRID = Grid.without_crs((SIDE, SIDE), 10.0, 10.0)
KM2 = SIDE * SIDE * GRID.pixel_area_m2 / 1e6
TARGET = 2.0
Make = Callable[[np.random.Generator], NDArray[np.float64]]


def field(rng: np.random.Generator) -> NDArray[np.float64]:
    smooth = ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), 1.5, mode="wrap")
    return np.asarray(smooth / smooth.std())


def log_normal(rng: np.random.Generator) -> NDArray[np.float64]:
    return np.exp(0.4 * field(rng))


def half_normal(rng: np.random.Generator) -> NDArray[np.float64]:
    return np.abs(field(rng))


def gamma(rng: np.random.Generator) -> NDArray[np.float64]:
    return np.asarray(sum(field(rng) ** 2 for _ in range(4)))


FAMILIES = (log_normal, half_normal, gamma)


def with_change(still: NDArray[np.float64], share: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Raise square blocks of 8 pixels, on about that share of the ground, 5 to 10 times the median."""
    changed = still.copy()
    for _ in range(round(share * SIDE * SIDE / 64)):
        row, column = rng.integers(0, SIDE - 8, 2)
        changed[row : row + 8, column : column + 8] = rng.uniform(5, 10) * np.median(still)
    return changed


def threshold_and_rate(image: NDArray[np.float64]) -> tuple[float, float]:
    return threshold_of(null_of_lengths([image.astype(np.float32)], GRID), TARGET)


def above(image: NDArray[np.float64], level: float) -> int:
    return count_above([image.astype(np.float32)], level)[0]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(FAMILIES), st.sampled_from([0.0, 0.02, 0.2]))
def test_the_null_falls_and_the_threshold_falls_as_the_target_rises(seed: int, make: Make, share: float) -> None:
    rng = np.random.default_rng(seed)
    null = null_of_lengths([with_change(make(rng), share, rng).astype(np.float32)], GRID)
    assert (np.diff(null.statistic) > 0).all()
    assert (np.diff(null.false_alarms_per_km2) < 0).all()
    assert (np.diff(null.pixel_probability) <= 0).all() and null.pixel_probability[0] <= 1
    found = [threshold_of(null, target) for target in (0.05, 0.5, 2.0, 8.0)]
    thresholds, rates = zip(*found, strict=True)
    assert list(thresholds) == sorted(thresholds, reverse=True)
    assert list(rates) == sorted(rates)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(FAMILIES), st.sampled_from([0.0, 0.1]), st.floats(1e-3, 1e4))
def test_other_units_of_the_statistic_change_nothing_but_the_threshold(
    seed: int, make: Make, share: float, unit: float
) -> None:
    rng = np.random.default_rng(seed)
    image = with_change(make(rng), share, rng)
    threshold, rate = threshold_and_rate(image)
    other, other_rate = threshold_and_rate(unit * image)
    assert other == pytest.approx(unit * threshold, rel=0.02)
    assert other_rate == pytest.approx(rate, rel=0.1)


@pytest.mark.parametrize("make", FAMILIES)
def test_as_many_alarms_come_on_another_draw_as_this_one_predicts(make: Make) -> None:
    observed, predicted = 0, 0.0
    for seed in range(8):
        threshold, rate = threshold_and_rate(make(np.random.default_rng(seed)))
        observed += above(make(np.random.default_rng(1000 + seed)), threshold)
        predicted += rate * KM2
    assert 0.5 <= observed / predicted <= 2


@pytest.mark.parametrize("share", [0.005, 0.05, 0.2])
@pytest.mark.parametrize("make", FAMILIES)
def test_with_change_mixed_in_no_more_comes_from_what_did_not_change_than_predicted(make: Make, share: float) -> None:
    observed, predicted = 0, 0.0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        still = make(rng)
        threshold, rate = threshold_and_rate(with_change(still, share, rng))
        observed += above(still, threshold)
        predicted += rate * KM2 * (1 - share)
    assert observed / predicted <= 2
    if make is log_normal:  # what change vectors are like; of lighter bodies the prediction is too high
        assert observed / predicted >= 0.5


def test_where_change_stands_apart_the_threshold_goes_down_to_it() -> None:
    rng = np.random.default_rng(3)
    still = log_normal(rng)
    null = null_of_lengths([with_change(still, 0.05, rng).astype(np.float32)], GRID)
    rare = threshold_of(null, 0.01)[0]
    assert null.apart is not None
    assert rare == null.apart < 5 * np.median(still)
    assert null_of_lengths([still.astype(np.float32)], GRID).apart is None
    unsure = null_of_lengths([with_change(still, 0.05, rng).astype(np.float32)], GRID, sure=False)
    assert unsure.apart is None and threshold_of(unsure, 0.01)[0] > rare


def test_one_place_that_changed_much_is_no_population_and_is_found() -> None:
    rng = np.random.default_rng(4)
    changed = log_normal(rng)
    changed[100:112, 50:62] = 20
    null = null_of_lengths([changed.astype(np.float32)], GRID)
    assert null.apart is None
    assert threshold_of(null, 0.5)[0] < 10


def test_a_control_with_heavier_tails_raises_the_threshold() -> None:
    rng = np.random.default_rng(5)
    image = log_normal(rng).astype(np.float32)
    glint = (log_normal(rng) * np.where(field(rng) > 2.2, 4, 1)).astype(np.float32)
    own, alike, heavier = (
        threshold_of(null_of_lengths([image], GRID, control), TARGET)[0]
        for control in ([], [3 * log_normal(rng).astype(np.float32)], [glint])
    )
    assert alike == pytest.approx(own, rel=0.3)
    assert heavier > 1.3 * own


@pytest.mark.parametrize("share", [0.0, 0.1, 0.2])
def test_change_on_a_fifth_of_the_scene_hardly_moves_the_body(share: float) -> None:
    rng = np.random.default_rng(6)
    body = find_body(np.log(with_change(log_normal(rng), share, rng)).ravel())
    assert body.mode == pytest.approx(0, abs=0.1)
    assert body.right == pytest.approx(0.4, rel=0.2)
    assert body.left == pytest.approx(0.4, rel=0.2)


@pytest.mark.parametrize("image", [np.zeros((5, 5)), np.ones((1, 1)), np.full((40, 40), 3.0)])
def test_a_statistic_that_says_nothing_still_has_a_null(image: NDArray[np.float64]) -> None:
    null = null_of_lengths([image.astype(np.float32)], GRID)
    assert (np.diff(null.statistic) > 0).all()
    assert np.isfinite(threshold_of(null, TARGET)).all()


def test_objects_are_counted_from_four_pixels_up_and_over_corners() -> None:
    image = np.zeros((12, 12), dtype=np.float32)
    image[1, 1] = image[2, 2] = image[3, 3] = image[4, 4] = 2
    image[8, 8:11] = 2
    image[11, 0] = np.nan
    floats: Floats = image
    assert count_above([floats, floats], 1.0) == (2, 14)
