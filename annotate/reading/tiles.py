"""A random sample of the ground on which nothing was proposed: what is found there tells what was missed elsewhere."""

from collections.abc import Sequence

import numpy as np
from shapely import Polygon, STRtree, box

from ...imagery.scene import Mask
from ..errors import ReviewError

TILE = "unflagged ground"  # stands where a place has its kind
TILE_M = 30.0  # a thing counts for the tile that its middle lies in, so that it need not fit in
LEAST_PX = 32  # as many as make a picture
LEAST_DATA = 0.95  # of a tile: the edges of two dates laid on one another are a few pixels apart


def free_tiles(valid: Mask, offset: tuple[int, int], gsd_m: float, taken: Sequence[Polygon]) -> list[Polygon]:
    """
    Return the tiles that have data all but at an edge and touch nothing that is proposed or drawn.

    Parameters
    ----------
    valid
        bool (rows, columns): data on every date.
    offset
        Row and column of it in the before scene's file.
    gsd_m
        Pixel size, metres.
    taken
        Outlines in (column, row) of the file.

    Returns
    -------
    list of Polygon
        In (column, row) of the file, row by row.
    """
    side = max(round(TILE_M / gsd_m), LEAST_PX)
    tree = STRtree(list(taken))
    found = []
    for row in range(0, valid.shape[0] - side + 1, side):
        for column in range(0, valid.shape[1] - side + 1, side):
            top, left = row + offset[0], column + offset[1]
            tile = box(left, top, left + side, top + side)
            free = not len(tree.query(tile, predicate="intersects"))
            if free and valid[row : row + side, column : column + side].mean() >= LEAST_DATA:
                found.append(tile)
    return found


def sample(tiles: Sequence[Polygon], asked: int, seed: int) -> list[Polygon]:
    """
    Return tiles at random, in random order, none twice; all of them where fewer are there than asked for.

    Raises
    ------
    ReviewError
        If there is none.
    """
    if not tiles or asked < 1:
        raise ReviewError("There is no tile without a proposal to look at; proposals and drawings touch all of them.")
    chosen = np.random.default_rng((seed, 13)).permutation(len(tiles))[:asked]
    return [tiles[index] for index in chosen]
