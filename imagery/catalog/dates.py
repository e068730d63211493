"""The best dates of a period, spread over it, and which others were blocked and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from .pairs import Seen

CLEAR_ENOUGH = 0.5  # of the area: on less, most of it cannot be told


@dataclass(frozen=True, slots=True)
class Dates:
    """
    The dates of a period.

    Parameters
    ----------
    chosen
        By time, at most as many as asked for.
    blocked
        Dates on which less than half of the area can be seen, and why, by time.
    gaps
        First and last day of each part of the period that has no date to choose.
    """

    chosen: tuple[Seen, ...]
    blocked: tuple[tuple[Seen, str], ...]
    gaps: tuple[tuple[str, str], ...]


def best_dates(seen: Sequence[Seen], first: str, last: str, number: int) -> Dates:
    """
    Choose dates of one collection, one from each of as many equal parts of a period: its clearest.

    Parameters
    ----------
    seen
        Acquisitions with the share of the area that each shows; those of the collection with most clear dates count.
    first, last
        Days, both included.
    number
        How many, at least 1.
    """
    one_level = [one for one in seen if one.found.group == _best_group(seen)]
    clear = [one for one in one_level if _blocked(one) is None]
    start, end = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal() + 1
    edges = [start + round(part * (end - start) / number) for part in range(number + 1)]
    chosen, gaps = list[Seen](), list[tuple[str, str]]()
    for low, high in pairwise(edges):
        inside = [one for one in clear if low <= date.fromisoformat(one.found.time[:10]).toordinal() < high]
        if inside:
            chosen.append(max(inside, key=lambda one: (_share(one), one.found.id)))
        elif high > low:
            gaps.append((date.fromordinal(low).isoformat(), date.fromordinal(high - 1).isoformat()))
    blocked = tuple((one, why) for one in one_level if (why := _blocked(one)) is not None)
    return Dates(tuple(chosen), blocked, tuple(gaps))


def _best_group(seen: Sequence[Seen]) -> tuple[str, str] | None:
    groups = list(dict.fromkeys(one.found.group for one in seen))
    number = {group: sum(one.found.group == group and _blocked(one) is None for one in seen) for group in groups}
    return max(groups, key=lambda group: number[group], default=None)


def _share(one: Seen) -> float:
    return one.clear.covered if one.clear.clear is None else one.clear.clear


def _blocked(one: Seen) -> str | None:
    """Return why a date does not show the area; None where it does."""
    sky = one.clear
    if sky.covered < CLEAR_ENOUGH:
        return f"covers {sky.covered:.0%} of the area"
    if sky.clear is not None and sky.clear < CLEAR_ENOUGH:
        return f"{1 - sky.clear / sky.covered:.0%} of what it covers is under cloud or its shadow"
    return None
