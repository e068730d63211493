"""From a pair to a change map: the method, the statistic, the null and the threshold."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..errors import MethodError
from ..null import estimate_null, false_alarms_at, target_per_km2, threshold_of
from ..sample import sampled
from ..scene import ChangeMap, Null, ScenePair
from .choice import Choice, choose
from .ir_mad import IR_MAD
from .log_ratio import LOG_RATIO
from .mad import MAD
from .method import Method, Model
from .pca_kmeans import PCA_KMEANS
from .statistic import Statistic
from .structure import STRUCTURE
from .structured import STRUCTURED_VECTOR
from .vector import CHANGE_VECTOR

log = logging.getLogger("depotwatch")
BAND_PX = 800_000  # pixels scored together: what is held is a few dozen bytes for each
NO_GROUND = "Too little valid ground is left for a change map; choose scenes with fewer gaps or a larger area."
METHODS: Mapping[str, Method] = {
    method.name: method for method in (CHANGE_VECTOR, STRUCTURED_VECTOR, STRUCTURE, MAD, IR_MAD, PCA_KMEANS, LOG_RATIO)
}


@dataclass(frozen=True, eq=False)
class Scorer:
    """
    What was learned of a pair: enough to score any window of it.

    Parameters
    ----------
    choice
        The change method, and why.
    model
        From a window to the statistic.
    null
        Of the statistic.
    threshold, expected_false_alarms_per_km2
        In units of the statistic, and what it costs.
    """

    choice: Choice
    model: Model
    null: Null
    threshold: float
    expected_false_alarms_per_km2: float

    def __call__(self, pair: ScenePair) -> ChangeMap:
        """Score a registered, normalised window."""
        return self.map_of(pair, self.model(pair))

    def map_of(self, pair: ScenePair, statistic: Statistic) -> ChangeMap:
        """Return the map of a window whose statistic is known."""
        score = (statistic.distance / (statistic.distance + np.float32(self.threshold))).astype(np.float32)
        return ChangeMap(
            pair.grid,
            score,
            self.choice.name,
            self.threshold,
            self.null,
            self.expected_false_alarms_per_km2,
            statistic.signed,
            self.choice.reason,
        )


def learn(windows: Sequence[ScenePair], method: str = "auto", control: Sequence[ScenePair] = ()) -> Scorer:
    """
    Learn the statistic, its null and its threshold.

    Parameters
    ----------
    windows
        Of a registered, normalised pair; the whole pair as the only window where it fits into memory.
    method
        A name of `METHODS`, or "auto".
    control
        Of the same before scene and a date with no event between, likewise: the null is then counted there.

    Raises
    ------
    MethodError
        If the method is not known, or too little ground is valid.
    """
    if not windows:
        raise MethodError(NO_GROUND)
    choice = choose(windows[0]) if method == "auto" else Choice(method, "As asked for.")
    if choice.name not in METHODS:
        raise MethodError(f"Change method {method!r} is not known; give auto, {', '.join(METHODS)}.")
    log.info("%s: %s", choice.name, choice.reason)
    model, statistics = _fit(choice.name, windows)
    still = _fit(choice.name, control)[1] if control else []
    grid = windows[0].grid
    null = estimate_null(statistics, grid, not windows[0].registration.accepted, still)
    if control:
        date = control[0].after.acquisition.time
        null = replace(null, explanation=f"{null.explanation}; the control is {f'of {date}' if date else 'undated'}")
    return Scorer(choice, model, null, *threshold_of(null, target_per_km2(grid)))


def score_change(
    pair: ScenePair, method: str = "auto", control: ScenePair | None = None, threshold: float | None = None
) -> ChangeMap:
    """
    Score change in a registered, normalised pair that fits into memory: learned as `learn` does, scored band by band.

    Parameters
    ----------
    pair, control
        Of the same before scene; the control's after scene is of a date with no event between.
    method
        A name of `METHODS`, or "auto".
    threshold
        In units of the method's statistic, above 0; None for the one that the null gives.

    Raises
    ------
    MethodError
        If the method is not known, the threshold is not above 0, or too little ground is valid.
    """
    if threshold is not None and not 0 < threshold < np.inf:
        raise MethodError(f"Threshold {threshold:g} cannot be used; give a number above 0 in units of the statistic.")
    scorer = learn(_windows(pair), method, [] if control is None else _windows(control))
    rows, columns = pair.grid.shape
    distance, signed = (np.empty(pair.grid.shape, dtype=np.float32) for _ in range(2))
    band, margin, one_sided = max(1, BAND_PX // columns), METHODS[scorer.choice.name].reach_px, False
    for top in range(0, rows, band):
        bottom, first = min(top + band, rows), max(0, top - margin)
        part = scorer.model(pair.window((slice(first, min(bottom + margin, rows)), slice(0, columns))))
        inside = slice(top - first, bottom - first)
        distance[top:bottom], signed[top:bottom] = part.distance[inside], part.signed[inside]
        one_sided = part.one_sided
    found = scorer.map_of(pair, Statistic(distance, signed, one_sided))
    return found if threshold is None else found.at(threshold, false_alarms_at(found.null, threshold))


def _windows(pair: ScenePair) -> list[ScenePair]:
    return sampled(pair.grid.shape, pair.window)


def _fit(name: str, windows: Sequence[ScenePair]) -> tuple[Model, list[Statistic]]:
    if not any(pair.valid.any() for pair in windows):
        raise MethodError(NO_GROUND)
    model = METHODS[name].learn(windows)
    statistics = [model(pair) for pair in windows]
    if not any(np.isfinite(statistic.distance).any() for statistic in statistics):
        raise MethodError(NO_GROUND)
    return model, statistics
