"""
Ground that turned to bare soil, where pixels are too coarse for walls: one signed statistic a pixel.

The change of all bands is whitened by its own robust covariance and projected on the colour that soil adds (adaptive
matched filter; Robey et al. 1992, IEEE TAES 28:208), blurred to the size of a pit less its surroundings, and weighed by
the share of the change that this colour explains less the share that it leaves (adaptive coherence; Kraut et al. 2001,
IEEE TSP 49:1): a roof or a quay is brighter too, but of another colour.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from ....imagery.scene import Floats, Mask, ScenePair
from ....imagery.water import open_water
from ..brightness import band
from ..matched import noise_level, peaks

Doubles = NDArray[np.float64]
ROLES = ("blue", "green", "red", "nir")
SPOT_M, AROUND_M = 7.0, 30.0  # Gaussians of the size of a pit, and of the ground around it
LEAST_SPOT_PX, LEAST_AROUND_PX = 0.8, 3.0
NOISE_CELL_M = 240.0  # several times what is looked for
SAMPLE = 200_000
QUIET = 0.6  # of the ground, whose change makes the noise
STEPS = 10
LEAST_Z = 2.5  # lower is noise on any ground
LIKELY = 0.95


@dataclass(frozen=True, eq=False)
class TurnedGround:
    """
    How much like new bare soil every pixel changed.

    Parameters
    ----------
    statistic
        float32 (rows, columns): noise units times the share explained less the share left,
        negative where soil went; 0 where not valid.
    amount
        float32 (rows, columns): the unblurred change along soil's colour, noise units; 0 where not valid.
    valid
        Ground with data on both dates, without open water.
    """

    statistic: Floats
    amount: Floats
    valid: Mask


def turned_ground(pair: ScenePair) -> TurnedGround | None:
    """Return the statistic of a registered, normalised optical pair; None where too little ground is left."""
    valid = pair.valid & ~open_water(pair.before) & ~open_water(pair.after)
    if valid.sum() < 64:
        return None
    before, after, seen = _bands(pair)
    change = (after - before).astype(np.float64)
    sample = np.flatnonzero(valid)[:: max(1, int(valid.sum()) // SAMPLE)]
    flat = change.reshape(len(change), -1)[:, sample]
    middle, covariance = quiet_noise(flat)
    inverse = np.linalg.inv(covariance)
    colour = _soil_colour(before.reshape(len(before), -1)[:, sample].astype(np.float64), seen)
    weight = inverse @ colour / np.sqrt(colour @ inverse @ colour)
    change -= middle[:, None, None]
    amount = np.where(valid, np.tensordot(weight, change, axes=1), 0).astype(np.float32)
    spots = np.stack([_spot(one.astype(np.float32), valid, pair.grid.gsd_m) for one in change])
    along = np.tensordot(weight, spots, axes=1)
    level: Floats = np.where(valid, along - np.median(along[valid]), 0).astype(np.float32)
    whole = np.einsum("iyx,ij,jyx->yx", spots, inverse, spots)
    share = np.clip(level**2 / np.maximum(whole, 1e-12), 0.0, 1.0)
    cell = max(2, round(NOISE_CELL_M / pair.grid.mean_gsd_m))
    noise = noise_level(level, valid & (level < 0), cell)  # the side without new soil: a busy depot is no noise
    soil = np.maximum(2 * share - 1, 0)  # what this colour explains, less what it leaves
    statistic = np.where(valid, level / noise * soil, 0).astype(np.float32)
    return TurnedGround(statistic, amount, valid)


def spots(ground: TurnedGround, per_km2: float, gsd_m: float, pixel_area_m2: float) -> tuple[NDArray[np.intp], float]:
    """
    Return (k, 2) rows and columns where soil is new, strongest first, and the threshold.

    What turned away from soil is the null: sun, season and registration do as much one way as the other, so the level
    that `per_km2` places exceed the other way lets through as many false alarms this way.
    """
    from scipy.stats import poisson  # takes half a second to import

    radius = max(1, round(SPOT_M / gsd_m))
    area_km2 = float(ground.valid.sum()) * pixel_area_m2 / 1e6
    other = -ground.statistic
    places = peaks(other, radius, 0.0)
    levels = np.sort(other[tuple(places.T)])[::-1]
    allowed = int(poisson.ppf(LIKELY, per_km2 * area_km2))  # a small scene has few to count
    threshold = max(LEAST_Z, float(levels[allowed]) if allowed < len(levels) else 0.0)
    return peaks(ground.statistic, radius, threshold), threshold


def quiet_noise(change: Doubles) -> tuple[Doubles, Doubles]:
    """
    Return mean and covariance of change, float64 (bands, n), where nothing happened.

    Concentration steps on the quietest `QUIET` of the pixels (Rousseeuw & Van Driessen 1999, Technometrics 41:212),
    scaled so that the median distance is that of a normal distribution.
    """
    bands = len(change)
    middle = np.median(change, axis=1)
    spread = 1.4826 * np.median(np.abs(change - middle[:, None]), axis=1)
    floor = np.diag(np.full(bands, 1e-6 * max(float(spread.max()), 1e-6) ** 2))
    covariance = np.diag(spread**2) + floor
    half = 2 * float(gammaincinv(bands / 2, 0.5))  # the median of chi²
    for _ in range(STEPS):
        distance = _distance(change, middle, covariance)
        quiet = distance <= np.quantile(distance, QUIET)
        middle = change[:, quiet].mean(axis=1)
        covariance = np.atleast_2d(np.cov(change[:, quiet])) + floor
        covariance = covariance * float(np.median(_distance(change, middle, covariance))) / half + floor
    return middle, covariance


def _distance(change: Doubles, middle: Doubles, covariance: Doubles) -> Doubles:
    centred = change - middle[:, None]
    return np.asarray(np.einsum("in,ij,jn->n", centred, np.linalg.inv(covariance), centred))


def _bands(pair: ScenePair) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Return the bands whose colour is known, and their colours; all bands and none where red is not known."""
    if band(pair.before, "red") is None:
        return pair.before.pixels, pair.after.pixels, ()
    found = [(role, band(pair.before, role), band(pair.after, role)) for role in ROLES]
    known = [(role, one, other) for role, one, other in found if one is not None and other is not None]
    return np.stack([one for _, one, _ in known]), np.stack([two for _, _, two in known]), tuple(r for r, _, _ in known)


