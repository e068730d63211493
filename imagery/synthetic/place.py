"""Where a thing stands, in metres east and south of the upper left corner of the before image."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

Floats = NDArray[np.float32]
Coordinate = TypeVar("Coordinate", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class Place:
    """
    An oriented rectangle on the ground.

    Parameters
    ----------
    x_m, y_m
        Centre, metres east and south.
    heading_deg
        Of the `length_m` axis, degrees clockwise from north.
    length_m, width_m
        Along and across the heading. Either may be the longer one.
    """

    x_m: float
    y_m: float
    heading_deg: float
    length_m: float
    width_m: float

    @property
    def axes(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Unit vectors (east, south) along the heading and 90° clockwise of it."""
        h = np.radians(self.heading_deg)
        return (float(np.sin(h)), -float(np.cos(h))), (float(np.cos(h)), float(np.sin(h)))

    def at(self, u_m: float, v_m: float) -> tuple[float, float]:
        """Return (east, south) of a point `u_m` along and `v_m` to the right of the heading."""
        (ux, uy), (vx, vy) = self.axes
        return self.x_m + u_m * ux + v_m * vx, self.y_m + u_m * uy + v_m * vy

    def local(self, x_m: Coordinate, y_m: Coordinate) -> tuple[Coordinate, Coordinate]:
        """Return how far along and to the right of the heading points lie; the inverse of `at`."""
        (ux, uy), (vx, vy) = self.axes
        dx, dy = x_m - self.x_m, y_m - self.y_m
        return dx * ux + dy * uy, dx * vx + dy * vy

    def outline(self, margin_m: float = 0.0) -> Polygon:
        """Return the rectangle as a polygon in metres, grown by a margin."""
        a, b = self.length_m / 2 + margin_m, self.width_m / 2 + margin_m
        return Polygon([self.at(a, b), self.at(a, -b), self.at(-a, -b), self.at(-a, b)])

    def part(self, u_m: float, v_m: float, length_m: float, width_m: float) -> "Place":
        """Return a rectangle of the same heading centred at local (u, v)."""
        x, y = self.at(u_m, v_m)
        return replace(self, x_m=x, y_m=y, length_m=length_m, width_m=width_m)


def box_distance(u: Floats, v: Floats, a: float, b: float, radius: float = 0.0) -> Floats:
    """
    Return the signed distance (metres, negative inside) to a rectangle of half sides a, b with rounded corners.

    `u`, `v` are local coordinates in metres, arrays that broadcast.
    """
    p, q = np.abs(u) - np.float32(a - radius), np.abs(v) - np.float32(b - radius)
    outside = np.hypot(np.maximum(p, 0), np.maximum(q, 0))
    return np.asarray(outside + np.minimum(np.maximum(p, q), 0) - np.float32(radius), dtype=np.float32)


def ramp(x: NDArray[np.floating[Any]]) -> Floats:
    """Clip to [0, 1]."""
    return np.asarray(np.clip(x, 0, 1), dtype=np.float32)
