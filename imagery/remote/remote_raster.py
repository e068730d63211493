"""A cloud-optimised GeoTIFF on a server: driver pinned, size checked before a pixel is read, read by windows."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import numpy as np
import rasterio
from rasterio.enums import MaskFlags
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from ..errors import ImageryError, UnreadableSceneError
from ..formats import CACHE_BYTES, THREADS, check_blocks, may_be_nowhere
from .answer import plain
from .cache import BlockCache, Known
from .door import Door
from .remote_file import Progress, RemoteFile

SUFFIXES = (".tif", ".tiff")
MAX_SIDE = 200_000  # declared pixels; the largest published scenes have a fifth of it
LOOSEST, SLACK_BYTES = 2, 2**16  # how much larger than its pixels a packed tile may be, and tables beside it
_NAME = "remote.tif"


class RemoteRaster:
    """
    An opened image on a server.

    Parameters
    ----------
    dataset
        Opened by GDAL; its pixels are read by `read` alone, which knows what went wrong.
    file
        The file behind it.
    troubles
        What the file could not do while GDAL asked for it.
    """

    def __init__(self, dataset: DatasetReader, file: RemoteFile, troubles: list[ImageryError]) -> None:
        self.dataset = dataset
        self.file = file
        self._troubles = troubles

    def tiles(self, window: Window, bands: Sequence[int]) -> list[tuple[int, int]]:
        """
        Return first byte and the one after the last of every tile that a window of some bands touches, sorted.

        Raises
        ------
        UnreadableSceneError
            If a tile lies beyond the file's end, or takes more bytes than any way of packing it does.
        """
        height, width = self.dataset.block_shapes[0]
        (top, bottom), (left, right) = window.toranges()
        found = {
            self._tile(column, row, band)
            for band in bands
            for row in range(int(top) // height, -(-int(bottom) // height))
            for column in range(int(left) // width, -(-int(right) // width))
        }
        tiles = sorted(tile for tile in found if tile is not None)
        values = height * width * self.dataset.count
        most = LOOSEST * values * np.dtype(self.dataset.dtypes[0]).itemsize + SLACK_BYTES
        if any(stop > self.file.size or stop - start > most for start, stop in tiles):
            name = PurePosixPath(urlsplit(self.file.url).path).name
            raise UnreadableSceneError(f"{name} names tiles that cannot be; it is damaged: choose another date.")
        return tiles

    def read(
        self, window: Window, bands: Sequence[int], progress: Progress = lambda done, total, what: None
    ) -> np.ndarray:
        """
        Read a window: every tile that it touches is fetched first, in as few requests as the tiles lie in runs.

        Parameters
        ----------
        window
            Within the image, in pixels.
        bands
            Numbers, from 1.
        progress
            Told after every request.

        Returns
        -------
        ndarray
            [band, row, column], in the file's dtype.

        Raises
        ------
        RemoteError
            If the server does not give it.
        UnreadableSceneError
            If it is damaged.
        """
        self.file.prefetch(self.tiles(window, bands), progress)
        with _told(self._troubles, PurePosixPath(urlsplit(self.file.url).path).name):
            return np.asarray(self.dataset.read(list(bands), window=window))

    def valid(self, window: Window) -> np.ndarray | None:
        """Return the mask of a window, bool [row, column], True where valid; None where there is none."""
        flags = self.dataset.mask_flag_enums[0]
        if MaskFlags.per_dataset not in flags or MaskFlags.alpha in flags:
            return None
        with _told(self._troubles, PurePosixPath(urlsplit(self.file.url).path).name):
            return np.asarray(self.dataset.read_masks(1, window=window) > 0)

    def _tile(self, column: int, row: int, band: int) -> tuple[int, int] | None:
        """Return where a tile lies; None for one that the file leaves out because it is empty."""
        offset = self.dataset.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=band)
        size = self.dataset.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=band)
        return (int(offset), int(offset) + int(size)) if offset and size else None


@contextmanager
def open_remote(
    url: str, door: Door | None, cache: BlockCache, overview: int | None = None, known: Known | None = None
) -> Iterator[RemoteRaster]:
    """
    Open an image on a server.

    Parameters
    ----------
    url
        Of a GeoTIFF.
    door
        The way there; None reads only what the cache holds.
    cache
        What is kept, and keeps what comes.
    overview
        Number of the overview to open in the image's place, from 0.
    known
        What was learnt of the file a moment ago; see `RemoteFile`.

    Raises
    ------
    UnreadableSceneError
        If it is no GeoTIFF, declares a size that is not allowed, or is damaged.
    RemoteError
        If the server does not give it; `OfflineError` where it is not kept and there is no door.
    """
    name = PurePosixPath(urlsplit(url).path).name
    if PurePosixPath(name).suffix.lower() not in SUFFIXES:
        raise UnreadableSceneError(f"{name or plain(url)} is no GeoTIFF by its name; choose another asset.")
    file, troubles = RemoteFile(url, door, cache, known), list[ImageryError]()

    def opener(path: str, mode: str = "rb", **_: object) -> _Stream:
        if PurePosixPath(path).name != _NAME or mode not in ("r", "rb"):
            raise FileNotFoundError(path)  # GDAL looks for files beside it
        return _Stream(file, troubles)

    level = {} if overview is None else {"overview_level": overview}
    settings = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_NUM_THREADS": str(THREADS)}
    with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES, **settings):
        with _told(troubles, name), may_be_nowhere():  # whoever needs a place asks for it
            dataset = rasterio.open(_NAME, driver="GTiff", opener=opener, **level)
        with dataset:
            _check(dataset, name)
            yield RemoteRaster(dataset, file, troubles)


class _Stream(io.RawIOBase):
    """What GDAL reads a file through; it cannot be told of errors, so they are noted."""

    def __init__(self, file: RemoteFile, troubles: list[ImageryError]) -> None:
        super().__init__()
        self._file, self._troubles, self._at = file, troubles, 0

    def read(self, size: int | None = -1) -> bytes:
        stop = self._file.size if size is None or size < 0 else self._at + size
        try:
            part = self._file.read(self._at, stop)
        except ImageryError as error:
            self._troubles.append(error)
            raise OSError(str(error)) from error
        self._at += len(part)
        return part

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


@contextmanager
def _told(troubles: list[ImageryError], name: str) -> Iterator[None]:
    """Say what really went wrong where GDAL says that it cannot read."""
    try:
        yield
    except (RasterioError, UnicodeDecodeError) as error:
        if troubles:
            raise troubles[0] from error
        raise UnreadableSceneError(f"{name} cannot be read as a GeoTIFF: it is damaged or something else.") from error


def _check(dataset: DatasetReader, name: str) -> None:
    if max(dataset.shape) > MAX_SIDE:
        raise UnreadableSceneError(
            f"{name} declares {dataset.height} × {dataset.width} pixels; at most {MAX_SIDE} a side are allowed."
        )
    check_blocks(dataset, Path(name))
