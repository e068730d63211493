"""Rail cars on one date: straight strings of wagons, 3 m wide, coupled every 12 to 25 m."""

from math import ceil, sqrt

from ....imagery.scene import Scene
from ....labels.records import Count
from ...kinds import Kind
from ...testable import Testability
from ..detection import Cancelled, Detection, calibrated
from ..frame import MetricFrame
from .couplings import CAR_M
from .standing_string import LONG_M, RailString, logarithms, rail_strings
from .strip import STANDS_OUT

COUPLING_M = 1.5  # how far a gap and its blur reach
TWO_SIDED_90 = 1.645


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
        Asked between lines.
    """
    if not scene.mask.any():
        return []
    date = logarithms(scene)
    strings = rail_strings(date, scene.acquisition.sun, kind, testability.count, cancelled)
    return [
        _seen(one, date.frame, kind, testability)
        for one in strings
        if testability.count or one.rectangle.length_m >= LONG_M
    ]


def _seen(string: RailString, frame: MetricFrame, kind: Kind, testability: Testability) -> Detection:
    """Return a string as a detection."""
    length, error = string.rectangle.length_m, TWO_SIDED_90 * sqrt(2.0) * frame.step_m
    terms: dict[str, float | str | bool] = {
        "statistic": round(string.step, 3),
        "threshold": STANDS_OUT,
        "length_m": round(length, 1),
        "length_low_m": round(max(length - error, 0.0), 1),
        "length_high_m": round(length + error, 1),
        "width_m": round(string.rectangle.width_m, 1),
        "heading_deg": round(string.rectangle.heading_deg, 1),
        "casts_shade": string.shade != 0,
    }
    count = None
    if testability.count:
        count = _count(length, string.couplings, frame.step_m)
        terms |= {
            "couplings": float(string.couplings),
            "rule_low": "length over the longest car",
            "rule_best": "couplings seen, and one",
            "rule_high": "length over the shortest car",
        }
    score = calibrated(string.step, STANDS_OUT)
    return Detection(kind.name, "present", "unknown", string.rectangle.polygon(frame), score, count, terms)


def _count(length_m: float, couplings: int, step_m: float) -> Count:
    """Return cars low, best and high."""
    low = max(1, ceil((length_m - step_m) / CAR_M[1]))
    high = max(low, int((length_m + step_m + COUPLING_M) / CAR_M[0]))
    seen = couplings + 1
    return Count(min(low, seen), seen, max(high, seen))
