"""Sun and sky: where the sun stands, what it lights, and what lies in shadow."""

from datetime import datetime

import cv2
import numpy as np

from ..scene import Sun
from .canvas import Canvas
from .place import Floats

SKYLIGHT = (0.30, 0.24, 0.20, 0.14)  # share of the light that comes from the sky, by band: shadows are bluish
PENUMBRA_M = 0.12  # height over which a shadow's edge fades
STEEPEST = 1.6  # a steeper rise is an upright wall, which a camera overhead does not see


def sun_at(time: datetime, lat_deg: float, lon_deg: float) -> Sun:
    """Return the sun's position by Cooper's declination and the hour angle, without the equation of time (±4°)."""
    day, hour = time.timetuple().tm_yday, time.hour + time.minute / 60 + time.second / 3600
    declination = np.radians(23.45) * np.sin(2 * np.pi * (284 + day) / 365)
    angle, lat = np.radians(15 * (hour - 12) + lon_deg), np.radians(lat_deg)
    up = np.sin(lat) * np.sin(declination) + np.cos(lat) * np.cos(declination) * np.cos(angle)
    east = -np.cos(declination) * np.sin(angle)
    north = np.cos(lat) * np.sin(declination) - np.sin(lat) * np.cos(declination) * np.cos(angle)
    return Sun(float(np.degrees(np.arctan2(east, north)) % 360), float(np.degrees(np.arcsin(up))))


def sunlit(height: Floats, step_m: float, sun: Sun) -> Floats:
    """
    Return how much of each cell the sun reaches, 1 lit and 0 in cast shadow.

    The skyline towards the sun, max over k of h(x + k s) - k |s| tan(elevation), is built by doubling: the skyline of
    2n steps is that of n steps, and the same n steps further on. Seven passes replace a hundred.

    Parameters
    ----------
    height
        float32 (rows, columns), metres.
    step_m
        Side of a cell.
    sun
        Where the light comes from.
    """
    azimuth = np.radians(sun.azimuth_deg)
    east, south = float(np.sin(azimuth)), -float(np.cos(azimuth))
    stride = 1 / max(abs(east), abs(south))  # one whole cell along the nearer axis a step
    drop = stride * step_m * float(np.tan(np.radians(sun.elevation_deg)))
    steps = float(np.ptp(height)) / drop + 1
    # a cell met at step k begins half a step before
    skyline = _seen_from(height, round(south * stride), round(east * stride)) - np.float32(drop / 2)
    reach = 1
    while reach < steps:
        rows, columns = round(south * stride * reach), round(east * stride * reach)
        np.maximum(skyline, _seen_from(skyline, rows, columns) - np.float32(reach * drop), out=skyline)
        reach *= 2
    return np.asarray(1 - np.clip((skyline - height) / np.float32(PENUMBRA_M), 0, 1), dtype=np.float32)


def radiance(canvas: Canvas, sun: Sun) -> Floats:
    """
    Light the canvas: float32 (4, rows, columns), such that level open ground shows its own reflectance.

    Lambert's cosine on the sunlit part, and skylight by slope and by how deep a place lies below its surroundings.
    """
    height, step = canvas.height, canvas.step_m
    dx, dy = _slopes(height, step)
    azimuth, elevation = np.radians(sun.azimuth_deg), np.radians(sun.elevation_deg)
    upright = 1 / np.sqrt(1 + dx * dx + dy * dy)
    tilt = np.float32(np.sin(azimuth)) * dx - np.float32(np.cos(azimuth)) * dy
    direct = np.maximum(1 - tilt / np.float32(np.tan(elevation)), 0) * upright * sunlit(height, step, sun)
    depth = cv2.GaussianBlur(height, (0, 0), 2.0 / step) - height
    sky = (0.5 + 0.5 * upright) * (1 - np.clip(depth / 6, 0, 0.4))
    out = np.empty_like(canvas.albedo)
    for band, share in enumerate(SKYLIGHT):
        out[band] = canvas.albedo[band] * (np.float32(1 - share) * direct + np.float32(share) * sky)
    return out


def _slopes(height: Floats, step_m: float) -> tuple[Floats, Floats]:
    scale = 1 / (2 * step_m)
    dx = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=1, scale=scale)
    dy = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=1, scale=scale)
    wall = dx * dx + dy * dy > STEEPEST**2
    dx[wall] = 0
    dy[wall] = 0
    return np.asarray(dx, dtype=np.float32), np.asarray(dy, dtype=np.float32)


def _seen_from(array: Floats, rows: int, columns: int) -> Floats:
    """Return the value this many rows down and columns right of each cell; far below ground beyond the edge."""
    out = np.full_like(array, -1e4)
    height, width = array.shape
    if abs(rows) >= height or abs(columns) >= width:
        return out
    to = slice(max(-rows, 0), height - max(rows, 0)), slice(max(-columns, 0), width - max(columns, 0))
    source = slice(max(rows, 0), height - max(-rows, 0)), slice(max(columns, 0), width - max(-columns, 0))
    out[to] = array[source]
    return out
