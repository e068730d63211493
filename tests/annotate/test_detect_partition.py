"""Profiles drawn here: boxes of random colours with dark gaps, blurred, between plain ground."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d

from depotwatch.annotate.detect.stack.layout import block_end, spacings
from depotwatch.annotate.detect.stack.partition import Partition, divide, meeting_evidence

STEP, MARGIN = 0.125, 3.0


def profile(widths: list[float], gap: float, strips: int = 3, seed: int = 0, blur_m: float = 0.35) -> np.ndarray:
    rng = np.random.default_rng(seed)
    length = sum(widths) + gap * (len(widths) - 1) + 2 * MARGIN
    fine = 0.025
    image = np.ones((strips, round(length / fine)))
    start = MARGIN
    for width in widths:
        image[:, round(start / fine) : round((start + width) / fine)] = rng.uniform(0.3, 2.2, (strips, 1))
        start += width + gap
        image[:, round((start - gap) / fine) : round(start / fine)] = 0.2
    image[:, round((length - MARGIN) / fine) :] = 1.0
    smooth = gaussian_filter1d(image, blur_m / fine, axis=1)[:, round(STEP / fine / 2) :: round(STEP / fine)]
    noisy = smooth + rng.normal(0, 0.005, smooth.shape)
    return np.asarray(noisy, dtype=np.float32)


def division(channels: np.ndarray, way: str = "across", weight: float = 1.0) -> Partition:
    evidence = meeting_evidence(channels, STEP, 0.6 if way == "across" else 1.0, weight, MARGIN)
    size = channels.shape[1] * STEP
    places = (np.arange(channels.shape[1]) + 0.5) * STEP
    ends = tuple(-(((places - at) / 0.6) ** 2) / 2 for at in (MARGIN, size - MARGIN))
    return divide(evidence, np.zeros(len(evidence)), (ends[0], ends[1]), STEP, spacings(way, STEP))


@pytest.mark.parametrize("boxes", [2, 5, 9, 14])
@pytest.mark.parametrize("gap", [0.2, 0.5])
def test_boxes_side_by_side_are_counted(boxes: int, gap: float) -> None:
    found = division(profile([2.438] * boxes, gap, seed=boxes))
    assert int(found.counts.argmax()) == boxes and found.counts[boxes] > 0.8
    assert found.name == "pitch"
    starts = MARGIN - gap / 2 + np.arange(boxes + 1) * (2.438 + gap)
    assert found.edges_m == pytest.approx(starts, abs=0.6)


@pytest.mark.parametrize("length, name", [(6.058, "20 ft"), (12.192, "40 ft")])
def test_the_length_of_boxes_end_to_end_is_told(length: float, name: str) -> None:
    found = division(profile([length] * 3, 0.4, strips=5), "along")
    assert (int(found.counts.argmax()), found.name) == (3, name)


def test_one_long_box_is_not_two_short_ones_of_its_length() -> None:
    one, two = (division(profile(widths, 0.08, strips=4), "along") for widths in ([12.192], [6.058, 6.058]))
    assert (int(one.counts.argmax()), int(two.counts.argmax())) == (1, 2)


def test_random_widths_over_the_same_extent_are_no_comb() -> None:
    widths = [4.6, 1.6, 5.3, 2.0, 6.2, 1.7, 4.4]
    found = division(profile(widths, 0.25, strips=5))
    assert found.name == "uneven"
    assert int(found.counts.argmax()) == pytest.approx(len(widths), abs=1)


def test_where_nothing_shows_the_outline_leaves_several_numbers_open() -> None:
    found = division(profile([2.438] * 10, 0.3), weight=0.0)
    likely = np.flatnonzero(found.counts > 0.05)
    assert len(likely) >= 2 and 10 in likely
    assert likely.min() >= 8 and likely.max() <= 12


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), samples=st.integers(90, 200))
def test_probabilities_add_up_and_places_follow_one_another(seed: int, samples: int) -> None:
    noise = np.random.default_rng(seed).normal(1, 0.2, (2, samples)).astype(np.float32)
    found = division(noise)
    assert found.counts.sum() == pytest.approx(1.0) and found.counts.min() >= 0
    assert len(found.edges_m) == int(found.counts.argmax()) + 1
    assert (np.diff(found.edges_m) > 1.0).all()


@pytest.mark.parametrize("gsd_m", [0.3, 3.0])
def test_where_a_side_ends_has_a_finite_log_probability_kilometres_off(gsd_m: float) -> None:
    places = np.linspace(-2000.0, 2000.0, 401)
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        logs = block_end(places, 0.0, gsd_m)
    assert np.isfinite(logs).all() and int(logs.argmax()) == 200
    assert (np.diff(logs[:201]) > 0).all() and logs == pytest.approx(logs[::-1])
