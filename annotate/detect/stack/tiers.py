"""How many boxes stand on one another: from the length of the shadow, as a probability for each number of tiers."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d
from scipy.special import ndtr

from ....imagery.scene import Floats, Mask, Sun
from ..boxes import Rectangle
from .lattice import HEIGHT_M
from .view import Sight

HIGH_CUBE_M = 2.896
MOST = 6  # no yard stacks higher
FEWER = 0.6  # each further tier is less likely by this before looking
LOWERED = (0.0, 0.1, 0.2, 0.35)  # shares of places with one tier less
STRAY = 0.1  # of shadows are cut short or joined by something else
EDGE_M, EDGE_PX = 0.3, 0.3  # how well the wall's place is known, parts in metres and in pixels
STRIP_M = 2.6  # one box
LEAST_RISE = 0.35  # of the light: what the sky leaves is a fifth to a third of it
HAZE_QUANTILE = 0.002  # the darkest place shows the light that the air adds (Chavez 1988)
BLUR_M = 0.6  # from the middle of a shadow's edge to where its blur has ended
LIKE = 0.35  # logarithm of brightness: the same kind of ground
HAZE_M = 15.0  # around a block, where the darkest place is looked for
FACING = 0.35  # sine of the angle under which a side may cast a shadow of use


@dataclass(frozen=True, eq=False)
class Tiers:
    """
    What the shadow says.

    Parameters
    ----------
    probabilities
        float64 (MOST,): of 1, 2, … tiers.
    height_m
        Median height of the side away from the sun.
    strips
        Strips of one box along it that show a shadow.
    """

    probabilities: NDArray[np.float64]
    height_m: float
    strips: int


def prior_tiers(unshadowed: bool = False) -> NDArray[np.float64]:
    """Return the probability of 1, 2, … tiers before looking, or if no shadow shows: a short one is hidden sooner."""
    weights = FEWER ** (np.arange(MOST) * (2 if unshadowed else 1))
    return np.asarray(weights / weights.sum())


def shadow_tiers(sight: Sight, rectangle: Rectangle, filled: Mask, sun: Sun) -> Tiers | None:
    """
    Read the tiers from the shadow on the side away from the sun.

    Parameters
    ----------
    sight
        Image and ground.
    rectangle
        The block, its sides as well placed as they can be.
    filled
        bool (rows, columns): where boxes stand; rows along the heading, columns across.
    sun
        Where the light comes from.

    Returns
    -------
    Tiers or None
        None where no shadow lies beside the block: on water, under other boxes, or in none.
    """
    lengths, clear = shadow_lengths(sight, rectangle, filled, sun)
    known = np.isfinite(lengths)
    if known.sum() < max(1, 0.3 * len(lengths)):
        return None
    seen, clear = lengths[known], clear[known]
    heights = seen * np.tan(np.radians(sun.elevation_deg))
    error = np.hypot(0.35 * sight.gsd_m, 0.1) * np.tan(np.radians(sun.elevation_deg))
    shift = np.linspace(-2, 2, 9)
    shared = np.hypot(EDGE_M, EDGE_PX * sight.gsd_m) * np.tan(np.radians(sun.elevation_deg))
    few = min(1.0, 4 / len(seen))  # neighbours share what disturbs them
    tops = np.arange(1, MOST + 1)[:, None, None] * np.array([HEIGHT_M, HIGH_CUBE_M])[:, None] + shift * shared
    whole = _density(heights, tops[..., None], error, clear)[:, None]  # tiers, shares lowered, boxes, shifts, heights
    less = whole[[0, *range(MOST - 1)]]
    low = np.array(LOWERED)[:, None, None, None]
    density = (1 - STRAY) * ((1 - low) * whole + low * less) + STRAY / (MOST * HEIGHT_M)
    logs = few * np.log(density).sum(axis=-1) - shift**2 / 2
    weights = np.exp(logs - logs.max()).sum(axis=(1, 2, 3)) * prior_tiers()
    return Tiers(weights / weights.sum(), float(np.median(heights)), len(seen))


def _density(
    values: NDArray[np.float64], mean: NDArray[np.float64], sigma: float, clear: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Of heights that the shadow shows; where it ends on other ground, something may stand there and hide the rest."""
    exact = np.exp(-(((values - mean) / sigma) ** 2) / 2) / (sigma * np.sqrt(2 * np.pi))
    cut = ndtr((mean - values) / sigma) / np.maximum(mean, HEIGHT_M)
    return np.asarray(np.where(clear, exact, (exact + cut) / 2))


