"""New or enlarged: whether the other date has a smaller wall at the place of a pit."""

from dataclasses import dataclass

import numpy as np
from shapely import Polygon

from ..matched import PLACE_M2
from .relief import Wall
from .search import Place, outline
from .view import View
from .wall_fit import LIKELY_GAIN, fit_walls_at

LEAST_CORRELATION = 0.6  # of the other date alone with a wall: that of a pit found, less a fifth
SURE = 5.0  # standard deviations of Fisher's transform: the best of some ten thousand walls and shifts by chance
LEAST_GAIN = 0.3 * LIKELY_GAIN
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


def growth(view: View, place: Place, polygon: Polygon) -> Growth | None:
    """
    Return what stood at the place of a pit on the other date, if it was a smaller pit.

    Parameters
    ----------
    view
        The pair.
    place
        Of the pit.
    polygon
        Its outline, pixels of the grid.
    """
    other = view.dates[:: place.sign][0]
    (fit,) = fit_walls_at(other, [(round(place.fit.row), round(place.fit.column))], place.bank, view.frame.step_m)
    step = view.frame.step_m
    samples = float(place.bank.reach[fit.number].sum()) * step**2 / max(PLACE_M2, (2 * step) ** 2)
    sureness = float(np.arctanh(min(fit.correlation, 0.99)) * np.sqrt(samples))
    if fit.correlation < LEAST_CORRELATION or sureness < SURE or fit.gain < LEAST_GAIN:
        return None
    smaller = outline(fit, view.frame)
    if smaller.area > SMALLER * polygon.area or smaller.intersection(polygon).area < WITHIN * smaller.area:
        return None
    return Growth(fit.wall, (polygon.area - smaller.area) * view.frame.grid.pixel_area_m2)
