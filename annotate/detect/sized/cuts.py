"""Cutting an image at rising levels into outlines of the size of a kind: what stands out, whatever its own height."""

from collections.abc import Iterator

import cv2
import numpy as np
from scipy.ndimage import binary_fill_holes
from scipy.special import ndtri  # scipy.stats takes half a second to import
from shapely import Polygon, box

from ....imagery.scene import Floats, Mask
from ...kinds import Kind
from ..detection import Cancelled, raise_if
from ..frame import MetricFrame

ACROSS_PX = 10.0  # across the least width: finer pixels are averaged, shapes are told as well
HALF = 0.5  # of a thing's own height: where its blurred edge lies
RISE = 1.3  # from one level to the next
SCREENED_PER_KM2 = 1.0  # places that noise alone lets through before their shape is asked for
SIGNS = {"brighter": (1,), "darker": (-1,), "any": (1, -1)}
SHARED = 0.3  # of the smaller outline: two such are one place


def step_of(kind: Kind, gsd_m: tuple[float, float]) -> float:
    """Return the pixel side in which a kind's shape is told, metres."""
    return max(*gsd_m, kind.width_m[0] / ACROSS_PX)


def hat(image: Floats, widest_m: float, step: float) -> Floats:
    """Return what stands above its surroundings and is no wider than `widest_m` (top hat; Serra 1982)."""
    size = 2 * round(0.75 * widest_m / step) + 3
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    padded = cv2.copyMakeBorder(image, size, size, size, size, cv2.BORDER_REFLECT)
    opened = cv2.morphologyEx(padded, cv2.MORPH_OPEN, disc)[size:-size, size:-size]
    return np.asarray(image - opened, dtype=np.float32)


def least_height(image: Floats, valid: Mask, kind: Kind, step: float) -> float:
    """Return the height that unchanged ground, averaged over the kind's width, exceeds about once a km²."""
    sigma = max(kind.width_m[0] / step / 4, 0.5)
    smooth = cv2.GaussianBlur(np.where(valid, image, np.median(image[valid])).astype(np.float32), (0, 0), sigma)
    answers = smooth[valid] - np.median(smooth[valid])
    spread = 1.4826 * float(np.median(np.abs(answers)))
    chance = min(SCREENED_PER_KM2 * max(kind.width_m[0], step) ** 2 / 1e6, 0.1)
    return -float(ndtri(chance)) * spread


def cuts(
    height: Floats, valid: Mask, least: float, kind: Kind, step: float, cancelled: Cancelled | None
) -> Iterator[Mask]:
    """Yield connected parts of the kind's size, holes filled, cut at half of their own height or above."""
    most_px = 1.42 * (kind.length_m[1] + 2 * step) / step  # a square stands on its corner
    level, top = max(least, 1e-9), float(np.quantile(height[valid], 0.9995))
    while level <= max(top, least):
        raise_if(cancelled)
        cut = ((height > level) & valid).astype(np.uint8)
        number, labels, stats, _ = cv2.connectedComponentsWithStats(cut, connectivity=4)
        for label in range(1, number):
            column, row, columns, rows, area = (int(value) for value in stats[label])
            if max(rows, columns) > most_px or area * step**2 < kind.width_m[0] ** 2 / 4:
                continue
            part = np.zeros(height.shape, dtype=bool)
            window = slice(row, row + rows), slice(column, column + columns)
            part[window] = binary_fill_holes(labels[window] == label)
            if level >= HALF * float(np.median(height[part])):  # lower cuts take its blur and its neighbours in
                yield part
        level *= RISE


def on_grid(polygon: Polygon, frame: MetricFrame) -> Polygon:
    """Return an outline in the frame's pixels as one in those of its grid, within the image; empty where outside."""
    rows, columns = frame.grid.shape
    corners = np.asarray(polygon.exterior.coords)
    inside = Polygon(frame.to_pixels(corners[:, 0], corners[:, 1])).buffer(0).intersection(box(0, 0, columns, rows))
    return inside if isinstance(inside, Polygon) else Polygon()