def _soil_colour(before: Doubles, seen: tuple[str, ...]) -> Doubles:
    """
    Return what each band gains where red gains one, over the ground itself; near infrared neither gains nor loses.

    New soil is brighter than vegetation in the visible and duller in the near infrared; on old soil it is brighter in
    all. Haze and stretching change a band's level, not how it goes with red.
    """
    lead = before[seen.index("red")] if "red" in seen else before.mean(axis=0)
    lead = lead - lead.mean()
    slope = (before - before.mean(axis=1, keepdims=True)) @ lead / max(float(lead @ lead), 1e-12)
    visible = np.array([role != "nir" for role in seen]) if seen else np.ones(len(before), dtype=bool)
    return np.asarray(np.where(visible, np.maximum(slope, 0.05), 0.0))


def _spot(image: Floats, valid: Mask, gsd_m: tuple[float, float]) -> Floats:
    inner = [max(LEAST_SPOT_PX, SPOT_M / side) for side in gsd_m]
    outer = [max(LEAST_AROUND_PX, AROUND_M / side) for side in gsd_m]
    return np.asarray(_blurred(image, valid, inner) - _blurred(image, valid, outer), dtype=np.float32)


def _blurred(image: Floats, valid: Mask, sigmas: list[float]) -> Floats:
    total, weight = (
        cv2.GaussianBlur(one, (0, 0), sigmas[1], sigmaY=sigmas[0], borderType=cv2.BORDER_REFLECT_101)
        for one in (np.where(valid, image, 0).astype(np.float32), valid.astype(np.float32))
    )
    return np.where(valid, total / np.maximum(weight, 1e-6), 0).astype(np.float32)
