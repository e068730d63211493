"""Between which two days the places that bear on a claim came or went, by all dates of their sites."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..labels.records import Annotation, Window
from .bracket import Bracket
from .flow import inside
from .series import Series
from .standing import Standing
from .stays import Hidden, Stay


@dataclass(frozen=True, slots=True)
class Turn:
    """One place that came, or went, between two days; None where they are not known."""

    by: Annotation
    start: str | None
    end: str | None
    hidden: tuple[Hidden, ...] = ()

    def inside(self, window: Window) -> bool:
        """Return True where it came, or went, surely inside a window."""
        return self.start is not None and self.end is not None and inside(window, self.start, self.end)

    def outside(self, window: Window) -> bool:
        """Return True where it came, or went, surely outside a window; its first and last day belong to that."""
        late = window.end is not None and self.start is not None and self.start > window.end
        return late or (window.start is not None and self.end is not None and self.end < window.start)


def turns_of(standing: Standing, found: Sequence[Series], members: Iterable[Annotation], change: str) -> list[Turn]:
    """
    Return between which two days each place that was not rejected came, or went.

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
    """
    stays: dict[str, list[Stay]] = {}
    for stay in (stay for one in found for stay in one.stays):
        if (stay.came_by if change == "appeared" else stay.went_by) is not None:
            for name in stay.annotations:
                stays.setdefault(name, []).append(stay)
    return [
        _turn(standing, one, stays.get(one.id, ()), change)
        for one in members
        if standing.verdict_of(one.id) != "rejected"
    ]


def bracket_of(turns: Sequence[Turn], change: str, window: Window) -> Bracket | None:
    """Return when some places came, or went, beside a claim's window; None for no places."""
    if not turns:
        return None
    within, beyond = sum(one.inside(window) for one in turns), sum(one.outside(window) for one in turns)
    known = [(one.start, one.end) for one in turns if one.start is not None and one.end is not None]
    return Bracket(
        change=change,
        start=min((start for start, _ in known), default=None),
        end=max((end for _, end in known), default=None),
        places=len(turns),
        inside=within,
        across=len(turns) - within - beyond,
        outside=beyond,
        hidden=tuple(dict.fromkeys(day for one in turns for day in one.hidden)),
    )


def _turn(standing: Standing, one: Annotation, stays: Sequence[Stay], change: str) -> Turn:
    """Return the turn by the one stay that lies between the dates of the pair, or by these where none or several do."""
    start, end = _of_pair(standing, one)
    if start is not None and end is not None:
        spans = [(stay, *_of_stay(stay, change)) for stay in stays]
        within = [
            (stay, first, last) for stay, first, last in spans if first and last and start <= first <= last <= end
        ]
        if len(within) == 1:
            stay, start, end = within[0]
            return Turn(one, start, end, stay.hidden_before if change == "appeared" else stay.hidden_after)
    return Turn(one, start, end)


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
