"""A scene that is opened and not yet read: what is known of it, and its pixels by window."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window
from shapely import Polygon

from .errors import UnreadableSceneError
from .grid import Grid
from .hashing import sha256_of
from .metadata import ReadOptions, acquisition_of
from .offset import require_offset
from .placement import grid_of, inside, require_multiple, window_of
from .products import Product, product_of
from .raster import Handles, cache_needed, read_layers, sift
from .scene import Acquisition, Mask, Scene

MAX_PIXELS = 400_000_000  # all bands together: 1.6 GB as float32
LEAST_SHOWN_PX = 512  # of an overview that is worth having
AFTER_MARGIN_PX = 64  # read around an area on the after scene, or registration would lose its borders


@dataclass(frozen=True, eq=False)
class SceneFile:
    """
    A scene whose pixels are read by window; for one thread at a time.

    In a `with` the files stay open from read to read; without one they are opened for each.

    Parameters
    ----------
    grid
        What may be read: the window of `whole` that was asked for.
    whole
        Grid of the whole file.
    bands
        Band names.
    acquisition
        When and by what.
    path
        The file (the first, where bands are files of their own) or product folder.
    files
        All files that are used.
    block_rows
        Rows that the file stores together: reading whole multiples of them from the top of `whole` decodes each once.
    """

    grid: Grid
    whole: Grid
    bands: tuple[str, ...]
    acquisition: Acquisition
    path: Path
    files: tuple[Path, ...]
    block_rows: int
    _product: Product = field(repr=False)
    _area: Polygon | None = field(default=None, repr=False)
    _handles: Handles = field(default_factory=Handles, repr=False)

    def __enter__(self) -> "SceneFile":
        """Keep the files open."""
        self._handles.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the files."""
        self._handles.__exit__(kind, error, trace)

    @cached_property
    def offset(self) -> tuple[int, int]:
        """Row and column of the upper left pixel in the whole file."""
        column, row = ~self.whole.transform @ (self.grid.transform.c, self.grid.transform.f)
        return round(row), round(column)

    @cached_property
    def sha256(self) -> str:
        """Hash of the bytes of all files, which are read for it."""
        return sha256_of(self.files)

    def read(
        self,
        row0: int = 0,
        row1: int | None = None,
        column0: int = 0,
        column1: int | None = None,
        bands: tuple[str, ...] | None = None,
        step: int = 1,
    ) -> Scene:
        """
        Read a window.

        Parameters
        ----------
        row0, row1, column0, column1
            In pixels of `grid`, ends not included; None is the end of the grid.
        bands
            Only these, in this order; None for all.
        step
            For showing it: return about one pixel in so many each way, of an overview where the file has one. The
            scene's grid is then as coarse.

        Returns
        -------
        Scene
            `mask` is True where every band that was read has data; `sha256` is empty, as it costs a reading of all
            bytes: ask this object.

        Raises
        ------
        UnreadableSceneError
            If the window or a band is not in the scene, is too large to be held, or cannot be decoded.
        """
        row1, column1 = (
            size if end is None else end for end, size in zip((row1, column1), self.grid.shape, strict=True)
        )
        if not (0 <= row0 < row1 <= self.grid.shape[0] and 0 <= column0 < column1 <= self.grid.shape[1]):
            raise UnreadableSceneError(
                f"Rows {row0} to {row1}, columns {column0} to {column1} are not in {self.path.name}, "
                f"which has {self.grid.shape[0]} × {self.grid.shape[1]} pixels here."
            )
        names = self.bands if bands is None else bands
        layers = [self._product.layers[self._index(name)] for name in names]
        grid = self.grid.window(row0, column0, row1 - row0, column1 - column0).coarser(step)
        if len(layers) * grid.shape[0] * grid.shape[1] > MAX_PIXELS:
            raise UnreadableSceneError(
                f"{self.path.name} has {len(layers) * grid.shape[0] * grid.shape[1] / 1e6:.0f} million values; "
                f"at most {MAX_PIXELS / 1e6:.0f} million are read at once: give --area."
            )
        window = Window(self.offset[1] + column0, self.offset[0] + row0, column1 - column0, row1 - row0)
        with self._handles:
            pixels, mask = read_layers(self._handles, layers, window, grid.shape)
            for sieve in self._product.sieves:
                sift(self._handles, sieve, self.whole.shape, window, mask)
        if self._area is not None:
            mask &= self._inside(row0, row1, column0, column1) if step == 1 else inside(grid, self._area)
        if not mask.all():
            for band in pixels:
                np.copyto(band, 0, where=~mask)
        return Scene(grid, pixels, mask, names, self.acquisition, self.path, "", self.whole, self.files)

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """1, and how many times coarser each overview is that every file has; powers of two where there are none."""
        with self._handles:
            each = [set(self._handles[layer.file].overviews(layer.index)) for layer in self._product.layers]
        found = sorted(set.intersection(*each)) or [2**n for n in range(1, 12)]
        return 1, *(step for step in found if max(self.grid.shape) > LEAST_SHOWN_PX * step / 2)

    def read_whole(self) -> Scene:
        """
        Read all of it, which must hold something.

        Raises
        ------
        UnreadableSceneError
            As `read` does, or if no pixel is valid.
        """
        scene = self.read()
        if not scene.mask.any():
            part = " in the area" if self.grid != self.whole else ""
            raise UnreadableSceneError(f"{self.path.name} holds no valid pixel{part}; choose another scene or area.")
        return scene

    def with_bands(self, names: tuple[str, ...]) -> "SceneFile":
        """Return the scene with these of its bands, in this order; its hash stays that of all files."""
        if names == self.bands:
            return self
        layers = tuple(self._product.layers[self._index(name)] for name in names)
        return replace(
            self,
            bands=names,
            _product=replace(self._product, layers=layers),
            _handles=Handles(self._handles.cache_bytes),
        )

    def _inside(self, row0: int, row1: int, column0: int, column1: int) -> Mask:
        bits = np.unpackbits(self._inside_bits[row0:row1], axis=1, count=self.grid.shape[1])
        return bits[:, column0:column1].view(np.bool_)

    @cached_property
    def _inside_bits(self) -> NDArray[np.uint8]:
        """Rasterised as a whole, as a window alone can differ by a pixel at a corner that the outline just touches."""
        assert self._area is not None
        return np.packbits(inside(self.grid, self._area), axis=1)

    def _index(self, name: str) -> int:
        if name not in self.bands:
            raise UnreadableSceneError(f"{self.path.name} has no band {name!r}; it has {', '.join(self.bands)}.")
        return self.bands.index(name)


