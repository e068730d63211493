"""Natural irregularity: random fields that are functions of the place, so that any date can sample them anywhere."""

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from .canvas import Canvas
from .place import Floats

REACH_M = 64.0  # fields reach this far beyond the image
SPREAD = 0.48  # standard deviation of a cubic B-spline surface over unit white coefficients


def field(canvas: Canvas, extent_m: float, cell_m: float, key: tuple[int, ...]) -> Floats:
    """
    Sample a unit-variance random field on the canvas.

    A cubic B-spline surface over white coefficients `cell_m` apart: it is defined at every point, so a shifted canvas
    samples the same ground, and no interpolator is involved in the shift.

    Parameters
    ----------
    canvas
        Where to sample.
    extent_m
        Side of the image, metres.
    cell_m
        Size of the features, metres.
    key
        Seed words: the same key is the same field.
    """
    size = int(np.ceil((extent_m + 2 * REACH_M) / cell_m)) + 4
    lattice = np.random.default_rng(key).standard_normal((size, size), dtype=np.float32)
    down = _spline((canvas.ys.astype(np.float64) + REACH_M) / cell_m + 1, size)
    across = _spline((canvas.xs.astype(np.float64) + REACH_M) / cell_m + 1, size)
    rows = np.asarray(down @ lattice)
    return np.asarray((across @ np.ascontiguousarray(rows.T)).T / np.float32(SPREAD), dtype=np.float32)


def fractal(canvas: Canvas, extent_m: float, octaves: Mapping[float, float], key: tuple[int, ...]) -> Floats:
    """Sum fields of several cell sizes (metres) with given amplitudes."""
    total = np.zeros_like(canvas.height)
    for index, (cell_m, amplitude) in enumerate(octaves.items()):
        total += np.float32(amplitude) * field(canvas, extent_m, cell_m, (*key, index))
    return total


def _spline(position: np.ndarray[tuple[int, ...], np.dtype[np.float64]], size: int) -> sparse.csr_array:
    base = np.floor(position).astype(np.int64)
    t = position - base
    weights = np.stack(
        [(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], axis=1
    ) / np.float64(6)
    columns = np.clip(base[:, None] + np.arange(-1, 3), 0, size - 1)
    pointers = np.arange(0, 4 * len(t) + 1, 4)
    return sparse.csr_array((weights.astype(np.float32).ravel(), columns.ravel(), pointers), shape=(len(t), size))
