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
COUNTED_WHOLE_PX = 4_000_000  # larger pairs have so many objects that those cut at the edges of bands do not count
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
    choice, model = _learned(windows, method)
    still = _learned(control, choice.name)[1] if control else None
    quiet = [] if still is None else [still(pair) for pair in control]
    return _scorer(choice, model, windows[0], [model(pair) for pair in windows], quiet, control)


def score_change(
    pair: ScenePair, method: str = "auto", control: ScenePair | None = None, threshold: float | None = None
) -> ChangeMap:
    """
    Score change in a registered, normalised pair that fits into memory, a band of rows at a time.

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
    choice, model = _learned(sampled(pair.grid.shape, pair.window), method)
    quiet = list[Statistic]()
    if control is not None:
        still = _learned(sampled(control.grid.shape, control.window), choice.name)[1]
        quiet = _counted(_scored(still, control, choice.name))
    statistic = _scored(model, pair, choice.name)
    scorer = _scorer(choice, model, pair, _counted(statistic), quiet, [] if control is None else [control])
    found = scorer.map_of(pair, statistic)
    return found if threshold is None else found.at(threshold, false_alarms_at(found.null, threshold))


def _learned(windows: Sequence[ScenePair], method: str) -> tuple[Choice, Model]:
    if not any(pair.valid.any() for pair in windows):
        raise MethodError(NO_GROUND)
    choice = choose(windows[0]) if method == "auto" else Choice(method, "As asked for.")
    if choice.name not in METHODS:
        raise MethodError(f"Change method {method!r} is not known; give auto, {', '.join(METHODS)}.")
    log.info("%s: %s", choice.name, choice.reason)
    return choice, METHODS[choice.name].learn(windows)


def _scored(model: Model, pair: ScenePair, method: str) -> Statistic:
    """Return the statistic of a pair, made in bands of rows."""
    (rows, columns), margin = pair.grid.shape, METHODS[method].reach_px
    distance, signed = (np.empty((rows, columns), dtype=np.float32) for _ in range(2))
    band, one_sided = max(1, BAND_PX // columns), False
    for top in range(0, rows, band):
        bottom, first = min(top + band, rows), max(0, top - margin)
        one = model(pair.window((slice(first, min(bottom + margin, rows)), slice(0, columns))))
        inside = slice(top - first, bottom - first)
        distance[top:bottom], signed[top:bottom], one_sided = one.distance[inside], one.signed[inside], one.one_sided
    return Statistic(distance, signed, one_sided)


def _counted(whole: Statistic) -> list[Statistic]:
    """Return what a null is estimated from: bands of a large pair, so that objects are counted on some of them."""
    rows, columns = whole.distance.shape
    band = rows if rows * columns <= COUNTED_WHOLE_PX else max(1, BAND_PX // columns)
    parts = (slice(top, top + band) for top in range(0, rows, band))
    return [Statistic(whole.distance[part], whole.signed[part], whole.one_sided) for part in parts]


def _scorer(
    choice: Choice,
    model: Model,
    pair: ScenePair,
    statistics: Sequence[Statistic],
    quiet: Sequence[Statistic],
    control: Sequence[ScenePair],
) -> Scorer:
    if not any(np.isfinite(one.distance).any() for one in statistics):
        raise MethodError(NO_GROUND)
    null = estimate_null(statistics, pair.grid, not pair.registration.accepted, quiet)
    if control:
        date = control[0].after.acquisition.time
        null = replace(null, explanation=f"{null.explanation}; the control is {f'of {date}' if date else 'undated'}")
    return Scorer(choice, model, null, *threshold_of(null, target_per_km2(pair.grid)))
