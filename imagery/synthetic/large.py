"""A full-size synthetic pair for measuring speed and memory: known shift, known changed rectangles, no meaning else."""

from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.windows import Window
from scipy.interpolate import BSpline
from scipy.sparse import csr_array

SHIFT_PX = (-0.4, 0.6)  # [y, x]: where a before pixel lies on the after image, less its own place
SPACINGS_PX = (2.5, 9.0, 40.0)  # of the texture's control points
SPREADS = (120.0, 160.0, 260.0)
NOISE = 18.0
BANDS = 4
TILE_PX = 512
RECTANGLES_PER_MPX = 33


def write_large_pair(folder: Path, side: int, seed: int = 0) -> tuple[Path, Path]:
    """
    Write before.tif and after.tif: uint16, four bands, tiles of 512, deflate with predictor 2, 10 m pixels.

    Parameters
    ----------
    folder
        Made where there is none.
    side
        Rows and columns.
    seed
        Of texture, noise and rectangles.

    Returns
    -------
    (before, after)
        The files. They are marked as synthetic.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before, after = folder / "before.tif", folder / "after.tif"
    _write(before, side, seed, (0.0, 0.0), changed=False)
    _write(after, side, seed, SHIFT_PX, changed=True)
    return before, after


def _write(path: Path, side: int, seed: int, shift: tuple[float, float], changed: bool) -> None:
    rng = np.random.default_rng(seed)
    octaves = []
    for spacing, spread in zip(SPACINGS_PX, SPREADS, strict=True):
        nodes = int(side / spacing) + 8
        field = rng.normal(0, spread, (nodes, nodes)).astype(np.float32)
        at = [_weights((np.arange(side) - moved) / spacing + 3, nodes) for moved in shift]
        octaves.append((at[0], field, at[1], rng.uniform(0.4, 1.6, BANDS)))
    corners, sizes = rng.integers(0, side - 40, (_count(side), 2)), rng.integers(4, 40, (_count(side), 2))
    rise = rng.uniform(300, 1500, (len(corners), BANDS)) * rng.choice((-0.4, 1.0), (len(corners), 1))
    noise = np.random.default_rng([seed, 1 + changed])
    profile = {
        **{"driver": "GTiff", "dtype": "uint16", "count": BANDS, "height": side, "width": side, "tiled": True},
        **{"blockxsize": TILE_PX, "blockysize": TILE_PX, "compress": "deflate", "predictor": 2, "num_threads": 2},
        **{"crs": "EPSG:32636", "transform": Affine(10, 0, 300_000, 0, -10, 5_200_000)},
    }
    with rasterio.open(path, "w", **profile) as out:
        out.update_tags(SYNTHETIC="YES", DEPOTWATCH_SYNTHETIC="1")
        for top in range(0, side, TILE_PX):
            rows = slice(top, min(top + TILE_PX, side))
            texture = [(at[rows] @ field @ across.T, shades) for at, field, across, shades in octaves]
            block = np.empty((BANDS, rows.stop - top, side), dtype=np.uint16)
            for band in range(BANDS):
                values = 2400 + sum(part * shades[band] for part, shades in texture)
                if changed:
                    _add_rectangles(values, top, corners, sizes, rise[:, band])
                    values = 1.1 * values + 80
                values += noise.normal(0, NOISE, values.shape)
                block[band] = np.clip(values, 1, 65535)
            out.write(block, window=Window(0, top, side, rows.stop - top))


def _count(side: int) -> int:
    return int(RECTANGLES_PER_MPX * side * side / 1e6)


def _weights(at: NDArray[np.floating], nodes: int) -> csr_array:
    """Cubic B-spline weights of control points at positions: sparse (positions, nodes)."""
    return csr_array(BSpline.design_matrix(at, np.arange(-2.0, nodes + 2.0), 3), dtype=np.float32)


def _add_rectangles(
    values: NDArray[np.float32],
    top: int,
    corners: NDArray[np.int64],
    sizes: NDArray[np.int64],
    rise: NDArray[np.float64],
) -> None:
    for (row, column), (height, width), value in zip(corners, sizes, rise, strict=True):
        if row < top + len(values) and row + height > top:
            values[max(0, row - top) : max(0, row + height - top), column : column + width] += value
