"""Height from cast shadow: length times the tangent of the sun's elevation."""

from dataclasses import dataclass

import cv2
import numpy as np

from ...imagery.scene import Floats, Mask, Sun
from .boxes import Rectangle

DARK = 0.5  # of the same ground lit, haze taken off; what the sky alone leaves is a fifth to a third
HAZE_QUANTILE = 0.002  # the darkest object shows the light that the air adds (Chavez 1988)
TALLEST_M = 16.0  # six boxes


@dataclass(frozen=True)
class ShadowHeight:
    """
    Height of a block above ground, metres.

    Parameters
    ----------
    low_m, best_m, high_m
        Lower quartile, median and upper quartile along the far side, widened by the error of one pixel.
    share
        Share of the far side that casts any shadow.
    """

    low_m: float
    best_m: float
    high_m: float
    share: float


def shadow_mask(date: Floats, other: Floats) -> Mask:
    """Return where a date is darker than the other by more than a change of surface is likely to make it."""
    haze = np.float32(min(np.quantile(image, HAZE_QUANTILE) for image in (date, other)))
    return np.asarray(date - haze < DARK * (other - haze))


def shadow_height(dark: Mask, rectangle: Rectangle, sun: Sun, step_m: float) -> ShadowHeight | None:
    """
    Measure the shadow on the side away from the sun.

    Parameters
    ----------
    dark
        bool (rows, columns) of the frame, True in shadow.
    rectangle
        The block.
    sun
        Where the light comes from.
    step_m
        Pixel side of the frame.

    Returns
    -------
    ShadowHeight or None
        None where the far side shows no shadow over at least half its length.
    """
    azimuth, rise = np.radians(sun.azimuth_deg), float(np.tan(np.radians(sun.elevation_deg)))
    away = np.array([-np.sin(azimuth), np.cos(azimuth)])
    starts = _far_side(rectangle, away, step_m)
    reach = TALLEST_M / rise + 2 * step_m
    distances = np.arange(0.5, reach / step_m, 0.5)  # frame pixels
    places = (starts[:, None, :] + distances[None, :, None] * away - 0.5).astype(np.float32)
    seen = cv2.remap(dark.astype(np.float32), places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderValue=0) > 0.5
    near = seen[:, : max(1, round(1.5 / step_m * 2))].any(axis=1)
    if near.mean() < 0.5:
        return None
    seen[:, : max(1, round(0.75 / step_m * 2))] = True  # the outline is good to less than a metre
    ends = np.where(seen.all(axis=1), seen.shape[1], np.argmin(seen, axis=1))[near]
    heights = ends * 0.5 * step_m * rise
    low, best, high = np.quantile(heights, [0.25, 0.5, 0.75])
    error = 0.5 * step_m * rise
    return ShadowHeight(float(max(low - error, 0)), float(best), float(high + error), float(near.mean()))


def _far_side(rectangle: Rectangle, away: Floats, step_m: float) -> Floats:
    """Points along the sides that face away from the sun, in frame pixels: array (n, 2)."""
    points = []
    for axis, other, depth, length in (
        (rectangle.along, rectangle.across, rectangle.length_m, rectangle.width_m),
        (rectangle.across, rectangle.along, rectangle.width_m, rectangle.length_m),
    ):
        facing = float(axis @ away)
        if abs(facing) < 0.4:
            continue
        spots = np.linspace(-0.4, 0.4, max(3, round(length / step_m))) * length
        edge = np.sign(facing) * axis * depth / 2
        points.append(np.array([rectangle.x, rectangle.y]) + (edge + spots[:, None] * other) / step_m)
    return np.concatenate(points)
