"""Closed-form earthworks and what the sun makes of them: what the pit detector compares the ground with."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats, Sun

DIFFUSE = 0.2  # share of the light of a clear sky that is not the sun's
CREST_M = 1.0
RUN = 1.45  # metres out for a metre up: loose soil a little below its angle of repose, 35°
CORNER = 0.15  # corner radius of a wall that is no ring, of half its width
OVERSAMPLING = 2
ASSUMED_SUNS = tuple(Sun(azimuth, 40.0) for azimuth in np.arange(0.0, 360.0, 45.0))  # where none is known
MTF_SIGMA = 0.62  # Gaussian blur in pixels whose transfer at Nyquist is .15


@dataclass(frozen=True)
class Wall:
    """
    An earth wall around a floor.

    Parameters
    ----------
    length_m, width_m
        Outer size, foot to foot.
    heading_deg
        Of the long side, clockwise from north.
    height_m
        Of the crest.
    ring
        Round; else a rectangle.
    divided
        A second wall across the middle of the length: two cells.
    open_side
        Missing side, in quarter turns clockwise from the heading; None where all stand.
    """

    length_m: float
    width_m: float
    heading_deg: float
    height_m: float
    ring: bool = False
    divided: bool = False
    open_side: int | None = None

    @property
    def foot_m(self) -> float:
        """Width of the wall at its foot."""
        return CREST_M + 2.0 * RUN * self.height_m

    @property
    def form(self) -> str:
        """In a word or two."""
        if self.divided:
            return "two cells"
        if self.open_side is not None:
            return "open on one side"
        return "ring" if self.ring else "rectangle"

    def lying(self, east: Floats, north: Floats) -> tuple[Floats, Floats]:
        """Return metres along and across (clockwise from along) of the centre."""
        turn = np.radians(self.heading_deg)
        along, across = east * np.sin(turn) + north * np.cos(turn), east * np.cos(turn) - north * np.sin(turn)
        return np.asarray(along, dtype=np.float32), np.asarray(across, dtype=np.float32)

    def distance(self, east: Floats, north: Floats) -> Floats:
        """Signed distance to the centre line of the outer wall, metres, negative towards the floor."""
        half = (self.length_m - self.foot_m) / 2, (self.width_m - self.foot_m) / 2
        radius = min(half) * (1.0 if self.ring else CORNER)
        a, b = (np.abs(axis) - (side - radius) for axis, side in zip(self.lying(east, north), half, strict=True))
        outside = np.hypot(np.maximum(a, 0), np.maximum(b, 0))
        return np.asarray(outside + np.minimum(np.maximum(a, b), 0) - radius, dtype=np.float32)

    def height(self, east: Floats, north: Floats) -> Floats:
        """Height above ground, metres: a trapezoid across each wall."""
        distance = self.distance(east, north)
        rise = self._rise(distance)
        if self.divided:
            rise = np.maximum(rise, self._rise(self.lying(east, north)[0]) * (distance < 0))
        if self.open_side is not None:
            towards = replace(self, heading_deg=self.heading_deg + 90.0 * self.open_side)
            ahead, aside = towards.lying(east, north)
            sides = (self.length_m, self.width_m) if self.open_side % 2 == 0 else (self.width_m, self.length_m)
            gone = (ahead > sides[0] / 2 - 1.5 * self.foot_m) & (np.abs(aside) < sides[1] / 2 - self.foot_m)
            rise = np.where(gone, 0, rise)
        return np.asarray(self.height_m * rise, dtype=np.float32)

    def _rise(self, distance: Floats) -> Floats:
        return np.asarray(np.clip((self.foot_m / 2 - np.abs(distance)) / (RUN * self.height_m), 0, 1), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Template:
    """
    What one wall adds to a flat, evenly lit ground.

    Parameters
    ----------
    wall
        The earthwork.
    distance
        float32 (n, n): metres to its centre line, negative towards the floor.
    signal
        float32 (n, n), relative brightness change.
    nuisance
        float32 (k, n, n): flat patches of the same outlines and an even ground, which must not be told for a wall.
    """

    wall: Wall
    distance: Floats
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


def template(wall: Wall, sun: Sun, optics: Optics, size: int, centre_m: tuple[float, float] = (0.0, 0.0)) -> Template:
    """
    Return the template of a wall.

    Parameters
    ----------
    wall
        The earthwork.
    sun
        Of the date that shows it.
    optics
        Where it is sampled.
    size
        Pixels along a side.
    centre_m
        Where the wall's centre lies, metres east and north of the template's.
    """
    fine = optics.step_m / OVERSAMPLING
    axis = ((np.arange(size * OVERSAMPLING) + 0.5) * fine - size * optics.step_m / 2).astype(np.float32)
    east, north = np.meshgrid(axis - np.float32(centre_m[0]), -axis - np.float32(centre_m[1]))
    distance = wall.distance(east, north)
    layers = [shading(wall.height(east, north), sun, fine), distance]
    layers += [(distance < offset).astype(np.float32) for offset in (-wall.foot_m / 2, 0.0, wall.foot_m / 2)]
    signal, middle, *patches = (_sampled(layer, optics, fine) for layer in layers)
    return Template(wall, middle, signal, np.stack([*patches, np.ones_like(signal)]))


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


def _sampled(fine: Floats, optics: Optics, fine_m: float) -> Floats:
    blurred = cv2.GaussianBlur(fine, (0, 0), max(optics.sigma_m / fine_m, 0.1))
    small = blurred.reshape(blurred.shape[0] // OVERSAMPLING, OVERSAMPLING, -1, OVERSAMPLING).mean(axis=(1, 3))
    return np.asarray(small, dtype=np.float32)
