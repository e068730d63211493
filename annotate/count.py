"""How many there are, for each kind: one estimate, or the reason why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..labels.project import Project
from ..labels.records import Annotation, Count, Estimate
from .detect import searched
from .errors import AnnotateError
from .interval import estimate_objects
from .kinds import Kind, load_kinds
from .standing import Standing, what_stands

__all__ = ["BY", "CountRow", "count", "count_group", "count_standing", "estimate_objects"]

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
        Outlines that are proposed, drawn or judged.
    estimate
        How many there are; None where that cannot be said.
    reason
        Why there is no estimate, or what was left out of it; empty if nothing is to be said.
    """

    site: str | None
    kind: str
    verdict: str | None
    objects: int
    estimate: Estimate | None
    reason: str


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
        As `load_kinds` gives them, where the user has kinds of their own.

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
    known = load_kinds() if kinds is None else kinds
    groups: dict[tuple[str | None, str], list[Annotation]] = {}
    for site, kind in _compared(standing, "site" in by):
        groups.setdefault((site, kind), [])
    for one in standing.kept():
        groups.setdefault((one.site if "site" in by else None, one.kind), []).append(one)
    place = {name: index for index, name in enumerate(known)}
    rows: list[CountRow] = []
    for site, kind in sorted(groups, key=lambda key: (key[0] or "", place.get(key[1], len(place)), key[1])):
        members = groups[site, kind]
        if "verdict" not in by:
            rows.append(_row(standing, known, (site, kind, None), members, members))
            continue
        for verdict in ORDER:
            chosen = [one for one in members if standing.verdict_of(one.id) == verdict]
            if chosen:
                rows.append(_row(standing, known, (site, kind, verdict), chosen, members))
    return tuple(rows)


def count_group(
    standing: Standing,
    kind: Kind,
    members: Sequence[Annotation],
    pool: Sequence[Annotation] | None = None,
    outlines: bool = False,
) -> tuple[Estimate | None, str]:
    """
    Count annotations of one kind.

    Parameters
    ----------
    standing
        What they stand in.
    kind
        Their kind.
    members
        Those to count.
    pool
        Those whose verdicts tell how often a proposal is right, where they are not the members.
    outlines
        Count outlines and not what they hold: then they need only be seen, and may be areas.

    Returns
    -------
    tuple
        Estimate or None, and why there is none or what it leaves out.
    """
    if not kind.countable and not outlines:
        return None, f"{kind.plural[:1].upper()}{kind.plural[1:]} has an extent and no number."
    shown, reason = shown_by(standing, kind, members, outlines)
    if members and not shown:
        return None, reason
    verdicts = [standing.verdict_of(one.id) for one in shown]
    drawn = [one.origin == "analyst" for one in shown]
    judged = [standing.verdict_of(one.id) for one in (members if pool is None else pool) if one.origin == "machine"]
    waiting = {one.id for one, verdict in zip(shown, verdicts, strict=True) if verdict == "unreviewed"}
    expected, room = _false_alarms(standing, waiting)
    placed = sum(
        word in ("rejected", "unsure", "disputed") for word, hand in zip(verdicts, drawn, strict=True) if not hand
    )
    estimate = estimate_objects(
        [Count(1, 1, 1) if outlines else held(one, kind) for one in shown],
        verdicts,
        expected,
        drawn=drawn,
        elsewhere=max(0, room - placed),
        reviewed=(judged.count("accepted"), judged.count("rejected")),
        unit=kind.plural if outlines and kind.countable else kind.unit,
    )
    left_out = len(members) - len(shown)
    return estimate, f"{left_out} on scenes too coarse to count them are left out." if left_out else ""


def shown_by(
    standing: Standing, kind: Kind, members: Sequence[Annotation], outlines: bool = False
) -> tuple[list[Annotation], str]:
    """Return the annotations whose scenes let one count them (with `outlines`, see them), and why others do not."""
    pairs = dict.fromkeys((one.before, one.after) for one in members)
    answers = {pair: standing.testability(kind, *pair) for pair in pairs}
    able = {pair: answer.detect if outlines else answer.count for pair, answer in answers.items()}
    reasons = [answers[pair].reason for pair in pairs if not able[pair]]
    return [one for one in members if able[one.before, one.after]], (reasons or [""])[0]


def held(annotation: Annotation, kind: Kind) -> Count | None:
    """Return how many an outline holds: its own count, else one where an outline is one object, else None."""
    return annotation.count or (Count(1, 1, 1) if kind.single else None)


def _row(
    standing: Standing,
    kinds: Mapping[str, Kind],
    key: tuple[str | None, str, str | None],
    members: Sequence[Annotation],
    pool: Sequence[Annotation],
) -> CountRow:
    site, name, verdict = key
    if name not in kinds:
        estimate, reason = None, f"Kind {name!r} is not known here; give the file that defines it."
    elif verdict == "rejected":
        estimate, reason = None, "Rejected ones are never counted."
    elif members:
        estimate, reason = count_group(standing, kinds[name], members, pool)
    else:
        estimate, reason = _none_found(standing, kinds[name], site)
    return CountRow(site, name, verdict, len(members), estimate, reason)


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
                    return count_group(standing, kind, ())
                reasons.append(f"Nothing searches for {kind.plural} yet, and none is drawn.")
                continue
            reasons.append(answer.reason if result.testable else result.reason)
    return None, reasons[0]


def _false_alarms(standing: Standing, waiting: set[str]) -> tuple[float | None, int]:
    """
    Return the false alarms expected in the comparisons that propose the waiting annotations, and the room elsewhere.

    Room elsewhere are proposals neither waiting nor accepted. A comparison without a null adds room and no false
    alarms, which can only widen the interval.
    """
    expected, known, room = 0.0, False, 0
    for identity, proposed in standing.proposals.items():
        if waiting.isdisjoint(proposed):
            continue
        comparison = standing.comparisons[identity]
        if comparison.false_alarms_per_km2 is not None:
            expected += comparison.false_alarms_per_km2 * comparison.valid_area_km2
            known = True
        room += sum(one not in waiting and standing.verdict_of(one) != "accepted" for one in proposed)
    return (expected if known else None), room
