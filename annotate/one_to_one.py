"""Proposals against things whose place is known: strictly one to one, so that nothing is found twice or excused."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from shapely import Polygon

from .matching import iou

LEAST_IOU = 0.3


class Known(Protocol):
    """A thing whose place is known."""

    @property
    def change(self) -> str:
        """One of appeared, vanished, altered."""

    @property
    def polygon(self) -> Polygon:
        """Outline in (column, row) of the before grid."""

    @property
    def length_m(self) -> float:
        """Of its longer side, metres."""

    @property
    def width_m(self) -> float:
        """Of its shorter side, metres."""


def one_to_one(proposed: Sequence[tuple[str, Polygon]], known: Sequence[Known]) -> list[tuple[int, int]]:
    """
    Return which proposal (index) is which known thing (index) of the same kind.

    A proposal is a thing if the change agrees and its centre lies within half the thing's width of the thing's, or the
    outlines overlap by an intersection over union of at least `LEAST_IOU`; as many pairs as possible, then the greatest
    overlap. An altered thing may be proposed as any change, as its new part did appear.

    Parameters
    ----------
    proposed
        Change and outline of each proposal, in (column, row) of the before grid.
    known
        Things of the same kind, in the same pixels.
    """
    gain: NDArray[np.float64] = np.zeros((len(proposed), len(known)))
    for row, (change, outline) in enumerate(proposed):
        for column, thing in enumerate(known):
            gain[row, column] = _agreement(change, outline, thing)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if gain[row, column] > 0]


def _agreement(change: str, outline: Polygon, thing: Known) -> float:
    """Return 0 where a proposal is not the thing; else more than 1, and the more the better they overlap."""
    if thing.change not in (change, "altered"):
        return 0.0
    overlap = iou(outline, thing.polygon)
    if not near(outline, thing) and overlap < LEAST_IOU:
        return 0.0
    return (1.0 if thing.change == "altered" else 4.0) + overlap


def near(outline: Polygon, thing: Known) -> bool:
    """Tell whether the centres lie within half the thing's width of one another."""
    width_px = thing.width_m * float(np.sqrt(thing.polygon.area / (thing.length_m * thing.width_m)))
    return bool(outline.centroid.distance(thing.polygon.centroid) <= width_px / 2)
