"""The places of a block one by one: filled or free, and whether a box stands a tier lower than its neighbour."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Mask, Sun
from .lattice import HEIGHT_M, WIDTH_M
from .layout import Layout

INSET_M = 0.5  # from the middle of a gap to paint, blur taken off
FREE = 0.5  # share of a place that is ground, lit or in shadow
BLUR_PX, LEAST_OPEN = 1.8, 0.4
LOWER = 0.85  # of the light of the rest: the end towards the sun lies in a neighbour's shadow
LEAST_STRIP_M, MOST_STRIP = 0.25, 0.75  # of shadow, metres beside one pixel, and as a share of the place
GAP_M = 0.3


@dataclass(frozen=True, eq=False)
class Places:
    """
    What stands at each place, rows along the boxes and columns across.

    Parameters
    ----------
    ground
        float64 (rows, columns): share that looks like ground, lit or in shadow.
    filled
        Where a box stands.
    watched
        Filled, and a filled neighbour stands towards the sun: were it lower, it would be in shadow.
    lower
        Of those, the ones in shadow.
    """

    ground: NDArray[np.float64]
    filled: Mask
    watched: Mask
    lower: Mask


def read_places(layout: Layout, sun: Sun | None, gsd_m: float) -> Places:
    """
    Look at each place of a layout.

    Parameters
    ----------
    layout
        Where the places are.
    sun
        None where unknown: no box is then seen to be lower.
    gsd_m
        Of the image: blur from neighbours reaches into a free place.
    """
    view = layout.view
    light = view.bands.mean(axis=0)
    plain = (view.bare | view.dark).astype(np.float64)
    shape = len(layout.rows_m) - 1, len(layout.columns_m) - 1
    ground = np.zeros(shape)
    for place in np.ndindex(shape):
        ground[place] = plain[_window(layout, *place)].mean()
    open_m = WIDTH_M + 2 * GAP_M - BLUR_PX * gsd_m  # of a free place, what the blur of its neighbours leaves
    filled = ground < FREE * np.clip(open_m / (WIDTH_M + GAP_M - 2 * INSET_M), LEAST_OPEN, 1.0)
    watched, lower = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    if sun is not None:
        for axis, (away, edges) in enumerate(zip(_away(layout, sun), (layout.rows_m, layout.columns_m), strict=True)):
            strip = HEIGHT_M / np.tan(np.radians(sun.elevation_deg)) * abs(away) - GAP_M
            if not LEAST_STRIP_M + gsd_m < strip < MOST_STRIP * float(np.diff(edges).min()):
                continue  # too narrow to be seen, or all of a lower box in shadow: then it looks like ground in shadow
            beside = filled & _towards(filled, axis, away)
            depth = max(1, round((strip - INSET_M + GAP_M / 2) / view.step_m))
            fall = np.ones(shape)
            for row, column in np.argwhere(beside):
                fall[row, column] = _fall(light[_window(layout, row, column)], axis, away, depth)
            watched |= beside
            lower |= beside & (fall < LOWER)
    return Places(ground, filled, watched, lower)


def _away(layout: Layout, sun: Sun) -> tuple[float, float]:
    """Return the direction away from the sun in the view: (down the rows, along the columns)."""
    azimuth = np.radians(sun.azimuth_deg)
    away = np.array([-np.sin(azimuth), np.cos(azimuth)])
    return float(away @ layout.view.rectangle.along), float(away @ layout.view.rectangle.across)


def _window(layout: Layout, row: int, column: int) -> tuple[slice, slice]:
    step = layout.view.step_m
    spans = []
    for edges, index in ((layout.rows_m, row), (layout.columns_m, column)):
        start, end = int((edges[index] + INSET_M) / step), int((edges[index + 1] - INSET_M) / step)
        start = max(start, 0)
        spans.append(slice(start, max(end, start + 1)))
    return spans[0], spans[1]


def _fall(light: NDArray[np.float32], axis: int, away: float, depth: int) -> float:
    """Return the light of the strip towards the sun over that of its mirror image at the other end."""
    depth = min(depth, max(1, light.shape[axis] // 2))
    first, last = (np.take(light, range(*ends), axis).mean() for ends in _ends(light.shape[axis], depth))
    near, far = (first, last) if away > 0 else (last, first)
    return float(near / max(float(far), 1e-6))


def _ends(size: int, depth: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (0, depth), (size - depth, size)


def _towards(filled: Mask, axis: int, away: float) -> Mask:
    """Return where a filled place lies next to this one, towards the sun."""
    found = np.zeros_like(filled)
    ahead, behind = [slice(None), slice(None)], [slice(None), slice(None)]
    ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
    if away > 0:
        found[tuple(ahead)] = filled[tuple(behind)]
    else:
        found[tuple(behind)] = filled[tuple(ahead)]
    return found
