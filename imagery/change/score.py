"""From a pair to a change map: the method, the statistic, the null and the threshold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import MethodError
from ..null import estimate_null, target_per_km2, threshold_of
from ..scene import ChangeMap, Null, ScenePair
from .ir_mad import IR_MAD
from .log_ratio import LOG_RATIO
from .mad import MAD
from .method import Method, Model
from .vector import CHANGE_VECTOR

METHODS: Mapping[str, Method] = {method.name: method for method in (CHANGE_VECTOR, LOG_RATIO, MAD, IR_MAD)}


def choose(pair: ScenePair) -> str:
    """Return the method for a pair: log-ratio for SAR, change-vector for optical."""
    return "log-ratio" if pair.before.acquisition.sensor == "sar" else "change-vector"


@dataclass(frozen=True, eq=False)
class Scorer:
    """
    What was learned of a pair: enough to score any window of it.

    Parameters
    ----------
    method
        Name of the change method.
    model
        From a window to the statistic.
    null
        Of the statistic.
    threshold, expected_false_alarms_per_km2
        In units of the statistic, and what it costs.
    """

    method: str
    model: Model
    null: Null
    threshold: float
    expected_false_alarms_per_km2: float

    def __call__(self, pair: ScenePair) -> ChangeMap:
        """Score a registered, normalised window."""
        statistic = self.model(pair)
        score = (statistic.distance / (statistic.distance + np.float32(self.threshold))).astype(np.float32)
        return ChangeMap(
            pair.grid,
            score,
            self.method,
            self.threshold,
            self.null,
            self.expected_false_alarms_per_km2,
            statistic.signed,
        )


def learn(windows: Sequence[ScenePair], method: str = "auto") -> Scorer:
    """
    Learn the statistic, its null and its threshold.

    Parameters
    ----------
    windows
        Of a registered, normalised pair; the whole pair as the only window where it fits into memory.
    method
        A name of `METHODS`, or "auto".

    Raises
    ------
    MethodError
        If the method is not known, or too little ground is valid.
    """
    name = choose(windows[0]) if method == "auto" else method
    if name not in METHODS:
        raise MethodError(f"Change method {method!r} is not known; give auto, {', '.join(METHODS)}.")
    model = METHODS[name].learn(windows)
    statistics = [model(pair) for pair in windows]
    if not any(np.isfinite(statistic.distance).any() for statistic in statistics):
        raise MethodError(
            "Too little valid ground is left for a change map; choose scenes with fewer gaps or a larger area."
        )
    grid = windows[0].grid
    null = estimate_null(statistics, grid)
    return Scorer(name, model, null, *threshold_of(null, target_per_km2(grid)))


def score_change(pair: ScenePair, method: str = "auto") -> ChangeMap:
    """
    Score change in a registered, normalised pair that fits into memory.

    Raises
    ------
    MethodError
        If the method is not known, or too little ground is valid.
    """
    return learn([pair], method)(pair)
