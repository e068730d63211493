"""First guesses from the images alone, both reduced and at one pixel size."""

from collections.abc import Iterator

import numpy as np

from ..grid import Grid
from .coarse import coarse_models
from .place import Warp, compose, enlarged, identity, related
from .resampling import moved_image
from .structure import Image, structure

COARSE_SIDE_PX = 512


def search(before: tuple[Image, ...], after: tuple[Image, ...], grid: Grid, after_grid: Grid) -> Iterator[Warp]:
    """
    Search the whole after image.

    Parameters
    ----------
    before, after
        The brightness of both and its halves.
    grid, after_grid
        Their grids at full size.

    Yields
    ------
    Warp
        The likeliest first; none where nothing stands out.
    """
    halvings = max(0, int(np.ceil(np.log2(max(*grid.shape, *after_grid.shape) / COARSE_SIDE_PX))))
    halvings = min(halvings, len(before) - 1, len(after) - 1)
    target = grid if related(grid, after_grid) else _at_pixel_of(grid, after_grid)
    moved, row, column = moved_image(after, after_grid, target, Warp(identity()), halvings)
    looks = [Image(structure(image), image.mask) for image in (before[halvings], moved)]
    for model in coarse_models(*looks):
        there = compose(model, np.array([[1.0, 0.0, column], [0.0, 1.0, row]]))
        yield Warp(enlarged(there, 2.0**halvings))


def _at_pixel_of(before: Grid, after: Grid) -> Grid:
    """Return the whole after image at the before scene's pixel size."""
    rows, columns = (int(size * a / b) for size, a, b in zip(after.shape, after.gsd_m, before.gsd_m, strict=True))
    return Grid.without_crs((rows, columns), *before.gsd_m)
