"""Counting connected objects of a map that comes in bands of rows: runs of pixels, joined by union-find."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .scene import Floats

Runs = NDArray[np.int64]


@dataclass
class ObjectCounter:
    """
    Counts 8-connected objects above a level; holds those alone that the last row touches.

    Parameters
    ----------
    level
        A pixel belongs to an object where it is above; NaN is not.
    least_px
        Smaller objects are not counted.
    """

    level: float
    least_px: int
    _closed: int = 0
    _runs: Runs | None = None  # (n, 3): first column, one past the last, object
    _areas: Runs | None = None

    def add(self, rows: Floats) -> None:
        """Go on with the next rows, float32 (rows, columns)."""
        runs, areas = (
            np.zeros((0, 3), dtype=np.int64) if self._runs is None else self._runs,
            np.zeros(0, dtype=np.int64) if self._areas is None else self._areas,
        )
        closed, self._runs, self._areas = _join(rows, self.level, self.least_px, runs, areas)
        self._closed += closed

    @property
    def objects(self) -> int:
        """How many there are in the rows so far."""
        return self._closed + (0 if self._areas is None else int((self._areas >= self.least_px).sum()))


@compiled
def _join(rows: Floats, level: float, least_px: int, carried: Runs, areas: Runs) -> tuple[int, Runs, Runs]:
    """Return how many objects end within the rows, and the runs of the last row with the areas of their objects."""
    count = len(areas)
    for i in range(rows.shape[0]):
        count += _count_runs(rows[i], level)
    parent, area = np.arange(count), np.zeros(count, dtype=np.int64)
    area[: len(areas)] = areas
    above, used = carried, len(areas)
    for i in range(rows.shape[0]):
        here = _runs(rows[i], level, used)
        for n in range(len(here)):
            area[used + n] = here[n, 1] - here[n, 0]
        used += len(here)
        first = 0
        for n in range(len(here)):
            while first < len(above) and above[first, 1] < here[n, 0]:
                first += 1
            m = first
            while m < len(above) and above[m, 0] <= here[n, 1]:
                _unite(parent, area, above[m, 2], here[n, 2])
                m += 1
        above = here
    names = np.full(count, -1)
    kept = np.zeros(len(above), dtype=np.int64)
    open_objects = 0
    for n in range(len(above)):
        root = _root(parent, above[n, 2])
        if names[root] < 0:
            names[root], kept[open_objects] = open_objects, area[root]
            open_objects += 1
        above[n, 2] = names[root]
    closed = 0
    for n in range(count):
        if parent[n] == n and names[n] < 0 and area[n] >= least_px:
            closed += 1
    return closed, above, kept[:open_objects].copy()


@compiled
def _count_runs(line: Floats, level: float) -> int:
    count, inside = 0, False
    for value in line:
        if (value > level) != inside:
            inside = not inside
            count += inside
    return count


@compiled
def _runs(line: Floats, level: float, name: int) -> Runs:
    runs = np.empty((_count_runs(line, level), 3), dtype=np.int64)
    n, inside = 0, False
    if not len(runs):
        return runs
    for j in range(len(line)):
        if (line[j] > level) != inside:
            inside = not inside
            if inside:
                runs[n, 0], runs[n, 2] = j, name + n
            else:
                runs[n, 1] = j
                n += 1
    if inside:
        runs[n, 1] = len(line)
    return runs


@compiled
def _root(parent: Runs, n: int) -> int:
    while parent[n] != n:
        parent[n] = parent[parent[n]]
        n = parent[n]
    return n


@compiled
def _unite(parent: Runs, area: Runs, a: int, b: int) -> None:
    a, b = _root(parent, a), _root(parent, b)
    if a != b:
        parent[b] = a
        area[a] += area[b]
