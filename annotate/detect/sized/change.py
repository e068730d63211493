"""Kinds of the user's own in a pair: changes whose size, shape and tone are those that the kind states."""

import cv2
import numpy as np

from ....imagery.scene import ChangeMap, Floats, Mask, ScenePair
from ...kinds import Kind
from ...testable import Testability
from ..arbitration import one_a_place
from ..brightness import brightness
from ..detection import Cancelled, Detection, calibrated
from ..frame import MetricFrame
from ..objects import outline
from .cuts import SHARED, SIGNS, cuts, hat, least_height, on_grid, step_of
from .shape import form_of

LEAST_CHANGE = 0.05  # of the scene's level: fainter is a season
RING_PX = 3  # around a thing, what it stands out from
CLEARLY = 1.5  # times more on one date than on the other: it came, or went


def sized_changes(
    pair: ScenePair, change: ChangeMap, kind: Kind, testability: Testability, cancelled: Cancelled | None = None
) -> list[Detection]:
    """
    Find changes of the size and shape that a kind states.

    Brightening and darkening are searched apart: a thing and its shadow are one change, and not one shape.

    Parameters
    ----------
    pair
        Registered and normalised.
    change
        Its change map; the shape is asked of the pixels themselves, which are sharper.
    kind
        Limits of length, width, aspect, rectangularity and roundness, and its tone against the ground around it.
    testability
        Whether the kind may be counted at this pixel size; it is not needed to find one.
    cancelled
        Asked between levels.
    """
    step = step_of(kind, pair.grid.gsd_m)
    frame = MetricFrame.over(pair.grid, step)
    dates = [frame.resample(image, pair.valid) for image in brightness(pair)]
    before, after, valid = dates[0][0], dates[1][0], dates[0][1]
    if not valid.any():
        return []
    difference = np.where(valid, after - before, 0).astype(np.float32)
    found = []
    for sign in (1, -1):
        height = hat(np.asarray(sign * difference, dtype=np.float32), kind.width_m[1], step)
        threshold = max(LEAST_CHANGE, least_height(difference, valid, kind, step))
        for pixels in cuts(height, valid, threshold, kind, step, cancelled):
            polygon = on_grid(outline(pixels, 0, 0), frame)
            if polygon.is_empty or not form_of(polygon, pair.grid).fits(kind, step):
                continue
            shown = [_stands_out(image, pixels, valid) for image in (before, after)]
            word = _change(*shown)
            if np.sign(shown[0] if word == "vanished" else shown[1]) not in SIGNS[kind.tone]:
                continue
            stands = float(np.median(height[pixels]))
            terms = {
                **form_of(polygon, pair.grid).terms(),
                "statistic": round(stands, 3),
                "threshold": round(threshold, 3),
                "stands_out_before": round(shown[0], 3),
                "stands_out_after": round(shown[1], 3),
            }
            found.append(Detection(kind.name, word, "unknown", polygon, calibrated(stands, threshold), None, terms))
    return one_a_place(found, SHARED)


def _change(before: float, after: float) -> str:
    if abs(after) > CLEARLY * abs(before):
        return "appeared"
    return "vanished" if abs(before) > CLEARLY * abs(after) else "altered"


def _stands_out(image: Floats, pixels: Mask, valid: Mask) -> float:
    """Return how much brighter a thing is than the ring around it, in units of the scene's level."""
    near, beside = (
        cv2.dilate(pixels.astype(np.uint8), np.ones((2 * reach + 1,) * 2, np.uint8)) > 0 for reach in (RING_PX, 1)
    )
    ring = near & ~beside & valid
    return float(image[pixels].mean() - np.median(image[ring])) if ring.any() else 0.0
