"""The likest shape of the other sign along a line of windows: plain loops, compiled."""

import numpy as np
from numpy.typing import NDArray

from ....imagery.compiled import compiled
from ....imagery.scene import Floats


@compiled
def likest_twin(
    cells: Floats, seen: Floats, own: Floats, start: tuple[int, int], moves: NDArray[np.int64], least_seen: float
) -> float:
    """
    Return the largest correlation, of either sum of squares as it is, of a window with its negative elsewhere; 0 or up.

    Parameters
    ----------
    cells
        float32 (rows, columns).
    seen
        Share of each cell that is known.
    own
        float32 (n, m), the window that starts at `start`; 0 beyond the cells.
    start
        Row and column, which may lie outside.
    moves
        int64 (k, 2), down and right from there.
    least_seen
        Sum of `seen` below which a window is left out.
    """
    energy = np.float64(0)
    for value in own.ravel():
        energy += value * value
    best = 0.0
    for down, right in moves:
        top, left = start[0] + down, start[1] + right
        known = together = other = np.float64(0)
        for row in range(max(top, 0), min(top + own.shape[0], cells.shape[0])):
            for column in range(max(left, 0), min(left + own.shape[1], cells.shape[1])):
                value = cells[row, column]
                known += seen[row, column]
                together += own[row - top, column - left] * value
                other += value * value
        if known >= least_seen:
            best = max(best, -together / max(np.sqrt(energy * other), 1e-9))
    return best
