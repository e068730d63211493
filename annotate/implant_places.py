"""Where an implant may stand: valid land on which nothing else changed, apart from what stands there already."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from shapely import Polygon, STRtree
from shapely.geometry import box

from ..imagery.grid import Grid
from ..imagery.scene import Mask, ScenePair
from ..imagery.synthetic.implant import Implant
from ..imagery.water import open_water
from .visibility import quiet, within

APART_M = 12.0  # so that one neither shades another nor joins it
CLEAR_M = 3.0
LEAST_CHANGE_M2, SMOOTH_M, STANDS_OUT = 20.0, 2.0, 4.0  # what makes change of a pair in the way of an implant
TRIES = 300


@dataclass(frozen=True, slots=True)
class Placed:
    """An implant whose place is known: its outline in (column, row) of the before grid."""

    implant: Implant
    polygon: Polygon
    change: str = "appeared"

    @property
    def length_m(self) -> float:
        """Of the longer side at the foot."""
        return self.implant.length_m

    @property
    def width_m(self) -> float:
        """Of the shorter side at the foot."""
        return self.implant.width_m


def place(
    grid: Grid, implant: Implant, free: Mask, others: Sequence[Placed], rng: np.random.Generator
) -> Placed | None:
    """Return a thing at a random free place and heading, apart from others, or None where none was met."""
    rows, columns = np.nonzero(free)
    if not len(rows):
        return None
    taken = STRtree([other.implant.outline(grid, APART_M) for other in others])
    for pick, turn in zip(rng.integers(0, len(rows), TRIES), rng.uniform(0, 360, TRIES), strict=True):
        (east, north) = grid.metres(columns[pick] + rng.random(), rows[pick] + rng.random())
        moved = implant.at(float(east), -float(north), float(turn))
        needed = moved.outline(grid, CLEAR_M)
        if len(taken.query(needed, predicate="intersects")) or not _inside(needed, free):
            continue
        return Placed(moved, moved.outline(grid))
    return None


def free_land(pair: ScenePair, taken: Sequence[Polygon]) -> Mask:
    """Return valid land that neither an outline, on the before grid, nor other change that stands out touches."""
    free = pair.valid & ~open_water(pair.before) & ~open_water(pair.after)
    margin_px = CLEAR_M / min(pair.grid.gsd_m)
    free &= ~_changed(pair, margin_px)
    for outline in taken:
        where, inside = within(outline.buffer(margin_px), free.shape)
        free[where] &= ~inside
    return free


def _inside(outline: Polygon, free: Mask) -> bool:
    rows, columns = free.shape
    if not box(0, 0, columns, rows).contains(outline):
        return False
    where, inside = within(outline, free.shape)
    return bool(free[where][inside].all())


def _changed(pair: ScenePair, margin_px: float) -> Mask:
    """Return where brightness changed over some metres far more than elsewhere, and a margin around it."""
    difference = pair.after.pixels.mean(axis=0) - pair.before.pixels.mean(axis=0)
    sides = [max(1, round(SMOOTH_M / gsd)) for gsd in pair.grid.gsd_m]
    smooth = cv2.blur(np.where(pair.valid, difference, 0), (sides[1], sides[0]))
    above = (np.abs(smooth) >= STANDS_OUT * quiet(pair)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(above, connectivity=8)
    large = stats[:, cv2.CC_STAT_AREA] * pair.grid.pixel_area_m2 >= LEAST_CHANGE_M2
    large[0] = False
    side = 2 * int(np.ceil(margin_px)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.dilate(large[labels].astype(np.uint8), kernel) > 0)
