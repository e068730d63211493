"""Open water on one date, and what stands out from it."""

from dataclasses import dataclass

import cv2
import numpy as np

from ....imagery.bands import colours
from ....imagery.scene import Floats, Mask, Scene
from ..frame import MetricFrame

LEAST_WATER_M2 = 10_000.0  # a basin that a vessel can turn in; a smaller dark patch is shade, a roof or a pond
NARROWEST_WATER_M = 20.0
AROUND_M = 150.0  # over which the water's own level is taken
STANDS_OUT = 0.25  # of the water's level: paint, steel and wood differ more
NOISE_UNITS = 4.0
ROUNDS, CLIP, CALM = 5, 2.0, 0.1  # sigma clipping, never closer than a tenth of the level
CROWDED = 2.0
DARKER = 1.5  # that land is brighter than water, where no band tells them apart
DEEP = 0.1  # the darkest tenth of what an index takes for water is water
SMOOTH = 0.12  # of the level, over a few pixels: waves and glint vary less, trees and streets more


@dataclass(frozen=True, eq=False)
class Waterside:
    """
    Water and what lies in or beside it, in a metric frame.

    Parameters
    ----------
    frame
        Square pixels, north up.
    water
        bool (rows, columns), True on open water.
    contrast
        float32, how far a pixel is brighter than the water nearby, as a share of that water's level; 0 far from water.
    things
        bool, True where something that is not water stands near water.
    least
        float32, the contrast that a thing must have there.
    """

    frame: MetricFrame
    water: Mask
    contrast: Floats
    things: Mask
    least: Floats


def waterside(scene: Scene, step_m: float) -> Waterside | None:
    """
    Find open water and what stands out from it; None where the scene shows none.

    Parameters
    ----------
    scene
        Water is where green exceeds near infrared (McFeeters 1996, IJRS 17(7):1425) where both are named, else where
        the scene is dark and smooth.
    step_m
        Pixel side of the frame, metres.
    """
    frame = MetricFrame.over(scene.grid, step_m)
    bands, valid = frame.resampled(scene.pixels, scene.mask)
    water = _basins(_wet(scene, bands, valid, step_m) & valid, step_m)
    if not water.any():
        return None
    calm = _undisturbed(np.mean(bands, axis=0), water, step_m)
    infrared = _infrared(scene)
    contrast, spread = np.zeros(frame.shape, dtype=np.float32), np.zeros(frame.shape, dtype=np.float32)
    solid = np.full(frame.shape, np.inf, dtype=np.float32)  # silt and shoals are bright, but not in near infrared
    for number, band in enumerate(bands):
        level, noise, share = _level(band, calm, step_m)
        relative = (band - level) / np.maximum(level, 1e-6)
        contrast += np.where(share > 0.02, relative, 0) / len(bands)
        spread += noise / np.maximum(level, 1e-6) / len(bands)
        solid = relative if number == infrared else solid
    near = valid & (share > 0.02)
    usual = float(np.median(spread[calm])) if calm.any() else 0.0
    spread = np.minimum(spread, CROWDED * usual)  # a basin full of hulls has too little water to tell its waves from
    least = np.maximum(STANDS_OUT, NOISE_UNITS * spread).astype(np.float32)
    return Waterside(frame, water, contrast, near & (np.minimum(contrast, solid) > least), least)


def _infrared(scene: Scene) -> int | None:
    names = colours(scene)
    return next((names.index(name) for name in ("nir", "nir08") if name in names), None)


def _wet(scene: Scene, bands: Floats, valid: Mask, step_m: float) -> Mask:
    names, infrared = colours(scene), _infrared(scene)
    if "green" in names and infrared is not None:
        near_infrared = bands[infrared]
        index = _dark(bands[names.index("green")] > near_infrared, near_infrared, valid)
        level, _, share = _level(near_infrared, _basins(index & valid, step_m), step_m)
        slick = (share > 0.02) & (near_infrared < (1 + STANDS_OUT) * level)  # where shade and oil leave no green
        return np.asarray(index | slick)
    bright = np.log(np.maximum(np.mean(bands, axis=0), 1e-6)).astype(np.float32)
    if not valid.any():
        return np.zeros(valid.shape, dtype=bool)
    low, high = np.quantile(bright[valid], [0.001, 0.999])
    scaled = np.clip((bright - low) / max(high - low, 1e-6) * 255, 0, 255).astype(np.uint8)
    split, _ = cv2.threshold(scaled[valid][None, :], 0, 255, cv2.THRESH_OTSU)
    dark = valid & (scaled <= split)
    if not dark.any() or dark.sum() == valid.sum():
        return np.zeros(valid.shape, dtype=bool)
    if np.median(bright[valid & ~dark]) - np.median(bright[dark]) < np.log(DARKER):
        return np.zeros(valid.shape, dtype=bool)
    mean, square = cv2.blur(bright, (5, 5)), cv2.blur(bright * bright, (5, 5))
    return np.asarray(dark & (np.maximum(square - mean**2, 0) < SMOOTH**2))


def _dark(index: Mask, near_infrared: Floats, valid: Mask) -> Mask:
    """Leave out what an index takes for water but is nearer to ground in its brightness: roofs, concrete under haze."""
    ground = valid & ~index
    if not (ground.any() and (valid & index).any()):
        return index
    water = float(np.quantile(near_infrared[valid & index], DEEP))
    return np.asarray(index & (near_infrared < (water + float(np.median(near_infrared[ground]))) / 2))


def _basins(wet: Mask, step_m: float) -> Mask:
    size = max(1, round(NARROWEST_WATER_M / step_m / 2)) * 2 + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    solid = cv2.morphologyEx(wet.astype(np.uint8), cv2.MORPH_OPEN, disc)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    large = stats[:, cv2.CC_STAT_AREA] * step_m**2 >= LEAST_WATER_M2
    large[0] = False
    return np.asarray(large[labels])


def _undisturbed(brightness: Floats, water: Mask, step_m: float) -> Mask:
    """Leave out, again and again, what an index takes for water and does not look like the water around it: hulls."""
    calm = water
    for _ in range(ROUNDS):
        level, noise, _ = _level(brightness, calm, step_m)
        calm = water & (np.abs(brightness - level) < np.maximum(CLIP * noise, CALM * level))
    return np.asarray(calm)


def _level(band: Floats, water: Mask, step_m: float) -> tuple[Floats, Floats, Floats]:
    """Return mean, standard deviation and share of the water around each pixel."""
    size = (2 * max(1, round(AROUND_M / step_m)) + 1,) * 2
    values = np.where(water, band, 0).astype(np.float32)
    share = cv2.blur(water.astype(np.float32), size)
    mean = np.asarray(cv2.blur(values, size) / np.maximum(share, 1e-6), dtype=np.float32)
    square = cv2.blur(values * values, size) / np.maximum(share, 1e-6)
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    return mean, np.asarray(spread, dtype=np.float32), np.asarray(share, dtype=np.float32)
