"""A straight line between two dates of one band, errors on both."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
PIXELS = 500  # of which slopes are taken, each with each
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

    The repeated median of the slopes between pixels (Siegel 1982, Biometrika 69:242), then orthogonal regression
    reweighted by Tukey's biweight until it settles.

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
    """Repeated median: a changed pixel spoils its own slopes and one of many medians, not all it is paired with."""
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, len(before), (PIXELS, 1)), rng.integers(0, len(before), (1, PIXELS))
    run, rise = after[one] - after[other], before[one] - before[other]
    apart = run != 0
    if not apart.any():
        return 0.0
    slopes = np.where(apart, rise / np.where(apart, run, 1), np.nan)[apart.any(axis=1)]
    return float(np.median(np.nanmedian(slopes, axis=1)))
