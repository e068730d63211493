"""Connected changes: from a change map to outlines with size in metres."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from ...imagery.grid import Grid
from ...imagery.null import level_at, target_per_km2
from ...imagery.scene import ChangeMap, Mask

GROW = 2 / 3  # of the level of a seed
MIN_PIXELS = 4
CORNER_PX = 0.01  # bridges pixels that touch at a corner only
SHINE_PX = 3  # how far the smoothing of the change map reaches


@dataclass(frozen=True, eq=False)
class Blob:
    """
    One connected change.

    Parameters
    ----------
    row, column
        Upper left pixel of its window.
    pixels
        bool (rows, columns) of the window, True on the change.
    polygon
        Its outline in (column, row), pixel corners at integers, without holes.
    area_m2
        Ground area of its pixels.
    length_m, width_m
        Sides of the least rotated rectangle on the ground, length >= width.
    heading_deg
        Of the long side, clockwise from north, in [0, 180).
    score
        d / (d + t) of its largest statistic d and the level t of a seed, .5 or more.
    brightening
        Mean signed brightness change in noise units.
    """

    row: int
    column: int
    pixels: Mask
    polygon: Polygon
    area_m2: float
    length_m: float
    width_m: float
    heading_deg: float
    score: float
    brightening: float

    @property
    def window(self) -> tuple[slice, slice]:
        """Rows and columns of its window."""
        rows, columns = self.pixels.shape
        return slice(self.row, self.row + rows), slice(self.column, self.column + columns)

    @property
    def fill(self) -> float:
        """Share of the least rotated rectangle that is covered."""
        return self.area_m2 / max(self.length_m * self.width_m, 1e-9)


def blobs(change: ChangeMap, min_area_m2: float) -> Iterator[Blob]:
    """
    Yield the connected changes of a map, 8-connected.

    Seeds are where no more false alarms are expected than a reviewer looks through: at the map's threshold, or above it
    where that is lower because change stands apart. From there they grow to two thirds of it, but not below the
    threshold that stands apart.

    The map is smoothed, so a strong change shines beyond its edge: a pixel counts only where the statistic is at least
    half of the greatest nearby, which is where the edge of a blurred block lies.

    Parameters
    ----------
    change
        The map.
    min_area_m2
        Least ground area; never less than four pixels.
    """
    seed = max(change.threshold, level_at(change.null, target_per_km2(change.grid)))
    least_level = max(GROW * seed, change.threshold if seed > change.threshold else 0.0)
    statistic = np.nan_to_num(change.statistic)
    nearby = cv2.dilate(statistic, np.ones((2 * SHINE_PX + 1, 2 * SHINE_PX + 1), np.uint8))
    grow = ((statistic >= least_level) & (statistic >= 0.5 * nearby)).astype(np.uint8)
    number, labels, stats, _ = cv2.connectedComponentsWithStats(grow, connectivity=8)
    least = max(MIN_PIXELS, min_area_m2 / change.grid.pixel_area_m2)
    for label in range(1, number):
        column, row, columns, rows, area = (int(value) for value in stats[label])
        if area < least:
            continue
        window = slice(row, row + rows), slice(column, column + columns)
        pixels = labels[window] == label
        peak = float(statistic[window][pixels].max())
        if peak < seed:
            continue
        polygon = outline(pixels, row, column)
        length, width, heading = rectangle(polygon, change.grid)
        area_m2 = area * change.grid.pixel_area_m2
        brightening = float(change.signed[window][pixels].mean())
        yield Blob(row, column, pixels, polygon, area_m2, length, width, heading, peak / (peak + seed), brightening)


def outline(pixels: Mask, row: int, column: int) -> Polygon:
    """
    Return the outer outline of the True pixels, in (column, row) of the grid that the window was cut from.

    Exact to half a pixel: steps of slanting edges are drawn straight. Pixels that touch at a corner are one outline.
    """
    edges = np.diff(np.pad(pixels, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    (rows, starts), (_, stops) = np.nonzero(edges == 1), np.nonzero(edges == -1)
    whole = shapely.union_all(shapely.box(starts + column, rows + row, stops + column, rows + row + 1))
    if isinstance(whole, MultiPolygon):
        whole = whole.buffer(CORNER_PX, cap_style="square", join_style="mitre")
    largest = max(getattr(whole, "geoms", [whole]), key=lambda part: part.area)
    return Polygon(Polygon(largest.exterior).simplify(0.5).exterior)


def rectangle(polygon: Polygon, grid: Grid) -> tuple[float, float, float]:
    """Return length, width (metres) and heading (degrees) of the least rotated ground rectangle of a pixel polygon."""
    ground = shapely.transform(polygon, lambda points: grid.metres(points[:, 0], points[:, 1]))
    corners = cv2.boxPoints(cv2.minAreaRect(shapely.get_coordinates(ground).astype(np.float32)))
    sides = np.diff(corners[[0, 1, 2]], axis=0)
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    east, north = sides[int(np.argmax(lengths))]
    return float(lengths.max()), float(lengths.min()), float(np.degrees(np.arctan2(east, north)) % 180.0)
