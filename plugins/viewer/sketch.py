"""What is being drawn: clicks that become a polygon, a turned box, a line or numbered points. Geometry alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from ...annotate.outline import size_of

Tool = Literal["polygon", "box", "line", "count"]
Point = tuple[float, float]
Outline = NDArray[np.float64]
NEEDED = {"polygon": 3, "box": 3, "line": 2, "count": 1}


def upright(corners: Outline) -> Outline:
    """Return (y, x) metres of a canvas whose up is north as metres east and north."""
    return np.column_stack([corners[:, 1], -corners[:, 0]])


@dataclass
class Sketch:
    """
    Clicks so far, and where the pointer is.

    Parameters
    ----------
    tool
        polygon: a corner a click. box: two clicks along one side, the third across. line: a corner a click. count: an
        object a click.
    points
        (y, x) metres, y down.
    pointer
        Where the next click would be; None where the pointer is off the canvas.
    metres
        From (y, x) of the canvas to metres east and north on the ground, arrays (n, 2).
    """

    tool: Tool
    points: list[Point] = field(default_factory=list)
    pointer: Point | None = None
    metres: Callable[[Outline], Outline] = upright
    _past: list[list[Point]] = field(default_factory=list, repr=False)

    @property
    def complete(self) -> bool:
        """True where another click would mean nothing."""
        return self.tool == "box" and len(self.points) >= NEEDED["box"]

    @property
    def enough(self) -> bool:
        """True where it may be ended."""
        return len(self.points) >= NEEDED[self.tool]

    def add(self, point: Point) -> None:
        """Take a click."""
        self.put([*self.points, point])

    def put(self, points: Sequence[Point]) -> None:
        """Take these points instead, as after snapping; `back` returns to those before."""
        self._past.append(self.points)
        self.points = list(points)

    def back(self) -> bool:
        """Take the last step back; False where there is none."""
        if not self._past and not self.points:
            return False
        self.points = self._past.pop() if self._past else self.points[:-1]
        return True

    def outline(self) -> Outline:
        """Return the corners (n, 2) so far, with the pointer as the next one; none for numbered points."""
        ends = [*self.points, *([] if self.pointer is None or self.complete else [self.pointer])]
        if self.tool == "count" or not ends:
            return np.zeros((0, 2))
        return _box(ends) if self.tool == "box" and len(ends) >= NEEDED["box"] else np.array(ends, dtype=np.float64)

    def words(self) -> str:
        """Return what is measured so far: lengths in metres, area in square metres, heading from north in degrees."""
        if self.tool == "count":
            return self._count_words()
        corners = self.metres(self.outline()) if len(self.outline()) else np.zeros((0, 2))
        if len(corners) < 2:
            return ""
        sides = np.diff(corners, axis=0)
        lengths = np.hypot(sides[:, 0], sides[:, 1])
        if self.tool == "line" and len(sides) > 1:
            return f"{lengths.sum():,.1f} m in all · this part {lengths[-1]:,.1f} m, heading {_heading(sides[-1]):.0f}°"
        if len(sides) == 1:
            return f"{lengths[0]:,.1f} m · heading {_heading(sides[0]):.0f}°"
        if self.tool == "box":
            area = f"{Polygon(corners).area:,.0f} m²"
            return f"{lengths[0]:,.1f} × {lengths[1]:,.1f} m · {area} · heading {_heading(sides[0]):.0f}°"
        return f"{size_words(corners)} · this side {lengths[-1]:,.1f} m"

    def _count_words(self) -> str:
        ends = np.array([*self.points[-1:], *([] if self.pointer is None else [self.pointer])], dtype=np.float64)
        if len(ends) < 2 or not self.points:
            return f"{len(self.points)} counted"
        east, north = np.diff(self.metres(ends), axis=0)[0]
        return f"{len(self.points)} counted · {np.hypot(east, north):,.1f} m from the last"


def size_words(corners: Outline) -> str:
    """Return length, width, area and heading of an outline, (n, 2) metres east and north."""
    size = size_of(Polygon(corners))
    return f"{size.length_m:,.1f} × {size.width_m:,.1f} m · {size.area_m2:,.0f} m² · heading {size.heading_deg:.0f}°"


def _box(ends: list[Point]) -> Outline:
    """Return the rectangle (4, 2) on the side from the first to the second point that reaches as far as the third."""
    first, second, third = (np.array(end, dtype=np.float64) for end in ends[:3])
    along = second - first
    across = np.array([-along[1], along[0]])
    across = across * float((third - first) @ across) / max(float(across @ across), 1e-12)
    return np.array([first, second, second + across, first + across])


def _heading(side: NDArray[np.float64]) -> float:
    """Return degrees clockwise from north of a side in metres east and north, in [0, 180)."""
    return float(np.degrees(np.arctan2(side[0], side[1])) % 180.0)
