"""Spots of new bare soil at pixels too coarse for walls: outline, soft area, and how many pits would fit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import find_objects
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from shapely import Polygon
from skimage.segmentation import watershed

from ....imagery.grid import Grid
from ....imagery.scene import Floats, Mask
from ..objects import outline, rectangle
from .turned_ground import TurnedGround, spots

FINER = 4  # subpixels along a pixel, for outlines
BLUR_PX = 0.6  # takes single noisy pixels out of an outline
HALF = 0.5  # of the peak: where the edge of a blurred spot lies
REACH_M = 60.0  # beyond, a spot's soil is another's
FULL = 0.75  # quantile of their greatest pixels: small spots fill no pixel
SURE = 1.5  # times the threshold
LEVEL = 0.9  # of the lower of two peaks: a shallower dip between them is noise
BEYOND_PX = 1.2  # from the edge at half height to where its blur has fallen off
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
    heights = np.array([float(near[_window(row, column, 1, 1)].max()) for row, column in places])
    full = max(_typical(heights, ground.statistic[tuple(places.T)], threshold), 1e-6)
    basins = _without_saddles(basins, near, near[tuple(places.T)])
    reach = max(2, round(REACH_M / grid.mean_gsd_m))
    extents = find_objects(basins)
    for label, (row, column) in enumerate(places, start=1):
        extent = extents[label - 1] if label <= len(extents) else None
        if extent is None:  # a part of a stronger one
            continue
        ends = ((row, extent[0]), (column, extent[1]))
        down, across = (max(reach, *(abs(at - side) for side in (span.start, span.stop))) for at, span in ends)
        window = _window(row, column, down, across)
        top, left = window[0].start, window[1].start
        own = basins[window] == label
        polygon = _outline(np.where(own, near[window], 0).astype(np.float32), row - top, column - left)
        share = np.clip(ground.amount[window] / full, 0.0, 1.0) * (own & _around(polygon, own.shape))
        inside = share > SKIRT
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


def _typical(heights: NDArray[np.float64], statistics: NDArray[np.float64], threshold: float) -> float:
    """Return how high a wholly turned pixel stands, by the spots that are far from noise, if there are any."""
    sure = heights[statistics >= SURE * threshold]
    return float(np.quantile(sure if len(sure) else heights, FULL))


def _without_saddles(basins: NDArray[np.int32], near: Floats, heights: Floats) -> NDArray[np.int32]:
    """Join basins between which the ground hardly dips: one clearing has many small peaks."""
    pairs = [_saddles(basins, near, heights, axis) for axis in (0, 1)]
    first, second = np.concatenate(pairs, axis=1)
    number = len(heights) + 1
    joined = csr_matrix((np.ones(len(first)), (first, second)), shape=(number, number))
    group = connected_components(joined, directed=False)[1]
    strongest = np.full(group.max() + 1, number, dtype=np.int32)
    np.minimum.at(strongest, group, np.arange(number, dtype=np.int32))  # the stronger has the lower label
    return np.asarray(strongest[group][basins], dtype=np.int32)


def _saddles(
    basins: NDArray[np.int32], near: Floats, heights: Floats, axis: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return labels of neighbours that meet above `LEVEL` of the lower peak."""
    one, other = _shifted(basins, axis)
    low = np.minimum(*_shifted(near, axis))
    peak = np.concatenate([[np.inf], heights])
    meet = (one != other) & (one > 0) & (other > 0) & (low >= LEVEL * np.minimum(peak[one], peak[other]))
    return one[meet], other[meet]


def _shifted(image: NDArray[Any], axis: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return an image without its last and without its first row, or column."""
    return (image[:-1], image[1:]) if axis == 0 else (image[:, :-1], image[:, 1:])


def _window(row: int, column: int, down: int, across: int) -> tuple[slice, slice]:
    return slice(max(row - down, 0), row + down + 1), slice(max(column - across, 0), column + across + 1)


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


def _around(polygon: Polygon, shape: tuple[int, ...]) -> Mask:
    """Return the pixels that an outline and the blur beyond it reach, bool (rows, columns)."""
    reach = polygon.buffer(BEYOND_PX)
    columns, rows = np.meshgrid(np.arange(shape[1]) + 0.5, np.arange(shape[0]) + 0.5)
    return np.asarray(shapely.contains_xy(reach, columns, rows))


def _moved(polygon: Polygon, columns: int, rows: int) -> Polygon:
    return Polygon(np.asarray(polygon.exterior.coords) + np.array([columns, rows]))
