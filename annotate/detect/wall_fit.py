"""Fitting walls of all forms to the places where a search stopped."""

from dataclasses import dataclass

import numpy as np

from ...imagery.scene import Floats
from .matched import PLACE_M2, patch
from .relief import Wall
from .wall_bank import WallBank

SHIFTS = tuple((down, right) for down in range(-2, 3) for right in range(-2, 3))
SHORT_LIST = 8
LIKELY_GAIN = 0.85  # of the template's shading: walls wear, and grass grows on them
GAIN_SPREAD = 0.5  # of its logarithm
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
        Of its centre in the frame.
    correlation
        Of the change with the wall's shading, flat patches taken out of both.
    gain
        Shading found over shading expected.
    opposite
        Greatest correlation of any wall of the bank lit from behind, at the same place.
    """

    wall: Wall
    number: int
    row: int
    column: int
    correlation: float
    gain: float
    opposite: float


def fit_wall(image: Floats, row: int, column: int, bank: WallBank, step_m: float) -> Fit:
    """
    Fit a place: the whole bank at the place itself, then the best few walls at places around.

    Parameters
    ----------
    image
        float32 (rows, columns), change of log brightness towards the date that shows the wall.
    row, column
        Where the search stopped, a corner of frame pixels.
    bank
        Of the sun of that date.
    step_m
        Pixel side, metres.
    """
    size = round(bank.shapes.shape[1] ** 0.5)
    samples = bank.reach.sum(axis=1) * (step_m * step_m / PLACE_M2)
    there = patch(image, row, column, size).reshape(1, -1)
    evidence, energy = bank.fit(there)
    short = np.argsort(-_support(evidence, energy, bank.strengths, samples)[0], kind="stable")[:SHORT_LIST]
    opposite = float((-evidence / np.sqrt(energy)).max())
    few = WallBank(
        tuple(bank.walls[index] for index in short),
        bank.shapes[short],
        bank.strengths[short],
        bank.blind[:, short],
        bank.reach[short],
        bank.distances[short],
    )
    around = np.stack([patch(image, row + down, column + right, size).ravel() for down, right in SHIFTS])
    evidence, energy = few.fit(around)
    shift, best = np.unravel_index(_support(evidence, energy, few.strengths, samples[short]).argmax(), evidence.shape)
    correlation = float(evidence[shift, best] / np.sqrt(energy[shift, best]))
    gain = float(evidence[shift, best] / few.strengths[best])
    down, right = SHIFTS[int(shift)]
    return Fit(few.walls[best], int(short[best]), row + down, column + right, correlation, gain, opposite)


def _support(evidence: Floats, energy: Floats, strengths: Floats, samples: Floats) -> Floats:
    """Log likelihood ratio of wall against no wall in noise of unknown level, times a prior for the gain."""
    correlation = np.clip(evidence / np.sqrt(energy), 0, SURE)
    gain = np.log(np.clip(evidence / strengths, 0.05, 10) / LIKELY_GAIN) / GAIN_SPREAD
    return np.asarray(-0.5 * samples * np.log1p(-np.square(correlation)) - 0.5 * np.square(gain), dtype=np.float32)
