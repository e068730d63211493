"""
Boxes laid side by side leave a comb of edges at one pitch; a roof or a cleared patch does not.

ISO 668 containers are 2.438 m wide and 6.058 or 12.192 m long; laid in blocks their pitch is 2.5 to 3.0 m across.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    for pitch in np.arange(PITCHES_M[0], PITCHES_M[1] + 1e-9, 0.05):
        for phase in np.arange(0.0, pitch - 1e-9, FINE_M):
            lines = np.arange(phase, length, pitch)
            between = lines[:-1] + pitch / 2
            if len(lines) < LEAST_LINES:
                continue
            contrast = _welch(_at(flat, lines), _at(flat, between), least)
            if contrast > best.contrast:
                resolved = _resolved(profile.astype(np.float64), lines, between)
                best = Comb(contrast, float(pitch), float(phase), resolved, max(len(between), round(length / pitch)))
    return best


def _welch(first: NDArray[np.float64], second: NDArray[np.float64], least: float) -> float:
    """Difference of means in standard errors (Welch 1947): one strong edge among weak ones is no comb."""
    error = np.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second)) if len(second) > 1 else np.inf
    return float((first.mean() - second.mean()) / (error + least))


def _resolved(profile: NDArray[np.float64], lines: NDArray[np.float64], between: NDArray[np.float64]) -> int:
    edges, middles = _at(profile, lines), _at(profile, between)
    return int((np.minimum(edges[:-1], edges[1:]) > CLEAR_EDGE * middles).sum())


def _at(profile: NDArray[np.float64], places_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Largest value within one step of each place: a line may fall between samples."""
    index = np.clip(np.floor(places_m / FINE_M).astype(int), 0, len(profile) - 1)
    around = np.clip(index[:, None] + np.array([-1, 0, 1]), 0, len(profile) - 1)
    return np.asarray(profile[around].max(axis=1), dtype=np.float64)


def _running_mean(profile: Floats, window: int) -> NDArray[np.float64]:
    kernel = np.ones(min(window, len(profile)))
    total = np.convolve(profile, kernel, mode="same")
    return np.asarray(total / np.convolve(np.ones(len(profile)), kernel, mode="same"))
