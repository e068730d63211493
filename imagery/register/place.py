"""Where each before pixel lies on the after image: model, local field, then georeference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..errors import NoOverlapError
from ..grid import Grid

Model = NDArray[np.float64]
Points = NDArray[np.float64]
LATTICE_PX = 32  # between lattice points a map projection is straight to well below 0.001 px
FIELD_STEP_PX = 16  # between nodes of a local field


@dataclass(frozen=True, eq=False)
class Warp:
    """
    From a before pixel to where it is on the after image, but for what the two georeferences already say.

    Parameters
    ----------
    model
        float64 (2, 3): before (column, row, 1) to (column, row).
    local
        float64 (nodes down, nodes across, 2): (column, row) to add at every `FIELD_STEP_PX`-th before pixel, linear
        between; None adds nothing.
    """

    model: Model
    local: NDArray[np.float64] | None = None

    def __call__(self, points: Points) -> Points:
        """Move points (n, 2) of (column, row)."""
        moved = apply(self.model, points)
        if self.local is None:
            return moved
        at = points.T[::-1] / FIELD_STEP_PX
        added = [ndimage.map_coordinates(self.local[..., k], at, order=1, mode="nearest") for k in (0, 1)]
        return np.asarray(moved + np.stack(added, axis=1))


def identity() -> Model:
    """Return the model that moves nothing: float64 (2, 3)."""
    return np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def apply(model: Model, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move points (n, 2) of (column, row)."""
    return np.asarray(points @ model[:, :2].T + model[:, 2])


def compose(first: Model, second: Model) -> Model:
    """Return the model that applies `first`, then `second`."""
    return np.column_stack([second[:, :2] @ first[:, :2], second[:, :2] @ first[:, 2] + second[:, 2]])


def enlarged(model: Model, step: float) -> Model:
    """Return a model between images reduced by `step` as one between the whole images, pixel centres at integers."""
    whole = model.copy()
    whole[:, 2] = step * (model[:, 2] + 0.5) - 0.5 - model[:, :2] @ np.full(2, (step - 1) / 2)
    return whole


def reduced(warp: Warp, step: float) -> Warp:
    """Return a warp without local field as one between images reduced by `step`."""
    return warp if step == 1 else Warp(enlarged(warp.model, 1 / step))


def related(before: Grid, after: Grid) -> bool:
    """Whether both grids are on the map, so that georeference alone says where a pixel lies on the other."""
    return before.crs is not None and after.crs is not None


def locate(before: Grid, after: Grid, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return where before pixels lie on the after image by georeference: (n, 2), pixel centres at integers.

    Without georeference on both, upper left corners (of the images that the grids may be windows of) are taken to
    meet, and only the pixel sizes differ.
    """
    columns, rows = points[:, 0] + 0.5, points[:, 1] + 0.5
    if related(before, after):
        found = after.pixel_of(*before.lonlat(columns, rows))
        return np.stack(found, axis=1) - 0.5
    scale = np.array([before.gsd_m[1] / after.gsd_m[1], before.gsd_m[0] / after.gsd_m[0]])
    return np.asarray((np.stack([columns, rows], axis=1) + _start(before)) * scale - _start(after) - 0.5)


def _start(grid: Grid) -> NDArray[np.float64]:
    """Column and row at which a window without georeference starts."""
    transform = grid.transform
    return np.zeros(2) if grid.crs is not None else np.array([transform.c / transform.a, transform.f / transform.e])


def require_overlap(before: Grid, after: Grid) -> None:
    """
    Refuse grids that share no ground.

    Raises
    ------
    NoOverlapError
        If less than one pixel of the before grid falls on the after image by georeference.
    """
    if not related(before, after):
        return
    rows, columns = np.meshgrid(*(np.linspace(0, size - 1, 33) for size in before.shape), indexing="ij")
    x, y = locate(before, after, np.column_stack([columns.ravel(), rows.ravel()])).T
    inside = (x > -0.5) & (x < after.shape[1] - 0.5) & (y > -0.5) & (y < after.shape[0] - 0.5)
    if not inside.any():
        raise NoOverlapError(
            f"The two scenes share no ground (before {_extent(before)}, after {_extent(after)}); "
            "choose scenes of one place."
        )


def _extent(grid: Grid) -> str:
    lon, lat = grid.lonlat([0, grid.shape[1]], [0, grid.shape[0]])
    return f"{lon.min():.2f}…{lon.max():.2f}°E {lat.min():.2f}…{lat.max():.2f}°N"


def coordinates(
    before: Grid, after: Grid, warp: Warp, columns: NDArray[np.float64], rows: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Return where a raster of before pixels lies on the after image.

    Parameters
    ----------
    before, after
        The two grids.
    warp
        What the georeference does not say.
    columns, rows
        float64 (m,), (n,): the before columns and rows of the raster, evenly spaced, pixel centres at integers.

    Returns
    -------
    (rows, columns)
        Two float64 (n, m), pixel centres at integers.
    """
    matrix, offset = warp.model[:, :2], warp.model[:, 2]
    moved = [matrix[k, 0] * columns + matrix[k, 1] * rows[:, None] + offset[k] for k in (0, 1)]
    if warp.local is not None:
        down, across = (_linear(at, nodes) for at, nodes in zip((rows, columns), warp.local.shape, strict=False))
        moved = [position + down @ warp.local[..., k] @ across.T for k, position in enumerate(moved)]
    if related(before, after) and before.crs != after.crs:
        return _through_lattice(before, after, moved[0], moved[1])
    corners = np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, 1000.0]])
    origin, right, below = locate(before, after, corners)
    x, y = (origin[k] + (right - origin)[k] / 1000 * moved[0] + (below - origin)[k] / 1000 * moved[1] for k in (0, 1))
    return y, x


def _linear(at: NDArray[np.float64], nodes: int) -> NDArray[np.float64]:
    """Weights of field nodes at pixel positions: (positions, nodes)."""
    distance = np.abs(np.clip(at / FIELD_STEP_PX, 0, nodes - 1)[:, None] - np.arange(nodes))
    return np.asarray(np.clip(1 - distance, 0, None))


def _through_lattice(
    before: Grid, after: Grid, moved_x: NDArray[np.float64], moved_y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    left, top = moved_x.min() - LATTICE_PX, moved_y.min() - LATTICE_PX
    lattice_x = np.arange(left, moved_x.max() + 2 * LATTICE_PX, LATTICE_PX)
    lattice_y = np.arange(top, moved_y.max() + 2 * LATTICE_PX, LATTICE_PX)
    xs, ys = np.meshgrid(lattice_x, lattice_y)
    found = locate(before, after, np.column_stack([xs.ravel(), ys.ravel()])).reshape(*xs.shape, 2)
    at = np.stack([(moved_y - top) / LATTICE_PX, (moved_x - left) / LATTICE_PX])
    y, x = (ndimage.map_coordinates(found[..., k], at, order=1, mode="nearest") for k in (1, 0))
    return y, x
