"""Oriented rectangles on the ground, and an image resampled along their sides."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from shapely import Polygon, box

from ...imagery.scene import Floats, Mask
from .frame import MetricFrame


@dataclass(frozen=True)
class Rectangle:
    """
    A rectangle in a metric frame.

    Parameters
    ----------
    x, y
        Centre in frame pixels, corners at integers.
    length_m, width_m
        Along and across `heading_deg`; either may be the longer one.
    heading_deg
        Clockwise from north.
    """

    x: float
    y: float
    length_m: float
    width_m: float
    heading_deg: float

    @property
    def area_m2(self) -> float:
        """Area, square metres."""
        return self.length_m * self.width_m

    @property
    def along(self) -> NDArray[np.float64]:
        """Unit vector (x, y) of the heading; y runs south."""
        turn = np.radians(self.heading_deg)
        return np.array([np.sin(turn), -np.cos(turn)])

    @property
    def across(self) -> NDArray[np.float64]:
        """Unit vector (x, y) to the right of the heading."""
        turn = np.radians(self.heading_deg)
        return np.array([np.cos(turn), np.sin(turn)])

    def points(self, across_m: Floats, along_m: Floats, step_m: float) -> NDArray[np.float64]:
        """Return frame (x, y) of places given in metres from the centre, across and along: array (..., 2)."""
        offset = across_m[..., None] * self.across + along_m[..., None] * self.along
        return np.asarray(np.array([self.x, self.y]) + offset / step_m)

    def polygon(self, frame: MetricFrame) -> Polygon:
        """Return its outline in (column, row) of the frame's grid, within the image."""
        across = np.array([-1.0, 1.0, 1.0, -1.0], dtype=np.float32) * np.float32(self.width_m / 2)
        along = np.array([-1.0, -1.0, 1.0, 1.0], dtype=np.float32) * np.float32(self.length_m / 2)
        corners = self.points(across, along, frame.step_m)
        rows, columns = frame.grid.shape
        inside = Polygon(frame.to_pixels(corners[:, 0], corners[:, 1])).intersection(box(0, 0, columns, rows))
        return inside if isinstance(inside, Polygon) else Polygon()


def least_rectangle(pixels: Mask, row: int, column: int, step_m: float) -> Rectangle:
    """Return the least rotated rectangle around a window's True pixels, heading along its length."""
    contours, _ = cv2.findContours(pixels.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    points = np.vstack([contour[:, 0, :] for contour in contours]).astype(np.float32)
    (x, y), (first, second), angle = cv2.minAreaRect(points)
    sides = (first + 1) * step_m, (second + 1) * step_m  # from pixel centres to pixel edges
    heading = (angle + 90.0) % 180.0 if sides[0] >= sides[1] else angle % 180.0
    return Rectangle(x + column + 0.5, y + row + 0.5, max(sides), min(sides), heading)


def rectified(image: Floats, rectangle: Rectangle, step_m: float, fine_m: float, margin_m: float = 0.0) -> Floats:
    """
    Resample a frame image along a rectangle's sides.

    Parameters
    ----------
    image
        float32 (rows, columns) of the frame.
    rectangle
        Rows of the result run along its heading, columns across.
    step_m, fine_m
        Pixel side of the frame, and of the result.
    margin_m
        Added on every side.
    """
    return np.asarray(rectified_bands(image[None], rectangle, step_m, fine_m, margin_m)[0])


def rectified_bands(bands: Floats, rectangle: Rectangle, step_m: float, fine_m: float, margin_m: float = 0.0) -> Floats:
    """Resample bands (k, rows, columns) of a frame along a rectangle's sides, each as `rectified` does."""
    rows = max(2, round((rectangle.length_m + 2 * margin_m) / fine_m))
    columns = max(2, round((rectangle.width_m + 2 * margin_m) / fine_m))
    across = ((np.arange(columns) + 0.5) * fine_m - columns * fine_m / 2).astype(np.float32)
    along = ((np.arange(rows) + 0.5) * fine_m - rows * fine_m / 2).astype(np.float32)[:, None]
    x, y = (
        (middle + (across * right + along * ahead) / step_m - 0.5).astype(np.float32)
        for middle, right, ahead in zip((rectangle.x, rectangle.y), rectangle.across, rectangle.along, strict=True)
    )
    sampled = np.empty((len(bands), rows, columns), dtype=np.float32)
    for band, into in zip(bands, sampled, strict=True):
        cv2.remap(band, x, y, cv2.INTER_LINEAR, dst=into, borderMode=cv2.BORDER_REPLICATE)
    return sampled
