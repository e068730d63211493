"""Estimates set together: what is seen with what is taken to be there, and what cannot be more than something else."""

from collections.abc import Sequence
from dataclasses import replace

from ..labels.records import Annotation, Estimate
from .count import count_group
from .kinds import Kind
from .standing import Standing


def amount(
    standing: Standing, kind: Kind, members: Sequence[Annotation], pool: Sequence[Annotation]
) -> tuple[Estimate | None, str]:
    """Return how many annotations hold, by the rules of `count_group`; outlines of a kind that has no number."""
    return count_group(standing, kind, members, pool, outlines=not kind.countable)


def with_unseen(seen: Estimate, carried: tuple[Estimate | None, int], unknown: tuple[Estimate | None, int]) -> Estimate:
    """
    Return how many there are on a date: those seen on it, and those of other dates that may be there as well.

    Parameters
    ----------
    seen
        How many are seen on the date itself: the low bound, and the base of the others.
    carried
        How many of those seen on other dates have not changed as far as a search of both dates shows, and in how many
        places: they enter best and high. None where they cannot be counted: then one a place, without upper bound.
    unknown
        The same for those of which the date says nothing: they enter the high bound alone.
    """
    best, high, level = seen.best, seen.high, seen.level
    rule_best, rule_high = seen.rule_best, seen.rule_high
    more, places = carried
    if places:
        best += places if more is None else more.best
        high = _sum(high, None if more is None else more.high)
        level = level if more is None else min(level, more.level)
        rule_best = f"{_open(rule_best)}, and {places} seen on other dates with no change found in between."
        rule_high = f"{_open(rule_high)}; with {places} seen on other dates and unchanged since."
    more, places = unknown
    if places:
        high = _sum(high, None if more is None else more.high)
        level = level if more is None else min(level, more.level)
        rule_high = f"{_open(rule_high)}; {places} seen on other dates, of which this one says nothing, may be there."
    return replace(
        seen,
        best=best,
        high=high,
        level=level,
        rule_best=rule_best,
        rule_high=rule_high,
        inputs={**seen.inputs, "unchanged_places": float(carried[1]), "silent_places": float(unknown[1])},
    )


def between(inside: Estimate, across: Estimate | None, places: int) -> Estimate:
    """Return how many came, or went, in an interval: those inside it, and at most those bracketed beyond it."""
    if not places:
        return inside
    return replace(
        inside,
        high=_sum(inside.high, None if across is None else across.high),
        level=inside.level if across is None else min(inside.level, across.level),
        rule_high=f"{_open(inside.rule_high)}; {places} whose bracket reaches beyond this interval may belong to it.",
        inputs={**inside.inputs, "places_across": float(places)},
    )


def at_most(one: Estimate, limit: Estimate | None, why: str) -> Estimate:
    """Return an estimate none of whose numbers exceeds that of another; `why` says in a clause what limits it."""
    if limit is None:
        return one
    low, best = min(one.low, limit.low), min(one.best, limit.best)
    high = limit.high if one.high is None else one.high if limit.high is None else min(one.high, limit.high)
    if (low, best, high) == (one.low, one.best, one.high):
        return one
    rules = (f"{_open(rule)}; {why}." for rule in (one.rule_low, one.rule_best, one.rule_high))
    rule_low, rule_best, rule_high = rules
    return replace(
        one,
        low=low,
        best=best,
        high=high,
        level=min(one.level, limit.level),
        rule_low=rule_low,
        rule_best=rule_best,
        rule_high=rule_high,
    )


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second


def _open(sentence: str) -> str:
    return sentence.rstrip(".")
