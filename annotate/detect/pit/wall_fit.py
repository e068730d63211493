"""Fitting walls of all forms to the places where a search stopped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ....imagery.scene import Floats
from ..matched import PLACE_M2, patch
from .relief import Wall
from .wall_bank import WallBank

REACH = 2  # frame pixels
SHIFTS = tuple((down, right) for down in range(-REACH, REACH + 1) for right in range(-REACH, REACH + 1))
SHORT_LIST = 8
AT_ONCE = 64  # places: one product of matrices reads the bank once for all of them
LIKELY_GAIN = 0.85  # of the template's shading: walls wear, and grass grows on them
GAIN_SPREAD = 0.5  # of its logarithm
GAIN_LIMITS = 0.05, 10.0
SURE = 0.98  # correlations above are told apart no further


@dataclass(frozen=True, eq=False)
class Fit:
    """
    The wall that explains a place best.

    Parameters
    ----------
    wall, number
        The wall and its place in the bank.
    row, column
        Of its centre in the frame, pixel corners at integers.
    correlation
        Of the change with the wall's shading, flat patches taken out of both.
    gain
        Shading found over shading expected.
    opposite
        Greatest correlation of any wall of the bank lit from behind, at the same place.
    """

    wall: Wall
    number: int
    row: float
    column: float
    correlation: float
    gain: float
    opposite: float


def fit_walls_at(image: Floats, centres: Sequence[tuple[int, int]], bank: WallBank, step_m: float) -> Iterator[Fit]:
    """
    Fit each place: the whole bank at the place itself, then the best few walls at places around.

    Parameters
    ----------
    image
        float32 (rows, columns), change of log brightness towards the date that shows the walls.
    centres
        Rows and columns where the search stopped, corners of frame pixels.
    bank
        Of the sun of that date.
    step_m
        Pixel side, metres.
    """
    samples = bank.reach.sum(axis=1) * (step_m * step_m / PLACE_M2)
    for start in range(0, len(centres), AT_ONCE):
        part = centres[start : start + AT_ONCE]
        evidence, energy = bank.fit(np.stack([patch(image, *centre, bank.size).ravel() for centre in part]))
        likely = np.argsort(-_support(evidence, energy, bank.strengths, samples), axis=1, kind="stable")
        opposite = (-evidence / np.sqrt(energy)).max(axis=1)
        for index, centre in enumerate(part):
            yield _closer(image, centre, bank, samples, likely[index, :SHORT_LIST], float(opposite[index]))


def _closer(
    image: Floats,
    centre: tuple[int, int],
    bank: WallBank,
    samples: Floats,
    short: np.ndarray[tuple[int, ...], np.dtype[np.intp]],
    opposite: float,
) -> Fit:
    near = patch(image, *centre, bank.size + 2 * REACH)
    around = sliding_window_view(near, (bank.size, bank.size)).reshape(len(SHIFTS), -1)
    few = bank.only(short)
    evidence, energy = few.fit(around)
    shift, best = np.unravel_index(_support(evidence, energy, few.strengths, samples[short]).argmax(), evidence.shape)
    correlation = float(evidence[shift, best] / np.sqrt(energy[shift, best]))
    gain = float(evidence[shift, best] / few.strengths[best])
    down, right = SHIFTS[int(shift)]
    return Fit(few.walls[int(best)], int(short[best]), centre[0] + down, centre[1] + right, correlation, gain, opposite)


def _support(evidence: Floats, energy: Floats, strengths: Floats, samples: Floats) -> Floats:
    """Return the log likelihood ratio of wall against no wall in noise of unknown level, times a prior for the gain."""
    correlation = np.clip(evidence / np.sqrt(energy), 0, SURE)
    gain = np.log(np.clip(evidence / strengths, *GAIN_LIMITS) / LIKELY_GAIN) / GAIN_SPREAD
    return np.asarray(-0.5 * samples * np.log1p(-np.square(correlation)) - 0.5 * np.square(gain), dtype=np.float32)
