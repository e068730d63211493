"""Where a raster lies, and which part of it an area covers."""

from pathlib import Path

import numpy as np
from affine import Affine
from pyproj.exceptions import ProjError
from rasterio.features import rasterize
from rasterio.io import DatasetReader
from shapely import Polygon

from .errors import NoOverlapError, ScaleUnknownError, UnreadableSceneError
from .gcp import place
from .grid import Grid
from .metadata import ReadOptions
from .products import Product
from .scene import Mask


def grid_of(dataset: DatasetReader, file: Path, options: ReadOptions, product: Product) -> Grid:
    """
    Return the grid of a raster: as remembered, by its own georeference, by control points, or by its scale alone.

    A georeference stands above control points, because a flag that is given once holds for both scenes of a pair.

    Raises
    ------
    UnreadableSceneError, ScaleUnknownError, NoOverlapError
        If it is not the file that is remembered, has no scale, or lies nowhere on Earth.
    """
    if options.grid is not None:
        if options.grid.shape != dataset.shape:
            raise UnreadableSceneError(f"{file.name} has another size than it is remembered with; it is another file.")
        return options.grid
    georeferenced = dataset.crs is not None and dataset.transform != Affine.identity()
    own = Grid(dataset.shape, dataset.transform, dataset.crs) if georeferenced else None
    if own is not None and _is_on_earth(own):
        return own
    if options.gcp is not None:
        return place(dataset.shape, options.gcp)
    if own is not None:
        raise NoOverlapError(
            f"The coordinate system of {file.name} ({dataset.crs.to_string()[:60]}) cannot be related "
            "to the ground; give ground control points with --gcp."
        )
    if options.gsd_m is None and product.grid is not None and product.grid.shape == dataset.shape:
        return product.grid
    gsd_m = product.gsd_m if options.gsd_m is None else options.gsd_m
    if gsd_m is None:
        raise ScaleUnknownError(
            f"{file.name} has no georeference; give its pixel size with --gsd (metres) or place it with --gcp."
        )
    if not 0.01 <= gsd_m <= 10_000:
        raise ScaleUnknownError(f"A pixel of {gsd_m:g} m is not possible; --gsd must be between 0.01 and 10000 metres.")
    return Grid.without_crs(dataset.shape, gsd_m, gsd_m)


def _is_on_earth(grid: Grid) -> bool:
    try:
        return bool(np.isfinite(grid.jacobian_m).all()) and grid.pixel_area_m2 > 0
    except ProjError:
        return False


def require_multiple(dataset: DatasetReader, file: Path, shape: tuple[int, int]) -> None:
    """
    Require that a quality raster covers a shape with whole squares of pixels.

    Raises
    ------
    UnreadableSceneError
        If it does not.
    """
    step = max(1, shape[0] // dataset.height)
    if (dataset.height * step, dataset.width * step) != shape:
        raise UnreadableSceneError(
            f"{file.name} has {dataset.height} × {dataset.width} pixels, which do not cover the "
            f"{shape[0]} × {shape[1]} of the bands; fetch the product again."
        )


def window_of(grid: Grid, area: Polygon | None, margin_px: int, file: Path) -> tuple[int, int, int, int]:
    """
    Return row, column, rows, columns of the part of a grid around an area; the whole where that is None.

    Raises
    ------
    NoOverlapError
        If the grid has no place, or the area lies outside it.
    """
    rows, columns = grid.shape
    if area is None:
        return 0, 0, rows, columns
    if grid.crs is None:
        raise NoOverlapError(
            f"{file.name} has no georeference, so --area cannot be found on it; "
            "place it with --gcp or leave --area out."
        )
    lon, lat = area.exterior.xy
    column, row = grid.pixel_of(lon, lat)
    left, right = np.floor(column.min()) - margin_px, np.ceil(column.max()) + margin_px
    top, bottom = np.floor(row.min()) - margin_px, np.ceil(row.max()) + margin_px
    left, right = max(0, left), min(columns, right)
    top, bottom = max(0, top), min(rows, bottom)
    if not (left < right and top < bottom):
        raise NoOverlapError(f"The area lies outside {file.name}; check the area or choose another scene.")
    return int(top), int(left), int(bottom - top), int(right - left)


def inside(grid: Grid, area: Polygon) -> Mask:
    """Return which pixels of a grid an area touches: bool (rows, columns)."""
    column, row = grid.pixel_of(*area.exterior.xy)
    outline = Polygon(np.column_stack([column, row]))
    return np.asarray(rasterize([(outline, 1)], out_shape=grid.shape, fill=0, all_touched=True) > 0)
