"""What would be fetched: windows, tiles, requests and bytes, by the rasters' directories, before a pixel is read."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader
from rasterio.windows import Window
from shapely import Polygon, box, make_valid

from ..catalog.found import Found
from ..errors import GridMismatchError, NoOverlapError, UnreadableSceneError
from ..grid import Grid
from ..remote.cache import BlockCache, Known
from ..remote.door import Door
from ..remote.remote_file import RemoteFile
from ..remote.remote_raster import RemoteRaster, open_remote
from ..remote.together import together
from ..scene_file import AFTER_MARGIN_PX, MAX_PIXELS
from .asset import Asset, assets_of

MARGIN_PX = AFTER_MARGIN_PX  # either date may become the after scene


@dataclass(frozen=True, slots=True)
class Piece:
    """
    The part of one raster that is to be fetched.

    Parameters
    ----------
    asset
        The raster.
    known
        What was learnt of its file.
    window
        In pixels of the raster.
    grid
        Of the window.
    bands
        Numbers of the bands, from 1; an alpha band comes last.
    colours
        How each is to be shown.
    descriptions
        What the raster calls each; None where it does not.
    dtype, nodata
        As the raster has them.
    tiles, tile_bytes
        That the window touches.
    runs
        First and last block of every run of blocks that is still to be asked for, a request each.
    bytes
        Of them all.
    """

    asset: Asset
    known: Known
    window: Window
    grid: Grid
    bands: tuple[int, ...]
    colours: tuple[ColorInterp, ...]
    descriptions: tuple[str | None, ...]
    dtype: str
    nodata: float | None
    tiles: int
    tile_bytes: int
    runs: tuple[tuple[int, int], ...]
    bytes: int

    @property
    def requests(self) -> int:
        """Requests still to be made."""
        return len(self.runs)


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What would be fetched of one acquisition.

    Parameters
    ----------
    found
        The acquisition.
    pieces
        Of its bands, on one grid, and of its quality mask.
    coverage
        Share of the area that lies inside its rasters.
    spent_requests, spent_bytes
        Already asked for, to know all this.
    """

    found: Found
    pieces: tuple[Piece, ...]
    coverage: float
    spent_requests: int
    spent_bytes: int

    @property
    def requests(self) -> int:
        """Requests still to be made."""
        return sum(piece.requests for piece in self.pieces)

    @property
    def bytes(self) -> int:
        """Bytes still to be fetched."""
        return sum(piece.bytes for piece in self.pieces)

    @property
    def bands(self) -> tuple[Piece, ...]:
        """Pieces that are no mask."""
        return tuple(piece for piece in self.pieces if not piece.asset.is_mask)

    @property
    def mask(self) -> Piece | None:
        """The quality mask; None where there is none."""
        return next((piece for piece in self.pieces if piece.asset.is_mask), None)


