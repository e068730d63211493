"""Recall at an asked rate of false alarms: read off the ranked list, never beyond it."""

from hypothesis import given
from hypothesis import strategies as st

from depotwatch.annotate.bench.operating import at_rate, curve
from depotwatch.annotate.bench.scoring import Tally

RANKED = ((0.9, 1), (0.8, 0), (0.7, 1), (0.6, 0), (0.6, 1), (0.55, 0), (0.52, 1))


def test_the_longest_list_within_the_rate_is_kept() -> None:
    tally = Tally(there=5, area_km2=1.0, ranked=RANKED)
    assert [at_rate(tally, rate).found for rate in (0, 1, 2, 3)] == [1, 2, 3, 4]
    assert at_rate(tally, 2).score == 0.6
    assert at_rate(tally, 1).recall[1] == 0.4
    assert [at_rate(tally, rate).whole for rate in (2, 3)] == [False, True]


def test_equal_scores_are_kept_or_cut_together() -> None:
    assert [score for score, *_ in curve(RANKED)] == [0.9, 0.8, 0.7, 0.6, 0.55, 0.52]
    assert at_rate(Tally(there=2, area_km2=1.0, ranked=((0.7, 1), (0.7, 0))), 0).found == 0


def test_a_larger_ground_allows_more_false_alarms_and_an_empty_list_none() -> None:
    assert at_rate(Tally(there=5, area_km2=0.4, ranked=RANKED), 2).found == 1
    empty = at_rate(Tally(there=5, area_km2=1.0), 2)
    assert (empty.found, empty.whole) == (0, True)


@given(st.lists(st.tuples(st.sampled_from((0.5, 0.6, 0.7, 0.8)), st.integers(0, 2))))
def test_recall_never_falls_as_more_is_allowed(ranked: list[tuple[float, int]]) -> None:
    tally = Tally(there=99, area_km2=1.0, ranked=tuple(ranked))
    found = [at_rate(tally, rate).found for rate in range(12)]
    assert found == sorted(found)
    assert at_rate(tally, len(ranked)).found == sum(objects for _, objects in ranked)
