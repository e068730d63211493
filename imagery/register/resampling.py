"""The one resampling of the after scene, and the quick ones of its brightness while the ladder is climbed."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..grid import Grid
from ..scene import Floats, Mask, Scene
from .place import Warp, coordinates
from .placing import COARSER, SUPPORT_PX, Placing
from .spline import ON_PIXEL
from .structure import Image


def resample(after: Scene, before: Grid, warp: Warp) -> Scene:
    """
    Return the after scene on the before grid: one cubic B-spline interpolation (`spline`).

    Pixels whose support touches invalid ones are not valid, and 0. Where the after scene is finer, it is first
    averaged to the coarser pixel.
    """
    placing = Placing(before, after.grid, warp)
    pixels, mask = placing.resampled(after.pixels, after.mask, (0, 0), np.s_[0 : before.shape[0], 0 : before.shape[1]])
    return replace(after, grid=before, pixels=pixels, mask=mask)


def moved_image(
    levels: tuple[Image, ...], after: Grid, before: Grid, warp: Warp, halvings: int
) -> tuple[Image, int, int]:
    """
    Return the part of the before grid that an after brightness covers, at 1 / 2**halvings of the size.

    Parameters
    ----------
    levels
        The after brightness and its halves.
    after, before
        The grids at full size.
    warp
        What the georeference does not say.
    halvings
        How often the before grid is halved.

    Returns
    -------
    (image, row, column)
        The image, and the reduced before pixel that its upper left corner is.
    """
    step = 2**halvings
    rows, columns = _reach(before, after, warp, step)
    y, x = coordinates(before, after, warp, (columns + 0.5) * step - 0.5, (rows + 0.5) * step - 0.5)
    finer = step * float(np.sqrt(before.pixel_area_m2 / after.pixel_area_m2))
    level = int(np.clip(np.floor(np.log2(max(finer, 1) * 1.01)), 0, len(levels) - 1))
    at = (np.stack([y, x]) + 0.5) / 2**level - 0.5
    image = levels[level]
    mask = _moved_mask(image.mask, at)
    values = np.where(mask, _sampled(image, at, finer / 2**level), 0).astype(np.float32)
    return Image(values, mask), int(rows[0]), int(columns[0])


def _reach(before: Grid, after: Grid, warp: Warp, step: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows and columns of the reduced before grid that the after image may cover; at least one of each."""
    sizes = [size // step for size in before.shape]
    nodes = [np.unique(np.linspace(0, size - 1, min(size, 65)).round()) for size in sizes]
    y, x = coordinates(before, after, warp, (nodes[1] + 0.5) * step - 0.5, (nodes[0] + 0.5) * step - 0.5)
    inside = (y > -1) & (y < after.shape[0]) & (x > -1) & (x < after.shape[1])
    inside = ndimage.binary_dilation(inside, np.ones((3, 3)))
    spans = []
    for axis, size in ((1, sizes[0]), (0, sizes[1])):
        covered = nodes[1 - axis][inside.any(axis=axis)]
        first, last = (covered[0], covered[-1]) if len(covered) else (0, 0)
        spans.append(np.arange(max(0, first), min(size, last + 1), dtype=np.float64))
    return spans[0], spans[1]


def _sampled(image: Image, at: NDArray[np.float64], finer: float) -> Floats:
    first = [int(np.clip(np.floor(axis.min()) - 16, 0, size - 1)) for axis, size in zip(at, image.shape, strict=True)]
    last = [int(np.clip(np.ceil(axis.max()) + 17, 1, size)) for axis, size in zip(at, image.shape, strict=True)]
    part = np.s_[first[0] : max(last[0], first[0] + 1), first[1] : max(last[1], first[1] + 1)]
    filled = _filled(Image(image.values[part], image.mask[part]))
    if finer > COARSER:
        filled = np.asarray(cv2.GaussianBlur(filled, (0, 0), 0.5 * float(np.sqrt(finer**2 - 1))), np.float32)
    return np.asarray(
        ndimage.map_coordinates(filled, at - np.reshape(first, (2, 1, 1)), output=np.float32, order=3, mode="nearest")
    )


def _filled(image: Image) -> Floats:
    """Give invalid pixels the value of the nearest valid one, so that a spline does not ring at the border."""
    if image.mask.all() or not image.mask.any():
        return image.values
    nearest = ndimage.distance_transform_edt(~image.mask, return_distances=False, return_indices=True)
    return np.asarray(image.values[tuple(nearest)])


def _moved_mask(mask: Mask, at: NDArray[np.float64]) -> Mask:
    """Return where the interpolation stands on valid pixels alone; between pixels it needs two on either side."""
    sure = mask if mask.all() else ndimage.binary_erosion(mask, iterations=SUPPORT_PX, border_value=1)
    near = [np.rint(axis) for axis in at]
    inside = np.ones(at.shape[1:], dtype=bool)
    for axis, whole, size in zip(at, near, mask.shape, strict=True):
        margin = np.where(np.abs(axis - whole) < ON_PIXEL, -ON_PIXEL, 1.0)
        inside &= (axis >= margin) & (axis <= size - 1 - margin)
    rows, columns = (np.clip(axis, 0, size - 1).astype(np.intp) for axis, size in zip(near, mask.shape, strict=True))
    return np.asarray(inside & sure[rows, columns])
