"""A block of boxes seen along its own sides: its pixels, the ground under and around it, and what lies in shadow."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats, Mask, Sun
from ..boxes import Rectangle, rectified_bands

MARGIN_M = 3.0  # around the outline
FINEST_M = 0.125
GROUND_UNITS = 2.5  # times the unevenness of the ground around: still ground
LEAST_UNEVEN, MOST_UNEVEN = 0.04, 0.12  # of the ground's level
SHADE = 0.55  # of the same ground lit; what the sky leaves is a fifth to a third, and blur adds to it


@dataclass(frozen=True, eq=False)
class Sight:
    """
    What a count looks at.

    Parameters
    ----------
    bands, ground
        float32 (k, rows, columns) of a metric frame: the date with the boxes, and the same ground without them.
    step_m
        Side of a frame pixel.
    gsd_m
        Of the image it was made from, the coarser side.
    sun
        None where unknown.
    """

    bands: Floats
    ground: Floats
    step_m: float
    gsd_m: float
    sun: Sun | None


@dataclass(frozen=True, eq=False)
class BlockView:
    """
    A block and its margin, rows along its heading, columns across.

    Parameters
    ----------
    bands
        float32 (k, rows, columns), in units of the ground's level.
    bare, dark
        Where it looks like lit ground, and like ground in shadow.
    step_m, frame_step_m
        Side of a pixel, and of the frame's it was resampled from.
    rectangle
        The outline.
    independent
        How many bands' worth of information the bands hold: 1 to k.
    """

    bands: Floats
    bare: Mask
    dark: Mask
    step_m: float
    frame_step_m: float
    rectangle: Rectangle
    independent: float

    @property
    def turned(self) -> "BlockView":
        """The same, rows and columns exchanged (and mirrored)."""
        old = self.rectangle
        rectangle = Rectangle(old.x, old.y, old.width_m, old.length_m, (old.heading_deg + 90) % 360)
        # heading + 90: new along = old across, new across = - old along
        bands = np.ascontiguousarray(self.bands.transpose(0, 2, 1)[:, :, ::-1])
        bare, dark = (np.ascontiguousarray(mask.T[:, ::-1]) for mask in (self.bare, self.dark))
        return BlockView(bands, bare, dark, self.step_m, self.frame_step_m, rectangle, self.independent)


def view_block(sight: Sight, rectangle: Rectangle, fine_m: float | None = None) -> BlockView:
    """
    Resample a block along its sides.

    Parameters
    ----------
    sight
        What is looked at.
    rectangle
        The outline.
    fine_m
        Side of a pixel of the result; by default a quarter of an image pixel, at least `FINEST_M`.
    """
    fine = fine_m or max(FINEST_M, min(sight.gsd_m / 4, 0.5))
    bands, ground = (
        rectified_bands(images, rectangle, sight.step_m, fine, MARGIN_M) for images in (sight.bands, sight.ground)
    )
    inner = round(MARGIN_M / 2 / fine)
    ring = np.ones(bands.shape[1:], dtype=bool)
    ring[inner:-inner, inner:-inner] = False
    around = (
        np.median(bands[:, ring & _lit(bands, ground)], axis=1)
        if (ring & _lit(bands, ground)).sum() > 20
        else (np.median(ground[:, ring], axis=1))
    )
    around = np.maximum(around, 1e-6)[:, None, None]
    bands, ground = bands / around, ground / around
    dark = ~_lit(bands, np.ones_like(bands))
    bare = np.zeros(ring.shape, dtype=bool)
    for plain in (ground, np.ones_like(bands)):
        apart = np.abs(bands - plain)
        calm = apart[:, ring & ~dark]
        spread = 1.4826 * np.median(calm, axis=1) if calm.shape[1] > 20 else np.full(len(bands), LEAST_UNEVEN)
        units = apart / np.clip(spread, LEAST_UNEVEN, MOST_UNEVEN)[:, None, None]
        bare |= ~dark & (units.max(axis=0) < GROUND_UNITS)
    return BlockView(bands.astype(np.float32), bare, dark, fine, sight.step_m, rectangle, _independent(bands))


def straightened(sight: Sight, rectangle: Rectangle, reach_deg: float = 3.0) -> Rectangle:
    """Turn an outline by a few degrees until edges run along its sides."""
    best, most = rectangle, -np.inf
    for turn in np.arange(-reach_deg, reach_deg + 0.01, 0.5):
        one = Rectangle(rectangle.x, rectangle.y, rectangle.length_m, rectangle.width_m, rectangle.heading_deg + turn)
        image = rectified_bands(sight.bands, one, sight.step_m, max(FINEST_M, sight.gsd_m / 3), 1.0)
        across = np.abs(np.diff(image, axis=2)).max(axis=0).mean(axis=0)
        along = np.abs(np.diff(image, axis=1)).max(axis=0).mean(axis=1)
        sharp = across.var() / across.mean() ** 2 * len(across) + along.var() / along.mean() ** 2 * len(along)
        sharp -= 0.02 * turn**2  # where nothing tells, leave it
        if sharp > most:
            best, most = one, sharp
    return best


def _lit(bands: Floats, ground: Floats) -> Mask:
    ratio = bands / np.maximum(ground, 1e-6)
    return np.asarray((ratio.mean(axis=0) > SHADE) | (ratio.max(axis=0) > SHADE + 0.1))


def _independent(bands: Floats) -> float:
    flat = bands.reshape(len(bands), -1)
    if len(flat) == 1:
        return 1.0
    covariance: NDArray[np.float64] = np.cov(flat.astype(np.float64))
    return float(np.trace(covariance) ** 2 / np.sum(covariance**2))
