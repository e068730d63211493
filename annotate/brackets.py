"""Between which two days the places that bear on a claim came or went, by all dates of their sites."""

from collections.abc import Iterable, Sequence

from ..labels.records import Annotation, Window
from .bracket import Bracket
from .flow import inside
from .series import Series
from .standing import Standing
from .stays import Hidden, Stay


def bracket_of(
    standing: Standing, found: Sequence[Series], members: Iterable[Annotation], change: str, window: Window
) -> Bracket | None:
    """
    Return when the places that were not rejected came, or went; None where there are none.

    All dates of a site count: a scene between the two of a pair narrows what the pair leaves open.

    Parameters
    ----------
    standing
        Where verdicts stand.
    found
        The series of the sites.
    members
        What came, or went.
    change
        "appeared" or "vanished".
    window
        Of the claim.
    """
    stays = {
        name: stay for one in found for stay in one.stays for name in stay.annotations if _turns(stay, change, name)
    }
    spans: list[tuple[str | None, str | None]] = []
    hidden: dict[Hidden, None] = {}
    for one in members:
        if standing.verdict_of(one.id) == "rejected":
            continue
        stay = stays.get(one.id)
        spans.append(_of_pair(standing, one) if stay is None else _of_stay(stay, change))
        if stay is not None:
            hidden |= dict.fromkeys(stay.hidden_before if change == "appeared" else stay.hidden_after)
    if not spans:
        return None
    known = [(start, end) for start, end in spans if start is not None and end is not None]
    within = sum(inside(window, start, end) for start, end in known)
    beyond = sum(_outside(window, start, end) for start, end in known)
    return Bracket(
        change=change,
        start=min((start for start, _ in known), default=None),
        end=max((end for _, end in known), default=None),
        places=len(spans),
        inside=within,
        across=len(spans) - within - beyond,
        outside=beyond,
        hidden=tuple(hidden),
    )


def _turns(stay: Stay, change: str, name: str) -> bool:
    """Return True for the stay whose beginning, or end, this annotation is."""
    by = stay.came_by if change == "appeared" else stay.went_by
    return by is not None and by.id == name


def _of_stay(stay: Stay, change: str) -> tuple[str | None, str | None]:
    ends = (stay.last_absent, stay.first_present) if change == "appeared" else (stay.last_present, stay.first_absent)
    start, end = (None if moment is None else moment.day for moment in ends)
    return start, end


def _of_pair(standing: Standing, one: Annotation) -> tuple[str | None, str | None]:
    times = [standing.scenes[scene].time for scene in (one.before, one.after) if scene is not None]
    if len(times) < 2 or None in times:
        return None, None
    first, last = sorted(str(time)[:10] for time in times)
    return first, last


def _outside(window: Window, start: str, end: str) -> bool:
    return (window.end is not None and start >= window.end) or (window.start is not None and end <= window.start)
