"""Rail cars of a pair: what a string of wagons, 3 m wide and coupled every 12 to 25 m, says of itself."""

import numpy as np
import scipy.ndimage

from ....imagery.scene import Floats
from ....labels.records import Count
from ...kinds import Kind
from ...testable import Testability
from ..boxes import Rectangle, rectified
from ..detection import Detection, calibrated
from ..frame import MetricFrame

FINEST_STEP_M = 0.5
CAR_M = (12.0, 25.0)  # over couplers: from two-axle wagons and short hoppers to passenger cars
WIDEST_M = 3.6  # of any loading gauge in use
STANDS_OUT = 0.2  # of the ground's level
STRAIGHT_FILL = 0.65  # of the least rectangle; a bent wall or road leaves more of it empty
COUPLING_M = 1.5  # how far a gap and its blur reach
CLEAR_DIP = 0.15  # of the string's own contrast


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
