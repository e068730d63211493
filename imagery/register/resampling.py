"""The one resampling of the after scene, and the quick ones of its brightness while the ladder is climbed."""

from dataclasses import replace

import numpy as np
from affine import Affine
from scipy import ndimage

from ..grid import Grid
from ..scene import Scene
from .place import Warp, coordinates, reduced
from .placing import Placing
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
        What the georeference does not say; without a local field where `halvings` is not 0.
    halvings
        How often the before grid is halved.

    Returns
    -------
    (image, row, column)
        The image, and the reduced before pixel that its upper left corner is.
    """
    finer = 2**halvings * float(np.sqrt(before.pixel_area_m2 / after.pixel_area_m2))
    level = int(np.clip(np.floor(np.log2(max(finer, 1) * 1.01)), 0, len(levels) - 1))
    placing = Placing(_reduced(before, halvings), _reduced(after, level), reduced(warp, 2.0**halvings))
    rows, columns = _reach(placing)
    image = levels[level]
    least = np.float32(image.values.min(initial=0))  # a brightness has both signs, an intensity may not change its own
    pixels, mask = placing.resampled(image.values[None] - least, image.mask, (0, 0), (rows, columns))
    return Image(np.where(mask, pixels[0] + least, 0).astype(np.float32), mask), rows.start, columns.start


def _reduced(grid: Grid, halvings: int) -> Grid:
    step = 2**halvings
    rows, columns = (size // step for size in grid.shape)
    return Grid((rows, columns), grid.transform @ Affine.scale(step), grid.crs)


def _reach(placing: Placing) -> tuple[slice, slice]:
    """Rows and columns of the before grid that the after image may cover; at least one of each."""
    nodes = [np.unique(np.linspace(0, size - 1, min(size, 65)).round()) for size in placing.before.shape]
    y, x = coordinates(placing.before, placing.after, placing.warp, nodes[1], nodes[0])
    inside = (y > -1) & (y < placing.after.shape[0]) & (x > -1) & (x < placing.after.shape[1])
    inside = ndimage.binary_dilation(inside, np.ones((3, 3)))
    spans = []
    for axis, size in ((1, placing.before.shape[0]), (0, placing.before.shape[1])):
        covered = nodes[1 - axis][inside.any(axis=axis)]
        first, last = (covered[0], covered[-1]) if len(covered) else (0, 0)
        spans.append(slice(max(0, int(first)), min(size, int(last) + 1)))
    return spans[0], spans[1]
