"""The series of a site: how many on each date, what came and went between dates, and the brackets of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..labels.project import Project
from ..labels.records import Annotation, Estimate, Site
from .amounts import amount, at_most, between, with_unseen
from .count import held
from .detect import SEARCHED
from .errors import AnnotateError
from .kinds import Kind, load_kinds
from .looks import at_sites
from .moments import Moment, hidden_from, moments_of, unchanged
from .places import places
from .standing import Standing, what_stands
from .stays import Hidden, Stay, stays_at

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


@dataclass(frozen=True, slots=True)
class Series:
    """
    A site over all its dates.

    Parameters
    ----------
    site
        The site.
    moments
        Its dated scenes, oldest first.
    left_out
        What is not in it, and why: one sentence each.
    rows, intervals, stays
        By kind, then by time.
    """

    site: Site
    moments: tuple[Moment, ...]
    left_out: tuple[str, ...]
    rows: tuple[Row, ...]
    intervals: tuple[Interval, ...]
    stays: tuple[Stay, ...]


def series(project: Project, site: str, kinds: Mapping[str, Kind] | None = None) -> Series:
    """
    Return the series of a site.

    Parameters
    ----------
    project
        The open project.
    site
        Site id.
    kinds
        As `load_kinds` gives them, where the user has kinds of their own.

    Raises
    ------
    AnnotateError
        If the project holds no such site.
    """
    return series_of(what_stands(project), site_named(project, site), load_kinds() if kinds is None else kinds)


def site_named(project: Project, site: str) -> Site:
    """Return the site of that id, or raise an AnnotateError that lists those there are."""
    known = {one.id: one for one in project.sites()}
    if site not in known:
        raise AnnotateError(
            f"Site {site!r} is not in the project (it has {', '.join(sorted(known)) or 'none'}); "
            "give one of these, or add it with depotwatch site add."
        )
    return known[site]


def series_of(standing: Standing, site: Site, kinds: Mapping[str, Kind]) -> Series:
    """Return the series of a site from what stands; see `series`."""
    moments, undated = moments_of(standing, site)
    kept = [one for one in standing.kept() if at_sites(one, [site])]
    looked = {name for moment in moments for look in moment.looks for name in look.results}
    wanted = looked | {one.kind for one in kept}
    found = [_Kind(standing, site, kinds[name], moments, kept) for name in kinds if name in wanted]
    return Series(
        site=site,
        moments=moments,
        left_out=_left_out(undated, sorted(wanted - set(kinds))),
        rows=tuple(row for one in found for row in one.rows),
        intervals=tuple(interval for one in found for interval in one.intervals),
        stays=tuple(stay for one in found for stay in one.stays),
    )


class _Kind:
    """One kind at one site over its dates."""

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


def _left_out(undated: Sequence[str], unknown: Sequence[str]) -> tuple[str, ...]:
    scenes = (f"Scene {name} has no date and is left out; give --before-date or --after-date." for name in undated)
    kinds = (f"Kind {name!r} is not known here and is left out; give the file that defines it." for name in unknown)
    return (*scenes, *kinds)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""
