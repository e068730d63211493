"""Where things stand on the canvas: metres down and right of the before scene's upper left corner."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import Polygon

from ...imagery.grid import Grid
from ...labels.records import Shape

Floats64 = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """
    The canvas's coordinates over one grid.

    napari draws in float32: metres from a local origin keep every edge in place, where UTM northings or degrees lose
    them. Rows stay rows and columns stay columns (y down), so that the scene is never resampled for display.

    Parameters
    ----------
    grid
        The grid of the before scene, or of the only one.
    """

    grid: Grid

    @property
    def size_m(self) -> tuple[float, float]:
        """Height and width of the scene on the canvas, metres."""
        (rows, columns), (y, x) = self.grid.shape, self.grid.gsd_m
        return rows * y, columns * x

    def world(self, pixels: ArrayLike) -> Floats64:
        """Return (y, x) metres, array (n, 2), of (column, row), pixel corners at integers."""
        return np.asarray(pixels, dtype=np.float64)[:, ::-1] * self.grid.gsd_m

    def pixels(self, world: ArrayLike) -> Floats64:
        """Return (column, row), array (n, 2), of (y, x) metres."""
        return (np.asarray(world, dtype=np.float64) / self.grid.gsd_m)[:, ::-1]

    def metres(self, world: ArrayLike) -> Floats64:
        """Return metres east and north on the ground, array (n, 2), of (y, x) metres on the canvas."""
        return self.grid.metres(*self.pixels(world).T)

    def placement(self, grid: Grid) -> Floats64:
        """
        Return the affine (3, 3) that places an image of `grid` on the canvas.

        Its pixel centres are at integers, as napari counts; pixel corners are, as everywhere else here. A grid that
        cannot be related to this one (either without georeference) is laid on the same corner at its own scale.
        """
        rows, columns = grid.shape
        corners = np.array([[0.0, 0.0], [columns, 0.0], [0.0, rows]])
        if grid == self.grid or grid.crs is None or self.grid.crs is None:
            world = corners[:, ::-1] * grid.gsd_m
        else:
            world = self.world(np.column_stack(self.grid.pixel_of(*grid.lonlat(corners[:, 0], corners[:, 1]))))
        down, right = (world[2] - world[0]) / rows, (world[1] - world[0]) / columns
        affine = np.eye(3)
        affine[:2, 0], affine[:2, 1] = down, right
        affine[:2, 2] = world[0] + (down + right) / 2
        return affine

    def outline(self, shape: Shape, scene: str) -> Floats64 | None:
        """
        Return the outline (n, 2) in (y, x) metres, open, of a place; holes hang on it by a line there and back.

        Parameters
        ----------
        shape
            The place.
        scene
            Id of the scene whose grid this is.

        Returns
        -------
        ndarray or None
            None where the place cannot be related to this grid.
        """
        if shape.scene == scene:
            return self.world(_one_ring(shape.pixels))
        if shape.ground is None or self.grid.crs is None:
            return None
        lon, lat = _one_ring(shape.ground).T
        return self.world(np.column_stack(self.grid.pixel_of(lon, lat)))

    def outlines(self, shapes: Sequence[Shape], scene: str) -> list[Floats64 | None]:
        """Return the same of many places, in their order: those of this grid without holes all at once."""
        polygons = np.array([shape.pixels for shape in shapes], dtype=object)
        here = np.array([shape.scene == scene for shape in shapes], dtype=np.bool_)
        here &= shapely.get_num_interior_rings(polygons) == 0
        corners, ring = shapely.get_coordinates(polygons[here], return_index=True)
        rings = iter(np.split(self.world(corners), np.flatnonzero(np.diff(ring)) + 1))
        return [
            next(rings)[:-1] if plain else self.outline(one, scene) for one, plain in zip(shapes, here, strict=True)
        ]


def _one_ring(polygon: Polygon) -> Floats64:
    """Return the corners of a polygon as one open ring, (n, 2), each hole joined to it where it is nearest."""
    ring = np.asarray(polygon.exterior.coords, dtype=np.float64)[:-1, :2]
    for hole in (np.asarray(inner.coords, dtype=np.float64)[:-1, :2] for inner in polygon.interiors):
        apart = np.linalg.norm(ring[:, None] - hole[None], axis=2)
        at, start = np.unravel_index(int(apart.argmin()), apart.shape)
        round_it = np.roll(hole, -int(start), axis=0)
        ring = np.concatenate([ring[: at + 1], round_it, round_it[:1], ring[at:]])
    return ring
