"""A bench as tables for people: what was found of how much, what was measured and counted, and what was not tested."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isnan

import numpy as np

from .classes import ClassRow, by_class
from .counted import NEAR, Counted, bootstrapped, counted
from .operating import at_rate
from .scoring import LEVEL, Tally, wilson

Interval = tuple[float, float, float]
RATES_PER_KM2 = (0.5, 1, 2, 5, 10, 40)
ASKED_PER_KM2, ASKED_AS_SOIL_PER_KM2 = 2.0, 10.0  # at which the recall is asked for


@dataclass(frozen=True, slots=True)
class BenchRow:
    """
    One kind at one pixel size.

    Parameters
    ----------
    gsd_m, kind
        What.
    changed
        Pooled over the pairs with changes.
    null
        Pooled over the pairs in which nothing changed; empty where none were compared.
    untested
        None, or why the pairs cannot show this kind.
    refused
        Pairs that the comparison refused; their objects count as missed.
    """

    gsd_m: float
    kind: str
    changed: Tally
    null: Tally
    untested: str | None
    refused: int

    @property
    def asked_per_km2(self) -> float:
        """False alarms per square kilometre at which the recall is asked for."""
        return ASKED_AS_SOIL_PER_KM2 if self.kind.endswith("soil") else ASKED_PER_KM2


@dataclass(frozen=True, slots=True)
class BenchTable:
    """
    What a bench found.

    Parameters
    ----------
    rows
        One a pixel size and kind.
    name
        Of the cases.
    seconds
        Wall time of making and comparing together.
    """

    rows: tuple[BenchRow, ...]
    name: str
    seconds: float

    def to_text(self) -> str:
        """Return the tables as lines of text, intervals at the level named in the heading."""
        changed, null = (max((getattr(row, which).area_km2 for row in self.rows), default=0.0) for which in WHICH)
        without = f" and {null:.2f} km² without" if null else ""
        lines = [
            f"{self.name}: up to {changed:.2f} km² with changes{without}.",
            f"Matched one to one; {LEVEL:.0%} intervals.",
            "",
            *_found(self.rows),
        ]
        for heading, line in (
            (CURVE, _curve),
            (LENGTHS, _length),
            (STATES, _state),
            (COUNTS, _count),
            (INTERVALS, _interval),
            (ROOM, _room),
        ):
            told = list(_lines(self.rows, line))
            lines += ["", heading, *told] if told else []
        tested = [row for row in self.rows if row.untested is None]
        told = [f"{_head(row)}{_class(one)}" for row in tested for one in by_class(row.changed.objects)]
        lines += ["", CLASSES, *told] if told else []
        lines += ["", f"Made and compared in {self.seconds:.0f} s. Detectors share no code with the renderer."]
        return "\n".join(lines)


WHICH = ("changed", "null")
HEAD = f"{'GSD':>5}  {'kind':<16}"
FOUND = (
    f"{HEAD}{'found':<12}{'recall':<16}{'precision':<16}{'false per km²':<15}{'where unchanged':<17}"
    f"{'recall at asked rate':<38}altered"
)
CURVE = f"{HEAD}recall at false alarms per km²: {', '.join(f'{rate:g}' for rate in RATES_PER_KM2)}; the whole list"
LENGTHS = f"{HEAD}{'objects':<9}{'error of length, median':<25}{'90th percentile'}"
STATES = f"{HEAD}{'found':<9}{'state said':<18}{'of those, right':<18}altered, and said to be"
COUNTS = (
    f"{HEAD}{'counted':<9}{f'within {NEAR:.0%}':<18}{'of all there':<18}{'total over true':<18}{'tiers said':<12}"
    "of those, right"
)
INTERVALS = (
    f"{HEAD}{'counted':<9}{'interval holds':<18}{'unbounded':<11}{'mean score':<12}{'best constant':<16}"
    "score over constant"
)
CLASSES = f"{HEAD}{'objects that are':<28}{'there':<8}recall"
ROOM = f"{HEAD}{'areas':<9}{'with pits':<11}{'room over pits on them':<24}{'interval holds':<18}all room over all pits"


def _found(rows: tuple[BenchRow, ...]) -> list[str]:
    return [FOUND, *(_find(row) for row in rows)]


def _find(row: BenchRow) -> str:
    if row.untested is not None:
        return f"{_head(row)}not testable: {row.untested}"
    one = row.changed
    asked = at_rate(one, row.asked_per_km2)
    cut = "the whole list" if asked.whole else f"score {asked.score:.2f}"
    found, altered = f"{one.found} of {one.there}", f"{one.altered_found} of {one.altered}"
    recall = f"{_share(asked.recall)} at {asked.per_km2:g}: {cut}"
    text = (
        f"{_head(row)}{found:<12}{_share(one.recall):<16}{_share(one.precision):<16}{_rate(one.false_per_km2):<15}"
        f"{_rate(row.null.false_per_km2):<17}{recall:<38}{altered}"
    )
    return f"{text}  ({row.refused} pairs refused)" if row.refused else text


def _lines(rows: tuple[BenchRow, ...], line: Callable[[BenchRow], str | None]) -> Iterator[str]:
    for row in rows:
        told = line(row)
        if told is not None:
            yield f"{_head(row)}{told}"


def _curve(row: BenchRow) -> str | None:
    """Tell how recall rises as more false alarms are allowed, until the list ends."""
    if row.untested is not None or not row.changed.there:
        return None
    told = [f"{at_rate(row.changed, rate).recall[1]:.2f}" for rate in RATES_PER_KM2]
    return f"{', '.join(told)}; {row.changed.recall[1]:.2f}"


def _length(row: BenchRow) -> str | None:
    if not row.changed.lengths:
        return None
    pairs = np.array(row.changed.lengths)
    error = np.abs(pairs[:, 1] / pairs[:, 0] - 1)
    median = bootstrapped(error, lambda sample: np.quantile(sample, 0.5, axis=-1))
    worst = bootstrapped(error, lambda sample: np.quantile(sample, 0.9, axis=-1))
    return f"{len(error):<9}{_share(median):<25}{_share(worst)}"


def _state(row: BenchRow) -> str | None:
    states = row.changed.states
    if not states:
        return None
    said = [(true, word) for true, word in states if word != "unknown"]
    right = wilson(sum(true == word for true, word in said), len(said))
    altered = f"{row.changed.altered_said} of {row.changed.altered_found}"
    return f"{len(states):<9}{_share(wilson(len(said), len(states))):<18}{_share(right):<18}{altered}"


def _count(row: BenchRow) -> str | None:
    if not row.changed.counts:
        return None
    one = counted(row.changed.counts)
    total = "no best count" if one.total is None else _share(one.total)
    missed = _share(wilson(one.right, row.changed.there))
    return f"{one.cases:<9}{_share(one.near):<18}{missed:<18}{total:<18}{one.tiers:<12}{_share(one.tiers_held)}"


def _interval(row: BenchRow) -> str | None:
    if not row.changed.counts:
        return None
    one = counted(row.changed.counts)
    return f"{one.cases:<9}{_share(one.held):<18}{one.unbounded:<11}{_scores(one)}".rstrip()


def _class(one: ClassRow) -> str:
    return f"{one.name:<28}{one.there:<8}{_share(one.recall)}"


def _room(row: BenchRow) -> str | None:
    """Tell how many pits were said to fit beside how many there are: on the areas that hold any, and on all ground."""
    rooms = np.array(row.changed.rooms, float).reshape(-1, 4)
    held = rooms[rooms[:, 0] > 0]
    if not len(held):
        return None
    total = bootstrapped(held[:, [0, 2]], lambda sample: sample[..., 1].sum(-1) / sample[..., 0].sum(-1))
    right = int(((held[:, 1] <= held[:, 0]) & (held[:, 0] <= held[:, 3])).sum())
    there = row.changed.there + row.changed.altered
    return (
        f"{len(rooms):<9}{len(held):<11}{_share(total):<24}{_share(wilson(right, len(held))):<18}"
        f"{rooms[:, 2].sum() / there:.2f}"
    )


def _scores(one: Counted) -> str:
    if one.score is None or one.constant is None or one.margin is None or one.gain is None:
        return "–"
    return f"{one.score:<12.1f}{f'{one.constant:.1f} (± {one.margin:.0%})':<16}{_share(one.gain)}"


def _head(row: BenchRow) -> str:
    return f"{row.gsd_m:>3g} m  {row.kind:<16}"


def _share(interval: Interval) -> str:
    low, best, high = interval
    return "–" if isnan(best) else f"{best:.2f} {low:.2f}–{high:.2f}"


def _rate(interval: Interval) -> str:
    low, best, high = interval
    return "–" if isnan(best) else f"{best:.1f} {low:.1f}–{high:.1f}"
