"""From an outline on the scenes to the footprint of a block: what the detector would see there, and its slots."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from ...imagery.normalise import normalise
from ...imagery.scene import Registration, Residual, Scene, ScenePair, Sun
from ..detect.boxes import Rectangle
from ..detect.frame import MetricFrame
from ..detect.stack.container_stack import FINEST_STEP_M
from ..detect.stack.count import read_block
from ..detect.stack.layout import Layout
from ..detect.stack.standing_stack import without_boxes
from ..detect.stack.view import Sight
from ..detect.stack.windows import Windows
from ..errors import ReviewError
from ..outline import size_of
from .footprint import Footprint

AROUND_M = 60.0  # of the block: its shadow, and ground enough for the radiometry of both dates
MOST_SIDE_M = 300.0
STILL = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.0, 0.0, 0.0, 0.0, 0))


def footprint_of(
    outline: Polygon, change: str, before: Scene, after: Scene | None, resolvable: bool = True
) -> Footprint:
    """
    Read a block of boxes within an outline that is good to a metre and two degrees.

    Parameters
    ----------
    outline
        In (column, row) of the before scene's whole file.
    change
        appeared, altered (the boxes of the after date), vanished (of the before date), or present.
    before, after
        On one grid; `after` is None for what is there on one scene.
    resolvable
        Whether single boxes show at this pixel size.

    Raises
    ------
    ReviewError
        If the dates are not on one grid, they are radar images, or the outline is too large for a block.
    """
    if after is not None and after.grid != before.grid:
        raise ReviewError("The two dates are not on one grid, so the slots cannot be read; count them one by one.")
    if "sar" in {one.acquisition.sensor for one in (before, after) if one is not None}:
        raise ReviewError("Boxes do not show one by one in a radar image; give the count as a range.")
    row, column = before.offset
    pixels = Polygon(np.asarray(outline.exterior.coords)[:, :2] - [column, row])
    first, (top, left) = _around(before, pixels)
    if after is None:
        pair, later = without_boxes(first), True
    else:
        pair, later = normalise(ScenePair(first, _around(after, pixels)[0], STILL)), change != "vanished"
    frame = MetricFrame.over(pair.grid, max(pair.grid.mean_gsd_m, FINEST_STEP_M))
    rectangle = _rectangle(Polygon(np.asarray(pixels.exterior.coords) - [left, top]), frame)
    window, _, rectangle, _ = next(Windows.over(pair, frame).around([(rectangle, 1.0)]))
    view = window.view(later)
    sight = Sight(view.bands, view.ground, frame.step_m, frame.grid.mean_gsd_m, _sun(before, after, later))
    block = read_block(sight, view.own(rectangle))
    places = _slots(block.layouts[0]) + np.array([view.column, view.row])
    slots = frame.to_pixels(places[..., 0], places[..., 1]) + np.array([left + column, top + row])
    return Footprint(block, slots, block.places.filled.copy(), resolvable)


def _around(scene: Scene, outline: Polygon) -> tuple[Scene, tuple[int, int]]:
    """Return the part of a scene around an outline in its own pixels, and the part's first row and column."""
    gsd_y, gsd_x = scene.grid.gsd_m
    left, top, right, bottom = outline.bounds
    if max((right - left) * gsd_x, (bottom - top) * gsd_y) > MOST_SIDE_M:
        raise ReviewError(f"A block longer than {MOST_SIDE_M:.0f} m is not read at once; part it, or draw less of it.")
    rows, columns = scene.grid.shape
    top, bottom = (int(np.clip(end, 0, rows)) for end in (top - AROUND_M / gsd_y, bottom + AROUND_M / gsd_y + 1))
    left, right = (int(np.clip(end, 0, columns)) for end in (left - AROUND_M / gsd_x, right + AROUND_M / gsd_x + 1))
    if bottom <= top or right <= left:
        raise ReviewError("This outline lies off the image; draw it on the image.")
    grid = scene.grid.window(top, left, bottom - top, right - left)
    window = slice(top, bottom), slice(left, right)
    part = replace(scene, grid=grid, pixels=scene.pixels[:, window[0], window[1]], mask=scene.mask[window])
    return part, (top, left)


def _rectangle(outline: Polygon, frame: MetricFrame) -> Rectangle:
    """Return the least rotated rectangle around an outline, in the frame."""
    metres = Polygon(frame.grid.metres(*np.asarray(outline.exterior.coords).T))
    size, (east, north) = size_of(metres), metres.minimum_rotated_rectangle.centroid.coords[0]
    x, y = (east - frame.west_m) / frame.step_m, (frame.north_m - north) / frame.step_m
    return Rectangle(x, y, size.length_m, size.width_m, size.heading_deg)


def _slots(layout: Layout) -> NDArray[np.float64]:
    """Return the corners of each place in frame (x, y) of the layout's view: float64 (rows, columns, 4, 2)."""
    view = layout.view
    rectangle, (rows, columns) = view.rectangle, view.bands.shape[1:]
    ahead = layout.rows_m - rows * view.step_m / 2
    aside = layout.columns_m - columns * view.step_m / 2
    lines = (
        np.array([rectangle.x, rectangle.y])
        + (ahead[:, None, None] * rectangle.along + aside[None, :, None] * rectangle.across) / view.frame_step_m
    )
    corners = lines[:-1, :-1], lines[:-1, 1:], lines[1:, 1:], lines[1:, :-1]
    return np.stack(corners, axis=2)


def _sun(before: Scene, after: Scene | None, later: bool) -> Sun | None:
    return (after if after is not None and later else before).acquisition.sun
