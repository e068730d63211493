"""What a bench tells of one kind at one pixel size, a line a subject; a section is its heading and what it tells."""

from collections.abc import Callable, Iterator
from math import isnan

import numpy as np

from .classes import by_class
from .counted import NEAR, Counted, bootstrapped, counted
from .operating import at_rate
from .scoring import Tally, wilson

Interval = tuple[float, float, float]
STATE_WORDS = ("empty", "filled", "unknown")
RATES_PER_KM2 = (0.5, 1, 2, 5, 10, 40)

CURVE = f"recall at false alarms per km²: {', '.join(f'{rate:g}' for rate in RATES_PER_KM2)}; the whole list"
LENGTHS = f"{'objects':<9}{'error of length, median':<25}{'90th percentile'}"
STATES = (
    f"{'found':<9}{'state said':<18}{'of those, right':<18}{'empty as e, f, ?':<18}{'filled as e, f, ?':<19}"
    "altered, and said to be"
)
COUNTS = (
    f"{'counted':<9}{f'within {NEAR:.0%}':<18}{'of all there':<18}{'total over true':<18}{'tiers said':<12}"
    "of those, right"
)
INTERVALS = (
    f"{'counted':<9}{'interval holds':<18}{'unbounded':<11}{'mean score':<12}{'best constant':<16}score over constant"
)
CLASSES = f"{'objects that are':<28}{'there':<8}recall"
ROOM = f"{'areas':<9}{'with pits':<11}{'room over pits on them':<24}{'interval holds':<18}all room over all pits"


def share(interval: Interval) -> str:
    """Return "best low–high" to two decimals; a dash without cases."""
    low, best, high = interval
    return "–" if isnan(best) else f"{best:.2f} {low:.2f}–{high:.2f}"


def _curve(one: Tally) -> Iterator[str]:
    """Tell how recall rises as more false alarms are allowed, until the list ends."""
    if not one.there:
        return
    told = [f"{at_rate(one, rate).recall[1]:.2f}" for rate in RATES_PER_KM2]
    yield f"{', '.join(told)}; {one.recall[1]:.2f}"


def _length(one: Tally) -> Iterator[str]:
    if not one.lengths:
        return
    pairs = np.array(one.lengths)
    error = np.abs(pairs[:, 1] / pairs[:, 0] - 1)
    median = bootstrapped(error, lambda sample: np.quantile(sample, 0.5, axis=-1))
    worst = bootstrapped(error, lambda sample: np.quantile(sample, 0.9, axis=-1))
    yield f"{len(error):<9}{share(median):<25}{share(worst)}"


def _state(one: Tally) -> Iterator[str]:
    states = one.states
    if not states:
        return
    said = [(true, word) for true, word in states if word != "unknown"]
    right = wilson(sum(true == word for true, word in said), len(said))
    table = {true: ", ".join(str(states.count((true, word))) for word in STATE_WORDS) for true in STATE_WORDS[:2]}
    altered = f"{one.altered_said} of {one.altered_found}"
    yield (
        f"{len(states):<9}{share(wilson(len(said), len(states))):<18}{share(right):<18}{table['empty']:<18}"
        f"{table['filled']:<19}{altered}"
    )


def _count(tally: Tally) -> Iterator[str]:
    if not tally.counts:
        return
    one = counted(tally.counts)
    total = "no best count" if one.total is None else share(one.total)
    missed = share(wilson(one.right, tally.there))
    yield f"{one.cases:<9}{share(one.near):<18}{missed:<18}{total:<18}{one.tiers:<12}{share(one.tiers_held)}"


def _interval(tally: Tally) -> Iterator[str]:
    if not tally.counts:
        return
    one = counted(tally.counts)
    yield f"{one.cases:<9}{share(one.held):<18}{one.unbounded:<11}{_scores(one)}".rstrip()


def _classes(one: Tally) -> Iterator[str]:
    for row in by_class(one.objects):
        yield f"{row.name:<28}{row.there:<8}{share(row.recall)}"


def _room(one: Tally) -> Iterator[str]:
    """Tell how many pits were said to fit beside how many there are: on the areas that hold any, and on all ground."""
    rooms = np.array(one.rooms, float).reshape(-1, 4)
    held = rooms[rooms[:, 0] > 0]
    if not len(held):
        return
    total = bootstrapped(held[:, [0, 2]], lambda sample: sample[..., 1].sum(-1) / sample[..., 0].sum(-1))
    right = int(((held[:, 1] <= held[:, 0]) & (held[:, 0] <= held[:, 3])).sum())
    there = one.there + one.altered
    yield (
        f"{len(rooms):<9}{len(held):<11}{share(total):<24}{share(wilson(right, len(held))):<18}"
        f"{rooms[:, 2].sum() / there:.2f}"
    )


def _scores(one: Counted) -> str:
    if one.score is None or one.constant is None or one.margin is None or one.gain is None:
        return "–"
    return f"{one.score:<12.1f}{f'{one.constant:.1f} (± {one.margin:.0%})':<16}{share(one.gain)}"


SECTIONS: tuple[tuple[str, Callable[[Tally], Iterator[str]]], ...] = (
    (CURVE, _curve),
    (LENGTHS, _length),
    (STATES, _state),
    (COUNTS, _count),
    (INTERVALS, _interval),
    (ROOM, _room),
    (CLASSES, _classes),
)
