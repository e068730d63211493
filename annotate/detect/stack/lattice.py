"""
Boxes laid side by side leave a comb of edges at one pitch; a roof or a cleared patch does not.

ISO 668 containers are 2.438 m wide and 6.058 or 12.192 m long; laid in blocks their pitch is 2.5 to 3.0 m across.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from ....imagery.scene import Floats

WIDTH_M = 2.438
LENGTHS_M = (6.058, 12.192)
HEIGHT_M = 2.591
PITCHES_M = (2.5, 3.0)
GAP_M = 0.4  # between box ends
FINE_M = 0.25  # step of the rectified images
LEAST_LINES = 3
CLEAR_EDGE = 1.3  # times the middle of the slot: what a gap of .3 m leaves of itself at 0.7 m pixels


@dataclass(frozen=True, eq=False)
class Comb:
    """
    The comb that fits a profile of edges best.

    Parameters
    ----------
    contrast
        How far edges on the lines exceed edges between them, in standard errors; the best of all pitches and phases.
    pitch_m, phase_m
        Spacing, and place of the first line from the start of the profile.
    resolved
        Slots with an edge on both sides that stands out from the slot's middle.
    slots
        Slots of that pitch along the whole profile.
    """

    contrast: float
    pitch_m: float
    phase_m: float
    resolved: int
    slots: int

    @property
    def clear_contrast(self) -> float:
        """The contrast times the share of slots that are resolved: one strong edge makes no comb."""
        return self.contrast * self.resolved / max(self.slots, 1)


def edge_profile(bands: Floats) -> Floats:
    """Return how bands (k, rows, columns) step from column to column: float32 (columns)."""
    steps = np.abs(np.gradient(bands, axis=2)).max(axis=0)
    return np.asarray(steps.mean(axis=0), dtype=np.float32)


def fit_comb(profile: Floats) -> Comb:
    """
    Find the pitch and phase of a comb in an edge profile.

    Parameters
    ----------
    profile
        float32 (n), in steps of `FINE_M`.
    """
    length = len(profile) * FINE_M
    best = Comb(0.0, float(np.mean(PITCHES_M)), 0.0, 0, max(1, round(length / np.mean(PITCHES_M))))
    least = 0.05 * float(profile.mean()) + 1e-9
    flat = profile.astype(np.float64) - _running_mean(profile, round(2 * PITCHES_M[1] / FINE_M))
    combs = _combs(len(profile))
    if not len(combs.lines):
        return best
    highest = maximum_filter1d(flat, 3, mode="nearest")
    (first, spread), (second, other) = (_moments(highest, index) for index in (combs.lines, combs.between))
    contrasts = (first - second) / (np.sqrt(spread + other) + least)
    one = int(contrasts.argmax())
    if contrasts[one] <= best.contrast:
        return best
    pitch, phase = combs.pitches_m[one], combs.phases_m[one]
    lines = np.arange(phase, length, pitch)
    between = lines[:-1] + pitch / 2
    resolved = _resolved(profile.astype(np.float64), lines, between)
    slots = max(len(between), round(length / pitch))
    return Comb(float(contrasts[one]), float(pitch), float(phase), resolved, slots)


@dataclass(frozen=True, eq=False)
class _Combs:
    """
    All combs that a profile of some length may show.

    Parameters
    ----------
    pitches_m, phases_m
        float64 (combs,).
    lines, between
        int64 (combs, most): the samples they fall on, -1 from where a comb has no more.
    """

    pitches_m: NDArray[np.float64]
    phases_m: NDArray[np.float64]
    lines: NDArray[np.int64]
    between: NDArray[np.int64]


@lru_cache(maxsize=256)
def _combs(samples: int) -> _Combs:
    length = samples * FINE_M
    found, indices = [], []
    for pitch in np.arange(PITCHES_M[0], PITCHES_M[1] + 1e-9, 0.05):
        for phase in np.arange(0.0, pitch - 1e-9, FINE_M):
            lines = np.arange(phase, length, pitch)
            if len(lines) >= LEAST_LINES:
                found.append((pitch, phase))
                indices.append((_samples(lines, samples), _samples(lines[:-1] + pitch / 2, samples)))
    most = max((len(lines) for lines, _ in indices), default=0)
    tables = np.full((2, len(found), most), -1, dtype=np.int64)
    for row, both in enumerate(indices):
        for table, index in zip(tables, both, strict=True):
            table[row, : len(index)] = index
    pitches, phases = np.array(found, dtype=np.float64).reshape(-1, 2).T
    return _Combs(pitches, phases, tables[0], tables[1])


def _moments(values: NDArray[np.float64], index: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and squared standard error at each comb's places (Welch 1947): one strong edge is no comb."""
    there = index >= 0
    number = there.sum(axis=1)
    seen = np.where(there, values[index], 0.0)
    mean = seen.sum(axis=1) / number
    squares = (np.where(there, seen - mean[:, None], 0.0) ** 2).sum(axis=1)
    return mean, squares / (number - 1) / number


def _resolved(profile: NDArray[np.float64], lines: NDArray[np.float64], between: NDArray[np.float64]) -> int:
    edges, middles = _at(profile, lines), _at(profile, between)
    return int((np.minimum(edges[:-1], edges[1:]) > CLEAR_EDGE * middles).sum())


def _at(profile: NDArray[np.float64], places_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Largest value within one step of each place: a line may fall between samples."""
    index = _samples(places_m, len(profile))
    around = np.clip(index[:, None] + np.array([-1, 0, 1]), 0, len(profile) - 1)
    return np.asarray(profile[around].max(axis=1), dtype=np.float64)


def _samples(places_m: NDArray[np.float64], samples: int) -> NDArray[np.int64]:
    return np.clip(np.floor(places_m / FINE_M).astype(np.int64), 0, samples - 1)


def _running_mean(profile: Floats, window: int) -> NDArray[np.float64]:
    kernel = np.ones(min(window, len(profile)))
    total = np.convolve(profile, kernel, mode="same")
    return np.asarray(total / np.convolve(np.ones(len(profile)), kernel, mode="same"))
