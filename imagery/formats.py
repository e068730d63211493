"""What may be opened: a driver for every suffix, never guessed from content, and limits on declared size.

GDAL guesses a driver from content by default, and a VRT document named ``.tif`` then reads any other file of the
machine, or asks a server for it. Pinning the driver by suffix refuses both.
"""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.io import DatasetReader

from .errors import UnreadableSceneError

DRIVERS = {
    ".tif": "GTiff",
    ".tiff": "GTiff",
    ".jp2": "JP2OpenJPEG",
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
}

MAX_BLOCK_BYTES = 512 * 2**20  # one decoded block of a hostile file can fill the memory
CACHE_BYTES = 160 * 2**20  # holds three rows of blocks of a full scene; GDAL's own limit grows with the machine
MAX_CACHE_BYTES = 512 * 2**20  # a pair of Sentinel-2 products, of tiles 1024 pixels high, needs 360 MiB
THREADS = 2


ENVI = "ENVI"
_IGNORING = threading.RLock()


def envi_header(path: Path) -> Path | None:
    """Return the ENVI header beside a raw binary, NAME.hdr or NAME.SUFFIX.hdr; None where there is none."""
    beside = (path.with_suffix(".hdr"), path.with_name(path.name + ".hdr"))
    return next((header for header in beside if header != path and header.is_file()), None)


def driver_for(path: Path) -> str:
    """
    Return the GDAL driver that may open a path: by its suffix, or ENVI where a header lies beside it.

    Raises
    ------
    UnreadableSceneError
        If the suffix is none of `DRIVERS`.
    """
    try:
        return DRIVERS[path.suffix.lower()]
    except KeyError:
        if envi_header(path) is not None:
            return ENVI
        allowed = ", ".join(DRIVERS)
        raise UnreadableSceneError(
            f"{path.name} has the suffix {path.suffix or '(none)'!r}; depotwatch opens {allowed}, "
            "ENVI with its .hdr, and product folders: convert it or rename it."
        ) from None


@contextmanager
def may_be_nowhere() -> Iterator[None]:
    """
    Open rasters without a word of a missing georeference.

    One thread at a time: what is ignored is the whole process's, and threads that leave in another order than they came
    would leave it mixed up.
    """
    with _IGNORING, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


@contextmanager
def open_raster(path: Path) -> Iterator[DatasetReader]:
    """
    Open a local raster with its pinned driver.

    Raises
    ------
    UnreadableSceneError
        If the file is missing, is not what its suffix says, is damaged, or declares blocks too large to decode.
    """
    with opened(path) as dataset, decoding(path):
        yield dataset


def opened(path: Path) -> DatasetReader:
    """
    Return an open raster, which the caller closes and reads inside `decoding`.

    Raises
    ------
    UnreadableSceneError
        As `open_raster`.
    """
    if not path.is_file():
        raise UnreadableSceneError(f"{path} does not exist or is not a file; check the path.")
    driver = driver_for(path)
    with decoding(path), may_be_nowhere():  # as most published images are; open_scene asks
        dataset = rasterio.open(path.resolve(), driver=driver)
    try:
        check_blocks(dataset, path)
    except UnreadableSceneError:
        dataset.close()
        raise
    return dataset


@contextmanager
def decoding(path: Path, cache_bytes: int = CACHE_BYTES) -> Iterator[None]:
    """
    Decode with `THREADS` threads and a block cache of a known size, and name the file in what goes wrong.

    Raises
    ------
    UnreadableSceneError
        If the file is damaged.
    """
    try:
        with rasterio.Env(GDAL_NUM_THREADS=str(THREADS), GDAL_CACHEMAX=cache_bytes):
            yield
    except (RasterioIOError, UnicodeDecodeError) as error:  # the latter of GDAL's own words about a damaged header
        raise UnreadableSceneError(
            f"{path.name} cannot be read as {driver_for(path)}: it is damaged or not what its suffix says."
        ) from error
    except RasterioError as error:
        raise UnreadableSceneError(f"{path.name} cannot be read: {error}.") from error


def check_blocks(dataset: DatasetReader, path: Path) -> None:
    """
    Refuse what no scene is, before a pixel is read.

    Raises
    ------
    UnreadableSceneError
        If it holds no band, complex values, or blocks too large to decode.
    """
    if dataset.count == 0:
        raise UnreadableSceneError(f"{path.name} holds no raster band; give one of its images.")
    for (rows, columns), dtype in zip(dataset.block_shapes, dataset.dtypes, strict=True):
        if dtype.startswith("complex"):
            raise UnreadableSceneError(
                f"{path.name} holds complex values; give detected amplitude or intensity instead."
            )
        size = rows * columns * np.dtype(dtype).itemsize
        if dataset.driver == ENVI:
            _check_length(dataset, path)
        if size > MAX_BLOCK_BYTES:
            raise UnreadableSceneError(
                f"{path.name} declares blocks of {size / 2**20:.0f} MiB; "
                f"at most {MAX_BLOCK_BYTES // 2**20} MiB is allowed: re-tile it."
            )


def _check_length(dataset: DatasetReader, path: Path) -> None:
    """Raw pixels have no end of their own: a short file would be read as zeros."""
    needed = sum(np.dtype(dtype).itemsize for dtype in dataset.dtypes) * dataset.height * dataset.width
    if path.stat().st_size < needed:
        raise UnreadableSceneError(
            f"{path.name} has {path.stat().st_size} bytes where its header says {needed}; fetch it again."
        )
