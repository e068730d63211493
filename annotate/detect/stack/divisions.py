"""The sum over all ways to divide a side, for each number of parts: plain loops, compiled."""

import numpy as np
from numpy.typing import NDArray

from ....imagery.compiled import compiled

Doubles = NDArray[np.float64]

NOTHING = -40.0  # log of a share that is lost in rounding


@compiled
def divisions(start: Doubles, finish: Doubles, evidence: Doubles, moves: NDArray[np.int64], logs: Doubles) -> Doubles:
    """
    Return the log likelihood of 0, 1, … parts, float64 (most + 1): all their divisions together.

    Parameters
    ----------
    start, finish
        Log likelihoods that the first part begins, and the last one ends, at each sample: float64 (n).
    evidence
        Log ratio that two parts meet there, float64 (n).
    moves, logs
        Lengths of a part in samples, at least 1, and the log of how likely each is.
    """
    size = len(evidence)
    most = size // max(moves.min(), 1)
    found = np.full(most + 1, -np.inf)
    now, then = start.copy(), np.empty(size)
    for parts in range(1, most + 1):
        for place in range(size):
            then[place] = _arriving(now, place, moves, logs) + evidence[place]
        now, then = then, now
        found[parts] = _total(now, finish) - np.log(parts)  # no number of parts has a scale of its own
    return found


@compiled
def _arriving(now: Doubles, place: int, moves: NDArray[np.int64], logs: Doubles) -> float:
    """Return the log of the sum over all parts that end here."""
    top = -np.inf
    for move, log in zip(moves, logs):  # noqa: B905 - compiled
        if move <= place:
            top = max(top, now[place - move] + log)
    if top == -np.inf:
        return top
    total = 0.0
    for move, log in zip(moves, logs):  # noqa: B905 - compiled
        if move <= place:
            below = now[place - move] + log - top
            if below > NOTHING:
                total += np.exp(below)
    return float(top + np.log(total))


@compiled
def _total(first: Doubles, second: Doubles) -> float:
    """Return the log of the sum of products of two arrays of logarithms."""
    top = -np.inf
    for one, other in zip(first, second):  # noqa: B905 - compiled
        top = max(top, one + other)
    if top == -np.inf:
        return top
    total = 0.0
    for one, other in zip(first, second):  # noqa: B905 - compiled
        total += np.exp(one + other - top)
    return float(top + np.log(total))
