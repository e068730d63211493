"""What came and went, for kinds that one date shows by itself: both dates are searched with the same eye."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import hypot

from ...imagery.scene import ChangeMap, Scene, ScenePair
from ..kinds import Kind
from ..testable import Testability
from .detection import Cancelled, Detection

Finder = Callable[[Scene, Kind, Testability, Cancelled | None], list[Detection]]
PairFinder = Callable[[ScenePair, ChangeMap, Kind, Testability, Cancelled | None], list[Detection]]


def by_date(finder: Finder) -> PairFinder:
    """Return a detector of pairs: what one date shows and the other does not show at the same place."""

    def find(
        pair: ScenePair, change: ChangeMap, kind: Kind, testability: Testability, cancelled: Cancelled | None = None
    ) -> list[Detection]:
        before, after = (finder(one, kind, testability, cancelled) for one in (pair.before, pair.after))
        found = [replace(one, change="appeared") for one in after if not _stands(one, before)]
        return found + [replace(one, change="vanished") for one in before if not _stands(one, after)]

    return find


def _stands(one: Detection, others: list[Detection]) -> bool:
    """Return True where another date has one whose middle is within half a width, and whose size is alike."""
    return any(
        one.polygon.centroid.distance(other.polygon.centroid) <= 0.5 * min(_width(one), _width(other))
        and 0.5 <= one.polygon.area / other.polygon.area <= 2.0
        for other in others
    )


def _width(one: Detection) -> float:
    """Return the shorter side of an outline, pixels."""
    corners = list(one.polygon.minimum_rotated_rectangle.exterior.coords)
    return min(hypot(x - u, y - v) for (x, y), (u, v) in pairwise(corners[:3]))
