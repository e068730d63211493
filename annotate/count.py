"""How many there are, for each kind: one estimate, or the reason why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..labels.project import Project
from ..labels.records import Annotation, Estimate
from .detect import searched
from .errors import AnnotateError
from .interval import estimate_objects
from .kinds import Kind
from .places import places
from .proposed import count_group, held, shown_by
from .reading.ground import looked_words
from .reading.probe_outcome import missed_words, sample_of, with_samples
from .standing import Standing, what_stands
from .there import Class, count_there

__all__ = ["BY", "CountRow", "count", "count_group", "count_standing", "estimate_objects", "held", "shown_by"]

BY = ("kind", "site", "verdict")
ORDER = ("accepted", "unsure", "disputed", "unreviewed", "rejected")


@dataclass(frozen=True, slots=True)
class CountRow:
    """
    One line of a count.

    Parameters
    ----------
    site
        Site id; None where not asked for by site, or not at one.
    kind
        Name of the kind: different kinds are never added up.
    verdict
        What was decided; None where not asked for by verdict.
    objects
        Places that are proposed, drawn or judged; one that several comparisons see is one.
    estimate
        How many there are; None where that cannot be said.
    reason
        Why there is no estimate, or what was left out of it; empty if nothing is to be said.
    classes
        The definite, the probable and the possible ones; none where there is no estimate.
    looked
        Share of the ground searched for the kind that an analyst looked at, at native zoom or closer; None where
        nobody did.
    samples
        For each pair with a random sample of tiles without a proposal, how many more the other tiles may hold.
    """

    site: str | None
    kind: str
    verdict: str | None
    objects: int
    estimate: Estimate | None
    reason: str
    classes: tuple[Class, ...] = ()
    looked: float | None = None
    samples: tuple[Mapping[str, Any], ...] = ()


def count(
    project: Project, by: Sequence[str] = ("kind",), kinds: Mapping[str, Kind] | None = None
) -> tuple[CountRow, ...]:
    """
    Count what a project holds.

    Parameters
    ----------
    project
        The open project.
    by
        Some of `BY`; rows are always by kind.
    kinds
        Where others are meant than those that the project keeps.

    Raises
    ------
    AnnotateError
        If `by` names something else.
    """
    return count_standing(what_stands(project), by, kinds)


def count_standing(
    standing: Standing, by: Sequence[str] = ("kind",), kinds: Mapping[str, Kind] | None = None
) -> tuple[CountRow, ...]:
    """Count what stands; see `count`."""
    wrong = [word for word in by if word not in BY]
    if wrong:
        raise AnnotateError(f"Counts by {wrong[0]!r} are not possible; choose from {', '.join(BY)}.")
    known = standing.kinds if kinds is None else kinds
    groups: dict[tuple[str | None, str], list[Annotation]] = {}
    for site, kind in _compared(standing, "site" in by):
        groups.setdefault((site, kind), [])
    for one in standing.kept():
        groups.setdefault((one.site if "site" in by else None, one.kind), []).append(one)
    place = {name: index for index, name in enumerate(known)}
    rows: list[CountRow] = []
    for site, kind in sorted(groups, key=lambda key: (key[0] or "", place.get(key[1], len(place)), key[1])):
        members = _once(standing, groups[site, kind])
        if "verdict" not in by:
            rows.append(_row(standing, known, (site, kind, None), members, members))
            continue
        for verdict in ORDER:
            chosen = [one for one in members if standing.verdict_of(one.id) == verdict]
            if chosen:
                rows.append(_row(standing, known, (site, kind, verdict), chosen, members))
    return tuple(rows)


def _row(
    standing: Standing,
    kinds: Mapping[str, Kind],
    key: tuple[str | None, str, str | None],
    members: Sequence[Annotation],
    pool: Sequence[Annotation],
) -> CountRow:
    site, name, verdict = key
    estimate: Estimate | None = None
    classes: tuple[Class, ...] = ()
    if name not in kinds:
        reason = f"Kind {name!r} is not known here; give the file that defines it."
    elif verdict == "rejected":
        reason = "Rejected ones are never counted."
    elif members:
        estimate, reason, classes = count_there(standing, kinds[name], members, pool, whole=verdict is None)
    else:
        estimate, reason = _none_found(standing, kinds[name], site)
    searched_in = [
        one
        for one in standing.comparisons.values()
        if site in (None, one.site) and any(result.kind == name for result in one.kinds)
    ]
    looked = standing.looked_share(searched_in)
    samples = tuple(
        sample_of(standing.samples[one.before, one.after], name)
        for one in searched_in
        if verdict is None and (one.before, one.after) in standing.samples
    )
    known = kinds.get(name)
    if estimate is not None and samples and known is not None and known.countable and known.single:
        estimate = with_samples(estimate, samples)
    words = [] if verdict is not None else [looked_words(looked), *map(missed_words, samples)]
    reason = " ".join(filter(None, (reason, *(f"{one[:1].upper()}{one[1:]}." for one in words if one))))
    return CountRow(site, name, verdict, len(members), estimate, reason, classes, looked, samples)


def _once(standing: Standing, members: Sequence[Annotation]) -> list[Annotation]:
    """Return each place once, as its most certain annotation; rejected ones stand for no place and stay."""
    shown = {one.members[0].id for one in places(standing, members)}
    return [one for one in members if one.id in shown or standing.verdict_of(one.id) == "rejected"]


def _compared(standing: Standing, by_site: bool) -> set[tuple[str | None, str]]:
    """Return (site, kind) for every kind that a comparison looked for."""
    return {
        (comparison.site if by_site else None, result.kind)
        for comparison in standing.comparisons.values()
        for result in comparison.kinds
    }


def _none_found(standing: Standing, kind: Kind, site: str | None) -> tuple[Estimate | None, str]:
    """Count a kind of which nothing was proposed or drawn: none where it was looked for, else the reason."""
    reasons: list[str] = []
    for comparison in standing.comparisons.values():
        if site is not None and comparison.site != site:
            continue
        for result in comparison.kinds:
            if result.kind != kind.name:
                continue
            answer = standing.testability(kind, comparison.before, comparison.after)
            if result.testable and (answer.count or not kind.countable):
                if searched(kind.name, comparison.after is None):
                    return count_there(standing, kind, (), looked=comparison.id)[:2]
                reasons.append(f"Nothing searches for {kind.plural} on one scene alone, and none is drawn.")
                continue
            reasons.append(answer.reason if result.testable else result.reason)
    return None, reasons[0]
