"""A full-size synthetic acquisition as a public store has it: a band and a quality mask, each a COG of its own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from rasterio.windows import Window

SIDE = 10_980  # pixels of a Sentinel-2 tile at 10 m
CORNER = 300_000.0, 5_200_000.0
TILE_PX = 1024
CLEAR, CLOUD = 4, 9
_CRS = "EPSG:32636"

RowsOf = Callable[[slice], np.ndarray]


def write_served(folder: Path, side: int = SIDE) -> tuple[Path, Path]:
    """
    Write band.tif (uint16, 10 m) and scl.tif (uint8, 20 m, clouds in stripes): deflate, tiles of 1024, overviews.

    Parameters
    ----------
    folder
        Made where there is none; files that are there are kept.
    side
        Rows and columns of the band; even.
    """
    folder.mkdir(parents=True, exist_ok=True)
    band, mask = folder / "band.tif", folder / "scl.tif"
    rng = np.random.default_rng(0)
    if not band.is_file():
        ground = rng.integers(800, 2400, (side // 4 + 1, side // 4 + 1), dtype=np.uint16)
        _write(band, side, 10.0, "uint16", lambda rows: _textured(ground, rows, side, rng))
    if not mask.is_file():
        half = side // 2
        _write(mask, half, 20.0, "uint8", lambda rows: np.where(_striped(rows, half), CLOUD, CLEAR).astype(np.uint8))
    return band, mask


def _write(path: Path, side: int, gsd_m: float, dtype: str, rows_of: RowsOf) -> None:
    profile = {"driver": "COG", "dtype": dtype, "count": 1, "height": side, "width": side, "compress": "deflate"}
    place = {"crs": _CRS, "transform": Affine(gsd_m, 0, CORNER[0], 0, -gsd_m, CORNER[1])}
    part = path.with_suffix(".part.tif")
    with rasterio.open(part, "w", blocksize=TILE_PX, level=1, num_threads=2, **profile, **place) as out:
        out.update_tags(DEPOTWATCH_SYNTHETIC="1")
        for top in range(0, side, TILE_PX):
            rows = slice(top, min(top + TILE_PX, side))
            out.write(rows_of(rows)[None], window=Window(0, top, side, rows.stop - top))
    part.rename(path)


def _textured(ground: np.ndarray, rows: slice, side: int, rng: np.random.Generator) -> np.ndarray:
    coarse = ground[np.arange(rows.start, rows.stop) // 4][:, np.arange(side) // 4]
    return np.asarray(coarse + rng.integers(0, 60, coarse.shape, dtype=np.uint16))


def _striped(rows: slice, side: int) -> np.ndarray:
    return np.broadcast_to((np.arange(rows.start, rows.stop) // 200 % 2 == 1)[:, None], (rows.stop - rows.start, side))
