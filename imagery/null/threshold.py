"""The rule that makes a threshold of a null, the same for every pair."""

import numpy as np

from ..grid import Grid
from ..scene import Null

FALSE_ALARMS_M = 5.0  # times the pixel's size in metres, per square kilometre
LEAST, MOST = 0.05, 10.0


def target_per_km2(grid: Grid) -> float:
    """
    Return the false alarms per square kilometre that the threshold aims at.

    As many as a reviewer looks through: one every two square kilometres at 10 m, ten a square kilometre at 0.5 m and
    below, one every twenty square kilometres at 100 m and above.
    """
    return float(np.clip(FALSE_ALARMS_M / grid.mean_gsd_m, LEAST, MOST))


def level_at(null: Null, per_km2: float) -> float:
    """Return the level of the statistic at which `per_km2` false alarms are expected."""
    rates, levels = np.log(null.false_alarms_per_km2), np.log(null.statistic)
    return float(np.exp(np.interp(-np.log(per_km2), -rates, levels)))


def false_alarms_at(null: Null, level: float) -> float:
    """Return the false alarms per square kilometre that are expected at a level of the statistic."""
    rates, levels = np.log(null.false_alarms_per_km2), np.log(null.statistic)
    return float(np.exp(np.interp(np.log(level), levels, rates)))


def threshold_of(null: Null, per_km2: float) -> tuple[float, float]:
    """
    Return the threshold and the false alarms per square kilometre that are expected at it.

    It is where `per_km2` are expected; or lower, where change stands apart: there most of what is above it is change,
    however many false alarms that costs. Where change has a mode of its own it is half-way to that, lower or higher:
    between two modes lies the edge of what changed, which noise alone does not place.
    """
    target = level_at(null, per_km2)
    threshold = target if null.apart is None else min(target, null.apart)
    threshold = null.halfway or threshold
    return threshold, false_alarms_at(null, threshold)
