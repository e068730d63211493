"""One kind at one site over its dates: how many on each, and what came and went between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..labels.records import Annotation, Estimate, Site
from .amounts import amount, at_most, between, with_unseen
from .count import held
from .detect import SEARCHED
from .kinds import Kind
from .moments import Moment, hidden_from, unchanged
from .places import places
from .standing import Standing
from .stays import Hidden, stays_at

PRESENT, CHANGED = "present", "changes"


@dataclass(frozen=True, slots=True)
class Row:
    """
    One kind on one date.

    Parameters
    ----------
    kind, scene, time
        Name of the kind; the scene's id and time, ISO 8601.
    estimate
        How many are there; None where that cannot be said.
    reason
        Why there is no estimate, or what it leaves out; empty if nothing is to be said.
    confirmed
        How many of them an analyst accepted on this very date, by their lower counts.
    searched
        "present" where the scene alone was searched, so that what stood there throughout is counted as well;
        "changes" where only pairs were compared, so that only what came or went, or was drawn, is; None for neither.
    """

    kind: str
    scene: str
    time: str
    estimate: Estimate | None
    reason: str
    confirmed: int
    searched: str | None


@dataclass(frozen=True, slots=True)
class Interval:
    """
    What came and what went of one kind between two dates that can show it, with none between them that can.

    Parameters
    ----------
    kind, start, end
        Name of the kind; both dated scenes.
    appeared, vanished
        How many; None where they cannot be counted, for the reason given.
    reason
        Empty where both are counted.
    hidden
        Days in between on which the kind could not be seen, and why.
    """

    kind: str
    start: Moment
    end: Moment
    appeared: Estimate | None
    vanished: Estimate | None
    reason: str
    hidden: tuple[Hidden, ...]


class KindSeries:
    """
    One kind at one site over its dates.

    Parameters
    ----------
    standing, site, kind
        What stands in the project; the place; the kind.
    moments
        The dated scenes of the site, oldest first.
    kept
        The annotations of the site, of any kind.

    Attributes
    ----------
    rows, intervals, stays
        What is worked out, by time; stays place by place.
    """

    def __init__(
        self, standing: Standing, site: Site, kind: Kind, moments: tuple[Moment, ...], kept: Sequence[Annotation]
    ) -> None:
        self.standing, self.kind, self.moments = standing, kind, moments
        self.order = {moment.scene: at for at, moment in enumerate(moments)}
        self.pool = [one for one in kept if one.kind == kind.name]
        self.places = places(standing, self.pool)
        self.hidden = {moment.scene: hidden_from(standing, kind, site, moment) for moment in moments}
        self.carried = [unchanged(place, kind, moments) for place in self.places]
        self.stays = [stay for place in self.places for stay in stays_at(standing, place, moments, self.hidden)]
        self.rows = [self._row(moment) for moment in moments]
        self.intervals = self._intervals()

    def _row(self, moment: Moment) -> Row:
        seen = [one for place in self.places if (one := place.on(moment.scene)) is not None]
        accepted = [held(one, self.kind) for one in seen if self.standing.verdict_of(one.id) == "accepted"]
        estimate, reason = self._estimate(moment, seen)
        return Row(
            kind=self.kind.name,
            scene=moment.scene,
            time=moment.time,
            estimate=estimate,
            reason=reason,
            confirmed=0 if estimate is None else sum(1 if one is None else one.low for one in accepted),
            searched=self._searched(moment),
        )

    def _estimate(self, moment: Moment, seen: Sequence[Annotation]) -> tuple[Estimate | None, str]:
        hidden = self.hidden[moment.scene]
        if hidden is not None and not self._speaks(moment):
            return None, _sentence(hidden)
        if not self.pool and self.kind.name not in SEARCHED:
            return None, f"Nothing searches for {self.kind.plural} yet, and none is drawn."
        estimate, reason = self._amount(seen)
        if estimate is None:
            return None, reason
        silent = [
            (place, states.get(moment.scene))
            for place, states in zip(self.places, self.carried, strict=True)
            if moment.scene not in place.sights
        ]
        there = [place.members[0] for place, state in silent if state is True]
        unknown = [place.members[0] for place, state in silent if state is None]
        carried, more = self._amount(there)[0], self._amount(unknown)[0]
        return with_unseen(estimate, (carried, len(there)), (more, len(unknown))), _sentence(hidden or reason)

    def _searched(self, moment: Moment) -> str | None:
        if self.hidden[moment.scene] is not None and not self._speaks(moment):
            return None
        alone = any(look.after is None and self.kind.name in look.results for look in moment.looks)
        return PRESENT if alone else CHANGED

    def _intervals(self) -> list[Interval]:
        able = [moment for moment in self.moments if self.hidden[moment.scene] is None or self._speaks(moment)]
        rows = {row.scene: row.estimate for row in self.rows}
        return [self._interval(start, end, rows) for start, end in pairwise(able)]

    def _interval(self, start: Moment, end: Moment, rows: Mapping[str, Estimate | None]) -> Interval:
        came = [(stay.came_by, stay.last_absent, stay.first_present) for stay in self.stays]
        went = [(stay.went_by, stay.last_present, stay.first_absent) for stay in self.stays]
        appeared, reason = self._between(came, start, end)
        vanished, other = self._between(went, start, end)
        skipped = self.moments[self.order[start.scene] + 1 : self.order[end.scene]]
        reasons = ((moment.day, self.hidden[moment.scene]) for moment in skipped)
        if appeared is not None:
            appeared = at_most(appeared, rows[end.scene], "no more came than are there afterwards")
        if vanished is not None:
            vanished = at_most(vanished, rows[start.scene], "no more went than were there before")
        return Interval(
            kind=self.kind.name,
            start=start,
            end=end,
            appeared=appeared,
            vanished=vanished,
            reason=reason or other,
            hidden=tuple((day, why) for day, why in reasons if why is not None),
        )

    def _between(
        self, changes: Sequence[tuple[Annotation | None, Moment | None, Moment | None]], start: Moment, end: Moment
    ) -> tuple[Estimate | None, str]:
        inside: list[Annotation] = []
        across: list[Annotation] = []
        for by, first, last in changes:
            if by is None or first is None or last is None:
                continue
            bracket = range(self.order[first.scene], self.order[last.scene])
            touches = bracket.start < self.order[end.scene] and bracket.stop > self.order[start.scene]
            within = bracket.start >= self.order[start.scene] and bracket.stop <= self.order[end.scene]
            if touches:
                (inside if within else across).append(by)
        estimate, reason = self._amount(inside)
        if estimate is None:
            return None, reason
        return between(estimate, self._amount(across)[0], len(across)), ""

    def _speaks(self, moment: Moment) -> bool:
        """Return True where something is said of a place on a scene, though most of it may be hidden."""
        return any(moment.scene in place.sights for place in self.places)

    def _amount(self, members: Sequence[Annotation]) -> tuple[Estimate | None, str]:
        return amount(self.standing, self.kind, members, self.pool)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""
