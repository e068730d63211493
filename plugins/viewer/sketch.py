"""What is being drawn: clicks that become a polygon, a turned box, a line or numbered points. Geometry alone."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Tool = Literal["polygon", "box", "line", "count"]
Point = tuple[float, float]
Outline = NDArray[np.float64]
NEEDED = {"polygon": 3, "box": 3, "line": 2, "count": 1}


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
    """

    tool: Tool
    points: list[Point] = field(default_factory=list)
    pointer: Point | None = None

    @property
    def complete(self) -> bool:
        """True where another click would mean nothing."""
        return self.tool == "box" and len(self.points) >= NEEDED["box"]

    @property
    def enough(self) -> bool:
        """True where it may be ended."""
        return len(self.points) >= NEEDED[self.tool]

    def outline(self) -> Outline:
        """Return the corners (n, 2) so far, with the pointer as the next one; none for numbered points."""
        ends = [*self.points, *([] if self.pointer is None or self.complete else [self.pointer])]
        if self.tool == "count" or not ends:
            return np.zeros((0, 2))
        return _box(ends) if self.tool == "box" and len(ends) >= NEEDED["box"] else np.array(ends, dtype=np.float64)

    def words(self) -> str:
        """Return what is measured so far: lengths in metres, area in square metres, heading in degrees."""
        if self.tool == "count":
            return f"{len(self.points)} counted"
        corners = self.outline()
        if len(corners) < 2:
            return ""
        sides = np.diff(corners, axis=0)
        lengths = np.hypot(sides[:, 0], sides[:, 1])
        if self.tool == "line":
            return f"{lengths.sum():.1f} m, last part heading {_heading(sides[-1]):.0f}°"
        if len(corners) == 2:
            return f"{lengths[0]:.1f} m, heading {_heading(sides[0]):.0f}°"
        area = f"{_area(corners):,.0f} m²"
        if self.tool == "box":
            return f"{lengths[0]:.1f} × {lengths[1]:.1f} m, {area}, heading {_heading(sides[0]):.0f}°"
        return f"side {lengths[-1]:.1f} m, {area}"


def _box(ends: list[Point]) -> Outline:
    """Return the rectangle (4, 2) on the side from the first to the second point that reaches as far as the third."""
    first, second, third = (np.array(end, dtype=np.float64) for end in ends[:3])
    along = second - first
    across = np.array([-along[1], along[0]])
    across = across * float((third - first) @ across) / max(float(across @ across), 1e-12)
    return np.array([first, second, second + across, first + across])


def _area(corners: Outline) -> float:
    y, x = corners.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def _heading(side: NDArray[np.float64]) -> float:
    """Return degrees clockwise from the canvas's up, in [0, 180)."""
    return float(np.degrees(np.arctan2(side[1], -side[0])) % 180.0)
