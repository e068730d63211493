"""The places of a block one by one: filled or free, and whether a box stands a tier lower than its neighbour."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...imagery.scene import Mask, Sun
from .layout import Layout

INSET_M = 0.5  # from the middle of a gap to paint, blur taken off
FREE = 0.5  # share of a place that is ground, lit or in shadow
LOWER = 0.85  # of the light of the rest: the end towards the sun lies in a neighbour's shadow
TOWARDS = 0.38  # sine of the angle under which a neighbour shades


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


def read_places(layout: Layout, sun: Sun | None) -> Places:
    """
    Look at each place of a layout.

    Parameters
    ----------
    layout
        Where the places are.
    sun
        None where unknown: no box is then seen to be lower.
    """
    view = layout.view
    light = view.bands.mean(axis=0)
    plain = (view.bare | view.dark).astype(np.float64)
    away = None if sun is None else _away(layout, sun)
    shape = len(layout.rows_m) - 1, len(layout.columns_m) - 1
    ground, fall = np.zeros(shape), np.ones(shape)
    for place in np.ndindex(shape):
        window = _window(layout, *place)
        ground[place] = plain[window].mean()
        if away is not None:
            fall[place] = _fall(light[window], away)
    filled = ground < FREE
    watched = filled & (_shaded(filled, away) if away is not None else False)
    return Places(ground, filled, watched, watched & (fall < LOWER))


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


def _fall(light: NDArray[np.float32], away: tuple[float, float]) -> float:
    """Return the light of the end towards the sun over that of the other end."""
    if light.size < 2:
        return 1.0
    down, right = np.mgrid[: light.shape[0], : light.shape[1]]
    depth = down * away[0] + right * away[1]
    near, far = np.quantile(depth, [0.3, 0.7])
    return float(light[depth <= near].mean() / max(float(light[depth >= far].mean()), 1e-6))


def _shaded(filled: Mask, away: tuple[float, float]) -> Mask:
    """Return where a filled place lies next to this one, towards the sun."""
    found = np.zeros_like(filled)
    rows, columns = filled.shape
    if away[0] > TOWARDS:
        found[1:] |= filled[: rows - 1]
    elif away[0] < -TOWARDS:
        found[: rows - 1] |= filled[1:]
    if away[1] > TOWARDS:
        found[:, 1:] |= filled[:, : columns - 1]
    elif away[1] < -TOWARDS:
        found[:, : columns - 1] |= filled[:, 1:]
    return found
