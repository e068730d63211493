"""Couplings: what runs across a string of wagons from edge to edge, a wagon's length apart."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats

CAR_M = (12.0, 25.0)  # over couplers: from two-axle wagons and short hoppers to passenger cars
SLACK_M = 2.0  # an end and a coupling are placed to within about a metre
STANDS_OUT = 0.15  # of the logarithm of brightness: a gap of a metre under half a pixel of blur
PLAIN = 0.25  # strength below which something across is worth no wagon of its own
CLEAR = 1.0  # and above which more tells no more
PASSED = 0.5  # of its strength that something across costs which parts no wagons
HALF = 0.5  # what it is worth that both edges end
APART_M = 4.0  # two things across that are closer are one: less than half a short wagon
GAP_M = (1.5, 3.0)  # where the roofs on both sides of a gap are looked at
BESIDE_M, ROOF_M = 1.5, 6.0  # the colours of two roofs are compared over so much, so far beside a row
BESIDE_PX, ROOF_PX = 2, 7  # at least: a gap and its blur are no roof


@dataclass(frozen=True)
class Parts:
    """
    Wagons of a string.

    Parameters
    ----------
    ends
        Rows where wagons begin or end, in order: the string's two ends, and its couplings between them.
    share
        Of the strength of all that runs across it, what the couplings explain.
    explained
        Of its length, what lies in parts of a single wagon's length.
    """

    ends: tuple[int, ...]
    share: float
    explained: float

    @property
    def couplings(self) -> int:
        """Couplings seen."""
        return len(self.ends) - 2


def across(body: Floats, step_m: float) -> Floats:
    """
    Return how strongly something runs across a body at each row: a gap, or another roof.

    Parameters
    ----------
    body
        float32 (bands, rows, columns), logarithm of brightness within the edges. Both halves must show the same.
    step_m
        Of the rows.
    """
    middle = body.shape[2] // 2
    halves = [part.mean(axis=2) for part in (body[:, :, :middle], body[:, :, middle:]) if part.shape[2]]
    gaps = _both([_gap(half.mean(axis=0, keepdims=True), step_m) for half in halves])
    roofs = _both([_other_roof(half, step_m) for half in halves])
    return np.asarray(np.maximum(gaps, roofs), dtype=np.float32)


def parted(strength: Floats, step_m: float) -> Parts | None:
    """Return the wagons of a string whose ends are known; None where what runs across it makes no wagons."""
    peaks = [
        at for at in _peaks(strength, step_m) if GAP_M[1] <= at * step_m <= (len(strength) - 1) * step_m - GAP_M[1]
    ]
    places = [0, *peaks, len(strength)]
    worth = [0.0, *(float(strength[at]) for at in peaks), 0.0]
    best, via = [-np.inf] * len(places), [0] * len(places)
    best[0] = 0.0
    for last in range(1, len(places)):
        for first in range(last):
            wagons = _wagons((places[last] - places[first]) * step_m)
            gain = best[first] + worth[last] - (wagons - 1) * PLAIN
            if wagons and gain > best[last]:
                best[last], via[last] = gain, first
    if not np.isfinite(best[-1]):
        return None
    chosen = _back(via, len(places) - 1, 0)
    lengths = [(places[after] - places[before]) * step_m for before, after in pairwise(chosen)]
    single = sum(length for length in lengths if _wagons(length) == 1)
    total = sum(worth)
    share = sum(worth[one] for one in chosen) / total if total else 0.0
    return Parts(tuple(places[one] for one in chosen), share, single / (len(strength) * step_m))


def chained(strength: Floats, step_m: float) -> Parts | None:
    """Return the wagons of a string whose ends are not known: the best chain of what runs across a wagon apart."""
    inner = [at for at in _peaks(strength, step_m) if APART_M <= at * step_m <= len(strength) * step_m - APART_M]
    peaks = [0, *inner, len(strength)]
    worth = np.array([HALF, *np.minimum(strength[inner], CLEAR), HALF])
    best, via = list(worth - PLAIN), [-1] * len(peaks)
    for last in range(len(peaks)):
        for first in range(last):
            if _wagons((peaks[last] - peaks[first]) * step_m) == 1:
                gain = best[first] + worth[last] - PLAIN - PASSED * float(worth[first + 1 : last].sum())
                if gain > best[last]:
                    best[last], via[last] = gain, first
    chosen = _back(via, int(np.argmax(best)), -1)
    share = float(worth[chosen].sum() / worth[chosen[0] : chosen[-1] + 1].sum())
    return Parts(tuple(peaks[one] for one in chosen), share, 1.0)


def _wagons(length_m: float) -> int:
    """Return 1 for a wagon's length, 2 for two whose coupling is not seen, 0 for neither."""
    if CAR_M[0] - SLACK_M <= length_m <= CAR_M[1] + SLACK_M:
        return 1
    return 2 if CAR_M[1] + SLACK_M < length_m <= 2 * CAR_M[1] + SLACK_M else 0


def _back(via: list[int], last: int, stop: int) -> list[int]:
    chosen = [last]
    while chosen[-1] != stop and via[chosen[-1]] >= 0:
        chosen.append(via[chosen[-1]])
    return chosen[::-1]


def _peaks(strength: Floats, step_m: float) -> list[int]:
    reach = max(1, round(APART_M / step_m))
    found: list[int] = []
    for at in np.flatnonzero(strength >= STANDS_OUT):
        highest = strength[max(0, at - reach) : at + reach + 1].max()
        if strength[at] == highest and (not found or at - found[-1] > reach):
            found.append(int(at))
    return found


def _gap(bright: Floats, step_m: float) -> Floats:
    """Return by how much a row is darker, or brighter, than the roofs on both sides of it."""
    near, far = max(1, round(GAP_M[0] / step_m)), max(1, round(GAP_M[1] / step_m))
    sides = [np.median([_moved(bright, way * one) for one in range(near, far + 1)], axis=0) - bright for way in (-1, 1)]
    least = np.minimum(np.abs(sides[0]), np.abs(sides[1]))
    return np.where(sides[0] * sides[1] > 0, np.sign(sides[0]) * least, 0.0).astype(np.float32)


def _other_roof(bands: Floats, step_m: float) -> Floats:
    """Return the difference between the roofs on both sides of a row, of each band."""
    near = max(BESIDE_PX, round(BESIDE_M / step_m))
    far = near + max(ROOF_PX, round(ROOF_M / step_m))
    sides = [np.median([_moved(bands, way * one) for one in range(near, far)], axis=0) for way in (-1, 1)]
    return np.asarray(sides[1] - sides[0], dtype=np.float32)


def _both(halves: list[Floats]) -> Floats:
    """Return what all parts across show alike, in the band that shows it best."""
    signs = np.sign(np.stack(halves))
    alike = np.abs(signs.sum(axis=0)) == len(halves)
    least = np.where(alike, np.abs(np.stack(halves)).min(axis=0), 0.0)
    return np.asarray(least.max(axis=0), dtype=np.float32)


def _moved(bands: Floats, rows: int) -> Floats:
    at: NDArray[np.intp] = np.clip(np.arange(bands.shape[1]) + rows, 0, bands.shape[1] - 1)
    return np.asarray(bands[:, at], dtype=np.float32)
