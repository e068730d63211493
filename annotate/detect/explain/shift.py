"""
How much of a change is the same ground moved: by an error of registration, or because something tall leans.

What only one date shows can be moved away, but not made. So a move counts by the lesser of what it explains when the
before date is moved onto the after date, and when the after date is moved back.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats
from ..products import inner_products
from .patch import Patch

LARGEST_PX = 1.0  # of an error of registration
STEP_PX = 0.125


@dataclass(frozen=True)
class Moved:
    """Share of the energy that a move of the before date explains, and the move: pixels right and down."""

    share: float
    right_px: float
    down_px: float


def misregistered(patch: Patch) -> Moved:
    """
    Return the best move of at most `LARGEST_PX` along rows and columns, by Keys' cubic interpolation (1981).

    An interpolated image is a sum of whole-pixel moves, so the products of those give what is left after any move.
    """
    reach = int(LARGEST_PX) + 1
    rows, columns = patch.inside.shape
    padded = np.pad(patch.before, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    starts = range(2 * reach, -1, -1)  # of what moves down, or right, by -reach to reach
    seen = [padded[top : top + rows, left : left + columns][patch.inside].ravel() for top in starts for left in starts]
    seen.append(patch.after[patch.inside].ravel())
    products = np.stack(seen)
    gram = inner_products(products, products).astype(np.float64)
    steps, weights = _weights(reach)
    left = ((weights @ gram) * weights).sum(axis=1)
    best, still = int(np.argmin(left)), float(left[len(left) // 2])
    down, right = divmod(best, len(steps))
    share = 1.0 - float(left[best]) / max(still, 1e-12)
    if share > 0:
        there = _moved(patch.before, float(steps[right]), float(steps[down]))
        back = _moved(patch.after, -float(steps[right]), -float(steps[down]))
        share = min(patch.explained(patch.after - there), patch.explained(patch.before - back))
    return Moved(share, float(steps[right]), float(steps[down]))


def leaning(patch: Patch, along_px: tuple[float, float], tallest_m: float) -> Moved:
    """
    Return the best move along one direction, of what is as tall as that; the ground below it may stay.

    Parameters
    ----------
    patch
        With `reach_px` of at least the largest move.
    along_px
        Pixels right and down by which a thing one metre high moves from before to after.
    tallest_m
        Height up to which things are thought of; in either direction, as publishers do not agree where azimuths point.
    """
    length = float(np.hypot(*along_px))
    best = Moved(0.0, 0.0, 0.0)
    still = np.abs(patch.change)
    for distance in np.arange(1.0, min(tallest_m * length, patch.reach_px)):
        for sign in (1.0, -1.0):
            right, down = (round(sign * distance / length * part) for part in along_px)
            share = _both_ways(patch, right, down, still, best.share)
            if share > best.share:
                best = Moved(share, float(right), float(down))
    return best


def moved_anywhere(patch: Patch) -> Moved:
    """Return the best move by whole pixels, as far as the patch reaches."""
    rows, columns = np.nonzero(patch.inside)
    if not len(rows) or patch.energies[0] <= 0:
        return Moved(0.0, 0.0, 0.0)
    reach = patch.reach_px
    top, left = max(int(rows.min()), reach), max(int(columns.min()), reach)
    bottom = min(int(rows.max()) + 1, patch.inside.shape[0] - reach)
    right = min(int(columns.max()) + 1, patch.inside.shape[1] - reach)
    if bottom <= top or right <= left:
        return Moved(0.0, 0.0, 0.0)
    part = slice(top, bottom), slice(left, right)
    around = patch.before[top - reach : bottom + reach, left - reach : right + reach]
    left_over = cv2.matchTemplate(
        around.sum(axis=-1), patch.after[part].sum(axis=-1), cv2.TM_SQDIFF, mask=patch.inside[part].astype(np.float32)
    )
    down, across = np.unravel_index(int(np.argmin(left_over)), left_over.shape)
    share = _both_ways(patch, int(reach - across), int(reach - down), np.abs(patch.change))
    return Moved(share, float(reach - across), float(reach - down))


def _both_ways(patch: Patch, right: int, down: int, still: Floats, least: float = 0.0) -> float:
    """Return the share that a whole move explains, where the ground may stay as well; at most `least` where less."""
    there = patch.explained(np.minimum(still, np.abs(patch.after - _whole(patch.before, right, down))))
    if there <= least:
        return there
    return min(there, patch.explained(np.minimum(still, np.abs(patch.before - _whole(patch.after, -right, -down)))))


@lru_cache(maxsize=1)
def _weights(reach: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the moves along one side, and for each of their pairs the weights of the whole moves and of the after."""
    steps = np.arange(-LARGEST_PX, LARGEST_PX + STEP_PX / 2, STEP_PX)
    taps = [_taps(float(step), reach) for step in steps]
    return steps, np.stack([np.append(-np.outer(down, right).ravel(), 1.0) for down in taps for right in taps])


def _taps(move: float, reach: int) -> NDArray[np.float64]:
    """Return the weights of whole moves from -reach to reach that make a move of so many pixels."""
    away = np.abs(np.arange(-reach, reach + 1) - move)
    near = (1.5 * away - 2.5) * away**2 + 1
    far = ((-0.5 * away + 2.5) * away - 4) * away + 2
    return np.where(away <= 1, near, np.where(away < 2, far, 0.0))


def _moved(image: Floats, right_px: float, down_px: float) -> Floats:
    """Return the image with what was at (column, row) at (column + right, row + down), by cubic interpolation."""
    matrix = np.array([[1.0, 0.0, -right_px], [0.0, 1.0, -down_px]])
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(image, matrix, image.shape[1::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.float32).reshape(image.shape)


def _whole(image: Floats, right: int, down: int) -> Floats:
    """Return the image with what was at (column, row) at (column + right, row + down); edges are drawn out."""
    rows, columns = image.shape[:2]
    at = np.clip(np.arange(rows) - down, 0, rows - 1), np.clip(np.arange(columns) - right, 0, columns - 1)
    return image[at[0][:, None], at[1][None, :]]
