"""From a pair to a change map: the method, the statistic, the null and the threshold."""

from collections.abc import Callable, Mapping

import numpy as np

from ..errors import MethodError
from ..null import estimate_null, target_per_km2, threshold_of
from ..scene import ChangeMap, ScenePair
from .log_ratio import log_ratio
from .statistic import Statistic
from .vector import change_vector

METHODS: Mapping[str, Callable[[ScenePair], Statistic]] = {
    "change-vector": change_vector,
    "log-ratio": log_ratio,
}


def choose(pair: ScenePair) -> str:
    """Return the method for a pair: log-ratio for SAR, change-vector for optical."""
    return "log-ratio" if pair.before.acquisition.sensor == "sar" else "change-vector"


def score_change(pair: ScenePair, method: str = "auto") -> ChangeMap:
    """
    Score change in a registered, normalised pair.

    Parameters
    ----------
    pair
        Registered and normalised.
    method
        A name of `METHODS`, or "auto".

    Raises
    ------
    MethodError
        If the method is not known, the sensors of the dates differ, or the band counts do.
    """
    name = choose(pair) if method == "auto" else method
    if name not in METHODS:
        raise MethodError(f"Change method {method!r} is not known; give auto, {', '.join(METHODS)}.")
    statistic = METHODS[name](pair)
    valid = np.isfinite(statistic.distance)
    if not valid.any():
        raise MethodError(
            "Too little valid ground is left for a change map; choose scenes with fewer gaps or a larger area."
        )
    null = estimate_null(statistic, valid, pair.grid)
    threshold, expected = threshold_of(null, target_per_km2(pair.grid))
    score = (statistic.distance / (statistic.distance + np.float32(threshold))).astype(np.float32)
    return ChangeMap(pair.grid, score, name, threshold, null, expected, statistic.signed)
