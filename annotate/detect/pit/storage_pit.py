"""
Storage pits: earth walls around a floor, told by what the sun makes of them.

Each wall shows a bright and a dark flank whose order the sun's azimuth fixes; a cleared patch or a roof does not. A
coarse bank of matched filters says where to look, a fine bank of many forms which wall it is, and additive odds of
plain terms whether it is one. Where the sun is not known, eight azimuths are tried, at the price of a higher threshold.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from ....imagery.scene import ChangeMap, ScenePair
from ....labels.records import Count
from ...kinds import Kind
from ...testable import Testability
from ..detection import Cancelled, Detection, calibrated
from ..frame import MetricFrame
from .closer import closer_places
from .growth import growth
from .odds import CLOSER_M, Odds, odds_for
from .relief import ASSUMED_SUNS
from .search import Place, outline
from .state import State, state_of
from .view import view_of

OVERLAP = 0.3  # of the smaller outline, above which two walls are one


def storage_pits(
    pair: ScenePair, change: ChangeMap, kind: Kind, testability: Testability, cancelled: Cancelled | None = None
) -> list[Detection]:
    """
    Find pits that appeared, vanished, or stood before and are larger or smaller now.

    Parameters
    ----------
    pair
        Registered and normalised.
    change
        Its change map; not used, as walls show in the brightness itself.
    kind
        Bounds of the outer size.
    testability
        Whether pits may be counted at this pixel size.
    cancelled
        Asked between filters and places.
    """
    view = view_of(pair)
    if view is None:
        return []
    known = pair.before.acquisition.sun is not None and pair.after.acquisition.sun is not None
    odds = odds_for(view.frame.step_m, view.hues is not None, closer=view.frame.step_m <= CLOSER_M)
    stricter = 0.0 if known else float(np.log(len(ASSUMED_SUNS)))
    threshold = odds.threshold + stricter
    scored = [(place, odds.log_odds(place.found)) for place in closer_places(pair, view, kind, stricter, cancelled)]
    likely = [(place, value) for place, value in scored if value >= threshold]
    outlines = [outline(place.fit, view.frame) for place, _ in likely]
    detections = []
    for index in apart(outlines, [value for _, value in likely]):
        place, value = likely[index]
        score = calibrated(float(np.exp(min((value - threshold) / 2, 30.0))), 1.0)  # the root: less crowded near 1
        count = Count(1, 1, 1) if testability.count and kind.countable else None
        about, word = _terms(place, value, threshold, known, odds), "appeared" if place.sign > 0 else "vanished"
        then = (pair.before if place.sign > 0 else pair.after).acquisition.sun
        grown = growth(view, place, then or place.sun, pair.grid.mean_gsd_m, outlines[index])
        if grown is not None:
            word, other = "altered", "before" if place.sign > 0 else "after"
            about[f"{other}_length_m"] = round(grown.wall.length_m, 1)
            about[f"{other}_width_m"] = round(grown.wall.width_m, 1)
            about["larger_by_m2"] = round(grown.grown_m2, 1)
        state = _state(pair, view.frame, place, known)
        detections.append(Detection(kind.name, word, state.word, outlines[index], score, count, about | state.terms))
    return detections


def _state(pair: ScenePair, frame: MetricFrame, place: Place, known: bool) -> State:
    scene, centre = pair.after if place.sign > 0 else pair.before, frame.to_pixels(place.fit.column, place.fit.row)
    sun = place.sun if known else None
    return state_of(scene, pair.valid, place.fit.wall, (float(centre[0]), float(centre[1])), sun)


def apart(outlines: Sequence[Polygon], scores: Sequence[float] | NDArray[np.float64]) -> list[int]:
    """Return which outlines are left, strongest first, where one place has one wall."""
    kept: list[int] = []
    for index in np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable"):
        if outlines[index].area > 0 and all(_shared(outlines[index], outlines[other]) <= OVERLAP for other in kept):
            kept.append(int(index))
    return kept


def _shared(one: Polygon, other: Polygon) -> float:
    if not one.intersects(other):
        return 0.0
    return float(one.intersection(other).area / min(one.area, other.area))


def _terms(place: Place, value: float, threshold: float, known: bool, odds: Odds) -> dict[str, float | str | bool]:
    wall, fit = place.fit.wall, place.fit
    about: dict[str, float | str | bool] = {
        "evidence": "shading of walls under the known sun" if known else "shading of walls; the sun is not known",
        "sun_azimuth_deg": round(place.sun.azimuth_deg, 1),
        "statistic": round(value, 3),
        "threshold": round(threshold, 3),
        "form": wall.form,
        "correlation": round(fit.correlation, 3),
        "relief_gain": round(fit.gain, 4),
        "length_m": round(max(wall.length_m, wall.width_m), 1),
        "width_m": round(min(wall.length_m, wall.width_m), 1),
        "heading_deg": round(wall.heading_deg, 1),
    }
    parts = sorted(odds.parts(place.found).items(), key=lambda item: -abs(item[1]))
    return about | {f"odds_{name}": round(part, 3) for name, part in parts}
