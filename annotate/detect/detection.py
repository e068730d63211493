"""A detection: what a detector says about one place, before it becomes a candidate of a comparison."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shapely import Polygon

from ...imagery.errors import CancelledError
from ...labels.records import Count

Progress = Callable[[int, int, str], None]
Cancelled = Callable[[], bool]
Terms = Mapping[str, float | str | bool]


@dataclass(frozen=True, slots=True)
class Detection:
    """
    One thing found in a pair.

    Parameters
    ----------
    kind, change, state
        Words of DESIGN: kind from kinds.toml; appeared, vanished or altered; empty, filled or unknown.
    polygon
        Outline in (column, row) of the before grid, pixel corners at integers.
    score
        d / (d + t) for the detector's statistic d and its threshold t: in [0, 1), .5 is the threshold.
    count
        None where the kind is not counted.
    terms
        What score and count are made of; lengths in metres, angles in degrees clockwise from north.
    """

    kind: str
    change: str
    state: str
    polygon: Polygon
    score: float
    count: Count | None
    terms: Terms


def calibrated(statistic: float, threshold: float) -> float:
    """Return d / (d + t), rounded to six places so that a re-run on another machine gives the same number."""
    return round(max(statistic, 0.0) / (max(statistic, 0.0) + threshold), 6)


def raise_if(cancelled: Cancelled | None) -> None:
    """Raise CancelledError if the caller asked to stop."""
    if cancelled is not None and cancelled():
        raise CancelledError("Detection was cancelled; nothing was stored.")
