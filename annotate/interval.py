"""How many of the objects proposed or drawn are real: the mathematics behind every count."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

from ..labels.records import Count, Estimate
from .tally import Tally

LEVEL = 0.9


def estimate_objects(
    counts: Sequence[Count | None],
    verdicts: Sequence[str],
    false_alarms: float | None = None,
    level: float = LEVEL,
    *,
    drawn: Sequence[bool] = (),
    elsewhere: int = 0,
    reviewed: tuple[int, int] | None = None,
    unit: str = "objects",
) -> Estimate:
    """
    Return how many there are among the objects proposed or drawn.

    Accepted objects are certain; rejected ones never count; unsure and disputed ones, and drawings nobody judged, enter
    the high bound only. How many of the m unreviewed proposals are real, X, is beta-binomial(m, k + 1/2, r + 1/2) after
    k were accepted and r rejected (Jeffreys' prior; Brown, Cai and DasGupta 2001, Statistical Science 16:101).

    Where the change map's null expects L false alarms, their number F is Poisson(L), and X is conditioned on room for
    them: F of the proposals that were not accepted must be none. Those of other groups are filled first, so the null
    lowers a bound only by what cannot lie elsewhere; as change that is real need not be of the kind, it raises none.
    (Garwood 1936 bounds a mean from a count; here the mean is given and the count is not.) Reviewing updates all
    this coherently: an accept never lowers a bound, a reject never raises one.

    Where outlines hold several objects the low bound takes the x least and the high bound the x greatest of the
    unreviewed ones: no assumption about which are real, so the interval holds at least at its level.

    Parameters
    ----------
    counts
        How many each outline holds; None for "at least one".
    verdicts
        As `resolve` gives them: unreviewed, accepted, rejected, unsure or disputed; as many as `counts`.
    false_alarms
        Expected over the whole of the comparisons these came from; None where no null is known.
    level
        Probability that the interval is meant to hold.
    drawn
        True for those an analyst drew; none of them if empty.
    elsewhere
        Proposals of the same comparisons that are in other groups and were not accepted: false alarms may lie there.
    reviewed
        Accepted and rejected proposals to judge precision from, where they are not those of `verdicts`.
    unit
        What is counted.
    """
    tally = Tally.of(counts, verdicts, drawn)
    right, wrong = reviewed or (tally.right, tally.rejected)
    room = elsewhere + tally.rejected + tally.open_machine
    real = real_among(len(tally.unreviewed), right, wrong, false_alarms, room)
    x_low, x_best, x_high = quantiles(real, level)
    low = sum(one.low for one in tally.accepted) + sum(sorted(one.low for one in tally.unreviewed)[:x_low])
    high = _total_high([*tally.accepted, *tally.doubtful], tally.unreviewed, x_high)
    best = sum(_best(one) for one in tally.accepted)
    if tally.unreviewed:
        best += round(x_best * float(np.mean([_best(one) for one in tally.unreviewed])))
    best = max(low, best if high is None else min(best, high))
    complete = not tally.unreviewed and not tally.doubtful
    inputs = {
        "accepted": len(tally.accepted),
        "rejected": tally.rejected,
        "doubtful": len(tally.doubtful),
        "unreviewed": len(tally.unreviewed),
        "reviewed_right": right,
        "reviewed_wrong": wrong,
        "real_low": x_low,
        "real_best": x_best,
        "real_high": x_high,
        "expected_false_alarms": -1.0 if false_alarms is None else false_alarms,
        "room_elsewhere": room,
    }
    return Estimate(
        low=low,
        best=best,
        high=high,
        level=1.0 if complete and low == high else level,
        unit=unit,
        rule_low=tally.rule_low(x_low, right, wrong, level),
        rule_best=tally.rule_best(x_best, right, wrong),
        rule_high=tally.rule_high(x_high, false_alarms),
        inputs={name: float(value) for name, value in inputs.items() if value >= 0},
    )


def real_among(
    unreviewed: int, right: int, wrong: int, false_alarms: float | None = None, elsewhere: int = 0
) -> NDArray[np.float64]:
    """
    Return the probability that 0, 1, … all of the unreviewed are real: float64 (unreviewed + 1,), adding up to 1.

    Exact, in logarithms: beta-binomial, conditioned on room for the expected false alarms (see `estimate_objects`).
    """
    x = np.arange(unreviewed + 1)
    a, b = right + 0.5, wrong + 0.5
    choose = gammaln(unreviewed + 1) - gammaln(x + 1) - gammaln(unreviewed - x + 1)
    logs = choose + betaln(x + a, unreviewed - x + b) - betaln(a, b)
    if false_alarms is not None and false_alarms > 0:
        counts = np.arange(elsewhere + unreviewed + 1)
        poisson = counts * np.log(false_alarms) - false_alarms - gammaln(counts + 1)
        logs = logs + np.logaddexp.accumulate(poisson)[elsewhere + unreviewed - x]
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def quantiles(probabilities: NDArray[np.float64], level: float) -> tuple[int, int, int]:
    """Return the equal-tailed bounds and the median of a distribution over 0, 1, …: (low, median, high)."""
    below = np.cumsum(probabilities)
    at = np.array([(1 - level) / 2, 0.5, (1 + level) / 2]) - 1e-12  # a tie in exact arithmetic stays one in floats
    low, median, high = np.minimum(np.searchsorted(below, at), len(below) - 1)
    return int(low), int(median), int(high)


def _best(count: Count) -> int:
    return count.low if count.best is None else count.best


def _total_high(certain: Sequence[Count], unreviewed: Sequence[Count], x_high: int) -> int | None:
    """Add up the high counts, with the x greatest of the unreviewed; None where one that enters is unbounded."""
    greatest = sorted(unreviewed, key=lambda one: float("inf") if one.high is None else one.high, reverse=True)
    total = 0
    for one in [*certain, *greatest[:x_high]]:
        if one.high is None:
            return None
        total += one.high
    return total
