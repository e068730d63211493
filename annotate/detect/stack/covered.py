"""What covers ground that was bare on the other date, told from ground that only lies in shade."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats, Mask, ScenePair
from ....imagery.water import open_water
from ..brightness import usual
from .shading import off_line

AROUND_M = 60.0  # over which the ground's level is taken
FARTHEST = 3.0  # from the usual: water and deep shade are no measure of a yard
BRIGHTEST, DIMMED = 1.6, 0.75  # of the ground's level, in the sun and in shade
PENUMBRA = 0.5
SKY = 0.25  # of the light, where a pair shows too little shade to tell
LEAST_DROP = 0.25  # in every band: shade takes light from all of them, paint from some
STARTS = 50  # for the modes of the loss of light
MODE_SAMPLE = 5000
FEW = 0.1  # of the commonest
MOST_DROP = 0.95  # some skylight is left, and air between
LIKE_SHADE = 0.15
LEAST_SHADED = 200  # pixels
SAMPLE = 400_000
SAME_GROUND = 0.1  # of its level: ground that varies less tells nothing of the air


@dataclass(frozen=True, eq=False)
class Covered:
    """
    Two dates of the same ground, pixel by pixel.

    Parameters
    ----------
    apart
        float32 (rows, columns), how far the two differ by more than shade that came or went, as a share of the ground's
        level, in the band that shows it best.
    shade_before, shade_after
        float32 (rows, columns), how much of full shade lies on a date and not on the other, 0 to about 1.
    """

    apart: Floats
    shade_before: Floats
    shade_after: Floats


@dataclass(frozen=True, eq=False)
class Shade:
    """The share of light that full shade takes from a surface, and the light that the air adds: float32 (bands,)."""

    drop: Floats
    air: Floats


def covered(pair: ScenePair, levels: Floats | None = None) -> Covered:
    """
    Tell what stands on a pair's ground from shade.

    A pixel of ground that shade reaches to some part lies on a line in the space of its bands, from itself in the sun
    to itself in full shade; what lies off that line is another surface (the line of mixtures of the same surface lit
    and shaded: Adler-Golden et al. 2002). How dark full shade is, in each band, comes from the pair's own shade.

    Parameters
    ----------
    pair
        Registered and normalised.
    levels
        float32 like the pixels, the level of the ground where it is known better than from around.
    """
    before, after = pair.before.pixels, pair.after.pixels
    levels = levels_around(before, pair.valid, pair.grid.gsd_m) if levels is None else off_black(levels)
    came = off_shade(before, after, full_shade(before, after, pair.valid & ~open_water(pair.before)), levels)
    went = off_shade(after, before, full_shade(after, before, pair.valid & ~open_water(pair.after)), levels)
    nowhere = ~pair.valid
    apart = np.minimum(came[0], went[0])
    for array in (apart, came[1], went[1]):
        array[nowhere] = 0
    return Covered(apart, went[1], came[1])


def full_shade(lit: Floats, shaded: Floats, land: Mask) -> Shade:
    """Find what full shade does to this ground: the deepest common loss of light in all bands."""
    stride = max(1, round(np.sqrt(land.sum() / SAMPLE)))
    seen = land[::stride, ::stride]
    first, second = (pixels[:, ::stride, ::stride][:, seen] for pixels in (lit, shaded))
    drops = 1 - second / np.maximum(first, 1e-6)
    dimmed = (drops.min(axis=0) > LEAST_DROP) & (drops.max(axis=0) < MOST_DROP)
    first, second, drops = first[:, dimmed], second[:, dimmed], drops[:, dimmed]
    common = np.full(len(lit), 1 - SKY, dtype=np.float32)
    few = drops[:, :: max(1, drops.shape[1] // MODE_SAMPLE)]
    found: list[tuple[int, NDArray[np.float32]]] = []
    for start in range(0, few.shape[1], max(1, few.shape[1] // STARTS)):
        centre, near = few[:, start], np.zeros(few.shape[1], dtype=bool)
        for _ in range(5):
            near = np.abs(few - centre[:, None]).max(axis=0) < LIKE_SHADE
            centre = np.median(few[:, near], axis=1)
        found.append((int(near.sum()), centre.astype(np.float32)))
    least = max([LEAST_SHADED * few.shape[1] / max(drops.shape[1], 1) / stride**2, *(FEW * many for many, _ in found)])
    likely = [centre for number, centre in found if number >= least]
    if not likely:
        return Shade(common, np.zeros(len(lit), dtype=np.float32))
    deepest = max(likely, key=lambda centre: float(centre.max()))
    near = np.abs(drops - deepest[:, None]).max(axis=0) < LIKE_SHADE
    return _line(first[:, near], (first - second)[:, near], deepest)


def _line(lit: Floats, lost: Floats, usual: Floats) -> Shade:
    """Fit lost = drop x (lit - air), a band at a time, as far as the shaded ground is of several brightnesses."""
    drop, air = usual.copy(), np.zeros_like(usual)
    for band, (level, loss) in enumerate(zip(lit.astype(np.float64), lost.astype(np.float64), strict=True)):
        spread = level.var() + SAME_GROUND**2 * level.mean() ** 2
        slope = usual[band] + np.mean((level - level.mean()) * (loss - usual[band] * level)) / spread
        drop[band] = np.clip(slope, usual[band], MOST_DROP)
        air[band] = max(0.0, level.mean() - loss.mean() / drop[band])
    return Shade(drop, air)


def off_shade(lit: Floats, other: Floats, shade: Shade, levels: Floats) -> tuple[Floats, Floats]:
    """Return the distance from the line of shading, and the place on it."""
    apart, part = np.empty((2, *lit.shape[1:]), dtype=np.float32)
    light = np.array([BRIGHTEST, DIMMED, PENUMBRA], dtype=np.float32)
    off_line(lit, other, levels, shade.drop, shade.air, light, apart, part)
    return apart, part


def off_black(levels: Floats) -> Floats:
    """Return levels of the ground that are not so far below the usual one that to divide by them says nothing."""
    usual_levels = np.median(levels[:, ::7, ::7].reshape(len(levels), -1), axis=1)
    return np.asarray(np.maximum(levels, np.maximum(usual_levels / FARTHEST, 1e-6)[:, None, None]), dtype=np.float32)


def levels_around(pixels: Floats, valid: Mask, gsd_m: tuple[float, float]) -> Floats:
    """Return the level of the ground around each pixel, a band each."""
    size = tuple(2 * round(AROUND_M / gsd / 2) + 1 for gsd in gsd_m[::-1])
    weight = cv2.blur(valid.astype(np.float32), size)
    np.maximum(weight, 1e-6, out=weight)
    found = np.empty_like(pixels)
    for band, near in zip(pixels, found, strict=True):
        middle = max(usual(band, valid), 1e-6) if valid.any() else 1.0
        cv2.blur(np.where(valid, band, 0).astype(np.float32, copy=False), size, dst=near)
        near /= weight
        np.clip(near, middle / FARTHEST, middle * FARTHEST, out=near)
    return found
