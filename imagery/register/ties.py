"""Tie points: the sub-pixel shift between many small windows at once, and what each of them knows."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..scene import Floats
from .place import Warp
from .structure import Image
from .windows import shifts as shifts_of

BLUR_PX = 1.0  # so that gradients and interpolation agree
MIN_CORRELATION = 0.35
MIN_VALID = 0.7  # of a window
MAX_RETURN_PX = 0.5  # there and back again
MAX_ERROR_PX = 0.25  # of the better known direction
MARGIN_PX = 4


@dataclass(frozen=True, eq=False)
class Ties:
    """
    Measured shifts.

    Parameters
    ----------
    centres
        float64 (n, 2): (column, row) of window centres on the before image.
    shifts
        float64 (n, 2): (column, row) from a before pixel to where it is on the after image.
    information
        float64 (n, 2, 2): inverse covariance of a shift, 1 / px² (Cramér-Rao bound from the window's gradients and
        misfit). A straight quay knows the shift across it and not along it.
    window_px
        Side of the windows.
    tried
        How many windows were looked at.
    """

    centres: NDArray[np.float64]
    shifts: NDArray[np.float64]
    information: NDArray[np.float64]
    window_px: float
    tried: int

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.centres)

    def where(self, keep: NDArray[np.bool_]) -> "Ties":
        """Return those marked True."""
        return Ties(self.centres[keep], self.shifts[keep], self.information[keep], self.window_px, self.tried)

    def after(self, warp: Warp) -> "Ties":
        """Return ties measured on an image moved by a warp as shifts of the whole way, warp included."""
        whole = warp(self.centres + self.shifts) - self.centres
        return Ties(self.centres, whole, self.information, self.window_px, self.tried)

    def enlarged(self, step: float, column: int, row: int) -> "Ties":
        """Return ties measured on a reduced window of the grid, from (column, row) on, in pixels of the whole grid."""
        centres = (self.centres + [column, row] + 0.5) * step - 0.5
        return Ties(centres, self.shifts * step, self.information / step**2, self.window_px * step, self.tried)


def measure(before: Image, after: Image, size: int, limit: int = 400) -> Ties:
    """
    Measure the shift of windows spread over two images of one shape.

    Parameters
    ----------
    before, after
        Structure images; only pixels valid in both are looked at.
    size
        Window side in pixels.
    limit
        At most this many windows.

    Returns
    -------
    Ties
        Those that correlate, know at least one direction, and are found alike there and back; the shift is the mean
        of both ways.
    """
    mask = before.mask & after.mask
    corners = _corners(mask, size, limit)
    tried = len(corners)
    fixed, moving = (_blurred(image.values * mask) for image in (before, after))
    weights = np.asarray(cv2.erode(mask.astype(np.float32), np.ones((3, 3), np.uint8), borderValue=1), np.float32)
    forward, information, correlation = shifts_of(fixed, moving, weights, corners, size)
    likely = (correlation > MIN_CORRELATION) & (np.abs(forward).max(axis=1, initial=0) < size / 4)
    corners, forward, information = corners[likely], forward[likely], information[likely]
    backward, _, _ = shifts_of(moving, fixed, weights, corners, size)
    known = np.linalg.eigvalsh(information)[:, 1]
    closure = forward + backward
    there_and_back = np.einsum("na,nab,nb->n", closure, information, closure) / np.maximum(known, 1e-9)
    good = (there_and_back < MAX_RETURN_PX**2) & (known > MAX_ERROR_PX**-2)
    return Ties(corners + (size - 1) / 2, (forward - backward) / 2, information, float(size), tried).where(good)


def joined(parts: list[Ties]) -> Ties | None:
    """Return ties of one size from several places as one."""
    if not parts:
        return None
    centres = np.concatenate([part.centres for part in parts])
    shifts = np.concatenate([part.shifts for part in parts])
    information = np.concatenate([part.information for part in parts])
    return Ties(centres, shifts, information, parts[0].window_px, sum(part.tried for part in parts))


def _blurred(values: Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), BLUR_PX), np.float32)


def _corners(mask: NDArray[np.bool_], size: int, limit: int) -> NDArray[np.float64]:
    """Upper left corners (column, row) of windows with data, spread evenly, overlapping by up to two thirds."""
    free = np.array(mask.shape[::-1]) - size - 2 * MARGIN_PX
    if free.min() < 0:
        return np.empty((0, 2))
    room = float(np.prod(free + size)) * float(mask.mean())
    spacing = max(size / 3, float(np.sqrt(room / limit)))
    steps = [np.linspace(MARGIN_PX, MARGIN_PX + span, max(1, int(span // spacing) + 1)).round() for span in free]
    corners = np.stack(np.meshgrid(*steps), axis=-1).reshape(-1, 2)
    holes = cv2.integral((~mask).astype(np.uint8))
    x, y = corners.astype(int).T
    empty = holes[y + size, x + size] - holes[y, x + size] - holes[y + size, x] + holes[y, x]
    return np.asarray(corners[empty <= (1 - MIN_VALID) * size * size], dtype=np.float64)