def plan(found: Found, area: Polygon, door: Door | None, cache: BlockCache, bands: Sequence[str] | None = None) -> Plan:
    """
    Say what would be fetched of an acquisition.

    Only the directory of each raster is read. The window is the area and `MARGIN_PX` around it, snapped outward to
    pixels of the bands and of the quality mask.

    Parameters
    ----------
    found
        The acquisition.
    area
        EPSG:4326.
    door
        The way there; None asks nobody.
    cache
        What is kept, and keeps the directories.
    bands
        Names; None for every one.

    Raises
    ------
    NoOverlapError
        If the area lies outside the acquisition.
    UnreadableSceneError
        If its rasters do not fit each other, lie nowhere, or the window is too large to be held.
    RemoteError
        If a server does not give them.
    """
    assets = assets_of(found, bands, door)
    files = _opened(assets, door, cache)
    requests, size = sum(file.requests for file in files), sum(file.fetched for file in files)
    grids = list[Grid]()
    for asset, file in zip(assets, files, strict=True):
        with open_remote(asset.url, door, cache, known=file.known) as raster:
            grids.append(_grid(raster.dataset, asset, found))
            requests, size = requests + raster.file.requests, size + raster.file.fetched
    steps = _steps(assets, grids, found)
    window, coverage = _window(grids[0], area, max(steps), found)
    _require_room(window.width * window.height, found)  # before its tiles are looked up one by one
    pieces = []
    for asset, grid, file, step in zip(assets, grids, files, steps, strict=True):
        own = Window(*(number // step for number in window.flatten()))
        with open_remote(asset.url, door, cache, known=file.known) as raster:
            pieces.append(_piece(asset, raster, own, grid))
            requests, size = requests + raster.file.requests, size + raster.file.fetched
    _require_room(sum(len(piece.bands) * piece.window.width * piece.window.height for piece in pieces), found)
    return Plan(found, tuple(pieces), coverage, requests, size)


def _opened(assets: Sequence[Asset], door: Door | None, cache: BlockCache) -> list[RemoteFile]:
    """Return the files, each asked once whether it is still the one that is kept."""
    if door is None:
        return [RemoteFile(asset.url, None, cache) for asset in assets]
    with closing(together([partial(_file, asset, cache) for asset in assets], door)) as files:
        return list(files)


def _file(asset: Asset, cache: BlockCache, door: Door) -> RemoteFile:
    return RemoteFile(asset.url, door, cache)


def _grid(dataset: DatasetReader, asset: Asset, found: Found) -> Grid:
    if dataset.crs is None or dataset.transform.is_identity:
        raise UnreadableSceneError(
            f"{asset.name} of {found.id} lies on no map, as in radar geometry; choose a terrain-corrected product."
        )
    return Grid(dataset.shape, dataset.transform, dataset.crs)


def _steps(assets: Sequence[Asset], grids: Sequence[Grid], found: Found) -> tuple[int, ...]:
    """Return how many pixels of the first band each raster's pixels are wide: 1, but for a coarser quality mask."""
    first, steps = grids[0], list[int]()
    for asset, grid in zip(assets, grids, strict=True):
        step = max(1, first.shape[0] // grid.shape[0]) if asset.is_mask else 1
        try:
            if (grid.shape[0] * step, grid.shape[1] * step) != first.shape:
                raise GridMismatchError("They cover different ground.")
            grid.require_same(first.coarser(step))
        except GridMismatchError as error:
            raise UnreadableSceneError(
                f"{asset.name} of {found.id} lies on {grid.describe()} and {assets[0].name} on {first.describe()}; "
                "choose bands of one grid with --bands."
            ) from error
        steps.append(step)
    return tuple(steps)


def _window(grid: Grid, area: Polygon, step: int, found: Found) -> tuple[Window, float]:
    """Return the window of an area, in whole squares of `step` pixels, and the share of the area inside the grid."""
    rows, columns = grid.shape
    with np.errstate(invalid="ignore"):  # the other side of the Earth has no place in a local projection
        corners = np.column_stack(grid.pixel_of(*area.exterior.xy))
    coverage, outline = 0.0, None
    if np.isfinite(corners).all():
        outline = make_valid(Polygon(corners))
        coverage = outline.intersection(box(0, 0, columns, rows)).area / outline.area
    if outline is None or coverage == 0:
        raise NoOverlapError(f"The area lies outside {found.id}; check the area or choose another date.")
    left, top, right, bottom = outline.bounds
    inward = [max(0, int(np.floor(low - MARGIN_PX)) // step * step) for low in (left, top)]
    outward = [
        min(size, -(-int(np.ceil(high + MARGIN_PX)) // step) * step)
        for high, size in ((right, columns), (bottom, rows))
    ]
    return Window(*inward, outward[0] - inward[0], outward[1] - inward[1]), float(coverage)


def _require_room(values: float, found: Found) -> None:
    if values > MAX_PIXELS:
        raise UnreadableSceneError(
            f"The area takes {values / 1e6:.0f} million values of {found.id}; at most {MAX_PIXELS / 1e6:.0f} million "
            "can be held: choose a smaller area or fewer bands."
        )


def _piece(asset: Asset, raster: RemoteRaster, window: Window, grid: Grid) -> Piece:
    dataset = raster.dataset
    colours = tuple(dataset.colorinterp)
    alpha = [at for at, colour in enumerate(colours) if colour == ColorInterp.alpha]
    order = [at for at in range(dataset.count) if at not in alpha] + alpha
    bands = (1,) if asset.is_mask else tuple(at + 1 for at in order)
    tiles = raster.tiles(window, bands)
    return Piece(
        asset=asset,
        known=raster.file.known,
        window=window,
        grid=grid.window(int(window.row_off), int(window.col_off), int(window.height), int(window.width)),
        bands=bands,
        colours=tuple(colours[band - 1] for band in bands),
        descriptions=tuple(dataset.descriptions[band - 1] for band in bands),
        dtype=dataset.dtypes[0],
        nodata=dataset.nodatavals[0],
        tiles=len(tiles),
        tile_bytes=sum(stop - start for start, stop in tiles),
        runs=tuple(raster.file.gaps(tiles)),
        bytes=raster.file.bytes_of(tiles),
    )
