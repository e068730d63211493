"""Free ground: keeps things from standing on one another while a site is laid out."""

from shapely import Polygon, STRtree, box

from .place import Place


class Plot:
    """
    Ground that is taken and ground that is free, in metres east and south.

    Parameters
    ----------
    extent_m
        Side of the square image.
    margin_m
        Things stay this far from the image's edge, so that they and their shadows are seen whole.
    """

    def __init__(self, extent_m: float, margin_m: float) -> None:
        self._inside = box(margin_m, margin_m, extent_m - margin_m, extent_m - margin_m)
        self._taken: list[Polygon] = []
        self._ways: list[Polygon] = []

    def clear(self, place: Place, clearance_m: float) -> bool:
        """Tell whether a place is clear of everything taken, ways included, wherever it lies."""
        return _apart(place.outline(clearance_m), self._taken + self._ways)

    def claim(self, place: Place, clearance_m: float, on_way: bool = False) -> bool:
        """Take a place if it lies inside the image and is clear; `on_way` lets it stand on a way."""
        taken = self._taken if on_way else self._taken + self._ways
        if not self._inside.contains(place.outline()) or not _apart(place.outline(clearance_m), taken):
            return False
        self._taken.append(place.outline())
        return True

    def take(self, outline: Polygon) -> None:
        """Take ground, whether free or not."""
        self._taken.append(outline)

    def take_way(self, outline: Polygon) -> None:
        """Take ground for a way: vehicles may stand on it, nothing else."""
        self._ways.append(outline)


def _apart(outline: Polygon, taken: list[Polygon]) -> bool:
    return not taken or len(STRtree(taken).query(outline, predicate="intersects")) == 0
