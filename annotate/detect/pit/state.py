"""
Whether a pit is empty or filled: goods on its floor are lit on one side and cast a shadow on the other.

Crates and covered goods are 1 to 2.5 m wide and 0.6 to 1.6 m high, so a floor that holds some is far rougher than bare
soil. The ground around the same wall says how rough that is; a likelihood ratio of the two says which it is, and what
does not reach the odds stays unknown.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats, Mask, Scene, Sun
from .relief import DIFFUSE, MTF_SIGMA, Wall

GOODS_WIDTH_M = float(np.sqrt(1.0 * 2.5))  # the middling box of those that are put in pits
GOODS_HEIGHT_M = float(np.sqrt(0.6 * 1.6))
WIDEST_GOODS_M = 2.5  # coarser patches are ground
COVER = 0.25  # of the floor: between a box here and there and a full one
COARSEST_GSD_M = GOODS_WIDTH_M / 2  # a box and its shadow in fewer than two pixels each are no pattern
BARE_TEXTURE = 0.03  # log brightness; soil is never smoother
SPREAD = 0.5  # of the logarithm of roughness: soil is trodden or not; goods are many or few, high or low
ODDS = 9.0  # to one, that a call asks for
MISPLACED_M = 1.5  # step of the frame that walls are fitted in
MISSIZED = 0.06  # of the length, each side: half a step of the bank's sizes
MISSIZED_SQUARE = 0.12  # of a wall with an open side: the bank has these as squares alone
TALLER = 1.25  # than the fitted wall the true one may be
AROUND_M = 6.0
LEAST_FLOOR_M2 = 12.0  # room for two boxes and their shadows
MARCH_M = 0.5
BAND_M = 1.0  # the narrowest box
BEYOND_BANDS = 0.5  # of the variance of boxes in rows and columns, once the rows are taken out


@dataclass(frozen=True)
class State:
    """
    What a pit's floor shows.

    Parameters
    ----------
    word
        "empty", "filled" or "unknown".
    terms
        What it is made of: `state_evidence` in a sentence, and where the floor could be measured its `floor_contrast`,
        the `floor_reference` of the ground around and the `floor_log_odds` of goods; contrasts are of log brightness.
    """

    word: str
    terms: dict[str, float | str | bool]


@dataclass(frozen=True, eq=False)
class Near:
    """Pixels near a pit: log brightness, which of them count, and metres east and north of its centre."""

    level: Floats
    valid: Mask
    east: Floats
    north: Floats
    gsd_m: float

    @classmethod
    def of(cls, scene: Scene, valid: Mask, column: float, row: float, reach_m: float) -> "Near":
        """Cut out what lies within a distance of a place of the grid, pixel corners at integers."""
        reach = int(np.ceil(reach_m / min(scene.grid.gsd_m)))
        rows, columns = (slice(max(0, int(at) - reach), max(0, int(at) + reach + 1)) for at in (row, column))
        there = valid[rows, columns]
        down, right = np.mgrid[: there.shape[0], : there.shape[1]] + 0.5
        metres = scene.grid.metres(right + columns.start, down + rows.start) - scene.grid.metres(column, row)
        east, north = np.moveaxis(metres.astype(np.float32), -1, 0)
        return cls(_log_level(scene.pixels[:, rows, columns], there), there, east, north, scene.grid.mean_gsd_m)


def state_of(scene: Scene, valid: Mask, wall: Wall, place: tuple[float, float], sun: Sun | None) -> State:
    """
    Tell whether a pit is empty or filled, where its floor shows that.

    Parameters
    ----------
    scene
        Of the date that shows the pit.
    valid
        bool (rows, columns) of its grid.
    wall
        The wall that was fitted.
    place
        Column and row of its centre, pixel corners at integers.
    sun
        Of that date; None if not known.
    """
    gsd_m = scene.grid.mean_gsd_m
    if gsd_m > COARSEST_GSD_M:
        return _unknown(
            f"pixels of {gsd_m:.2g} m do not show goods about {GOODS_WIDTH_M:.1f} m wide; {COARSEST_GSD_M:.2g} m would"
        )
    if sun is None:
        return _unknown("the sun is not known, so the wall's shadow on the floor cannot be left out")
    near = Near.of(scene, valid, *place, np.hypot(wall.length_m, wall.width_m) / 2 + 2 * AROUND_M)
    floor, around = floor_and_around(wall, sun, near)
    area_m2 = float(floor.sum()) * scene.grid.pixel_area_m2
    if area_m2 < LEAST_FLOOR_M2 or not around.any():
        return _unknown(f"{area_m2:.0f} m² of floor lie clear of wall and shadow; {LEAST_FLOOR_M2:.0f} would do")
    contrast = unbanded(roughness(near, floor), wall, near, floor)
    reference = max(_robust_spread(roughness(near, around)), BARE_TEXTURE)
    value = log_odds(contrast, reference, goods_contrast(sun, gsd_m))
    word = "filled" if value >= np.log(ODDS) else "empty" if value <= -np.log(ODDS) else "unknown"
    return State(word, _told(word, contrast, reference, value))


def log_odds(contrast: float, reference: float, goods: float) -> float:
    """
    Return the log-odds of goods on a floor, before which either is as likely.

    Parameters
    ----------
    contrast
        Roughness of the floor.
    reference
        Of bare ground.
    goods
        That goods would add.
    """
    filled = float(np.log(np.hypot(reference, goods) / reference))
    above = float(np.clip(np.log(max(contrast, 1e-6) / reference), -filled, filled))  # beyond, no surer
    return float(filled * (above - filled / 2) / SPREAD**2)


def goods_contrast(sun: Sun, gsd_m: float) -> float:
    """Return spread over mean of the light on a floor with boxes, as pixels of this size show it, bands taken out."""
    shadow_m = GOODS_HEIGHT_M / np.tan(np.radians(sun.elevation_deg))
    share, depth = min(COVER * shadow_m / GOODS_WIDTH_M, 0.5), 1 - DIFFUSE
    blur = MTF_SIGMA * gsd_m * np.pi / min(shadow_m, GOODS_WIDTH_M)  # at the frequency of one such width dark, one lit
    spread = depth * np.sqrt(share * (1 - share)) / (1 - depth * share)
    return float(spread * np.exp(-0.5 * blur * blur) * np.sqrt(BEYOND_BANDS))


def floor_and_around(wall: Wall, sun: Sun, near: Near) -> tuple[Mask, Mask]:
    """Return the floor and the ground around, both clear of the wall and of its shadow however it was misfitted."""
    missized = MISSIZED if wall.open_side is None else MISSIZED_SQUARE
    distance, away = wall.distance(near.east, near.north), wall.foot_m / 2 + MISPLACED_M + missized * wall.length_m
    clear = near.valid & ~_in_shadow(wall, sun, near)
    floor = clear & (distance < -away)
    if wall.divided:
        floor &= np.abs(wall.lying(near.east, near.north)[0]) > wall.foot_m / 2 + MISPLACED_M
    return floor, clear & (distance > away) & (distance < away + AROUND_M)


def roughness(near: Near, where: Mask) -> Floats:
    """Return log brightness there, less its own course over distances longer than goods: float32 (n,)."""
    sigma, weight = WIDEST_GOODS_M / near.gsd_m, where.astype(np.float32)
    total, share = (cv2.GaussianBlur(array, (0, 0), sigma) for array in (near.level * weight, weight))
    return np.asarray((near.level - total / np.maximum(share, 1e-6))[where], dtype=np.float32)


def unbanded(rough: Floats, wall: Wall, near: Near, where: Mask) -> float:
    """Return the standard deviation within bands a box wide, of the direction that leaves least: no wall is in it."""
    along, across = wall.lying(near.east, near.north)
    left = []
    for axis in (along, across, wall.distance(near.east, near.north)):
        band = np.floor(axis[where] / BAND_M).astype(np.int64)
        band -= band.min()
        members = np.maximum(np.bincount(band), 1)
        middle = np.bincount(band, rough) / members
        left.append(float(np.sqrt(np.mean(np.square(rough - middle[band])))))
    return min(left)


def _in_shadow(wall: Wall, sun: Sun, near: Near) -> Mask:
    azimuth, rise = np.radians(sun.azimuth_deg), float(np.tan(np.radians(sun.elevation_deg))) / TALLER
    hidden = np.zeros(near.valid.shape, dtype=bool)
    for far in np.arange(MARCH_M, wall.height_m / rise + MARCH_M, MARCH_M):
        east, north = near.east + np.float32(far * np.sin(azimuth)), near.north + np.float32(far * np.cos(azimuth))
        hidden |= wall.height(east, north) > far * rise
    return hidden


def _log_level(pixels: Floats, valid: Mask) -> Floats:
    """Return the logarithm of the mean of the bands, each over its median there."""
    if not valid.any():
        return np.zeros(valid.shape, dtype=np.float32)
    levels: NDArray[np.float32] = np.median(pixels[:, valid], axis=1)
    mean = np.mean(pixels / np.maximum(levels, 1e-9)[:, None, None], axis=0)
    return np.where(valid, np.log(np.maximum(mean, DIFFUSE / 10)), 0).astype(np.float32)


def _robust_spread(values: Floats) -> float:
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


def _unknown(reason: str) -> State:
    return State("unknown", {"state_evidence": f"Empty or filled cannot be told: {reason}."})


def _told(word: str, contrast: float, reference: float, value: float) -> dict[str, float | str | bool]:
    times = f"The floor is {contrast / reference:.1f} times as rough as the ground around the wall"
    odds = f"{np.exp(abs(value)):.0f} to 1 {'for' if value > 0 else 'against'} goods"
    said = {
        "filled": f"{times}: goods and their shadows, at {odds}",
        "empty": f"{times}: bare, at {odds}",
        "unknown": f"{times}: {odds} is too little to say, {ODDS:.0f} to 1 would do",
    }[word]
    return {
        "state_evidence": f"{said}.",
        "floor_contrast": round(contrast, 3),
        "floor_reference": round(reference, 3),
        "floor_log_odds": round(value, 3),
    }
