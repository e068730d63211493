"""One date around a place, as large as is needed to judge it: pixels or, where they are withheld, the outline alone."""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw
from shapely import Polygon

from ...labels.records import SceneRecord
from ..outline import grid_of
from .darkroom import Darkroom, Picture, Window
from .lettering import write

AROUND = 2.4  # times the longer side of a place: enough of its surroundings to judge it by
LEAST_PX = 24.0  # scene pixels across, at least
_LIGHT, _DARK = (255, 255, 255), (0, 0, 0)
_PAPER = 232
_BAR_SHARE = 0.35  # of the chip that a scale bar may take

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """
    What a chip shows: a square of ground on the grid of a scene.

    Parameters
    ----------
    base
        The scene whose grid it is.
    column, row
        Of its upper left corner.
    step_x, step_y
        Scene pixels per pixel of the chip, across and down.
    side_px
        Of the chip.
    """

    base: SceneRecord
    column: float
    row: float
    step_x: float
    step_y: float
    side_px: int

    @classmethod
    def around(cls, outline: Polygon, length_m: float, base: SceneRecord, side_px: int) -> "Frame":
        """Return the frame around an outline of that length on a scene's grid."""
        span_m = max(AROUND * length_m, LEAST_PX * max(base.gsd_y_m, base.gsd_x_m))
        left, top, right, bottom = outline.bounds
        step_x, step_y = span_m / base.gsd_x_m / side_px, span_m / base.gsd_y_m / side_px
        middle = (left + right) / 2, (top + bottom) / 2
        return cls(base, middle[0] - step_x * side_px / 2, middle[1] - step_y * side_px / 2, step_x, step_y, side_px)

    @property
    def span_m(self) -> float:
        """Side of the chip on the ground, metres."""
        return self.step_x * self.side_px * self.base.gsd_x_m

    def points(self, outline: Polygon) -> list[tuple[float, float]]:
        """Return the corners of an outline in pixels of the chip."""
        corners = np.asarray(outline.exterior.coords)[:, :2]
        return [((x - self.column) / self.step_x, (y - self.row) / self.step_y) for x, y in corners.tolist()]

    def north(self) -> tuple[float, float] | None:
        """Return the direction of north in the chip, (x, y) of length 1; None without georeference."""
        if self.base.crs is None:
            return None
        turn = np.linalg.inv(grid_of(self.base).jacobian_m) @ np.array([0.0, 1.0])
        x, y = turn[0] / self.step_x, turn[1] / self.step_y
        return float(x / np.hypot(x, y)), float(y / np.hypot(x, y))


def chip(darkroom: Darkroom, scene: SceneRecord, frame: Frame) -> Picture | None:
    """Return a scene in a frame, uint8 (side, side, 3); grey paper off the scene; None where pixels are withheld."""
    side, base = frame.side_px, frame.base
    left, top = max(0, int(np.floor(frame.column))), max(0, int(np.floor(frame.row)))
    right = min(base.width_px, int(np.ceil(frame.column + frame.step_x * side)))
    bottom = min(base.height_px, int(np.ceil(frame.row + frame.step_y * side)))
    cut = darkroom.cut(scene.id, base.id, Window(left, top, max(1, right - left), max(1, bottom - top)))
    if cut is None:
        return None
    matrix = np.array(
        [
            [frame.step_x, 0.0, frame.column - left + (frame.step_x - 1) / 2],
            [0.0, frame.step_y, frame.row - top + (frame.step_y - 1) / 2],
        ]
    )
    how = cv2.INTER_LINEAR if frame.step_x > 1 else cv2.INTER_NEAREST  # enlarged pixels are to be seen as what they are
    found = cv2.warpAffine(
        cut, matrix, (side, side), flags=how | cv2.WARP_INVERSE_MAP, borderValue=(_PAPER, _PAPER, _PAPER)
    )
    return np.ascontiguousarray(found, dtype=np.uint8)


def paper(side_px: int) -> Picture:
    """Return what stands in the place of withheld pixels."""
    return np.full((side_px, side_px, 3), _PAPER, dtype=np.uint8)


def marked(picture: Picture, frame: Frame, outline: Polygon, number: int, colour: Colour) -> Picture:
    """Return a chip with an outline, a number beside it, a scale bar and, on the map, north."""
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    points = frame.points(outline)
    for ink, width in ((_DARK, 6), (_LIGHT, 4), (colour, 2)):  # to be seen on any ground
        draw.line(points, fill=ink, width=width, joint="curve")
    _number(draw, points, number, frame.side_px)
    _scale_bar(draw, frame)
    _north(draw, frame)
    return np.array(image)


def _number(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], number: int, side: int) -> None:
    """Write the number above the outline, not over it."""
    x = min(max(min(one[0] for one in points) - 4, 4), side - 30)
    y = max(min(one[1] for one in points) - 28, 4)
    width = 14 + 9 * len(str(number))
    draw.rounded_rectangle((x, y, x + width, y + 22), 5, fill=_DARK, outline=_LIGHT)
    write(draw, (x + 7, y + 2), str(number), 16, _LIGHT)


def _scale_bar(draw: ImageDraw.ImageDraw, frame: Frame) -> None:
    metres = _round_length(frame.span_m * _BAR_SHARE)
    length, y = metres / frame.span_m * frame.side_px, frame.side_px - 14
    text = f"{metres:g} m" if metres < 1000 else f"{metres / 1000:g} km"
    draw.rectangle((6, y - 24, 6 + max(length + 12, 62), y + 9), fill=_DARK)
    draw.rectangle((12, y, 12 + length, y + 3), fill=_LIGHT)
    write(draw, (12, y - 20), text, 14, _LIGHT)


def _round_length(most: float) -> float:
    """Return the greatest of 1, 2, 5, 10, … that is not longer."""
    ten = 10.0 ** np.floor(np.log10(most))
    return float(next(step * ten for step in (5, 2, 1) if step * ten <= most * (1 + 1e-9)))


def _north(draw: ImageDraw.ImageDraw, frame: Frame) -> None:
    north = frame.north()
    if north is None:
        return
    x, y, centre = *north, np.array([frame.side_px - 24.0, 28.0])
    along, across = np.array([x, y]), np.array([-y, x])
    tip, left, right = centre + 15 * along, centre - 11 * along + 7 * across, centre - 11 * along - 7 * across
    draw.rectangle((frame.side_px - 46, 4, frame.side_px - 4, 66), fill=_DARK)
    draw.polygon([tuple(map(float, one)) for one in (tip, left, centre - 5 * along, right)], fill=_LIGHT)
    write(draw, (frame.side_px - 30, 47), "N", 15, _LIGHT)
