"""The null: how the statistic of this pair is distributed where nothing changed, and the threshold it gives.

A chi-square p-value and an unconditional Otsu threshold both fail by orders of magnitude on real pairs. Here the body
of the pair's own distribution is fitted by central matching (Efron 2004, JASA 99:96) and its family extrapolates the
tail. The rate of connected exceedances follows from the pair's own exceedances per pixel.
"""

from .estimate import estimate_null
from .objects import MIN_OBJECT_PX
from .threshold import target_per_km2, threshold_of

__all__ = ["MIN_OBJECT_PX", "estimate_null", "target_per_km2", "threshold_of"]
