"""Tiles side by side: what an area's window of them shows, and where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from affine import Affine
from rasterio.crs import CRS

from ..errors import NoOverlapError, UnreadableSceneError
from ..grid import Grid
from ..scene_file import MAX_PIXELS
from .tile_picture import decoded
from .tile_source import EQUATOR_M_PER_PX, TILE_PX, TileSource, TileWindow

WEB_MERCATOR = CRS.from_epsg(3857)


@dataclass(frozen=True, slots=True)
class Tile:
    """
    A tile as it was kept.

    Parameters
    ----------
    body
        The file; empty where the server has none.
    since
        When it came, seconds since 1970 (UTC).
    """

    body: bytes
    since: float


@dataclass(frozen=True, slots=True, eq=False)
class Mosaic:
    """
    Tiles side by side.

    Parameters
    ----------
    pixels
        uint8 [red green blue alpha, row, column]; alpha is 0 where no tile shows anything.
    grid
        Where they lie, in Web Mercator.
    side
        Pixels of a tile.
    """

    pixels: np.ndarray
    grid: Grid
    side: int


def key_of(source: TileSource, column: int, row: int) -> str:
    """Return what a tile is kept by: its address without what may be a key."""
    return replace(source, template=source.shown).url(column, row)


def mosaic_of(source: TileSource, window: TileWindow, tiles: Mapping[tuple[int, int], Tile]) -> Mosaic:
    """
    Return what a window of tiles shows.

    Raises
    ------
    NoOverlapError
        If there is no tile, or they are of several sizes.
    UnreadableSceneError
        If a tile is damaged, or there are more pixels than can be held.
    """
    pictures = {at: decoded(tile.body, key_of(source, *at)) for at, tile in tiles.items() if tile.body}
    sides = {picture.shape[1] for picture in pictures.values()}
    if len(sides) != 1:
        what = f"tiles of {' and '.join(map(str, sorted(sides)))} pixels" if sides else "no tile of the area"
        raise NoOverlapError(f"{source.shown} has {what} at zoom {source.zoom}; choose another zoom or source.")
    (side,) = sides
    left, top = (int(np.floor(edge * side)) for edge in (window.left, window.top))
    width, height = int(np.ceil(window.right * side)) - left, int(np.ceil(window.bottom * side)) - top
    if 3 * width * height > MAX_PIXELS:
        raise UnreadableSceneError(f"The area takes {height} × {width} pixels; choose a lower zoom or a smaller area.")
    pixels = np.zeros((4, height, width), dtype=np.uint8)
    for (column, row), picture in pictures.items():
        _put(pixels, picture, row * side - top, column * side - left)
    size_m = EQUATOR_M_PER_PX / 2**source.zoom * TILE_PX / side
    half = EQUATOR_M_PER_PX * TILE_PX / 2
    transform = Affine(size_m, 0, left * size_m - half, 0, -size_m, half - top * size_m)
    return Mosaic(pixels, Grid((height, width), transform, WEB_MERCATOR), side)


def _put(pixels: np.ndarray, picture: np.ndarray, down: int, across: int) -> None:
    """Copy the part of a picture that lies inside, its upper left corner at a place that may lie outside."""
    rows, columns = (
        slice(max(0, start), min(size, start + picture.shape[1]))
        for start, size in zip((down, across), pixels.shape[1:], strict=True)
    )
    own_rows, own_columns = (
        slice(inside.start - start, inside.stop - start)
        for inside, start in zip((rows, columns), (down, across), strict=True)
    )
    pixels[:, rows, columns] = picture[:, own_rows, own_columns]
