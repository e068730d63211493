"""How many there are among what was proposed or drawn: what the ledger and series speak of."""

from collections.abc import Sequence

from ..imagery.null import target_per_km2
from ..labels.records import Annotation, Comparison, Count, Estimate
from .detect.soil.capacity import rooms_words
from .interval import estimate_objects
from .kinds import Kind
from .outline import grid_of
from .standing import Standing


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
        there = [one.id for one in members if standing.verdict_of(one.id) != "rejected"]
        words = rooms_words([standing.rooms[one] for one in there if one in standing.rooms])
        extent = f"{kind.plural[:1].upper()}{kind.plural[1:]} has an extent and no number"
        return None, f"{extent}; {words}." if words else f"{extent}."
    shown, reason = shown_by(standing, kind, members, outlines)
    if members and not shown:
        return None, reason
    verdicts = [standing.verdict_of(one.id) for one in shown]
    drawn = [one.origin == "analyst" for one in shown]
    judged = [standing.verdict_of(one.id) for one in (members if pool is None else pool) if one.origin == "machine"]
    waiting = {one.id for one, verdict in zip(shown, verdicts, strict=True) if verdict == "unreviewed"}
    expected, room = false_alarms(standing, waiting)
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


def false_alarms(standing: Standing, waiting: set[str]) -> tuple[float | None, int]:
    """
    Return the false alarms expected in the comparisons that propose the waiting annotations, and the room elsewhere.

    No more than a reviewer looks through become proposals, however many the map's threshold lets through. Room
    elsewhere are proposals neither waiting nor accepted. A comparison without a null adds room and no false alarms,
    which can only widen the interval.
    """
    expected, known, room = 0.0, False, 0
    for identity, proposed in standing.proposals.items():
        if waiting.isdisjoint(proposed):
            continue
        comparison = standing.comparisons[identity]
        if comparison.false_alarms_per_km2 is not None:
            expected += _per_km2(standing, comparison, comparison.false_alarms_per_km2) * comparison.valid_area_km2
            known = True
        room += sum(one not in waiting and standing.verdict_of(one) != "accepted" for one in proposed)
    return (expected if known else None), room


def _per_km2(standing: Standing, comparison: Comparison, on_the_map: float) -> float:
    return min(on_the_map, target_per_km2(grid_of(standing.scenes[comparison.before])))
