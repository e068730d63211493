"""Writing a change map: row by row as it comes, into a cloud-optimised GeoTIFF."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import numpy as np
import rasterio
from rasterio.errors import RasterioError
from rasterio.io import DatasetWriter
from rasterio.windows import Window

from .cog import assemble
from .compiled import compiled
from .errors import ImageryError
from .formats import may_be_nowhere
from .grid import Grid
from .scene import ChangeMap, Floats

TILE_PX = 512
STEPS = 4096  # scores are kept to 1 / STEPS: finer is noise, which cannot be compressed
DESCRIPTION = "change score d / (d + threshold); .5 is the threshold"


def write_map(change: ChangeMap, path: Path) -> None:
    """
    Write a change map that fits into memory; see `MapWriter`.

    Raises
    ------
    ImageryError
        If the suffix is not .tif or .tiff, or the file cannot be written; a file that was there is then as it was.
    """
    with MapWriter(path, change.grid, tags_of(change.method, change.expected_false_alarms_per_km2)) as out:
        out.write(rounded(change.score))
        out.finish()


def tags_of(method: str, false_alarms_per_km2: float) -> dict[str, str]:
    """Return what a map says of itself."""
    return {"METHOD": method, "THRESHOLD": "0.5", "FALSE_ALARMS_PER_KM2": f"{false_alarms_per_km2:.6g}"}


@compiled
def rounded(score: Floats) -> Floats:
    """Return scores to the nearest 1 / `STEPS`, float32 (rows, columns); NaN stays NaN."""
    out = np.empty_like(score)
    for i in range(score.shape[0]):
        for j in range(score.shape[1]):
            out[i, j] = np.floor(score[i, j] * np.float32(STEPS) + np.float32(0.5)) * np.float32(1 / STEPS)
    return out


class MapWriter:
    """
    A change map in the making: float32 on the before grid, NaN where not valid; whole when finished, or not at all.

    Use it in a `with`. Parts stand beside the file under hidden names, and a file that was there stays as it was until
    the new one takes its place. Overviews are means of what is valid.

    Parameters
    ----------
    path
        To be written; .tif or .tiff.
    grid
        The before grid.
    tags
        What the map says of itself.

    Raises
    ------
    ImageryError
        If the suffix is another, or the disk does not take it.
    """

    def __init__(self, path: Path, grid: Grid, tags: Mapping[str, str]) -> None:
        if path.suffix.lower() not in {".tif", ".tiff"}:
            raise ImageryError(f"The change map {path.name} must end in .tif; give such a name.")
        self._path, self._grid, self._tags = path, grid, tags
        self._levels: list[_Level] = []

    def __enter__(self) -> "MapWriter":
        """Make the parts."""
        rows, columns = self._grid.shape
        shapes = [(rows, columns)]
        while max(shapes[-1]) > TILE_PX:
            shapes.append((-(-shapes[-1][0] // 2), -(-shapes[-1][1] // 2)))
        try:
            coarser = None
            for number, shape in reversed(list(enumerate(shapes))):
                coarser = _Level(self._beside(f"{number}.part"), shape, self._grid if number == 0 else None, coarser)
                self._levels.insert(0, coarser)
            self._levels[0].describe(self._tags)
        except (RasterioError, OSError) as error:
            self._drop()
            raise self._unwritten(error) from error
        return self

    def write(self, rows: Floats) -> None:
        """Go on with the next rows, float32 (rows, columns), rounded."""
        try:
            self._levels[0].add(rows)
        except (RasterioError, OSError) as error:
            raise self._unwritten(error) from error

    def finish(self) -> None:
        """Put the parts together and in the place of what was there; without it nothing is written."""
        whole = self._beside("whole.part")
        try:
            for level in self._levels:
                level.close()
            assemble([level.path for level in self._levels], whole)
            os.replace(whole, self._path)
        except (RasterioError, OSError) as error:
            raise self._unwritten(error) from error
        finally:
            whole.unlink(missing_ok=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the parts away."""
        self._drop()

    def _drop(self) -> None:
        for level in self._levels:
            level.drop()

    def _beside(self, what: str) -> Path:
        return self._path.with_name(f".{self._path.name}.{os.getpid()}.{what}.tif")

    def _unwritten(self, error: Exception) -> ImageryError:
        return ImageryError(
            f"The change map {self._path} cannot be written ({error}); "
            "free disk space or choose another folder, then run it again."
        )


class _Level:
    """One size of the map, a file of its own: rows gather until a row of tiles is full."""

    def __init__(self, path: Path, shape: tuple[int, int], grid: Grid | None, coarser: "_Level | None") -> None:
        self.path, self._coarser, self._written = path, coarser, 0
        self._gathered, self._held = np.empty((TILE_PX, shape[1]), dtype=np.float32), 0
        placed = {"crs": grid.crs, "transform": grid.transform} if grid is not None and grid.crs else {}
        with may_be_nowhere():  # as an overview, or a map of an image without
            self._dataset: DatasetWriter = rasterio.open(
                path,
                "w",
                **{"driver": "GTiff", "dtype": "float32", "count": 1, "height": shape[0], "width": shape[1]},
                **{"nodata": np.nan, "tiled": True, "blockxsize": TILE_PX, "blockysize": TILE_PX, "bigtiff": "yes"},
                **{"compress": "zstd", "zstd_level": 1, "predictor": 3, "num_threads": "all_cpus"},
                **placed,
            )

    def describe(self, tags: Mapping[str, str]) -> None:
        self._dataset.set_band_description(1, DESCRIPTION)
        self._dataset.update_tags(**tags)

    def add(self, rows: Floats) -> None:
        while len(rows):
            fitting = rows[: TILE_PX - self._held]
            self._gathered[self._held : self._held + len(fitting)] = fitting
            self._held, rows = self._held + len(fitting), rows[len(fitting) :]
            if self._held == TILE_PX:
                self._flush()

    def _flush(self) -> None:
        rows = self._gathered[: self._held]
        self._dataset.write(rows, 1, window=Window(0, self._written, rows.shape[1], len(rows)))
        self._written, self._held = self._written + len(rows), 0
        if self._coarser is not None:
            self._coarser.add(_halved(rows))

    def close(self) -> None:
        if self._held:
            self._flush()
        self._dataset.close()

    def drop(self) -> None:
        self._dataset.close()
        self.path.unlink(missing_ok=True)


@compiled
def _halved(rows: Floats) -> Floats:
    """Means of what is valid among two by two pixels, rounded; float32, half the size rounded up."""
    height, width = rows.shape
    out = np.empty(((height + 1) // 2, (width + 1) // 2), dtype=np.float32)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            total, count = np.float32(0), 0
            for v in range(2 * i, min(2 * i + 2, height)):
                for u in range(2 * j, min(2 * j + 2, width)):
                    if not np.isnan(rows[v, u]):
                        total += rows[v, u]
                        count += 1
            mean = total / np.float32(count) if count else np.float32(np.nan)
            out[i, j] = np.floor(mean * np.float32(STEPS) + np.float32(0.5)) * np.float32(1 / STEPS)
    return out
