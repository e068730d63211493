"""Reading a scene: one window, one mask, one grid, and what is known of the acquisition."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj.exceptions import ProjError
from rasterio.enums import ColorInterp
from rasterio.features import rasterize
from rasterio.io import DatasetReader
from rasterio.windows import Window
from shapely import Polygon

from .errors import NoOverlapError, ScaleUnknownError, UnreadableSceneError
from .formats import open_raster
from .gcp import place
from .grid import Grid
from .metadata import ReadOptions, acquisition_of
from .scene import Floats, Mask, Scene

MAX_PIXELS = 400_000_000  # all bands together: 1.6 GB as float32


@dataclass(frozen=True)
class _Part:
    pixels: Floats
    mask: Mask
    bands: tuple[str, ...]
    tags: dict[str, str]
    grid: Grid
    whole: Grid


def read_scene(
    path: str | Path,
    options: ReadOptions = ReadOptions(),  # noqa: B008  (frozen)
    area: Polygon | None = None,
    margin_px: int = 0,
) -> Scene:
    """
    Read a scene.

    Parameters
    ----------
    path
        A file, or single-band files of one grid joined by commas.
    options
        What the user says about it.
    area
        Only this area, EPSG:4326; pixels outside it are not valid.
    margin_px
        Read this many pixels more around `area`, as valid pixels.

    Returns
    -------
    Scene
        float32 pixels in the file's units; not valid where the file says so, where a value is not finite, and where
        every band of an integer product deeper than 8 bits is 0 (Sentinel-2 and Landsat write no-data so).

    Raises
    ------
    UnreadableSceneError
        If it cannot be read, is too large to be held, or has no valid pixel.
    ScaleUnknownError
        If it has neither georeference, ground control points nor `options.gsd_m`.
    NoOverlapError
        If the area lies outside the scene, or the CRS cannot be related to the ground.
    """
    files = [Path(part) for part in str(path).split(",") if part] if isinstance(path, str) else [path]
    if not files:
        raise UnreadableSceneError("No file was given; name a scene.")
    parts = [_read_part(file, options, area, margin_px) for file in files]
    for file, part in zip(files[1:], parts[1:], strict=True):
        if part.grid != parts[0].grid:
            raise UnreadableSceneError(
                f"{file.name} lies on another grid than {files[0].name}; band files must share one grid."
            )
    mask = np.logical_and.reduce([part.mask for part in parts])
    if not mask.any():
        raise UnreadableSceneError(
            f"{files[0].name} holds no valid pixel{' in the area' if area else ''}; choose another scene or area."
        )
    bands = parts[0].bands if len(files) == 1 else tuple(file.stem for file in files)
    pixels = parts[0].pixels if len(files) == 1 else np.concatenate([part.pixels for part in parts])
    pixels[:, ~mask] = 0
    if len(bands) != len(pixels):
        raise UnreadableSceneError("Band files joined by commas must hold one band each.")
    acquisition = acquisition_of(parts[0].tags, bands, options, files[0].name)
    return Scene(parts[0].grid, pixels, mask, bands, acquisition, files[0], _hash(files), parts[0].whole, tuple(files))


def _read_part(file: Path, options: ReadOptions, area: Polygon | None, margin_px: int) -> _Part:
    with open_raster(file) as dataset:
        whole = _grid_of(dataset, file, options)
        window = _window_of(whole, area, margin_px, file)
        bands = [i for i, use in enumerate(dataset.colorinterp, 1) if use != ColorInterp.alpha] or [1]
        if window.width * window.height * len(bands) > MAX_PIXELS:
            raise UnreadableSceneError(
                f"{file.name} has {window.width * window.height * len(bands) / 1e6:.0f} million values; "
                f"at most {MAX_PIXELS / 1e6:.0f} million are read at once: give --area."
            )
        raw = dataset.read(bands, window=window)
        mask = _mask_of(dataset, raw, bands, window)
        names = tuple(dataset.descriptions[i - 1] or f"band{i}" for i in bands)
        tags = {**dataset.tags(), **{key.upper(): value for key, value in dataset.tags().items()}}
    grid = whole.window(int(window.row_off), int(window.col_off), int(window.height), int(window.width))
    if area is not None and margin_px == 0:
        mask &= _inside(grid, area)
    pixels = raw.astype(np.float32)
    pixels[:, ~mask] = 0
    return _Part(pixels, mask, names, tags, grid, whole)


def _grid_of(dataset: DatasetReader, file: Path, options: ReadOptions) -> Grid:
    if options.grid is not None:
        if options.grid.shape != dataset.shape:
            raise UnreadableSceneError(f"{file.name} has another size than it is remembered with; it is another file.")
        return options.grid
    if options.gcp is not None:
        return place(dataset.shape, options.gcp)
    if dataset.crs is not None and dataset.transform != Affine.identity():
        grid = Grid(dataset.shape, dataset.transform, dataset.crs)
        try:
            known = bool(np.isfinite(grid.jacobian_m).all()) and grid.pixel_area_m2 > 0
        except ProjError:
            known = False
        if not known:
            raise NoOverlapError(
                f"The coordinate system of {file.name} ({dataset.crs.to_string()[:60]}) cannot be related "
                "to the ground; give ground control points with --gcp."
            )
        return grid
    if options.gsd_m is None:
        raise ScaleUnknownError(
            f"{file.name} has no georeference; give its pixel size with --gsd (metres) or place it with --gcp."
        )
    if not 0.01 <= options.gsd_m <= 10_000:
        raise ScaleUnknownError(
            f"A pixel of {options.gsd_m:g} m is not possible; --gsd must be between 0.01 and 10000 metres."
        )
    return Grid.without_crs(dataset.shape, options.gsd_m, options.gsd_m)


def _window_of(grid: Grid, area: Polygon | None, margin_px: int, file: Path) -> Window:
    rows, columns = grid.shape
    if area is None:
        return Window(0, 0, columns, rows)
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
    return Window(int(left), int(top), int(right - left), int(bottom - top))


def _mask_of(dataset: DatasetReader, raw: NDArray[np.generic], bands: list[int], window: Window) -> Mask:
    mask: Mask = np.logical_and.reduce([dataset.read_masks(i, window=window) > 0 for i in bands])
    if np.issubdtype(raw.dtype, np.floating):
        mask &= np.isfinite(raw).all(axis=0)
    elif raw.dtype.itemsize > 1 and dataset.nodata is None:
        mask &= (raw != 0).any(axis=0)
    return mask


def _inside(grid: Grid, area: Polygon) -> Mask:
    column, row = grid.pixel_of(*area.exterior.xy)
    outline = Polygon(np.column_stack([column, row]))
    return np.asarray(rasterize([(outline, 1)], out_shape=grid.shape, fill=0, all_touched=True) > 0)


def _hash(files: list[Path]) -> str:
    digests = []
    for file in files:
        with file.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()
