"""Vessels at anchor and at berth: what stands out from the water, long and narrow, of a vessel's size."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import erfc, sqrt

import cv2
import numpy as np
from shapely import Polygon

from ....imagery.scene import Floats, Mask, Scene
from ...kinds import Kind
from ...testable import Testability
from ..arbitration import one_a_place
from ..boxes import Rectangle, least_rectangle, rectified
from ..detection import Cancelled, Detection, calibrated, raise_if
from .berth import berths, moored
from .waterside import STANDS_OUT, Waterside, waterside

COARSEST_STEP_M = 2.5  # a beam of 5 m is two pixels; finer pixels are averaged
SLENDER = (3.0, 10.0)  # length over beam, of ships, barges and ferries
WIDEST_M = 70.0  # no ship's beam is greater
ABREAST_M = 200.0  # ground is wider than vessels side by side, or a row of them stern to a quay
GAP_M = 20.0  # shade and mixed pixels between hulls are no ground
BEYOND_PX = 1.5  # of the image past the edge, where its blur has fallen off
FINER = 2.0  # frame pixels a pixel of the image: a blurred edge between hulls lies between pixels
FILLED = 0.6
HALF = 0.5  # of an object's own contrast: where the edge of a blurred hull lies
LEAST_PX = 3.0  # along a hull, below which it has no heading
ENDS_PX = sqrt(2.0)  # standard error of a length: one pixel at each end
SHARED = 0.5  # of the smaller outline, above which two are one
TWO_SIDED_90 = 1.645


def vessels(scene: Scene, kind: Kind, testability: Testability, cancelled: Cancelled | None = None) -> list[Detection]:
    """
    Find vessels on one date.

    Parameters
    ----------
    scene
        Optical.
    kind
        Bounds of length and beam.
    testability
        Whether they may be counted at this pixel size.
    cancelled
        Asked between steps.
    """
    gsd = max(scene.grid.gsd_m)
    seen = waterside(scene, frame_step_m(gsd))
    if seen is None:
        return []
    raise_if(cancelled)
    found = [_detection(one, seen, gsd, kind) for one in afloat(seen, _land(seen, ABREAST_M))]
    for berth in berths(_land(seen, WIDEST_M), seen.water, seen.frame.step_m):
        raise_if(cancelled)
        for one in moored(berth, seen.contrast, seen.things, seen.frame.step_m):
            found.append(_detection(one, seen, gsd, kind))
    return one_a_place([one for one in found if one is not None], SHARED)


def frame_step_m(gsd_m: float) -> float:
    """Return the pixel side of the frame in which vessels of an image are looked for, metres."""
    return max(gsd_m / FINER, COARSEST_STEP_M)


@dataclass(frozen=True, eq=False)
class Seen:
    """
    A rectangle of a vessel's size and shape that stands out from what is beside it.

    Parameters
    ----------
    rectangle, polygon
        In the metric frame, and as an outline of the grid.
    contrast, least
        Its own median, and what a thing must have there.
    freed
        By how much it stands out from the third brightest of its four sides: one may be a quay.
    sides
        Contrast beside it, sorted, least first.
    terms
        Length, width and heading, with the length's interval.
    """

    rectangle: Rectangle
    polygon: Polygon
    contrast: float
    least: float
    freed: float
    sides: Floats
    terms: Mapping[str, float | str | bool]


def length_agrees(length_m: float, sigma_m: float, given_m: float) -> float:
    """Return how often a vessel of the given length would measure at least so far from it: 1 the same, 0 never."""
    return erfc(abs(length_m - given_m) / (sigma_m * sqrt(2.0)))


def _land(seen: Waterside, wide_m: float) -> Mask:
    """Return ground that is wider than that."""
    reach = 2 * max(1, round(GAP_M / seen.frame.step_m)) + 1
    beside = cv2.dilate(seen.water.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    solid = (~seen.water & (seen.things | ~beside)).astype(np.uint8)
    radius = wide_m / 2 / seen.frame.step_m
    margin = int(radius) + 2
    padded = cv2.copyMakeBorder(solid, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    core = cv2.distanceTransform(padded, cv2.DIST_L2, 5) >= radius
    if not core.any():
        return np.zeros(solid.shape, dtype=bool)
    opened = cv2.distanceTransform((~core).astype(np.uint8), cv2.DIST_L2, 5) <= radius
    return np.asarray(opened[margin:-margin, margin:-margin])


def afloat(seen: Waterside, land: Mask) -> Iterator[Rectangle]:
    """Yield compact parts of what is not land, at rising levels of contrast: high up, hulls side by side part."""
    free = np.where(seen.things & ~land, seen.contrast, 0).astype(np.float32)
    top = float(np.quantile(free[free > 0], 0.995)) if (free > 0).any() else 0.0
    level = STANDS_OUT
    while level < top:
        number, labels, stats, _ = cv2.connectedComponentsWithStats((free > level).astype(np.uint8), connectivity=4)
        for label in range(1, number):
            column, row, columns, rows, area = (int(value) for value in stats[label])
            if area < 3 or max(rows, columns) * seen.frame.step_m > 450:
                continue
            window = slice(row, row + rows), slice(column, column + columns)
            own = np.where(labels[window] == label, seen.contrast[window], 0)
            hull = own > HALF * np.quantile(own[own > 0], 0.75)
            one = least_rectangle(hull, row, column, seen.frame.step_m)
            if float(hull.sum()) * seen.frame.step_m**2 / one.area_m2 >= FILLED:
                yield one
        level *= 1.25


def _detection(rectangle: Rectangle, seen: Waterside, gsd_m: float, kind: Kind) -> Detection | None:
    hull = seen_as(rectangle, seen, gsd_m, kind)
    if hull is None:
        return None
    alone = hull.freed / hull.contrast  # 1 with water on three sides, whatever it lies at
    terms = {
        **hull.terms,
        "statistic": round(alone, 3),
        "threshold": HALF,
        "at_berth": bool(hull.sides[3] > HALF * hull.contrast),
    }
    return Detection(kind.name, "present", "unknown", hull.polygon, calibrated(alone, HALF), None, terms)


def seen_as(rectangle: Rectangle, seen: Waterside, gsd_m: float, kind: Kind) -> Seen | None:
    """Return what a rectangle shows if it has a vessel's size and shape and stands out on three sides, else None."""
    step, pixel = seen.frame.step_m, max(gsd_m, seen.frame.step_m)
    length, width = rectangle.length_m, rectangle.width_m
    slender = (length + pixel) / max(width - pixel, pixel / 2) >= SLENDER[0] and length / (width + pixel) <= SLENDER[1]
    fits = max(kind.length_m[0], LEAST_PX * pixel) <= length + step / 2 and length <= kind.length_m[1]
    fits = fits and kind.width_m[0] - step / 2 <= width <= kind.width_m[1]
    if not (slender and fits):
        return None
    contrast = float(np.median(rectified(seen.contrast, rectangle, step, step)))
    least = float(np.median(rectified(seen.least, rectangle, step, step)))
    polygon = rectangle.polygon(seen.frame)
    sides = np.sort(_sides(seen, rectangle, max(BEYOND_PX * gsd_m / step, BEYOND_PX)))
    freed = contrast - max(float(sides[2]), 0.0)  # darker than water is shade, and no more free
    if polygon.is_empty or freed < least or sides[1] > least:
        return None
    if _goes_on(seen, rectangle, max(BEYOND_PX * gsd_m / step, BEYOND_PX)) > HALF * contrast:
        return None
    sigma = ENDS_PX * pixel
    terms: dict[str, float | str | bool] = {
        "least_contrast": round(least, 3),
        "contrast": round(contrast, 3),
        "length_m": round(length, 1),
        "length_low_m": round(max(length - TWO_SIDED_90 * sigma, 0.0), 1),
        "length_high_m": round(length + TWO_SIDED_90 * sigma, 1),
        "width_m": round(width, 1),
        "heading_deg": round(rectangle.heading_deg, 1),
    }
    return Seen(rectangle, polygon, contrast, least, freed, sides, terms)


