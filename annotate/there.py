"""How many there are: what was accepted, what of the rest is likely real, and what was likely missed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..imagery.synthetic.implant import KINDS
from ..labels.records import Annotation, Estimate
from .drawn_counts import LEVEL, Draws, Thing, bounds, draw
from .kinds import Kind
from .proposed import count_group, false_alarms, held, shown_by
from .recall import UNMEASURED, Recall, recalls
from .standing import Standing
from .tally import UNCOUNTED

BEYOND_DOUBT = 0.95
PROBABLE = 0.5
RULES = {
    "definite": f"Accepted by an analyst, or real in at least {BEYOND_DOUBT:.0%} of the draws.",
    "probable": "Not judged, not explained otherwise, and real in at least half of the draws.",
    "possible": "Real in less than half of the draws, explained otherwise, unsure, disputed or drawn but not judged.",
}


@dataclass(frozen=True, slots=True)
class Class:
    """
    Some of the places counted, by how certain they are.

    Parameters
    ----------
    name
        definite, probable or possible.
    outlines
        How many places.
    low, best, high
        How many are real among them, at the level of the estimate; in the unit of the estimate.
    rule
        What makes a place one of these, in one sentence.
    """

    name: str
    outlines: int
    low: int
    best: int
    high: int
    rule: str


def count_there(
    standing: Standing,
    kind: Kind,
    members: Sequence[Annotation],
    pool: Sequence[Annotation] | None = None,
    *,
    whole: bool = True,
    looked: str | None = None,
) -> tuple[Estimate | None, str, tuple[Class, ...]]:
    """
    Count what is there of one kind: what is seen, corrected for what is wrong and for what was missed.

    By `draw`. Where everything was reviewed and no implants tell how much is missed, the count is of what was proposed
    or drawn, and one number. Where something is left to review, or nothing was proposed, and no implants tell, the
    recall is taken to lie between the bounds of `UNMEASURED`, all alike; the rule says so.

    Parameters
    ----------
    standing
        What they stand in.
    kind
        Their kind.
    members
        Those to count, each place once, rejected ones among them.
    pool
        Those whose verdicts tell how often a proposal is right, where they are not the members.
    whole
        False to count these alone, without what was missed.
    looked
        Id of a comparison that looked for the kind, where there is no member to tell.

    Returns
    -------
    tuple
        Estimate or None; why there is none, or what it leaves out; definite, probable and possible ones.
    """
    if not kind.countable:
        return (*count_group(standing, kind, members), ())
    shown, _ = shown_by(standing, kind, members)
    things, places, usual = _things(standing, kind, shown, looked)
    seen, reason = count_group(standing, kind, members, pool)
    if seen is None:
        return None, reason, ()
    judged = _judged(standing, members if pool is None else pool)
    waiting = {one.id for one, thing in zip(places, things, strict=True) if thing.verdict == "unreviewed"}
    alarms, elsewhere = false_alarms(standing, waiting)
    drawn = draw(things, judged, alarms, elsewhere, usual)
    classes = _classes(standing, places, things, drawn)
    waiting_for = not members or any(one.verdict == "unreviewed" and not one.drawn for one in things)
    missed = whole and (usual.measured or waiting_for)
    if not missed and all(one.verdict == "accepted" for one in things):
        return seen, reason, classes
    low, best, high = bounds(drawn.totals(missed=missed))
    best = best if things else 0  # what may have been missed has a high bound and no best one
    low = max(low, sum(one.held.low for one in things if one.verdict == "accepted"))
    unbounded = any(one.held.high is None for one in things)
    words = _Words(things, judged, usual, drawn, alarms, missed, kind.name in KINDS)
    estimate = Estimate(
        low=low,
        best=max(low, best),
        high=None if unbounded else max(low, best, high),
        level=LEVEL,
        unit=seen.unit,
        rule_low=words.low(),
        rule_best=words.best(),
        rule_high=words.high(unbounded),
        inputs={**seen.inputs, **words.inputs(usual)},
    )
    return estimate, reason, classes


def _things(
    standing: Standing, kind: Kind, shown: Sequence[Annotation], looked: str | None
) -> tuple[list[Thing], list[Annotation], Recall]:
    """Return what may be counted, the annotations it is, and the recall where nothing was found."""
    measured = recalls([row for row in standing.implants if row.kind == kind.name])
    unknown = Recall()
    by_pair = {
        (one.before, one.after): measured.get((name, kind.name), unknown) for name, one in standing.comparisons.items()
    }
    places = [one for one in shown if standing.verdict_of(one.id) != "rejected"]
    things = [
        Thing(
            verdict=standing.verdict_of(one.id),
            drawn=one.origin == "analyst",
            held=held(one, kind) or UNCOUNTED,
            look=(one.shape.length_m, standing.visible.get(one.id)),
            log_odds=_log_odds(one.score),
            recall=by_pair.get((one.before, one.after), unknown),
        )
        for one in places
    ]
    known = [one.recall for one in things if one.recall.measured]
    of_all = [by_pair[one.before, one.after] for one in shown if (one.before, one.after) in by_pair]
    usual = measured.get((looked or "", kind.name)) or next((one for one in (*known, *of_all) if one.measured), unknown)
    return things, places, usual


def _judged(standing: Standing, pool: Sequence[Annotation]) -> list[tuple[float, bool]]:
    words = [(one, standing.verdict_of(one.id)) for one in pool if one.origin == "machine"]
    return [(_log_odds(one.score), word == "accepted") for one, word in words if word in ("accepted", "rejected")]


def _log_odds(score: float | None) -> float:
    """Return log(d / t) of a score d / (d + t)."""
    if score is None:
        return 0.0
    share = float(np.clip(score, 1e-6, 1 - 1e-6))
    return float(np.log(share / (1 - share)))


def _classes(
    standing: Standing, places: Sequence[Annotation], things: Sequence[Thing], drawn: Draws
) -> tuple[Class, ...]:
    names = [
        _class_of(one, thing, chance, standing)
        for one, thing, chance in zip(places, things, drawn.chances, strict=True)
    ]
    found = []
    for name, rule in RULES.items():
        chosen: NDArray[np.bool_] = np.array([own == name for own in names], dtype=bool)
        low, best, high = bounds(drawn.totals(chosen, missed=False))
        certain = sum(
            t.held.low for t, own in zip(things, names, strict=True) if own == name and t.verdict == "accepted"
        )
        found.append(Class(name, int(chosen.sum()), max(low, certain), max(best, certain), max(high, certain), rule))
    return tuple(found)


def _class_of(one: Annotation, thing: Thing, chance: float, standing: Standing) -> str:
    if thing.verdict == "accepted":
        return "definite"
    if thing.verdict != "unreviewed" or thing.drawn or one.id in standing.explained:
        return "possible"
    return "definite" if chance >= BEYOND_DOUBT else "probable" if chance >= PROBABLE else "possible"


@dataclass(frozen=True, eq=False)
class _Words:
    """The sentences that say how a count was made."""

    things: Sequence[Thing]
    judged: Sequence[tuple[float, bool]]
    usual: Recall
    drawn: Draws
    alarms: float | None
    missed: bool
    by_implants: bool

    def low(self) -> str:
        tail = 50 * (1 + LEVEL)
        return f"{self._seen()}; {tail:.3g} % of {len(self.drawn.missed):,} draws are at least this."

    def best(self) -> str:
        text = self._seen()
        if self.missed:
            text += f"; {int(np.median(self.drawn.missed))} more that no one saw, {self._recall()}"
        return f"{text}; the median of the draws."

    def high(self, unbounded: bool) -> str:
        text = self._seen()
        if self.alarms is not None:
            text += f", {self.alarms:.3g} false alarms expected among the proposals"
        if self.missed:
            text += f"; at most {bounds(self.drawn.missed)[2]} more that no one saw, {self._recall()}"
        if unbounded:
            return f"{text}; some outlines have no upper count."
        return f"{text}; {50 * (1 + LEVEL):.3g} % of the draws are at most this."

    def inputs(self, usual: Recall) -> dict[str, float]:
        low, best, high = bounds(self.drawn.missed) if self.missed else (0, 0, 0)
        found = {"missed_low": low, "missed_best": best, "missed_high": high, "draws": len(self.drawn.missed)}
        if usual.measured:
            found |= {"implants": usual.implants, "implants_found": usual.found}
        return {name: float(value) for name, value in found.items()}

    def _seen(self) -> str:
        accepted = [one for one in self.things if one.verdict == "accepted"]
        hand = sum(one.drawn for one in accepted)
        waiting = sum(one.verdict == "unreviewed" and not one.drawn for one in self.things)
        doubtful = len(self.things) - len(accepted) - waiting
        text = f"{len(accepted)} accepted" + (f" ({hand} of them drawn)" if hand else "")
        if waiting:
            text += f", {waiting} unreviewed weighed by their scores and {self._verdicts()}"
        return text + (f", {doubtful} unsure, disputed or drawn without a verdict" if doubtful else "")

    def _verdicts(self) -> str:
        if not self.judged:
            return "a wide prior, as none was reviewed"
        return f"{sum(hit for _, hit in self.judged)} of {len(self.judged)} reviewed that were right"

    def _recall(self) -> str:
        if not self.usual.measured:
            low, high = UNMEASURED
            taken = f"recall not measured, so taken as {low:.0%} to {high:.0%}"
            way = "compare --implants measures it; " if self.by_implants else ""
            return f"{taken} ({way}draw those you see)"
        low, best, high = self.usual.share
        return f"recall {best:.0%} ({low:.0%} to {high:.0%}) of {self.usual.implants} implants"
