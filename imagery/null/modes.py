"""Whether change stands apart: as a mode of its own beside that of the unchanged, with a valley between the two.

The test asks of the smoothed histogram of a side that, beyond its highest peak, it rises again by a quarter of the
valley's depth or more, and by more than the count of independent grains in either explains. Half-way to that mode lies
the threshold: a pixel of which half has changed shows half the step, so it is there that an edge keeps its place
however much it is smoothed. Otsu's threshold (1979) lies there too where both classes are alike; unconditional, it
would split a scene without change in two.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Doubles = NDArray[np.float64]
BANDWIDTH = 0.5  # of the unchanged's spread
STEP = 0.1  # of the bandwidth
RISE = 1.25  # from valley to mode
SURE = 3.0  # standard errors of that rise
GRAIN_PX = 4 * np.pi  # pixels that share their noise after a Gaussian of 1 px, the least any statistic is smoothed
FARTHEST = 200.0  # spreads; the rest is counted there


def mode_apart(side: Doubles, spread: float) -> float | None:
    """
    Return where change has a mode of its own on one side of a signed statistic, or None where it has none.

    Parameters
    ----------
    side
        float64 (n,): the statistic, its sign so that the side in question is positive, 0 where the unchanged lie.
    spread
        Of the unchanged, in the same units.
    """
    width = BANDWIDTH * spread
    step = STEP * width
    values = np.minimum(side, FARTHEST * spread)
    bins = int(np.ceil((max(float(values.max(initial=0.0)), 0.0) + 8 * width) / step))
    counts, edges = np.histogram(values, bins=bins, range=(-4 * width, -4 * width + bins * step))
    density = gaussian_filter1d(counts.astype(np.float64), 1 / STEP, mode="constant")
    first = int(np.argmax(density))
    beyond = density[first:]
    valley = np.minimum.accumulate(beyond)
    # Independent grains that a smoothed count stands for: those under its kernel.
    grains = np.sqrt(4 * np.pi) / STEP / GRAIN_PX
    error = np.sqrt(np.maximum((beyond + valley) * grains, 1))
    sure = np.where(beyond >= RISE * valley, (beyond - valley) * grains / error, 0)
    mode = int(np.argmax(sure))
    return float((edges[first + mode] + edges[first + mode + 1]) / 2) if sure[mode] >= SURE else None
