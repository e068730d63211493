"""Closed-form earthworks and what the sun makes of them: the templates of the pit detector."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ...imagery.scene import Floats, Sun
from ..kinds import Kind

DIFFUSE = 0.2  # share of the light of a clear sky that is not the sun's
CREST_M = 1.0
SLOPE = 0.55  # rise over run of loose soil, a little below its angle of repose
SIZE_STEP = 1.25
OVERSAMPLING = 2
ASSUMED_SUNS = tuple(Sun(azimuth, 40.0) for azimuth in np.arange(0.0, 360.0, 45.0))  # where none is known
MTF_SIGMA = 0.62  # Gaussian blur in pixels whose transfer at Nyquist is .15


@dataclass(frozen=True)
class Wall:
    """
    An earth wall around a rounded rectangle.

    Parameters
    ----------
    length_m, width_m
        Outer size, foot to foot.
    heading_deg
        Of the long side, clockwise from north.
    height_m
        Of the crest.
    rounding
        Corner radius of the centre line over half its width: 0 square, 1 a ring or an oval.
    """

    length_m: float
    width_m: float
    heading_deg: float
    height_m: float
    rounding: float

    @property
    def foot_m(self) -> float:
        """Width of the wall at its foot."""
        return CREST_M + 2.0 * self.height_m / SLOPE

    def distance(self, east: Floats, north: Floats) -> Floats:
        """Signed distance to the centre line of the wall, metres, negative towards the floor."""
        turn = np.radians(self.heading_deg)
        along, across = east * np.sin(turn) + north * np.cos(turn), east * np.cos(turn) - north * np.sin(turn)
        half = np.array([self.length_m - self.foot_m, self.width_m - self.foot_m]) / 2
        radius = float(self.rounding * half.min())
        a, b = np.abs(along) - (half[0] - radius), np.abs(across) - (half[1] - radius)
        outside = np.hypot(np.maximum(a, 0), np.maximum(b, 0))
        return np.asarray(outside + np.minimum(np.maximum(a, b), 0) - radius, dtype=np.float32)

    def height(self, east: Floats, north: Floats) -> Floats:
        """Height above ground, metres: a raised cosine across the wall."""
        across = np.clip(self.distance(east, north) / (self.foot_m / 2), -1, 1)
        return np.asarray(self.height_m * np.cos(np.pi / 2 * across) ** 2, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Template:
    """
    What one wall adds to a flat, evenly lit ground.

    Parameters
    ----------
    wall
        The earthwork.
    sun
        What lights it.
    signal
        float32 (n, n), relative brightness change.
    nuisance
        float32 (k, n, n): flat patches of the same outlines, which must not be told for a wall.
    """

    wall: Wall
    sun: Sun
    signal: Floats
    nuisance: Floats


@dataclass(frozen=True)
class Optics:
    """Frame step, and the pixel size that the sensor's blur belongs to, metres."""

    step_m: float
    gsd_m: float

    @property
    def sigma_m(self) -> float:
        """Gaussian blur of sensor and resampling together."""
        return float(np.hypot(MTF_SIGMA * self.gsd_m, 0.5 * np.sqrt(max(self.step_m**2 - self.gsd_m**2, 0.0))))


@lru_cache(maxsize=8)
def bank(kind: Kind, sun: Sun, optics: Optics, size: int) -> tuple[Template, ...]:
    """
    Return the templates of a kind under a sun.

    Parameters
    ----------
    kind
        Its length_m and width_m bound the outer size.
    sun
        Of the date that shows the pit.
    optics
        Where they are sampled.
    size
        Pixels along a side.
    """
    return tuple(_template(wall, sun, optics, size) for wall in walls(kind))


def walls(kind: Kind) -> Iterator[Wall]:
    """Yield the walls of a bank: sizes in steps of a quarter, three aspects, headings as fine as a foot is wide."""
    lengths = np.arange(np.log(kind.length_m[0] * 1.1), np.log(kind.length_m[1] * 1.01), np.log(SIZE_STEP))
    for length in (float(value) for value in np.exp(lengths)):
        height = float(np.clip(length / 10, 1.2, 3.0))
        yield Wall(length, length, 0.0, height, 1.0)
        for aspect in (1.0, 1.4, 2.0):
            width = length / aspect
            if width < kind.width_m[0] or width > kind.width_m[1] or width < 2 * (CREST_M + 2 * height / SLOPE) * 0.7:
                continue
            turns = (
                np.arange(0.0, 90.0, 22.5) if aspect == 1.0 else np.arange(0.0, 180.0, 22.5 if length < 24 else 15.0)
            )
            for turn in (float(value) for value in turns):
                yield Wall(length, width, turn, height, 0.35)


def shading(height: Floats, sun: Sun, step_m: float) -> Floats:
    """
    Return the brightness of even ground of this height relative to flat ground, less one.

    Lambert's law for the direct light, an even sky for the rest, and cast shadow by marching towards the sun.

    Parameters
    ----------
    height
        float32 (rows, columns), metres; rows run south.
    sun
        Where the light comes from.
    step_m
        Pixel side.
    """
    azimuth, elevation = np.radians(sun.azimuth_deg), np.radians(sun.elevation_deg)
    south, east = np.gradient(height, step_m)
    facing = np.sin(elevation) - np.cos(elevation) * (east * np.sin(azimuth) - south * np.cos(azimuth))
    direct = np.maximum(facing, 0) / np.sqrt(1 + south**2 + east**2) / np.sin(elevation)
    direct *= ~shadowed(height, sun, step_m)
    return np.asarray((1 - DIFFUSE) * direct + DIFFUSE - 1, dtype=np.float32)


def shadowed(height: Floats, sun: Sun, step_m: float) -> NDArray[np.bool_]:
    """Return where something towards the sun hides it: bool of the shape of `height`."""
    azimuth, rise = np.radians(sun.azimuth_deg), np.tan(np.radians(sun.elevation_deg))
    reach = float(height.max()) / max(float(rise), 0.05)
    hidden = np.zeros(height.shape, dtype=bool)
    for distance in np.arange(step_m, reach + step_m, step_m):
        move = np.array([[1, 0, np.sin(azimuth) * distance / step_m], [0, 1, -np.cos(azimuth) * distance / step_m]])
        towards = cv2.warpAffine(
            height, move, height.shape[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=0
        )
        hidden |= towards > height + distance * rise + 0.05
    return hidden


def _template(wall: Wall, sun: Sun, optics: Optics, size: int) -> Template:
    fine = optics.step_m / OVERSAMPLING
    axis = ((np.arange(size * OVERSAMPLING) + 0.5) * fine - size * optics.step_m / 2).astype(np.float32)
    east, north = np.meshgrid(axis, -axis)
    distance = wall.distance(east, north)
    signal = shading(wall.height(east, north), sun, fine)
    patches = [distance < offset for offset in (-wall.foot_m / 2, 0.0, wall.foot_m / 2)]
    layers = [_sampled(layer.astype(np.float32), optics, fine) for layer in (signal, *patches)]
    nuisance = np.stack([*layers[1:], np.ones_like(layers[0])])
    return Template(wall, sun, layers[0], nuisance)


def _sampled(fine: Floats, optics: Optics, fine_m: float) -> Floats:
    blurred = cv2.GaussianBlur(fine, (0, 0), max(optics.sigma_m / fine_m, 0.1))
    small = blurred.reshape(blurred.shape[0] // OVERSAMPLING, OVERSAMPLING, -1, OVERSAMPLING).mean(axis=(1, 3))
    return np.asarray(small, dtype=np.float32)
