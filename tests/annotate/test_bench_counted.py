"""Counts beside the truth: what is near, what holds, and that an interval is judged by its width and its misses."""

import numpy as np
import pytest

from depotwatch.annotate.bench.counted import bootstrapped, counted, interval_score
from depotwatch.labels.records import Count


def test_an_interval_that_misses_is_fined_twenty_times_its_miss() -> None:
    there, low, high = (np.array(values, float) for values in ([10, 10, 10], [8, 12, 4], [12, 15, 9]))
    assert interval_score(there, low, high).tolist() == pytest.approx([4, 3 + 40, 5 + 20])


def test_shares_of_counts_near_and_held() -> None:
    counts = [(10, 10, Count(9, 12, 14)), (10, 10, Count(5, 7, 9)), (10, 10, Count(4, None, None))]
    result = counted(counts)
    assert (result.cases, result.unbounded) == (3, 1)
    assert result.near[1] == pytest.approx(1 / 2)  # of those with a best count
    assert result.held[1] == pytest.approx(2 / 3)
    assert result.total is not None
    assert result.total[1] == pytest.approx(19 / 20)


def test_tiers_are_judged_where_they_are_said() -> None:
    counts = [(10, 2, Count(9, 12, 14, 1, 2)), (10, 3, Count(5, 7, 9, 1, 2)), (10, 1, Count(4, None, None))]
    result = counted(counts)
    assert (result.tiers, result.tiers_held[1]) == (2, 0.5)


def test_the_best_constant_margin_is_found_and_beaten_by_intervals_that_know_more() -> None:
    rng = np.random.default_rng(3)
    counts = []
    for number in range(60):
        there, sure = 50, number % 2 == 0
        best = there + (0 if sure else int(rng.choice((-20, 20))))
        counts.append((there, there, Count(best - (1 if sure else 20), best, best + (1 if sure else 20))))
    result = counted(counts)
    assert result.score == pytest.approx(21.0)
    assert result.margin is not None
    assert 0.25 <= result.margin <= 0.7
    assert result.gain is not None
    assert result.gain[2] < 1


def test_without_bounds_or_cases_there_is_no_score() -> None:
    assert counted([]).score is None
    assert counted([(5, 5, Count(1, 5, None))]).score is None


def test_a_bootstrap_repeats_and_holds_its_figure() -> None:
    cases = np.arange(50, dtype=float)
    first, again = (bootstrapped(cases, lambda sample: sample.mean(-1)) for _ in range(2))
    assert first == again
    assert first[0] < first[1] == 24.5 < first[2]
