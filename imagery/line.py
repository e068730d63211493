"""A straight line between two dates of one band, errors on both."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
PAIRS = 50_000
ROUNDS = 20
SETTLED = 1e-5
TUKEY = 4.685  # spreads beyond which a pixel has no say: 95 % efficient where noise is normal


def orthogonal_line(before: Doubles, after: Doubles, weights: Doubles | None = None) -> tuple[float, float]:
    """
    Return gain and offset that bring `after` to `before`, by orthogonal regression.

    Each date is in units of its own spread, so that a change of units does not change which errors count; that is the
    reduced major axis, whose gain is the ratio of the spreads. It is so where the two do not vary together as well.

    Parameters
    ----------
    before, after
        float64 (n,), n >= 2.
    weights
        float64 (n,), >= 0; None means alike.
    """
    mean_before, mean_after = np.average(before, weights=weights), np.average(after, weights=weights)
    vary_before = np.average((before - mean_before) ** 2, weights=weights)
    vary_after = np.average((after - mean_after) ** 2, weights=weights)
    gain = float(np.sqrt(vary_before / vary_after)) if vary_before > 0 and vary_after > 0 else 1.0
    return gain, float(mean_before - gain * mean_after)


def robust_line(before: Doubles, after: Doubles) -> tuple[float, float]:
    """
    Return the line of the majority: up to 3 of 10 pixels may have changed, whichever way.

    The median slope between random pixels, pairs counting by how far apart they are (Sen 1968, JASA 63:1379; Jaeckel
    1972, AMS 43:1449), then orthogonal regression reweighted by Tukey's biweight until it settles.

    Parameters
    ----------
    before, after
        float64 (n,), n >= 2.
    """
    gain = _median_slope(before, after)
    if gain <= 0:
        return orthogonal_line(before, after)
    offset = float(np.median(before - gain * after))
    rounding = 1e-6 * float(np.abs(before - np.median(before)).mean()) + 1e-12
    for _ in range(ROUNDS):
        residual = before - gain * after - offset
        spread = 1.4826 * float(np.median(np.abs(residual))) + rounding
        weights = np.clip(1 - (residual / (TUKEY * spread)) ** 2, 0, None) ** 2
        last = gain
        gain, offset = orthogonal_line(before, after, weights)
        if abs(gain - last) <= SETTLED * gain:
            break
    return gain, offset


def _median_slope(before: Doubles, after: Doubles) -> float:
    one, other = np.random.default_rng(0).integers(0, len(before), (2, PAIRS))
    run, rise = after[one] - after[other], before[one] - before[other]
    apart = run != 0
    if not apart.any():
        return 0.0
    slope, weight = rise[apart] / run[apart], np.abs(run[apart])
    order = np.argsort(slope)
    total = np.cumsum(weight[order])
    return float(slope[order][np.searchsorted(total, total[-1] / 2)])
