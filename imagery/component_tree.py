"""
The connected objects of a map at every level at once.

A max-tree by union-find (Berger et al. 2007, ICIP; Najman and Couprie 2006, IEEE TIP 15:3531): built once, it gives the
objects above any level in a step over its nodes, where labelling the map anew would read every pixel.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .scene import Floats

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ComponentTree:
    """
    Nodes: one for each object that some level has, as long as it is the same object.

    Parameters
    ----------
    levels
        float64 (k,), increasing: those that can be asked for.
    top, under
        int64 (n,): index of the highest level at which a node is an object, and of the highest at which it is part of a
        larger one; -1 where it is an object of its own down to the lowest.
    area_px
        int64 (n,): pixels at its `top`'s side of the tree, that is from there down to `under`, not included.
    peak
        int64 (n, 2): row and column of its greatest value.
    """

    levels: NDArray[np.float64]
    top: Integers
    under: Integers
    area_px: Integers
    peak: Integers

    def objects(self, level: float, least_px: int) -> Integers:
        """
        Return the nodes that are the 8-connected objects of values of at least a level.

        Parameters
        ----------
        level
            Taken up to the next of `levels`.
        least_px
            Smaller objects are left out.
        """
        at = int(np.searchsorted(self.levels, level))
        return np.flatnonzero((self.top >= at) & (self.under < at) & (self.area_px >= least_px))


def component_tree(values: Floats, levels: NDArray[np.float64]) -> ComponentTree:
    """
    Build the tree of a map.

    Parameters
    ----------
    values
        float32 (rows, columns); NaN belongs to nothing.
    levels
        Increasing, 1 to 65 534 of them; values below the first belong to nothing.

    Raises
    ------
    ValueError
        If there is no level, or too many, or they do not increase.
    """
    if not 0 < len(levels) < np.iinfo(np.uint16).max or (np.diff(levels) <= 0).any():
        raise ValueError(f"{len(levels)} levels: give 1 to {np.iinfo(np.uint16).max - 1}, each higher than the last.")
    steps = np.searchsorted(levels, np.nan_to_num(values, nan=-np.inf).ravel(), side="right").astype(np.uint16)
    inside = np.flatnonzero(steps)
    order = inside[np.argsort(steps[inside], kind="stable")[::-1]]
    step = steps[order].astype(np.int64) - 1
    parent, area, peak = _flood(values.shape[0], values.shape[1], order, step)
    roots = parent == np.arange(len(parent))
    node = np.flatnonzero(roots | (step[parent] != step))
    under = np.where(roots[node], -1, step[parent[node]])
    where = np.column_stack(np.divmod(order[peak[node]], values.shape[1]))
    return ComponentTree(np.asarray(levels, dtype=np.float64), step[node], under, area[node], where)


@compiled
def _flood(rows: int, columns: int, order: Integers, step: Integers) -> tuple[Integers, Integers, Integers]:
    """Return the parent of each pixel in `order`, highest first, its area and the first pixel of what it stands for."""
    count = len(order)
    rank = np.full(rows * columns, -1, dtype=np.int32)
    parent, area, peak = np.arange(count), np.ones(count, dtype=np.int64), np.arange(count)
    find = np.arange(count)
    for k in range(count):
        row, column = order[k] // columns, order[k] % columns
        rank[order[k]] = k
        for i in range(max(row - 1, 0), min(row + 2, rows)):
            for j in range(max(column - 1, 0), min(column + 2, columns)):
                n = rank[i * columns + j]
                if n < 0 or n == k:
                    continue
                while find[n] != n:
                    find[n] = find[find[n]]
                    n = find[n]
                if n != k:
                    find[n] = parent[n] = k
                    area[k] += area[n]
                    peak[k] = min(peak[k], peak[n])
    for k in range(count - 1, -1, -1):
        above = parent[k]
        if step[parent[above]] == step[above]:
            parent[k] = parent[above]
    return parent, area, peak
