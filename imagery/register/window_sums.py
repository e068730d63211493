"""What is summed over a window, and the window at a fractional place: plain loops, compiled."""

import numpy as np

from ..compiled import compiled
from ..scene import Floats


@compiled
def dot(a: Floats, b: Floats, weight: Floats) -> float:
    """Weighted sum of products; by columns, which the compiler turns into vectors."""
    sums = np.zeros(a.shape[1], np.float32)
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            sums[j] += a[i, j] * b[i, j] * weight[i, j]
    return float(sums.sum())


@compiled
def _mean(values: Floats, weight: Floats) -> float:
    sums, totals = np.zeros(values.shape[1], np.float32), np.zeros(values.shape[1], np.float32)
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            sums[j] += values[i, j] * weight[i, j]
            totals[j] += weight[i, j]
    return float(sums.sum()) / max(float(totals.sum()), 1e-6)


@compiled
def unit(values: Floats, weight: Floats, out: Floats) -> float:
    """Set `out` to the values with weighted mean 0 and weighted norm 1, and return the norm."""
    mean = np.float32(_mean(values, weight))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = values[i, j] - mean
    norm = max(np.sqrt(dot(out, out, weight)), 1e-6)
    scale = np.float32(1.0 / norm)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] *= scale
    return float(norm)


@compiled
def misfit(error: Floats, trust: Floats) -> tuple[float, float]:
    """
    Return the variance of the misfits, and how many neighbours carry one independent value.

    The latter from their correlation at lag 2, as of exp(-lag² / 2 s²): s² = 2 / -ln(rho).
    """
    rows, columns = error.shape
    power, below, beside, square, total = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(rows):
        for j in range(columns):
            pulled = trust[i, j] * error[i, j]
            total += trust[i, j]
            square += pulled * error[i, j]
            power += pulled * pulled
            if i >= 2:
                below += pulled * trust[i - 2, j] * error[i - 2, j]
            if j >= 2:
                beside += pulled * trust[i, j - 2] * error[i, j - 2]
    area = 1.0
    for product in (below, beside):
        rho = min(max(product / max(power, 1e-12), 0.02), 0.9)
        area *= np.sqrt(2 * np.pi * 2.0 / -np.log(rho))
    return square / max(total, 1.0), area


@compiled
def sample(image: Floats, top: float, left: float, between: Floats, out: Floats) -> None:
    """
    Fill a window from an image at a fractional corner, by cubic convolution (Keys 1981).

    A window has one fraction, so the interpolation is separable and exact; cv2.remap rounds to 1/32 px.
    """
    rows, columns = image.shape
    size = out.shape[0]
    row, column = int(np.floor(top)), int(np.floor(left))
    down, across = _cubic(top - row), _cubic(left - column)
    inside = column >= 1 and column + size + 2 <= columns
    for i in range(size):
        a, b = min(max(row + i - 1, 0), rows - 1), min(max(row + i, 0), rows - 1)
        c, d = min(max(row + i + 1, 0), rows - 1), min(max(row + i + 2, 0), rows - 1)
        if inside:
            first = slice(column - 1, column + size + 2)
            one, two, three, four = image[a][first], image[b][first], image[c][first], image[d][first]
            for j in range(size + 3):
                between[i, j] = down[0] * one[j] + down[1] * two[j] + down[2] * three[j] + down[3] * four[j]
        else:
            for j in range(size + 3):
                x = min(max(column - 1 + j, 0), columns - 1)
                between[i, j] = (
                    down[0] * image[a, x] + down[1] * image[b, x] + down[2] * image[c, x] + down[3] * image[d, x]
                )
    for i in range(size):
        line = between[i]
        for j in range(size):
            out[i, j] = (
                across[0] * line[j] + across[1] * line[j + 1] + across[2] * line[j + 2] + across[3] * line[j + 3]
            )


@compiled
def _cubic(f: float) -> Floats:
    """Weights of the four neighbours at -1, 0, 1, 2 of a fraction in [0, 1): float32 (4,)."""
    return np.array(
        [
            ((-0.5 * f + 1) * f - 0.5) * f,
            (1.5 * f - 2.5) * f * f + 1,
            ((-1.5 * f + 2) * f + 0.5) * f,
            (0.5 * f - 0.5) * f * f,
        ],
        dtype=np.float32,
    )
