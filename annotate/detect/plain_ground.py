"""The plain ground of one date: what a yard or a track bed would look like with nothing on it."""

import cv2
import numpy as np

from ...imagery.scene import Floats, Mask

AROUND_M = 40.0  # over which the ground's level is taken
GRAIN_M = 4.0  # ground is even over this; boxes, wagons and trees are not
FAIR = 0.25
EVEN, MOST_EVEN = 0.06, 0.12  # spread of brightness over a grain, as a share of the level
PLAINEST, ROUGHER = 0.25, 1.5  # of a scene's land, as grass and gravel are rougher than paving; and how much more yet


def plain_ground(bands: Floats, valid: Mask, gsd_m: tuple[float, float]) -> tuple[Floats, Mask]:
    """
    Return the level of the even ground around each pixel.

    Parameters
    ----------
    bands
        float32 (bands, rows, columns).
    valid
        bool (rows, columns); elsewhere the result is that of the ground around.
    gsd_m
        Ground size of a pixel [y, x], metres.

    Returns
    -------
    tuple
        float32, like `bands`: where no even ground is near, the median of all even ground stands in; and bool (rows,
        columns), True where a fair share of the ground around is even, as in a yard.
    """
    bright = np.where(valid, np.nan_to_num(bands.mean(axis=0)), 0).astype(np.float32, copy=False)
    grain = _size(GRAIN_M, gsd_m, 3)
    mean, square = cv2.blur(bright, grain), cv2.blur(bright * bright, grain)
    spread = np.sqrt(np.maximum(square - mean**2, 0)) / np.maximum(mean, 1e-6)
    usual = float(np.quantile(spread[valid][::7], PLAINEST)) if valid.any() else 0.0
    even = valid & (spread < np.clip(ROUGHER * usual, EVEN, MOST_EVEN))
    if not even.any():
        even = valid
    reach = _size(2 * AROUND_M, gsd_m, 3)
    share = cv2.blur(even.astype(np.float32), reach)
    ground = np.empty_like(bands, dtype=np.float32)
    for number, band in enumerate(bands):
        level = float(np.median(band[even])) if even.any() else 0.0
        near = cv2.blur(np.where(even, band, 0).astype(np.float32, copy=False), reach)
        np.divide(near, np.maximum(share, 1e-6), out=ground[number])
        ground[number][share <= 0.02] = level
    return ground, np.asarray(valid & (share > FAIR))


def _size(metres: float, gsd_m: tuple[float, float], least: int) -> tuple[int, int]:
    """Return an odd window (columns, rows) for cv2."""
    rows, columns = (max(least, 2 * round(metres / gsd / 2) + 1) for gsd in gsd_m)
    return columns, rows
