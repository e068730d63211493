"""Where windows of the before grid fall on the after image, and what lies there: for the whole, or band by band."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..grid import Grid
from ..scene import Floats, Mask
from .place import Warp, coordinates
from .spline import REACH_PX, STEP_PX, TILE_COLUMNS, TILE_ROWS, interpolate, prefilter

COARSER = 1.2  # a pixel ratio above this needs averaging before sampling, so that nothing aliases
SUPPORT_PX = 3  # reach of a cubic B-spline, prefilter included, down to a few per cent
MARGIN_PX = 4  # beyond what a position needs: for the rim of what is valid
Window = tuple[slice, slice]


@dataclass(frozen=True, eq=False)
class Placing:
    """
    How the after image lies on the before grid.

    Parameters
    ----------
    before, after
        The whole grids.
    warp
        What the georeference does not say.
    """

    before: Grid
    after: Grid
    warp: Warp

    @cached_property
    def finer(self) -> float:
        """How many after pixels a before pixel spans."""
        return float(np.sqrt(self.before.pixel_area_m2 / self.after.pixel_area_m2))

    def needed(self, window: Window) -> Window | None:
        """Return what part of the after image a window of the before grid is made from; None if they do not meet."""
        positions = self._positions(window)[0]
        margin = REACH_PX + MARGIN_PX + (int(np.ceil(4 * self._blur)) if self._blur else 0)
        spans = []
        for at, size in zip(positions, self.after.shape, strict=True):
            first, last = max(0, int(np.floor(at.min())) - margin), min(size, int(np.ceil(at.max())) + margin + 1)
            if first >= last:
                return None
            spans.append(slice(first, last))
        return spans[0], spans[1]

    def resampled(
        self,
        source: Floats,
        valid: Mask,
        origin: tuple[int, int],
        window: Window,
        line: tuple[Floats, Floats] | None = None,
    ) -> tuple[Floats, Mask]:
        """
        Interpolate a window.

        Parameters
        ----------
        source, valid
            float32 (bands, rows, columns), bool (rows, columns): of the after image, at least what `needed` says.
        origin
            Row and column of their corner on it.
        window
            Rows and columns of the before grid.
        line
            float32 (bands,) each: gain and offset to apply on the way; None leaves the values as they are.

        Returns
        -------
        (pixels, mask)
            float32 (bands, rows, columns), 0 where not valid; bool (rows, columns).
        """
        rows, columns = window
        positions, nodes = self._positions(window)
        sure, filled = _without_rim(valid), valid
        if self._blur:
            source, filled = self._averaged(source, valid), np.ones_like(valid)
        shape = rows.stop - rows.start, columns.stop - columns.start
        pixels, mask = np.empty((len(source), *shape), dtype=np.float32), np.empty(shape, dtype=bool)

        corner, taps = (rows.start, columns.start), prefilter()
        size, one = self.after.shape, np.ones(len(source), dtype=np.float32)
        gain, offset = (one, 0 * one) if line is None else line
        interpolate(source, filled, sure, origin, size, positions, nodes, corner, taps, gain, offset, pixels, mask)
        return pixels, mask

    @property
    def _blur(self) -> float:
        return 0.5 * float(np.sqrt(self.finer**2 - 1)) if self.finer > COARSER else 0.0

    def _averaged(self, source: Floats, valid: Mask) -> Floats:
        """Average to the coarser pixel; what is not valid takes part as its nearest valid pixel."""
        if not valid.all() and valid.any():
            nearest = ndimage.distance_transform_edt(~valid, return_distances=False, return_indices=True)
            source = source[:, nearest[0], nearest[1]]
        return np.stack([np.asarray(cv2.GaussianBlur(band, (0, 0), self._blur), dtype=np.float32) for band in source])

    def _positions(self, window: Window) -> tuple[NDArray[np.float64], tuple[int, int]]:
        """Positions of the nodes of all tiles that the window touches, and the number of the first node."""
        spans = [
            (span.start // tile * tile // STEP_PX, -(-span.stop // tile) * tile // STEP_PX + 1)
            for span, tile in zip(window, (TILE_ROWS, TILE_COLUMNS), strict=True)
        ]
        rows, columns = (np.arange(first, last + 1) * float(STEP_PX) for first, last in spans)
        return np.stack(coordinates(self.before, self.after, self.warp, columns, rows)), (spans[0][0], spans[1][0])


def _without_rim(valid: Mask) -> Mask:
    """Take from what is valid the pixels near to what is not; the image's own edge is no rim."""
    if valid.all():
        return valid
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    eroded = cv2.erode(valid.astype(np.uint8), cross, iterations=SUPPORT_PX, borderValue=1)
    return np.asarray(eroded > 0)
