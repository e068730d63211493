"""How abruptly the profile of some places along a direction begins and ends: plain loops, compiled."""

import numpy as np
from numpy.typing import NDArray

from ....imagery.compiled import compiled


@compiled
def sharpness(places: NDArray[np.float64], along: NDArray[np.float64]) -> float:
    """
    Return the sum of the squared steps of a profile, its pixels shared between the two samples they lie at.

    The profile is smoothed over three samples first: pixels in step with the direction are no sharper for it.

    Parameters
    ----------
    places
        float64 (n, 2), at least one of them.
    along
        float64 (2,), the direction, of unit length.
    """
    low, high = np.inf, -np.inf
    for x, y in places:
        spot = x * along[0] + y * along[1]
        low, high = min(low, spot), max(high, spot)
    line = np.zeros(int(high - low) + 5)  # two samples of nothing at either end
    last = len(line) - 3
    for x, y in places:
        spot = x * along[0] + y * along[1] - low
        left = int(spot)
        line[left + 2] += 1 - (spot - left)
        if left + 3 <= last:
            line[left + 3] += spot - left
    total, before = 0.0, 0.0
    for at in range(1, len(line) - 1):
        smooth = 0.25 * line[at - 1] + 0.5 * line[at] + 0.25 * line[at + 1]
        total += (smooth - before) ** 2
        before = smooth
    return total + before**2
