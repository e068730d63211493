"""Visits and voyages: how many stays of vessels the dates of one site, or of two, show at least."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ..labels.records import Estimate, Window
from .flow import ALWAYS, Flow, inside
from .kinds import Kind
from .series import Row, Series


@dataclass(frozen=True, slots=True)
class Visits:
    """
    How many visits, or voyages, the dates show.

    Parameters
    ----------
    estimate
        At least, as it seems, and at most; None where the dates say nothing, for the reason given.
    confirmed
        At least this many by what an analyst accepted alone.
    dates
        How many dates can show the kind.
    reason
        Empty where there is an estimate.
    """

    estimate: Estimate | None
    confirmed: int
    dates: int
    reason: str = ""


def visits(found: Series, kind: Kind, window: Window = ALWAYS, shortest_stay_days: float | None = None) -> Visits:
    """
    Return how many visits to a site its dates show.

    A visit is a stay between an arrival and a departure, whatever the berth. Those seen together are different visits,
    and where more are there than on the date before, the rest has come in between; whether those that stayed are the
    same ones no image shows, and they count once. So at least n0 + Σ max(0, n(i+1) − n(i)) for the numbers n on the
    dates in order, with the least sum that their intervals allow. There is no upper bound, as any number may have come
    and gone between two dates, unless a shortest stay is assumed and no two dates lie further apart.

    Parameters
    ----------
    found
        The series of the site.
    kind
        The kind of vessel.
    window
        First and last day asked for; dates outside are left out.
    shortest_stay_days
        Assumed: no visit is shorter. None for no such assumption.
    """
    rows = [one for one in found.rows if one.kind == kind.name and inside(window, one.time, one.time)]
    rows = [one for one in rows if one.estimate is not None]
    estimates = [one.estimate for one in rows if one.estimate is not None]
    if not estimates:
        return Visits(None, 0, 0, f"No date of {found.site.name} in this time can show {kind.plural}.")
    low = least_rises([(one.low, one.high) for one in estimates])
    best = max(low, least_rises([(one.best, one.best) for one in estimates]))
    high = _greatest(rows, window, shortest_stay_days)
    return Visits(
        estimate=Estimate(
            low=low,
            best=best,
            high=None if high is None else max(best, high),
            level=min(one.level for one in estimates),
            unit="visits",
            rule_low=(
                f"The first of {len(rows)} dates and every rise after it, by the least that their intervals allow; "
                f"assumes that no {kind.plural} were there but those proposed or drawn, and that one still "
                "there is the same one."
            ),
            rule_best="The same by the best number of each date.",
            rule_high=_rule_high(high, shortest_stay_days),
            inputs={"dates": float(len(rows))},
        ),
        confirmed=least_rises(
            [
                (row.confirmed, None if one.high is None else max(row.confirmed, one.high))
                for row, one in zip(rows, estimates, strict=True)
            ]
        ),
        dates=len(rows),
    )


def voyages(found: Flow, dates: int) -> Visits:
    """
    Return how many voyages from one site to another the dates of both show.

    Each pairs one that left with one that arrived, which assumes that they are the same ones; voyages that began and
    ended between two dates of a site are not seen, so that there is no upper bound.

    Parameters
    ----------
    found
        The flow from one site to the other.
    dates
        How many dates of both sites can show the kind.
    """
    if found.could is None:
        return Visits(None, 0, dates, found.reason)
    one = found.could
    return Visits(
        estimate=Estimate(
            low=one.low,
            best=one.best,
            high=None,
            level=one.level,
            unit="voyages",
            rule_low=f"{one.rule_low.rstrip('.')}, which this number assumes.",
            rule_best=f"{one.rule_best.rstrip('.')}, which this number assumes.",
            rule_high="Unbounded: voyages that began and ended between two dates are not seen.",
            inputs={**one.inputs, "dates": float(dates)},
        ),
        confirmed=found.confirmed,
        dates=dates,
    )


def least_rises(bounds: Sequence[tuple[int, int | None]]) -> int:
    """
    Return the least first number plus rises of any sequence within bounds (low, high); high None is no bound.

    Staying as near as possible to the last value is best at every step: it never costs more later than it saves.
    """
    total = level = 0
    for low, high in bounds:
        if low > level:
            total += low - level
            level = low
        elif high is not None and high < level:
            level = high
    return total


def _greatest(rows: Sequence[Row], window: Window, shortest_stay_days: float | None) -> int | None:
    """Return the most visits, where no dates, nor the window's ends, lie further apart than the shortest stay."""
    if shortest_stay_days is None or window.start is None or window.end is None:
        return None
    days = [window.start, *(row.time[:10] for row in rows), window.end]
    # A day stands for any hour of it: two days may lie almost one day further apart than their dates.
    gaps = [(date.fromisoformat(last) - date.fromisoformat(first)).days + 1 for first, last in pairwise(days)]
    if max(gaps) > shortest_stay_days:
        return None
    highs = [None if row.estimate is None else row.estimate.high for row in rows]
    return None if None in highs else sum(high for high in highs if high is not None)


def _rule_high(high: int | None, shortest_stay_days: float | None) -> str:
    if high is not None:
        return (
            f"All that are seen on any date, as if each were another one; assumes that no visit is shorter than "
            f"{shortest_stay_days:g} days, so that none falls between two dates."
        )
    if shortest_stay_days is None:
        return "Unbounded: any number may have come and gone between two dates."
    return (
        f"Unbounded: some dates, or the ends of the time asked for, lie further apart than {shortest_stay_days:g} days."
    )
