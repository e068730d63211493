"""Whether a bright and a dark change are a cloud and its shadow: one shape twice, apart along the sun's azimuth."""

from dataclasses import dataclass

import cv2
import numpy as np
from shapely import Polygon

from ....imagery.scene import Floats, ScenePair, Sun
from .patch import Scales
from .twins import likest_twin

CELL_M = 5.0  # a cloud's shape needs no finer look
SMALLEST = 6  # cells of a cloud across: fewer have no shape
LEAST_APART_M = 60.0  # a thing on the ground throws no shadow so far from itself
APART = 1.2  # times its own extent: no twin overlaps it
FARTHEST_M = 6000.0
ROOM = 0.25  # of the window's side, around it
LEAST_SEEN = 0.8  # of the window displaced


@dataclass(frozen=True, eq=False)
class Sky:
    """
    What changed, coarsely, and where each date's shadows fall.

    Parameters
    ----------
    change
        float32 (rows, columns) of cells: after minus before in noise units, 0 where not valid.
    seen
        float32, share of each cell that is valid.
    cells
        Cells a pixel, right and down.
    cell_m
        Side of a cell.
    ways
        For each date whose sun is known the unit vector (right, down) in cells in which its shadows fall.
    """

    change: Floats
    seen: Floats
    cells: tuple[float, float]
    cell_m: float
    ways: tuple[Floats, ...]

    @classmethod
    def of(cls, pair: ScenePair, scales: Scales) -> "Sky":
        """Look at a pair in cells of `CELL_M`."""
        valid = pair.valid.astype(np.float32)
        change = np.zeros(pair.grid.shape, dtype=np.float32)
        for number, noise in zip(scales.bands, scales.noise, strict=True):
            change += (pair.after.pixels[number] - pair.before.pixels[number]) / noise
        gsd_y, gsd_x = pair.grid.gsd_m
        shape = [max(1, round(side * gsd / CELL_M)) for side, gsd in zip(pair.grid.shape, (gsd_y, gsd_x), strict=True)]
        shape = [min(new, old) for new, old in zip(shape, pair.grid.shape, strict=True)]
        total, seen = (
            cv2.resize(array, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
            for array in (np.where(pair.valid, change, 0).astype(np.float32), valid)
        )
        cells = shape[1] / pair.grid.shape[1], shape[0] / pair.grid.shape[0]
        coarse = np.where(seen > 0.5, total / np.maximum(seen, 0.5), 0).astype(np.float32)
        suns = (scene.acquisition.sun for scene in (pair.before, pair.after))
        ways = tuple(_shadow_way(pair, sun, cells) for sun in suns if sun is not None)
        return cls(coarse, seen.astype(np.float32), cells, max(CELL_M, pair.grid.mean_gsd_m), ways)

    def twin(self, polygon: Polygon) -> float:
        """
        Return how much of a change's energy its twin of the other sign explains: their correlation, squared.

        The twin is looked for in both directions along each date's shadows, as the change may be cloud or shadow; 0 for
        what is smaller than a cloud.
        """
        left, top, right, bottom = polygon.bounds
        width, height = (right - left) * self.cells[0], (bottom - top) * self.cells[1]
        if not self.ways or min(width, height) < SMALLEST:
            return 0.0
        start = int((top * self.cells[1]) - ROOM * height), int((left * self.cells[0]) - ROOM * width)
        size = int(np.ceil(height * (1 + 2 * ROOM))) + 1, int(np.ceil(width * (1 + 2 * ROOM))) + 1
        own = self._window(start, size)
        if own is None:
            return 0.0
        apart = max(LEAST_APART_M / self.cell_m, APART * float(np.hypot(width, height)))
        far = np.arange(apart, min(FARTHEST_M / self.cell_m, float(np.hypot(*self.change.shape))))
        away = np.concatenate([far, -far])[:, None]
        moves = np.concatenate([np.rint(away * way[::-1]).astype(np.int64) for way in self.ways])
        return likest_twin(self.change, self.seen, own, start, moves, LEAST_SEEN * size[0] * size[1]) ** 2

    def _window(self, start: tuple[int, int], size: tuple[int, int]) -> Floats | None:
        """Return a window with 0 beyond the image; None where too little of it is seen."""
        rows = slice(max(start[0], 0), max(min(start[0] + size[0], self.change.shape[0]), 0))
        columns = slice(max(start[1], 0), max(min(start[1] + size[1], self.change.shape[1]), 0))
        if float(self.seen[rows, columns].sum()) < LEAST_SEEN * size[0] * size[1]:
            return None
        window = np.zeros(size, dtype=np.float32)
        inside = self.change[rows, columns]
        top, left = rows.start - start[0], columns.start - start[1]
        window[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
        return window


def _shadow_way(pair: ScenePair, sun: Sun, cells: tuple[float, float]) -> Floats:
    azimuth = np.radians(sun.azimuth_deg)
    origin = pair.grid.pixels_of_metres([0.0, 0.0])
    way = (pair.grid.pixels_of_metres([-np.sin(azimuth), -np.cos(azimuth)]) - origin) * np.array(cells)
    return np.asarray(way / np.hypot(*way), dtype=np.float32)
