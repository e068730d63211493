"""How much of a change is a shadow that the sun moved: its darkness is there on the other date, a little further."""

import cv2
import numpy as np

from ....imagery.grid import Grid
from ....imagery.scene import Floats, Sun
from .patch import Patch

SHADE = 0.6  # of lit ground, haze taken off: what the sky alone leaves is a fifth to a third, an edge is half
TALLEST_M = 25.0  # sheds, stacks, trees; a crane's shadow is not told
STEP_PX = 0.5


def shadow_moves(grid: Grid, before: Sun | None, after: Sun | None) -> tuple[float, float] | None:
    """Return pixels right and down from the after to the before shadow of a thing one metre high; None if unknown."""
    if before is None or after is None or min(before.elevation_deg, after.elevation_deg) <= 0:
        return None
    ends = []
    for sun in (before, after):
        azimuth, length = np.radians(sun.azimuth_deg), 1 / np.tan(np.radians(sun.elevation_deg))
        ends.append(np.array([-np.sin(azimuth), -np.cos(azimuth)]) * length)
    right, down = grid.pixels_of_metres(ends[0] - ends[1]) - grid.pixels_of_metres([0.0, 0.0])
    return float(right), float(down)


def shadow_reach_px(moves: tuple[float, float]) -> float:
    """Return how far the shadow of the tallest thing moves."""
    return TALLEST_M * float(np.hypot(*moves))


def shadow_moved(patch: Patch, moves: tuple[float, float]) -> float:
    """
    Return the share of a change that is darkness which stands on the other date further along the sun's way.

    A shadow's point cast from height z moves by z times `moves`, so the darkness of each pixel is looked for on the
    other date along a line. Only what is as dark as shade counts: a new thing that is not, and a new shadow without
    one on the other date, keep their energy.

    Parameters
    ----------
    patch
        With `reach_px` of at least `shadow_reach_px`.
    moves
        As `shadow_moves` gives them.
    """
    reach = shadow_reach_px(moves)
    if reach < 1.0 or not patch.inside.any():
        return 0.0
    unit = np.asarray(moves) / np.hypot(*moves)
    before, after = patch.before, patch.after
    levels = before.sum(axis=-1), after.sum(axis=-1)
    ground = float(np.median(np.concatenate([level[patch.valid] for level in levels])))
    left = np.abs(patch.change)
    for date, other, sign in ((after, before, 1.0), (before, after, -1.0)):
        own, others = levels if sign < 0 else levels[::-1]
        shaded = (own < SHADE * ground) & (own < others)
        if not (shaded & patch.inside).any():
            continue
        darkest = _darkest(other, sign * unit, reach)
        left = np.where(shaded[..., None], np.maximum(darkest - date, 0), left)
    return patch.explained(left)


def _darkest(image: Floats, unit: Floats, reach: float) -> Floats:
    """Return the least of each band from each pixel on to `reach` pixels along a unit vector, built by doubling."""
    darkest, done, step = image, 0.0, STEP_PX
    while done < reach:
        darkest = np.minimum(darkest, _from(darkest, min(step, reach - done) * unit))
        done += step
        step *= 2
    return darkest


def _from(image: Floats, offset: Floats) -> Floats:
    """Return what lies `offset` pixels right and down of each pixel."""
    matrix = np.array([[1.0, 0.0, offset[0]], [0.0, 1.0, offset[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(image, matrix, image.shape[1::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.float32).reshape(image.shape)
