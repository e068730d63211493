"""Counting connected objects of a map that comes in bands of rows: runs of pixels, joined by union-find."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .scene import Floats

Runs = NDArray[np.int64]
CHUNK = 64  # pixels looked at together: mostly all of them are below the level
FIRST_ROOM = 4096  # runs; doubled where there are more


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
    used = len(areas)
    parent, area = np.arange(used + FIRST_ROOM), np.zeros(used + FIRST_ROOM, dtype=np.int64)
    area[:used] = areas
    found = np.empty((rows.shape[1] // 2 + 1, 3), dtype=np.int64)
    above = carried
    for i in range(rows.shape[0]):
        here = found[: _runs(rows[i], level, used, found)].copy()
        if used + len(here) > len(area):
            parent = np.append(parent, np.arange(len(parent), 2 * len(parent) + len(here)))
            area = np.append(area, np.zeros(len(area) + len(here), dtype=np.int64))
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
    count = used
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
def _runs(line: Floats, level: float, name: int, runs: Runs) -> int:
    """Put the runs above the level, named from `name` on, into `runs`; return how many there are."""
    count, inside = 0, False
    for left in range(0, len(line), CHUNK):
        part = line[left : left + CHUNK]
        above = 0
        for value in part:
            above += value > level
        if above == (len(part) if inside else 0):
            continue
        for j in range(len(part)):
            if (part[j] > level) != inside:
                inside = not inside
                if inside:
                    runs[count, 0], runs[count, 2] = left + j, name + count
                else:
                    runs[count, 1] = left + j
                    count += 1
    if inside:
        runs[count, 1] = len(line)
        count += 1
    return count


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
