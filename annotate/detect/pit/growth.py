"""New or enlarged: whether the other date has a smaller wall at the place of a pit."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from shapely import Polygon

from ....imagery.scene import Sun
from ..matched import PLACE_M2
from .refit import STEPS, Judge, Stand
from .relief import Optics, Wall
from .search import Place, outline
from .view import View
from .wall_fit import LIKELY_GAIN

LEAST_CORRELATION = 0.6  # of the other date alone with a wall: that of a pit found, less a fifth
SURE = 5.0  # standard deviations of Fisher's transform: the best of some ten thousand walls and shifts by chance
LEAST_GAIN = 0.3 * LIKELY_GAIN
SHARES = 0.5, 0.65, 0.8  # of a side that may have stood before
WITHIN = 0.6  # of the smaller outline that lies in the larger
SMALLER = 0.85  # in area, or two fits of one wall may pass for growth


@dataclass(frozen=True)
class Growth:
    """
    A wall of the other date, smaller and at the same place.

    Parameters
    ----------
    wall
        What stood there.
    grown_m2
        Area that the outline has more than that one.
    """

    wall: Wall
    grown_m2: float


def growth(view: View, place: Place, sun: Sun, gsd_m: float, polygon: Polygon) -> Growth | None:
    """
    Return what stood at the place of a pit on the other date, if it was a smaller pit.

    Parameters
    ----------
    view
        The pair.
    place
        Of the pit, fitted closely.
    sun
        Of the other date.
    gsd_m
        Of its pixels.
    polygon
        Its outline, pixels of the grid.
    """
    other, step = view.dates[:: place.sign][0], view.frame.step_m
    judge = Judge(other, place.fit, sun, Optics(step, gsd_m), place.fit.wall.length_m / 2)
    start = max(smaller(judge.start), key=judge)
    fit, bank = judge.fit(judge.climb(start, STEPS[1:]), 0.0)
    samples = float(bank.reach[0].sum()) * step**2 / max(PLACE_M2, (2 * step) ** 2)
    sureness = float(np.arctanh(np.clip(fit.correlation, -0.99, 0.99)) * np.sqrt(samples))
    if fit.correlation < LEAST_CORRELATION or sureness < SURE or fit.gain < LEAST_GAIN:
        return None
    there = outline(fit, view.frame)
    if there.area > SMALLER * polygon.area or there.intersection(polygon).area < WITHIN * there.area:
        return None
    return Growth(fit.wall, (polygon.area - there.area) * view.frame.grid.pixel_area_m2)


def smaller(stand: Stand) -> Iterator[Stand]:
    """Yield walls that it may have been enlarged from: one side moved out, two opposite ones, or all."""
    wall = stand.wall
    for share in SHARES:
        in_m = [(share - 1) * size for size in (wall.length_m, wall.width_m)] * 2
        for side in range(4):
            yield stand.side_moved(side, in_m[side])
        for side in range(2):
            yield stand.side_moved(side, in_m[side] / 2).side_moved(side + 2, in_m[side] / 2)
        halves = stand
        for side in range(4):
            halves = halves.side_moved(side, in_m[side] / 2)
        yield halves
