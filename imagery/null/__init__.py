"""The null: how the statistic of this pair is distributed where nothing changed, and the threshold it gives.

A chi-square p-value and an unconditional Otsu threshold both fail by orders of magnitude on real pairs. Here the body
of the pair's own distribution is found by central matching (Efron 2004, JASA 99:96); beyond it, connected exceedances
are counted and continued (lengths), or the family that fits goes on (signed log-ratios); or a third date without an
event is counted. One rule makes a threshold of each.
"""

from .estimate import estimate_null
from .objects import MIN_OBJECT_PX
from .threshold import false_alarms_at, level_at, target_per_km2, threshold_of

__all__ = ["MIN_OBJECT_PX", "estimate_null", "false_alarms_at", "level_at", "target_per_km2", "threshold_of"]