def _sides(seen: Waterside, one: Rectangle, beyond: float) -> Floats:
    """Return the contrast beside the four sides: past both ends, and along both flanks."""
    step = seen.frame.step_m
    found = []
    for axis, other, depth, length in (
        (one.along, one.across, one.length_m, one.width_m),
        (one.across, one.along, one.width_m, one.length_m),
    ):
        spots = np.linspace(-0.35, 0.35, 9)[:, None] * other * length / step
        for way in (1.0, -1.0):
            places = np.array([one.x, one.y]) + way * axis * (depth / 2 / step + beyond) + spots - 0.5
            at = places.astype(np.float32)[:, None]
            found.append(
                float(cv2.remap(seen.contrast, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=0).mean())
            )
    return np.asarray(found, dtype=np.float32)


def _goes_on(seen: Waterside, one: Rectangle, beyond: float) -> float:
    """Return by how much both ends' prolongations stand out from what is beside them: of a mole, a bridge, a wake."""
    step = seen.frame.step_m
    total = 0.0
    for way in (1.0, -1.0):
        ahead = way * (one.length_m / 2 / step + beyond + np.linspace(0, one.length_m / 2 / step, 9))
        strips = []
        for aside in (-1.0, 0.0, 1.0):
            places = np.array([one.x, one.y]) + ahead[:, None] * one.along - 0.5
            places = places + aside * (one.width_m / step + beyond) * one.across
            at = places.astype(np.float32)[:, None]
            strips.append(
                float(cv2.remap(seen.contrast, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=0).mean())
            )
        total += max(strips[1] - max(strips[0], strips[2], 0.0), 0.0)
    return total