def shadow_lengths(
    sight: Sight, rectangle: Rectangle, filled: Mask, sun: Sun
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """
    Measure the shadow at strips of one box along the far sides, where boxes stand.

    Returns
    -------
    tuple
        Length of the shadow, metres, NaN where none ends; and whether it ends on the ground on which it begins.
    """
    azimuth, rise = np.radians(sun.azimuth_deg), float(np.tan(np.radians(sun.elevation_deg)))
    away = np.array([-np.sin(azimuth), np.cos(azimuth)])
    step = sight.step_m
    reach = shadow_reach(sun, step)
    distances = np.arange(0.0, reach, min(0.25, step / 2))
    first = 0.5 * HEIGHT_M / rise  # surely in shadow
    found = []
    haze = _haze(sight, rectangle)
    for axis, other, depth, length, boxes in (
        (rectangle.along, rectangle.across, rectangle.length_m, rectangle.width_m, filled),
        (rectangle.across, rectangle.along, rectangle.width_m, rectangle.length_m, filled.T),
    ):
        facing = float(axis @ away)
        if abs(facing) < FACING:
            continue
        strips = max(1, round(length / STRIP_M))
        spots = ((np.arange(strips * 5) + 0.5) / (strips * 5) - 0.5) * length
        edge = (
            np.array([rectangle.x, rectangle.y]) + (np.sign(facing) * axis * depth / 2 + spots[:, None] * other) / step
        )
        places = edge[:, None, :] + distances[None, :, None] * away / step
        date, ground = (
            np.median(_along(images, places).reshape(len(images), strips, 5, -1), axis=2) - haze
            for images in (sight.bands, sight.ground)
        )
        ends, clear = _ends(date, ground, distances, first, sight.gsd_m)
        side = boxes[-1 if facing > 0 else 0]
        ends[~side[((np.arange(strips) + 0.5) / strips * len(side)).astype(int)]] = np.nan
        found.append((ends, clear))
    lengths, clear = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return lengths, clear


def shadow_reach(sun: Sun, step_m: float) -> float:
    """Return how far from a block a shadow is looked for, metres."""
    return float((MOST + 0.5) * HIGH_CUBE_M / np.tan(np.radians(sun.elevation_deg)) + 2 * step_m)


def _haze(sight: Sight, rectangle: Rectangle) -> Floats:
    """Return the darkest level of each band near the block: float64 (k, 1, 1)."""
    reach = (np.hypot(rectangle.length_m, rectangle.width_m) / 2 + HAZE_M) / sight.step_m
    rows = slice(max(0, int(rectangle.y - reach)), int(rectangle.y + reach) + 1)
    columns = slice(max(0, int(rectangle.x - reach)), int(rectangle.x + reach) + 1)
    near = np.minimum(sight.bands[:, rows, columns], sight.ground[:, rows, columns]).reshape(len(sight.bands), -1)
    return np.asarray(np.quantile(near, HAZE_QUANTILE, axis=1)[:, None, None])


def _along(images: Floats, places: NDArray[np.float64]) -> Floats:
    at = (places - 0.5).astype(np.float32)
    rays = [cv2.remap(one, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=float("nan")) for one in images]
    return np.asarray(rays, dtype=np.float32)


def _ends(
    date: Floats, ground: Floats, distances: NDArray[np.float64], first: float, blur_m: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Follow rays (bands, strips, distances) from the shadow into the light."""
    light = np.clip(date.mean(axis=0) / np.maximum(ground.mean(axis=0), 1e-3), -0.2, 1.5)
    step = distances[1] - distances[0]
    start, blur = int(first / step), max(1, round(max(BLUR_M, blur_m) / step))
    ends, clear = np.full(len(light), np.nan), np.zeros(len(light), dtype=bool)
    for i, line in enumerate(np.nan_to_num(light)):
        rise = np.full(line.size, -np.inf)
        rise[blur:-blur] = line[2 * blur :] - line[: -2 * blur]
        rise[:start] = -np.inf
        peaks = np.flatnonzero((rise >= LEAST_RISE) & (rise >= maximum_filter1d(rise, 2 * blur + 1)))
        if not len(peaks):
            continue
        end = int(peaks[0])
        middle = (line[end - blur] + line[end + blur]) / 2
        near = slice(end - blur, end + blur + 1)
        ends[i] = distances[near][int(np.abs(line[near] - middle).argmin())]
        same = np.log(np.maximum(ground[:, i, end + blur], 1e-3) / np.maximum(ground[:, i, start], 1e-3))
        lit = np.log(np.maximum(date[:, i, end + blur], 1e-3) / np.maximum(ground[:, i, end + blur], 1e-3))
        clear[i] = bool(max(np.abs(same).max(), np.abs(lit).max()) < LIKE)
    return ends, clear
