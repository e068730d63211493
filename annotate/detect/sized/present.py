"""Kinds of the user's own on one scene: what stands out from its surroundings in the size and shape that they state."""

import numpy as np

from ....imagery.scene import Scene
from ...kinds import Kind
from ...testable import Testability
from ..arbitration import one_a_place
from ..detection import Cancelled, Detection, calibrated
from ..frame import MetricFrame
from ..objects import outline
from .cuts import SHARED, SIGNS, cuts, hat, least_height, on_grid, step_of
from .shape import form_of

LEAST_CONTRAST = 0.05  # of the scene's level: fainter is a shade of the ground


def sized_present(
    scene: Scene, kind: Kind, testability: Testability, cancelled: Cancelled | None = None
) -> list[Detection]:
    """
    Find what stands out on one scene in the size and shape that a kind states.

    Parameters
    ----------
    scene
        Of any sensor that shows the kind.
    kind
        Limits of length, width, aspect, rectangularity and roundness, and its tone.
    testability
        Whether the kind may be counted at this pixel size; it is not needed to find one.
    cancelled
        Asked between levels.
    """
    step = step_of(kind, scene.grid.gsd_m)
    frame = MetricFrame.over(scene.grid, step)
    image, valid = frame.resample(scene.pixels.mean(axis=0), scene.mask)
    if not valid.any():
        return []
    level = float(np.median(image[valid]))
    least = LEAST_CONTRAST * abs(level)
    found = []
    for sign in SIGNS[kind.tone]:
        height = hat(np.where(valid, sign * image, sign * level).astype(np.float32), kind.width_m[1], step)
        threshold = max(least, least_height(height, valid, kind, step))
        for pixels in cuts(height, valid, threshold, kind, step, cancelled):
            polygon = on_grid(outline(pixels, 0, 0), frame)
            if polygon.is_empty:
                continue
            form, stands = form_of(polygon, scene.grid), float(np.median(height[pixels]))
            if form.fits(kind, step):
                terms = {**form.terms(), "statistic": round(stands, 3), "threshold": round(threshold, 3)}
                score = calibrated(stands, threshold)
                found.append(Detection(kind.name, "present", "unknown", polygon, score, None, terms))
    return one_a_place(found, SHARED)
