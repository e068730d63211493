"""Rail cars: straight strings of wagons, 3 m wide, coupled every 12 to 25 m."""

from collections.abc import Iterator

import cv2
import numpy as np
import scipy.ndimage

from ....imagery.scene import Floats, Scene
from ....labels.records import Count
from ...kinds import Kind
from ...testable import Testability
from ..boxes import Rectangle, least_rectangle, rectified
from ..detection import Cancelled, Detection, calibrated, raise_if
from ..frame import MetricFrame
from ..plain_ground import plain_ground

FINEST_STEP_M = 0.5
CAR_M = (12.0, 25.0)  # over couplers: from two-axle wagons and short hoppers to passenger cars
WIDEST_M = 3.6  # of any loading gauge in use
STANDS_OUT = 0.2  # of the ground's level
STRAIGHT_FILL = 0.65  # of the least rectangle; a bent wall or road leaves more of it empty
SLENDER = 6.0  # two short cars; a lorry is less
COUPLING_M = 1.5  # how far a gap and its blur reach
CLEAR_DIP = 0.15  # of the string's own contrast


def rail_cars(
    scene: Scene, kind: Kind, testability: Testability, cancelled: Cancelled | None = None
) -> list[Detection]:
    """
    Find strings of wagons on one date: cars where couplings show, else metres of occupied track.

    Parameters
    ----------
    scene
        Optical.
    kind
        Bounds of a string's length.
    testability
        Whether single cars may be counted at this pixel size.
    cancelled
        Asked between strings.
    """
    if not scene.mask.any():
        return []
    ground, _ = plain_ground(scene.pixels, scene.mask, scene.grid.gsd_m)
    level = np.maximum(np.abs(ground).mean(axis=0), 1e-6)
    apart = ((scene.pixels - ground) / level).astype(np.float32)
    frame = MetricFrame.over(scene.grid, max(scene.grid.mean_gsd_m, FINEST_STEP_M))
    bands = [frame.resample(band, scene.mask)[0] for band in apart]
    contrast = np.max(np.abs(np.stack(bands)), axis=0).astype(np.float32)
    found = []
    for string in _strings(contrast, frame.step_m, kind):
        raise_if(cancelled)
        found.append(seen_as(string, contrast, frame, kind, testability))
    return [one for one in found if one is not None]


def _strings(contrast: Floats, step_m: float, kind: Kind) -> Iterator[Rectangle]:
    """Yield long, narrow, straight things; gaps at couplings are bridged along each of a fan of directions."""
    solid = (contrast > STANDS_OUT).astype(np.uint8)
    size = 2 * max(1, round((WIDEST_M + 2 * step_m) / step_m / 2)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    wide = cv2.morphologyEx(solid, cv2.MORPH_OPEN, disc)
    narrow = ((solid > 0) & (wide == 0)).astype(np.uint8)
    reach = 2 * max(1, round(COUPLING_M / step_m)) + 1
    joined = cv2.morphologyEx(narrow, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    number, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for label in range(1, number):
        column, row, columns, rows, area = (int(value) for value in stats[label])
        if np.hypot(rows, columns) * step_m < 2 * CAR_M[0] - step_m:
            continue
        window = slice(row, row + rows), slice(column, column + columns)
        one = least_rectangle(labels[window] == label, row, column, step_m)
        straight = area * step_m**2 / one.area_m2 >= STRAIGHT_FILL
        slender = one.length_m / one.width_m >= min(SLENDER, one.length_m / (WIDEST_M + 2 * step_m))
        long = 2 * CAR_M[0] - step_m <= one.length_m <= kind.length_m[1]
        gauge = kind.width_m[0] - step_m / 2 <= one.width_m <= WIDEST_M + 2 * step_m
        if straight and slender and long and gauge:
            yield one


def seen_as(
    string: Rectangle, contrast: Floats, frame: MetricFrame, kind: Kind, testability: Testability
) -> Detection | None:
    """Return a string as a detection; None where it is too faint, or what varies along it are no wagons."""
    image = rectified(contrast, string, frame.step_m, frame.step_m)
    middle = image[:, max(0, image.shape[1] // 2 - 1) : image.shape[1] // 2 + 1].mean(axis=1)
    statistic = float(np.median(middle))
    polygon = string.polygon(frame)
    if polygon.is_empty or statistic < STANDS_OUT:
        return None
    terms: dict[str, float | str | bool] = {
        "statistic": round(statistic, 3),
        "threshold": STANDS_OUT,
        "length_m": round(string.length_m, 1),
        "length_low_m": round(max(string.length_m - 1.645 * np.sqrt(2) * frame.step_m, 0.0), 1),
        "length_high_m": round(string.length_m + 1.645 * np.sqrt(2) * frame.step_m, 1),
        "width_m": round(string.width_m, 1),
        "heading_deg": round(string.heading_deg, 1),
    }
    count = None
    if testability.count:
        couplings = _couplings(middle, frame.step_m)
        count = _count(string.length_m, couplings, frame.step_m)
        if count is None:
            return None
        terms |= {
            "couplings": float(couplings),
            "rule_low": "length over the longest car",
            "rule_best": "couplings seen, and one" if count.best is not None else "none: couplings are not resolved",
            "rule_high": "length over the shortest car",
        }
    return Detection(kind.name, "present", "unknown", polygon, calibrated(statistic, STANDS_OUT), count, terms)


def _couplings(profile: Floats, step_m: float) -> int:
    """Count dips that lie at least a short car apart and are as deep as a gap between wagons leaves them."""
    depth = scipy.ndimage.maximum_filter1d(profile, 2 * round(CAR_M[0] / 2 / step_m) + 1) - profile
    lowest = depth == scipy.ndimage.maximum_filter1d(depth, 2 * max(1, round(CAR_M[0] / 2 / step_m) - 1) + 1)
    inner = np.zeros(len(profile), dtype=bool)
    margin = max(1, round(0.6 * CAR_M[0] / step_m))
    inner[margin:-margin] = True
    return int((lowest & inner & (depth > CLEAR_DIP * np.median(profile))).sum())


def _count(length_m: float, couplings: int, step_m: float) -> Count | None:
    """Return cars low, best and high; None where the couplings seen fit no cars: something else long and narrow."""
    low = max(1, int(np.ceil((length_m - step_m) / CAR_M[1])))
    high = max(low, int((length_m + step_m + COUPLING_M) / CAR_M[0]))
    if couplings == 0:
        return None
    seen = couplings + 1
    return Count(min(low, seen), seen, max(high, seen)) if low <= seen <= high else None
