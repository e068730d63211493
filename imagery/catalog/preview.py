"""A small picture of an area on one date, from the overview that is just large enough."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window
from shapely import Polygon

from ..errors import ImageryError, NoOverlapError
from ..grid import Grid
from ..remote.cache import BlockCache
from ..remote.door import Door
from ..remote.remote_raster import open_remote
from .each import each
from .found import Found

SIDE = 128  # pixels that the longer side of a preview has at least, where the image has them
DARK, BRIGHT = 2.0, 98.0  # percentiles that become black and white
COLOURS = ("red", "green", "blue")

Picture = NDArray[np.uint8]


def preview(found: Found, area: Polygon, door: Door | None, cache: BlockCache) -> Picture:
    """
    Read a small picture of an area.

    Parameters
    ----------
    found
        The acquisition.
    area
        Longitude and latitude.
    door, cache
        As `open_remote`.

    Returns
    -------
    ndarray
        uint8, [row, column, 3], stretched between two percentiles of all bands; black where there is nothing.

    Raises
    ------
    ImageryError
        If the image cannot be had or read.
    """
    names = [name for name in COLOURS if name in found.bands] or list(found.bands)[:1]
    parts = [_read(found.bands[name], area, door, cache) for name in names]
    stacked = np.concatenate(parts)[:3]
    pixels = stacked if len(stacked) == 3 else np.repeat(stacked[:1], 3, axis=0)
    return _stretched(pixels)


def previews(
    found: Sequence[Found],
    area: Polygon,
    door: Door | None,
    cache: BlockCache,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> list[Picture | ImageryError]:
    """Read the pictures of many acquisitions, several at once: for each the picture, or why there is none."""
    return each(lambda item: preview(item, area, door, cache), found, "previews", progress)


def _read(url: str, area: Polygon, door: Door | None, cache: BlockCache) -> NDArray[np.float32]:
    with open_remote(url, door, cache) as raster:
        dataset = raster.dataset
        if dataset.crs is None:
            raise NoOverlapError(f"{url} has no georeference; choose another date.")
        whole = Grid(dataset.shape, dataset.transform, dataset.crs)
        window = _window(whole, area)
        fitting = [at for at, factor in enumerate(dataset.overviews(1)) if max(window[2:]) / factor >= SIDE]
        if not fitting:
            return _pixels(raster.read(Window(*window), _colours(dataset.count)))
    with open_remote(url, door, cache, overview=fitting[-1]) as raster:
        dataset = raster.dataset
        small = _window(Grid(dataset.shape, dataset.transform, dataset.crs), area)
        return _pixels(raster.read(Window(*small), _colours(dataset.count)))


def _colours(count: int) -> list[int]:
    return [1, 2, 3] if count >= 3 else [1]


def _window(grid: Grid, area: Polygon) -> tuple[int, int, int, int]:
    """Return column, row, width and height of an area, as far as it lies on a grid."""
    columns, rows = grid.pixel_of(*area.exterior.xy)
    left, right = max(0, int(np.floor(columns.min()))), min(grid.shape[1], int(np.ceil(columns.max())))
    top, bottom = max(0, int(np.floor(rows.min()))), min(grid.shape[0], int(np.ceil(rows.max())))
    if not (left < right and top < bottom):
        raise NoOverlapError("The area lies outside the image; choose another date.")
    return left, top, right - left, bottom - top


def _pixels(pixels: NDArray[np.generic]) -> NDArray[np.float32]:
    return np.asarray(pixels, dtype=np.float32)


def _stretched(pixels: NDArray[np.float32]) -> Picture:
    there = np.isfinite(pixels).all(axis=0) & (pixels != 0).any(axis=0)
    shown = np.zeros((*there.shape, 3), dtype=np.uint8)
    if there.any():
        dark, bright = np.percentile(pixels[:, there], [DARK, BRIGHT])
        scaled = np.clip((pixels - dark) / max(float(bright - dark), 1e-6), 0, 1)
        shown[there] = np.round(255 * np.moveaxis(scaled, 0, -1)[there]).astype(np.uint8)
    return shown
