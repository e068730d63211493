"""The rule that makes a threshold of a null."""

import numpy as np

from ..grid import Grid
from ..scene import Null


def target_per_km2(grid: Grid) -> float:
    """Return the false alarms per square kilometre that the threshold aims at: 0.25 at 10 m, at most 5 at 0.5 m."""
    return float(np.clip(0.25 * 10 / grid.mean_gsd_m, 0.05, 5.0))


def threshold_of(null: Null, per_km2: float) -> tuple[float, float]:
    """Return the threshold at which at most `per_km2` false alarms are expected, and how many are."""
    index = min(int(np.searchsorted(-null.false_alarms_per_km2, -per_km2)), len(null.statistic) - 1)
    return float(null.statistic[index]), float(null.false_alarms_per_km2[index])
