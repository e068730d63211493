"""One date's exposure: its time, sun, season and camera settings, and the pixels that they make of a site."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from ..scene import Sun
from .canvas import BANDS, Canvas
from .ground import Season
from .light import radiance, sun_at
from .optics import BLUR_REACH_PX, counts, sample
from .place import Floats
from .site import Site, draw_site
from .texture import field

FINE_STEP_M = 0.25
SHADOW_REACH_M = 14.0  # drawn beyond the image's edge, so that shadows from outside fall in
LAT_LON = (31.995, -27.0)


@dataclass(frozen=True)
class Conditions:
    """One date's light and weather: time in UTC, sun, season, gain and offset by band."""

    time: datetime
    sun: Sun
    season: Season
    gain: tuple[float, ...]
    offset: tuple[float, ...]


def both_conditions(rng: np.random.Generator) -> tuple[Conditions, Conditions]:
    """Draw two dates about a year apart, within 40 minutes of the same hour, with the sun 25° to 65° high."""
    while True:
        first = datetime(2031, 1, 1, tzinfo=UTC) + timedelta(
            days=float(rng.integers(365)), hours=float(rng.uniform(10, 16.5))
        )
        second = first + timedelta(days=float(rng.integers(330, 401)), minutes=float(rng.uniform(-40, 40)))
        suns = [sun_at(time, *LAT_LON) for time in (first, second)]
        if all(25 <= sun.elevation_deg <= 65 for sun in suns):
            break
    made = []
    for key, (time, sun) in enumerate(zip((first, second), suns, strict=True)):
        season = Season(float(1 + 0.12 * rng.normal()), float(1 + 0.05 * rng.normal()), key)
        gain = tuple(float(value) for value in 1 + 0.04 * rng.normal() + 0.015 * rng.normal(size=len(BANDS)))
        haze = np.array([0.022, 0.012, 0.007, 0.003]) * rng.uniform(0.6, 1.4)
        made.append(Conditions(time.replace(microsecond=0), sun, season, gain, tuple(float(value) for value in haze)))
    return made[0], made[1]


def expose(
    site: Site, conditions: Conditions, gsd_m: float, extent_m: float, moved_m: tuple[float, float], seed: int
) -> Floats:
    """
    Draw, light, blur, sample and disturb one date.

    Parameters
    ----------
    site
        What stands.
    conditions
        Light, season and camera.
    gsd_m, extent_m
        Pixel size and side of the image, metres.
    moved_m
        [south, east]: the content lies this much further down and right. It is built into where the fine cells lie on
        the ground, so no interpolator makes it.
    seed
        Of textures and noise.

    Returns
    -------
    float32 (4, rows, columns), counts.
    """
    factor = max(2, int(np.ceil(gsd_m / FINE_STEP_M - 1e-9)))
    step = gsd_m / factor
    size = round(extent_m / gsd_m)
    margin = int(np.ceil(max(SHADOW_REACH_M / step, BLUR_REACH_PX * factor)))
    corner = -margin * step
    canvas = Canvas.blank(size * factor + 2 * margin, step, corner - moved_m[1], corner - moved_m[0])
    draw_site(canvas, site, conditions.season, extent_m, seed)
    light = radiance(canvas, conditions.sun)
    light *= 1 + np.float32(0.02) * field(canvas, extent_m, 130.0, (seed, 21, conditions.season.key))
    pixels = sample(light, factor, margin)
    gain, offset = (np.asarray(values, np.float32)[:, None, None] for values in (conditions.gain, conditions.offset))
    return counts(pixels * gain + offset, np.random.default_rng((seed, 22, conditions.season.key)))
