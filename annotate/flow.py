"""Flow: how much of what left one site could be what reached another; never that it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..labels.records import Annotation, Estimate, Window
from .amounts import amount
from .assessment import observed_text
from .count import held
from .kinds import Kind
from .looks import at_sites
from .series import Series
from .standing import Standing
from .stays import Stay

ALWAYS = Window()
INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Flow:
    """
    What went from one site and what came to another, and how many of these could be the same.

    Parameters
    ----------
    kind, origin, destination
        Name of the kind; site ids.
    window
        First and last day asked for.
    left, arrived
        How many went, and how many came; None where they cannot be counted.
    could
        How many of those that left could be among those that arrived; None where either cannot be counted.
    confirmed
        The same of accepted ones alone, by their lower counts.
    reason
        Why there is no estimate; empty where there is one.
    between
        Earliest and latest time of what brackets the departures, then of what brackets the arrivals; None without any.
    """

    kind: str
    origin: str
    destination: str
    window: Window
    left: Estimate | None
    arrived: Estimate | None
    could: Estimate | None
    confirmed: int
    reason: str
    between: tuple[tuple[str, str] | None, tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class _Change:
    """A departure or an arrival: what says so, the two times that bracket it, and the one at which it is seen."""

    by: Annotation
    first: str
    last: str
    at: str


Sizes = Sequence[tuple[str, float]]
"""How many went, or came, by the time that decides whether they can be the same."""


def flow(standing: Standing, kind: Kind, origin: Series, destination: Series, window: Window = ALWAYS) -> Flow:
    """
    Set what went from one site beside what came to another.

    A thing last seen at the origin at p and first seen at the destination at f can be the same only if p is before f;
    under that rule alone, as many as possible are paired one to one. Departures that leave before f also leave before
    any later f, so serving the arrivals in the order of f pairs the greatest number. No travel time is assumed, which
    could only lower the number. The low numbers count what is bracketed inside the window, the others also what is
    bracketed across its ends.
    """
    went = _changes(origin.stays, kind, window, arrivals=False)
    came = _changes(destination.stays, kind, window, arrivals=True)
    pools = [
        [one for one in standing.kept() if one.kind == kind.name and at_sites(one, [series.site])]
        for series in (origin, destination)
    ]
    left, why = _total(standing, kind, went, pools[0], window)
    arrived, why_not = _total(standing, kind, came, pools[1], window)
    could = None
    rendered = {standing.scenes[one.scene].synthetic for series in (origin, destination) for one in series.moments}
    if len(rendered) > 1:
        why = "the scenes of one are rendered and those of the other real."
    elif left is not None and arrived is not None:
        out, into = (
            _sizes(standing, kind, changes, pool, window) for changes, pool in zip((went, came), pools, strict=True)
        )
        could = _could(left, arrived, [paired(out[at], into[at]) for at in range(3)])
    return Flow(
        kind=kind.name,
        origin=origin.site.id,
        destination=destination.site.id,
        window=window,
        left=left,
        arrived=arrived,
        could=could,
        confirmed=int(paired(_accepted(standing, kind, went, window), _accepted(standing, kind, came, window))),
        reason="" if could is not None else why or why_not,
        between=(_span(went), _span(came)),
    )


def flow_sentence(found: Flow, start: str, end: str, plural: str) -> str:
    """Return a flow in one sentence that asserts no identity, with the names of both sites and of the kind."""
    if found.could is None or found.left is None or found.arrived is None:
        return f"What left {start} and what reached {end} cannot be set beside each other: {found.reason}"
    if found.left.high == 0 or found.arrived.high == 0:
        where = f"left {start}" if found.left.high == 0 else f"reached {end}"
        return f"No {plural} were seen to have {where} in this time, so none can be set beside others."
    limit = found.could.high
    number = "Any number" if limit is None else "None" if limit == 0 else f"At most {limit:,}"
    left, arrived = (observed_text(one) for one in (found.left, found.arrived))
    one = found.left.low == found.left.high == 1
    who, verb = (f"The {left}", "could not" if limit == 0 else "could") if one else (f"{number} of the {left}", "could")
    return (
        f"{who} that left {start}{_when(found.between[0])} {verb} be among the {arrived} that "
        f"reached {end}{_when(found.between[1])}; no image shows that any of them is the same."
    )


def inside(window: Window, first: str, last: str) -> bool:
    """Return True where two times, in order, lie in a window of days."""
    return (window.start is None or first[:10] >= window.start) and (window.end is None or last[:10] <= window.end)


def _changes(stays: Sequence[Stay], kind: Kind, window: Window, arrivals: bool) -> list[_Change]:
    """Return the departures or arrivals whose brackets touch the window."""
    found = []
    for stay in stays:
        by = stay.came_by if arrivals else stay.went_by
        start, end = (stay.last_absent, stay.first_present) if arrivals else (stay.last_present, stay.first_absent)
        if stay.kind != kind.name or by is None or start is None or end is None:
            continue
        if (window.end is None or start.day <= window.end) and (window.start is None or end.day >= window.start):
            found.append(_Change(by, start.time, end.time, _latest(end.time) if arrivals else start.time))
    return found


def paired(left: Sizes, arrived: Sizes) -> float:
    """Return how many can be paired one to one where each is last seen before it is first seen again."""
    waiting, total = sorted(left), 0.0
    ready = 0.0
    for last, size in sorted(arrived):
        while waiting and waiting[0][0] < last:
            ready += waiting.pop(0)[1]
        taken = min(ready, size)
        total += taken
        ready = ready if ready == INFINITE else ready - taken
    return total


def _latest(time: str) -> str:
    """Return the latest moment that a time may stand for, in the order of texts: a day alone lasts to its end."""
    return time if len(time) > 10 else f"{time}T~"


def _sizes(
    standing: Standing, kind: Kind, changes: Sequence[_Change], pool: Sequence[Annotation], window: Window
) -> tuple[Sizes, Sizes, Sizes]:
    """Return low, best and high of what went, or came, by time; the low ones of what is bracketed in the window."""
    lows: list[tuple[str, float]] = []
    bests: list[tuple[str, float]] = []
    highs: list[tuple[str, float]] = []
    for at in dict.fromkeys(change.at for change in changes):
        group = [change for change in changes if change.at == at]
        within = [change.by for change in group if inside(window, change.first, change.last)]
        sure = amount(standing, kind, within, pool)[0]
        whole = amount(standing, kind, [change.by for change in group], pool)[0]
        low = 0 if sure is None else sure.low
        best = low if whole is None else max(low, whole.best)
        lows.append((at, low))
        bests.append((at, best))
        highs.append((at, INFINITE if whole is None or whole.high is None else max(best, whole.high)))
    return lows, bests, highs


def _total(
    standing: Standing, kind: Kind, changes: Sequence[_Change], pool: Sequence[Annotation], window: Window
) -> tuple[Estimate | None, str]:
    within = [change.by for change in changes if inside(window, change.first, change.last)]
    sure = amount(standing, kind, within, pool)[0]
    whole, reason = amount(standing, kind, [change.by for change in changes], pool)
    if whole is None or len(within) == len(changes):
        return whole, reason
    rule = f"{whole.rule_low.rstrip('.')}; only what is bracketed inside the window."
    low = 0 if sure is None else min(sure.low, whole.best)
    return replace(
        whole, low=low, level=whole.level if sure is None else min(whole.level, sure.level), rule_low=rule
    ), ""


def _accepted(standing: Standing, kind: Kind, changes: Sequence[_Change], window: Window) -> Sizes:
    found = []
    for change in changes:
        if standing.verdict_of(change.by.id) == "accepted" and inside(window, change.first, change.last):
            count = held(change.by, kind)
            found.append((change.at, 1.0 if count is None or not kind.countable else float(count.low)))
    return found


def _could(left: Estimate, arrived: Estimate, pairs: Sequence[float]) -> Estimate:
    """Return the greatest number that could be the same, from what can be paired by low, best and high numbers."""
    limits = zip((left.low, left.best, left.high), (arrived.low, arrived.best, arrived.high), pairs, strict=True)
    low, best, high = (min(INFINITE if one is None else one for one in row) for row in limits)
    rule = (
        "What {} at the one site and {} at the other, paired one to one where last seen before first seen, with no "
        "travel time assumed; no image shows that any is the same."
    )
    return Estimate(
        low=int(low),
        best=int(best),
        high=None if high == INFINITE else int(high),
        level=min(left.level, arrived.level),
        unit=left.unit,
        rule_low=rule.format("at least went", "at least came"),
        rule_best=rule.format("went", "came"),
        rule_high=rule.format("at most went", "at most came"),
        inputs={"left_best": float(left.best), "arrived_best": float(arrived.best)},
    )


def _span(changes: Sequence[_Change]) -> tuple[str, str] | None:
    if not changes:
        return None
    return min(change.first for change in changes), max(change.last for change in changes)


def _when(span: tuple[str, str] | None) -> str:
    return "" if span is None else f" between {span[0][:10]} and {span[1][:10]}"
