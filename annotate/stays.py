"""Stays: the dated intervals in which something is at a place, each with the days that bracket its coming and going."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..labels.records import Annotation
from .moments import Moment
from .places import Place
from .standing import Standing

Hidden = tuple[str, str]
"""A day on which the place could not be seen, and why."""


@dataclass(frozen=True, slots=True)
class Stay:
    """
    One run of dates on which something is seen at a place, and what bounds it.

    Nothing says that it is one and the same thing on all of them, nor that it stayed between them.

    Parameters
    ----------
    kind, verdict
        Name of the kind; unreviewed, accepted, unsure or disputed: the best of what says that it is there.
    annotations
        Ids of the annotations that are this place, most certain first.
    last_absent, first_present, last_present, first_absent
        The dated scenes that bracket it; None where no scene shows the place without it.
    hidden_before, hidden_after
        The days inside both brackets on which the place could not be seen, and why.
    came_by, went_by
        The annotation that says that it came, and that it went; None where no bracket is closed.
    """

    kind: str
    verdict: str
    annotations: tuple[str, ...]
    last_absent: Moment | None
    first_present: Moment
    last_present: Moment
    first_absent: Moment | None
    hidden_before: tuple[Hidden, ...]
    hidden_after: tuple[Hidden, ...]
    came_by: Annotation | None
    went_by: Annotation | None


def stays_at(
    standing: Standing, place: Place, moments: Sequence[Moment], hidden: Mapping[str, str | None]
) -> tuple[Stay, ...]:
    """
    Return the stays at a place, oldest first.

    Parameters
    ----------
    standing
        Where verdicts stand.
    place
        The place.
    moments
        The dated scenes of the site, oldest first; sights on others are left out.
    hidden
        By scene, why the kind could not be seen on it; None where it could.
    """
    speaking = [moment for moment in moments if moment.scene in place.sights]
    present = [place.sights[moment.scene].present for moment in speaking]
    found: list[Stay] = []
    for start in range(len(speaking)):
        if not present[start] or (start > 0 and present[start - 1]):
            continue
        end = start
        while end + 1 < len(speaking) and present[end + 1]:
            end += 1
        before = speaking[start - 1] if start > 0 else None
        after = speaking[end + 1] if end + 1 < len(speaking) else None
        first, last = speaking[start], speaking[end]
        seen_by = {one.id for moment in speaking[start : end + 1] for one in place.sights[moment.scene].by}
        best = next(one for one in place.members if one.id in seen_by)
        found.append(
            Stay(
                kind=place.kind,
                verdict=standing.verdict_of(best.id),
                annotations=tuple(one.id for one in place.members),
                last_absent=before,
                first_present=first,
                last_present=last,
                first_absent=after,
                hidden_before=_hidden(moments, before, first, hidden),
                hidden_after=_hidden(moments, last, after, hidden),
                came_by=None if before is None else place.came(before.scene, first.scene),
                went_by=None if after is None else place.went(last.scene, after.scene),
            )
        )
    return tuple(found)


def _hidden(
    moments: Sequence[Moment], start: Moment | None, end: Moment | None, hidden: Mapping[str, str | None]
) -> tuple[Hidden, ...]:
    """Return the hidden days between two moments; to either end of the series where one of them is missing."""
    first = 0 if start is None else moments.index(start) + 1
    last = len(moments) if end is None else moments.index(end)
    reasons = ((moment.day, hidden.get(moment.scene)) for moment in moments[first:last])
    return tuple((day, reason) for day, reason in reasons if reason is not None)
