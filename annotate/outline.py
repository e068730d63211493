"""From an outline in pixels to a shape: how large it is, how it lies, and where on the ground."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from ..imagery.grid import Grid
from ..labels.records import SceneRecord, Shape
from .errors import AnnotateError


@dataclass(frozen=True)
class Size:
    """
    How large an outline is and how it lies.

    Parameters
    ----------
    length_m, width_m
        Of the least rotated rectangle around it, metres; length >= width.
    area_m2
        Of the outline itself, square metres.
    heading_deg
        Of the long side, degrees clockwise from north, in [0, 180).
    """

    length_m: float
    width_m: float
    area_m2: float
    heading_deg: float


def grid_of(scene: SceneRecord) -> Grid:
    """Return the grid that a remembered scene lies on."""
    return Grid.remembered((scene.height_px, scene.width_px), scene.transform, scene.crs)


def footprint_of(scene: SceneRecord) -> Polygon | None:
    """Return the ground that a scene's grid covers, EPSG:4326; None without georeference."""
    grid = grid_of(scene)
    if grid.crs is None:
        return None
    rows, columns = grid.shape
    return Polygon(np.column_stack(grid.lonlat([0, columns, columns, 0], [0, 0, rows, rows])))


def measure(pixels: Polygon, scene_id: str, grid: Grid) -> Shape:
    """
    Return the shape of an outline.

    Parameters
    ----------
    pixels
        In (column, row) of the grid, pixel corners at integers.
    scene_id
        Of the scene on that grid.
    grid
        Where it lies.

    Raises
    ------
    AnnotateError
        If the outline crosses itself, has no area or corners that are not finite, or lies off the grid.
    """
    if pixels.is_empty or not np.isfinite(pixels.bounds).all() or not pixels.is_valid or pixels.area == 0:
        raise AnnotateError("This outline has no area or crosses itself; draw it with at least three corners in order.")
    rows, columns = grid.shape
    if not pixels.intersects(shapely.box(0, 0, columns, rows)):
        raise AnnotateError(f"This outline lies off the image of {rows} × {columns} pixels; draw it on the image.")
    size = size_of(_moved(pixels, grid.metres))
    return Shape(
        pixels=pixels,
        scene=scene_id,
        ground=None if grid.crs is None else _moved(pixels, lambda x, y: np.column_stack(grid.lonlat(x, y))),
        length_m=size.length_m,
        width_m=size.width_m,
        area_m2=size.area_m2,
        heading_deg=size.heading_deg,
    )


def size_of(metres: Polygon) -> Size:
    """Return the size of an outline in metres east and north; one whose corners lie on one line has no width."""
    around = metres.minimum_rotated_rectangle
    ring = around.exterior if isinstance(around, Polygon) else around
    sides = np.diff(np.asarray(ring.coords)[:3, :2], axis=0)
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    east, north = sides[int(np.argmax(lengths))] if len(sides) else (0.0, 0.0)
    heading = float(np.degrees(np.arctan2(east, north)) % 180.0)
    width = float(lengths.min()) if len(sides) > 1 else 0.0
    longest = float(lengths.max()) if len(sides) else 0.0
    return Size(longest, width, float(metres.area), 0.0 if heading >= 180.0 else heading)


def _moved(
    polygon: Polygon, place: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
) -> Polygon:
    rings = (np.asarray(ring.coords)[:, :2] for ring in (polygon.exterior, *polygon.interiors))
    exterior, *holes = (place(ring[:, 0], ring[:, 1]) for ring in rings)
    return Polygon(exterior, holes)
