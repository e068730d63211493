"""Runs along the rows of an image, compiled."""

import numpy as np
from numpy.typing import NDArray

from ....imagery.compiled import compiled


@compiled
def runs_along(height: NDArray[np.float32], gap: int, least: int) -> list[tuple[int, int, int, float]]:
    """
    Return (row, start, end, sum) of each run of values above 0.

    Parameters
    ----------
    height
        float32 (rows, columns), 0 or more.
    gap
        Most columns of 0 that a run bridges.
    least
        Columns of a run, at least.
    """
    found = [(0, 0, 0, 0.0)]
    for row in range(height.shape[0]):
        start, end, total = -1, -1, 0.0
        for column in range(height.shape[1] + gap + 1):
            value = height[row, column] if column < height.shape[1] else np.float32(0.0)
            if value > 0:
                if start < 0:
                    start = column
                end = column + 1
                total += float(value)
            elif start >= 0 and column - end >= gap:
                if end - start >= least:
                    found.append((row, start, end, total))
                start, total = -1, 0.0
    return found[1:]
