"""Spots of new bare soil at pixels too coarse for walls: outline, soft area, and how many pits would fit."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from shapely import Polygon
from skimage.segmentation import watershed

from ...imagery.grid import Grid
from ...imagery.scene import Floats
from .objects import outline, rectangle
from .turned_ground import TurnedGround, spots

FINER = 4  # subpixels along a pixel, for outlines
BLUR_PX = 0.6  # takes single noisy pixels out of an outline
HALF = 0.5  # of the peak: where the edge of a blurred spot lies
REACH_M = 60.0  # beyond, a spot's soil is another's
FULL = 0.8  # quantile of the spots' greatest pixels: of a pixel that turned wholly
SKIRT = 0.1  # of a wholly turned pixel; less is noise


@dataclass(frozen=True, eq=False)
class Spot:
    """
    One place that turned to bare soil.

    Parameters
    ----------
    polygon
        Outline at half its height, (column, row) of the grid, pixel corners at integers.
    statistic, threshold
        Of `turned_ground`, at its peak.
    soft_area_m2, error_m2
        Sum of the shares of its pixels that turned, times their area; and its standard error from noise.
    length_m, width_m, heading_deg
        Of the least rotated rectangle around the outline.
    """

    polygon: Polygon
    statistic: float
    threshold: float
    soft_area_m2: float
    error_m2: float
    length_m: float
    width_m: float
    heading_deg: float


def soil_spots(ground: TurnedGround, grid: Grid, per_km2: float) -> Iterator[Spot]:
    """Yield the spots let through at a rate of false alarms a square kilometre, strongest first."""
    places, threshold = spots(ground, per_km2, grid.mean_gsd_m, grid.pixel_area_m2)
    if not len(places):
        return
    markers = np.zeros(grid.shape, dtype=np.int32)
    markers[tuple(places.T)] = np.arange(1, len(places) + 1)
    near = np.asarray(cv2.GaussianBlur(ground.amount, (0, 0), BLUR_PX), dtype=np.float32)
    basins = np.asarray(watershed(-near, markers, mask=ground.valid & (near > 0)))  # type: ignore[no-untyped-call]
    heights = [float(near[_window(row, column, 1)].max()) for row, column in places]
    full = max(float(np.quantile(heights, FULL)), 1e-6)
    reach = max(2, round(REACH_M / grid.mean_gsd_m))
    for label, (row, column) in enumerate(places, start=1):
        window = _window(row, column, reach)
        top, left = window[0].start, window[1].start
        own = basins[window] == label
        share = np.clip(ground.amount[window] / full, 0.0, 1.0) * own
        inside = share > SKIRT
        polygon = _outline(np.where(own, near[window], 0).astype(np.float32), row - top, column - left)
        polygon = _moved(polygon, left, top)
        length, width, heading = rectangle(polygon, grid)
        yield Spot(
            polygon,
            float(ground.statistic[row, column]),
            threshold,
            float(share[inside].sum()) * grid.pixel_area_m2,
            float(np.sqrt(inside.sum())) / full * grid.pixel_area_m2,
            length,
            width,
            heading,
        )


def _window(row: int, column: int, reach: int) -> tuple[slice, slice]:
    return slice(max(row - reach, 0), row + reach + 1), slice(max(column - reach, 0), column + reach + 1)


def _outline(image: Floats, row: int, column: int) -> Polygon:
    """Return the outline at half the height of the peak at (row, column), in pixels of the window."""
    padded = cv2.copyMakeBorder(image, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    fine = cv2.resize(padded, None, fx=FINER, fy=FINER, interpolation=cv2.INTER_CUBIC)[FINER:-FINER, FINER:-FINER]
    centre = (slice(row * FINER, (row + 1) * FINER), slice(column * FINER, (column + 1) * FINER))
    above = (fine >= HALF * float(fine[centre].max())).astype(np.uint8)
    labels = cv2.connectedComponents(above, connectivity=4)[1]
    peak = np.unravel_index(int(np.argmax(fine[centre])), (FINER, FINER))
    label = labels[centre][peak]
    found = outline(labels == label, 0, 0)
    return Polygon(np.asarray(found.exterior.coords) / FINER)


def _moved(polygon: Polygon, columns: int, rows: int) -> Polygon:
    return Polygon(np.asarray(polygon.exterior.coords) + np.array([columns, rows]))
