"""Counts beside the truth: how near, how often the interval holds, and whether it beats a constant margin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...labels.records import Count
from .scoring import LEVEL, wilson

NEAR = 0.2
DRAWS = 1000
MARGINS = np.arange(0.01, 1.505, 0.01)  # the constant intervals that are tried, as shares of the best count

Interval = tuple[float, float, float]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counted:
    """
    Counts of one kind at one pixel size.

    Parameters
    ----------
    cases
        Objects found with a count.
    near
        Share of those with a best count that lies within `NEAR` of the truth: low, best, high (Wilson).
    right
        How many do.
    total
        All best counts over what is really there: low, best, high (bootstrap over objects). None without best counts.
    held
        Share of intervals that hold the truth: low, best, high (Wilson).
    unbounded
        Intervals without a high bound: they hold easily, and stay out of the interval score.
    score
        Mean interval score (Winkler 1972, JASA 67:187) at `LEVEL`, in containers; less is better. None without any.
    constant
        The same for the interval of best count ± `margin`, the margin chosen with the truth in view.
    margin
        Of the best constant interval, a share.
    tiers, tiers_held
        How often tiers were said, and the share of those that hold the highest stack's (Wilson).
    gain
        `score` over `constant`, below 1 where the intervals earn their keep: low, best, high (bootstrap).
    """

    cases: int
    near: Interval
    right: int
    total: Interval | None
    held: Interval
    unbounded: int
    score: float | None
    constant: float | None
    margin: float | None
    gain: Interval | None
    tiers: int
    tiers_held: Interval


def counted(counts: Sequence[tuple[int, int, Count]]) -> Counted:
    """Score the counts of a tally: containers there, most on top of one another, and what was counted."""
    known = [(there, count) for there, _, count in counts]
    best = np.array([(there, count.best) for there, count in known if count.best is not None], float).reshape(-1, 2)
    held = [count.low <= there and (count.high is None or there <= count.high) for there, count in known]
    near = int((np.abs(best[:, 1] / best[:, 0] - 1) <= NEAR + 1e-9).sum())
    tiers = [
        count.tiers_low <= tier <= count.tiers_high
        for _, tier, count in counts
        if count.tiers_low is not None and count.tiers_high is not None
    ]
    bounded = [(there, count.low, count.best, count.high) for there, count in known if count.high is not None]
    return Counted(
        len(known),
        wilson(near, len(best)),
        near,
        bootstrapped(best, lambda sample: sample[..., 1].sum(-1) / sample[..., 0].sum(-1)) if len(best) else None,
        wilson(sum(held), len(held)),
        len(known) - len(bounded),
        *_scores(bounded),
        len(tiers),
        wilson(sum(tiers), len(tiers)),
    )


def _scores(
    bounded: Sequence[tuple[int, int, int | None, int]],
) -> tuple[float | None, float | None, float | None, Interval | None]:
    """Return the mean interval score, that of the best constant margin, the margin, and the ratio of the scores."""
    if not bounded:
        return None, None, None, None
    there, low, high = (np.array([one[at] for one in bounded], float) for at in (0, 1, 3))
    middle = np.array([(low + high) / 2 if best is None else best for _, low, best, high in bounded], float)
    own = interval_score(there, low, high)
    tried = np.stack([interval_score(there, middle * (1 - share), middle * (1 + share)) for share in MARGINS])
    chosen = int(np.argmin(tried.mean(axis=1)))
    both = np.stack([own, tried[chosen]], axis=1)
    gain = bootstrapped(both, lambda sample: sample[..., 0].sum(-1) / sample[..., 1].sum(-1))
    return float(own.mean()), float(tried[chosen].mean()), float(MARGINS[chosen]), gain


def interval_score(there: Floats, low: Floats, high: Floats, level: float = LEVEL) -> Floats:
    """Return the width of each interval, and a fine of 2 / (1 - level) for each unit by which it misses the truth."""
    fine = 2 / (1 - level)
    return np.asarray(high - low + fine * (np.maximum(low - there, 0) + np.maximum(there - high, 0)))


def bootstrapped(cases: Floats, figure: Callable[[Floats], Floats], level: float = LEVEL) -> Interval:
    """
    Return a figure of cases (n, ...) and its interval when the cases are drawn again with replacement.

    `figure` takes cases (..., n, k) or (..., n) and works along the axis of the cases; the draws are always the same.
    """
    drawn = cases[np.random.default_rng(0).integers(0, len(cases), (DRAWS, len(cases)))]
    low, high = np.nanquantile(figure(drawn), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(figure(cases)), float(high)
