"""A length that someone states beside the lengths that were measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from depotwatch.annotate.detect import Detection
from depotwatch.annotate.given_length import matched, with_given_length
from depotwatch.annotate.settings import Settings

SIGMA = 10.0


def vessel(length_m: float, kind: str = "vessel") -> Detection:
    terms = {"length_m": length_m, "length_low_m": length_m - 1.645 * SIGMA, "length_high_m": length_m + 1.645 * SIGMA}
    return Detection(kind, "present", "unknown", box(0, 0, 1, 1), 0.6, None, terms)


@given(st.floats(20, 400), st.floats(20, 400))
def test_a_vessel_agrees_where_its_own_interval_holds_the_length(length: float, stated: float) -> None:
    (one,) = with_given_length([vessel(length)], stated)
    z = one.terms["length_z"]
    assert z == pytest.approx((length - stated) / SIGMA, abs=0.01)
    if abs(abs(length - stated) - 1.645 * SIGMA) > 0.1:
        assert one.terms["length_agrees"] is (abs(length - stated) < 1.645 * SIGMA)


def test_other_kinds_and_runs_without_a_length_stay_as_they_are() -> None:
    found = [vessel(120.0), vessel(120.0, "storage-pit")]
    assert with_given_length(found, None) == found
    assert with_given_length(found, 120.0)[1] == found[1]


@pytest.mark.parametrize(
    ("lengths", "words"),
    [
        ([120.0, 131.0, 190.0], "2 of 3 vessels may be 118.5 m long"),
        ([300.0], "0 of 1 vessel may be 118.5 m long"),
        ([], "no vessel was found to match against 118.5 m"),
    ],
)
def test_what_agrees_is_said_in_a_sentence(lengths: list[float], words: str) -> None:
    found = with_given_length([vessel(length) for length in lengths], 118.5)
    told = matched((one.terms for one in found), 118.5)
    assert told is not None and words in told.sentence
    assert matched([], None) is None


def test_a_run_with_a_length_is_another_run_and_one_without_is_the_same_as_ever() -> None:
    assert "vessel_length_m" not in Settings().kept()
    assert Settings(vessel_length_m=120.0).kept()["vessel_length_m"] == 120.0
