"""The rule that makes a threshold of a null."""

import numpy as np

from ..grid import Grid
from ..scene import Null


def target_per_km2(grid: Grid) -> float:
    """Return the false alarms per square kilometre that the threshold aims at: 0.25 at 10 m, at most 5 at 0.5 m."""
    return float(np.clip(0.25 * 10 / grid.mean_gsd_m, 0.05, 5.0))


def threshold_of(null: Null, per_km2: float) -> tuple[float, float]:
    """
    Return the threshold and the false alarms per square kilometre that are expected at it.

    Where change stands apart as a mode of its own, the threshold is half-way to it; else, where at most `per_km2` are
    expected.
    """
    if null.apart is not None:
        logarithms = np.log(null.false_alarms_per_km2)
        return null.apart, float(np.exp(np.interp(null.apart, null.statistic, logarithms)))
    index = min(int(np.searchsorted(-null.false_alarms_per_km2, -per_km2)), len(null.statistic) - 1)
    return float(null.statistic[index]), float(null.false_alarms_per_km2[index])
