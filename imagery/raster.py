"""Decoding a window of a product's bands, once: pixels and where they are valid."""

import math
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import ColorInterp, Interleaving, MaskFlags
from rasterio.io import DatasetReader
from rasterio.windows import Window

from .formats import CACHE_BYTES, MAX_CACHE_BYTES, decoding, opened
from .products import Layer, Sieve
from .scene import Floats, Mask

ALONE = [object()]
IDLE_REFERENCES = sys.getrefcount(ALONE[0])  # of something that only a list refers to
FLOAT_SLACK = 5e-7  # relative: a no-data value of a float raster is often written with rounding


class Handles:
    """
    Rasters of one scene, opened when first read and closed with the outermost `with`; for one thread at a time.

    It keeps the memory of pixels that nobody refers to any more for the next window: fresh memory costs as much as
    all else that is done to a decoded pixel.
    """

    def __init__(self, cache_bytes: int = CACHE_BYTES) -> None:
        self.cache_bytes = cache_bytes
        self._open: dict[Path, DatasetReader] = {}
        self._memory: list[Floats] = []
        self._depth = 0

    def memory(self, shape: tuple[int, ...]) -> Floats:
        """Return an array of whatever values that nothing else refers to."""
        size = math.prod(shape)
        unused = [at for at in range(len(self._memory)) if sys.getrefcount(self._memory[at]) == IDLE_REFERENCES]
        fitting = [at for at in unused if size <= self._memory[at].size]
        if not fitting:
            for at in reversed(unused):
                del self._memory[at]
            self._memory.append(np.empty(size, dtype=np.float32))
            fitting = [len(self._memory) - 1]
        return self._memory[fitting[0]][:size].reshape(shape)

    def __getitem__(self, file: Path) -> DatasetReader:
        """Return the open raster."""
        if file not in self._open:
            self._open[file] = opened(file)
        return self._open[file]

    def __enter__(self) -> "Handles":
        """Keep open what is read from here on."""
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything, unless an outer `with` still needs it."""
        self._depth -= 1
        if self._depth == 0:
            self._memory.clear()
            while self._open:
                self._open.popitem()[1].close()


def cache_needed(handles: Handles, layers: Sequence[Layer]) -> int:
    """Return bytes that hold two rows of blocks of these bands, and as much of another scene beside it."""
    total = 0
    for layer in layers:
        dataset = handles[layer.file]
        rows, columns = dataset.block_shapes[layer.index - 1]
        across = -(-dataset.width // columns) * columns
        total += rows * across * np.dtype(dataset.dtypes[layer.index - 1]).itemsize
    return min(max(CACHE_BYTES, 4 * total), MAX_CACHE_BYTES)


def read_layers(
    handles: Handles, layers: Sequence[Layer], window: Window, shape: tuple[int, int] | None = None
) -> tuple[Floats, Mask]:
    """
    Read bands.

    Parameters
    ----------
    handles
        What is open.
    layers
        The bands; those of one file side by side.
    window
        In pixels of their common grid.
    shape
        Rows and columns to return, where fewer than the window has: nearest pixels, of overviews where there are any.

    Returns
    -------
    (pixels, mask)
        float32 (bands, rows, columns), and bool (rows, columns): True where every band has data. A not-valid pixel
        may hold anything.
    """
    shape = shape or (int(window.height), int(window.width))
    pixels = handles.memory((len(layers), *shape))
    mask: Mask = np.ones(shape, dtype=bool)
    first = 0
    for file, group in groupby(layers, key=lambda layer: layer.file):
        own = list(group)
        with decoding(file, handles.cache_bytes):
            _read_file(handles[file], own, window, pixels[first : first + len(own)], mask)
        first += len(own)
    return pixels, mask


def _read_file(dataset: DatasetReader, layers: Sequence[Layer], window: Window, pixels: Floats, mask: Mask) -> None:
    _sift_declared(dataset, window, mask)
    zero_is_empty = _zero_is_empty(dataset, layers)
    some = np.zeros(mask.shape, dtype=bool)
    for layer, raw, band in zip(layers, _decoded(dataset, layers, window, mask.shape), pixels, strict=True):
        _sift_numbers(dataset, layer, raw, mask)
        if zero_is_empty:
            some |= raw != 0
        with np.errstate(over="ignore"):  # a double beyond single precision becomes infinite, which is not valid
            band[...] = raw if layer.lookup is None else np.asarray(layer.lookup)[raw]
        if raw.dtype.kind == "f":
            mask &= np.isfinite(band)
        if (layer.scale, layer.offset) != (1.0, 0.0):
            band += np.float32(layer.offset / layer.scale)  # first, so that integers lose nothing
            band *= np.float32(layer.scale)
    if zero_is_empty:
        mask &= some


def _decoded(
    dataset: DatasetReader, layers: Sequence[Layer], window: Window, shape: tuple[int, ...]
) -> Iterator[NDArray[np.generic]]:
    """Band by band where a file holds its bands apart, so that one of them at a time is held in its own type."""
    indexes = [layer.index for layer in layers]
    if dataset.interleaving == Interleaving.band:
        return (dataset.read(index, window=window, out_shape=shape) for index in indexes)
    return iter(dataset.read(indexes, window=window, out_shape=(len(indexes), *shape)))


def _sift_declared(dataset: DatasetReader, window: Window, mask: Mask) -> None:
    """Take out what an alpha band or a mask band refuses."""
    alpha = [i for i, use in enumerate(dataset.colorinterp, 1) if use == ColorInterp.alpha]
    if alpha and dataset.count > 1:
        mask &= dataset.read(alpha[0], window=window, out_shape=mask.shape) > 0
    elif MaskFlags.per_dataset in dataset.mask_flag_enums[0]:
        mask &= dataset.read_masks(1, window=window, out_shape=mask.shape) > 0


def _sift_numbers(dataset: DatasetReader, layer: Layer, raw: NDArray[np.generic], mask: Mask) -> None:
    """Take out numbers that stand for no data."""
    declared = {layer.nodata, dataset.nodatavals[layer.index - 1]} - {None}
    if np.issubdtype(raw.dtype, np.floating):
        values: NDArray[np.floating] = raw.astype(np.promote_types(raw.dtype, np.float32), copy=False)
        for nodata in filter(np.isfinite, declared):
            with np.errstate(over="ignore"):  # as no-data is often the last number of its type
                mask &= np.abs(values - values.dtype.type(nodata)) > FLOAT_SLACK * abs(nodata)
        return
    limits = np.iinfo(raw.dtype.name)
    for nodata in declared:
        if float(nodata).is_integer() and limits.min <= nodata <= limits.max:
            mask &= np.asarray(raw != raw.dtype.type(nodata))


def _zero_is_empty(dataset: DatasetReader, layers: Sequence[Layer]) -> bool:
    """Sentinel-2 and Landsat write no-data as 0 in every band, and do not always say so."""
    kind = np.dtype(dataset.dtypes[layers[0].index - 1])
    return kind.kind in "iu" and kind.itemsize > 1 and dataset.nodata is None and layers[0].nodata is None


def sift(handles: Handles, sieve: Sieve, shape: tuple[int, int], window: Window, mask: Mask) -> None:
    """
    Take out of a mask what a quality raster refuses, each number standing for the square of pixels it covers.

    Parameters
    ----------
    handles
        What is open.
    sieve
        The quality raster.
    shape
        Rows, columns of the whole grid of the bands.
    window
        In pixels of that grid.
    mask
        bool (rows, columns) of the window; changed in place.
    """
    dataset = handles[sieve.file]
    step = shape[0] // dataset.height
    rows = _taken(window.row_off, window.height, mask.shape[0]) // step
    columns = _taken(window.col_off, window.width, mask.shape[1]) // step
    coarse = Window(columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)
    with decoding(sieve.file, handles.cache_bytes):
        numbers = dataset.read(sieve.index, window=coarse)
    refused = np.isin(numbers, list(sieve.classes)) | ((numbers & sieve.bits) != 0)
    if refused.shape != mask.shape or step > 1:
        refused = refused[np.ix_(rows - rows[0], columns - columns[0])]
    mask &= ~refused


def _taken(start: float, size: float, number: int) -> NDArray[np.int64]:
    """Return which pixels, along one side of a window, stand for it where so many are returned."""
    return (int(start) + (np.arange(number) + 0.5) * (size / number)).astype(np.int64)