def open_scene(
    path: str | Path,
    options: ReadOptions = ReadOptions(),  # noqa: B008  (frozen)
    area: Polygon | None = None,
    margin_px: int = 0,
) -> SceneFile:
    """
    Open a scene without reading its pixels.

    Parameters
    ----------
    path
        A file; single-band files of one grid joined by commas; a product folder or its metadata file.
    options
        What the user says about it.
    area
        Only this area, EPSG:4326; pixels outside it are not valid.
    margin_px
        Read this many pixels more around `area`, as valid pixels.

    Raises
    ------
    UnreadableSceneError
        If it cannot be read.
    ScaleUnknownError
        If it has neither georeference, ground control points nor `options.gsd_m`.
    NoOverlapError
        If the area lies outside the scene, or the CRS cannot be related to the ground.
    """
    product = product_of(path, beside=options.grid is None)  # a remembered scene is made of the files it names
    handles = Handles()
    with handles:
        files = list(dict.fromkeys(layer.file for layer in product.layers))
        grids = [grid_of(handles[file], file, options, product) for file in files]
        for file, grid in zip(files[1:], grids[1:], strict=True):
            if grid != grids[0]:
                raise UnreadableSceneError(
                    f"{file.name} lies on another grid than {files[0].name}; band files must share one grid."
                )
        for sieve in product.sieves:
            require_multiple(handles[sieve.file], sieve.file, grids[0].shape)
        handles.cache_bytes = cache_needed(handles, product.layers)
        require_offset(handles, product, grids[0].shape)
        block_rows = int(np.lcm.reduce([shape[0] for file in files for shape in handles[file].block_shapes]))
    whole = grids[0]
    row, column, rows, columns = window_of(whole, area, margin_px, product.path)
    bands = tuple(layer.name for layer in product.layers)
    return SceneFile(
        whole.window(row, column, rows, columns),
        whole,
        bands,
        acquisition_of(product.facts, bands, options, product.path.name, whole),
        product.path,
        product.files,
        min(block_rows, whole.shape[0]),
        product,
        area if margin_px == 0 else None,
        handles,
    )
