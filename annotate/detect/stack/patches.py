"""Patches of a frame that something covers: where two dates differ by more than shade and the ground's own unrest."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats, ScenePair
from ..frame import MetricFrame
from .covered import covered

LEAST_APART = 0.1  # of the ground's level: paint and steel differ more from a yard, in one band or another
NOISE_UNITS = 4.0
UNREST_M, UNREST_PX = 40.0, 30.0  # over which the ground's unrest is taken, the longer of both
QUIET_SHARE, QUIET_UNITS = 0.3, 0.39  # a quantile that boxes seldom reach, and where a normal distribution has it
JOIN_M = 7.0  # two free slots do not divide a block
COARSE_M = 1.25  # where boxes are not resolved, nor are free slots: then what touches is one block
BREAK_M = 1.5  # thinner than a box: kerbs, fences and remains of misregistration
LEAST_M2 = 12.0
MARGIN_M = 3.0


@dataclass(frozen=True, eq=False)
class Patch:
    """
    A window of the frame around what covers the ground.

    Parameters
    ----------
    apart
        float32 (rows, columns), how far each pixel is from bare ground; 0 on other patches.
    row, column
        Of the window's corner in the frame.
    step_m
        Pixel side.
    least
        What `apart` exceeds on boxes.
    """

    apart: Floats
    row: int
    column: int
    step_m: float
    least: float


def patches(frame: MetricFrame, pair: ScenePair, levels: Floats | None = None) -> Iterator[Patch]:
    """
    Yield the patches of a pair that appeared, vanished or changed their surface.

    Parameters
    ----------
    frame
        Where they are looked for.
    pair
        Registered and normalised.
    levels
        Of the ground, as `covered` takes them.
    """
    step = frame.step_m
    apart = _quieted(frame.resample(covered(pair, levels).apart, pair.valid)[0], step)
    there = (apart > LEAST_APART).astype(np.uint8)
    solid = cv2.morphologyEx(there, cv2.MORPH_OPEN, _disc(BREAK_M, step))
    joined = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, _disc(JOIN_M, step)) if step <= COARSE_M else solid
    number, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
    margin = max(3, round(MARGIN_M / step))
    for label in range(1, number):
        column, row, columns, rows, area = (int(value) for value in stats[label])
        if area * step**2 < LEAST_M2:
            continue
        top, left = max(0, row - margin), max(0, column - margin)
        window = slice(top, row + rows + margin), slice(left, column + columns + margin)
        others = (labels[window] > 0) & (labels[window] != label)
        yield Patch(np.where(others, 0, apart[window]).astype(np.float32), top, left, step, LEAST_APART)


def _quieted(apart: Floats, step_m: float) -> Floats:
    """Lower the differences where the ground itself is restless, as fields and trees are."""
    rows, columns = apart.shape
    reach = max(UNREST_M / step_m, UNREST_PX)
    down, right = (max(1, round(side / reach)) for side in apart.shape)
    edges = [np.linspace(0, side, parts + 1).astype(int) for side, parts in ((rows, down), (columns, right))]
    unrest = np.array(
        [
            [
                np.quantile(apart[edges[0][i] : edges[0][i + 1] : 2, edges[1][j] : edges[1][j + 1] : 2], QUIET_SHARE)
                for j in range(right)
            ]
            for i in range(down)
        ],
        dtype=np.float32,
    )
    least = NOISE_UNITS / QUIET_UNITS * cv2.resize(unrest, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(apart * np.minimum(1, LEAST_APART / np.maximum(least, 1e-6)), dtype=np.float32)


def _disc(diameter_m: float, step_m: float) -> NDArray[np.uint8]:
    """Return the largest disc of an odd number of pixels within a diameter."""
    size = 2 * int(diameter_m / step_m / 2) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), dtype=np.uint8)
