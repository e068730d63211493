"""A metric frame: square pixels, north up, laid over a grid, so that templates and headings are metric."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...imagery.grid import Grid
from ...imagery.scene import Floats, Mask


@dataclass(frozen=True)
class MetricFrame:
    """
    Square north-up pixels over a grid whose own pixels may be oblong or turned.

    Parameters
    ----------
    grid
        The grid it covers.
    step_m
        Side of a frame pixel, metres.
    west_m, north_m
        Upper left corner of the frame, metres east and north of the grid's upper left corner.
    shape
        Rows, columns.
    """

    grid: Grid
    step_m: float
    west_m: float
    north_m: float
    shape: tuple[int, int]

    @classmethod
    def over(cls, grid: Grid, step_m: float) -> "MetricFrame":
        """Return the smallest frame of pixels of `step_m` metres that covers the grid."""
        rows, columns = grid.shape
        corners = grid.metres([0, columns, columns, 0], [0, 0, rows, rows])
        west, south = corners.min(axis=0)
        east, north = corners.max(axis=0)
        shape = (max(1, round((north - south) / step_m)), max(1, round((east - west) / step_m)))
        return cls(grid, step_m, float(west), float(north), shape)

    def to_pixels(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Return grid (column, row) of frame (x, y), both with pixel corners at integers: array (..., 2)."""
        east = self.west_m + np.asarray(x, dtype=np.float64) * self.step_m
        north = self.north_m - np.asarray(y, dtype=np.float64) * self.step_m
        return self.grid.pixels_of_metres(np.stack([east, north], axis=-1))

    def window(self, top: int, left: int, shape: tuple[int, int]) -> "MetricFrame":
        """Return part of the frame, from this row and column on, as far as the frame goes."""
        rows, columns = (
            max(1, min(size, whole - at)) for size, whole, at in zip(shape, self.shape, (top, left), strict=True)
        )
        west, north = self.west_m + left * self.step_m, self.north_m - top * self.step_m
        return MetricFrame(self.grid, self.step_m, west, north, (rows, columns))

    def resample(self, values: Floats, valid: Mask) -> tuple[Floats, Mask]:
        """
        Bring an array of the grid into the frame, averaging where frame pixels are larger.

        Parameters
        ----------
        values
            float32 (rows, columns) of the grid.
        valid
            bool, of the same shape; values elsewhere do not spread.

        Returns
        -------
        tuple
            float32 and bool arrays of the frame's shape; values are 0 where not valid.
        """
        bands, inside = self.resampled(values[None], valid)
        return bands[0], inside

    def resampled(self, bands: Floats, valid: Mask) -> tuple[Floats, Mask]:
        """Bring bands (k, rows, columns) of the grid into the frame, each as `resample` does."""
        sigmas = [0.5 * np.sqrt(max((self.step_m / gsd) ** 2 - 1.0, 0.0)) for gsd in self.grid.gsd_m[::-1]]
        needed = self._needed(int(np.ceil(4 * max(sigmas))) + 2)
        corner, valid = np.array([needed[1].start, needed[0].start]), valid[needed]
        weight = self._seen(valid.astype(np.float32), sigmas, corner)
        inside = weight > 0.75
        np.maximum(weight, 1e-6, out=weight)
        found = np.zeros((len(bands), *self.shape), dtype=np.float32)
        for values, into in zip(bands, found, strict=True):
            total = np.where(valid, values[needed], 0).astype(np.float32, copy=False)
            np.divide(self._seen(total, sigmas, corner), weight, out=into, where=inside)
        return found, inside

    def _seen(self, array: Floats, sigmas: list[float], corner: NDArray[np.int64]) -> Floats:
        return self._warp(_blur(array, sigmas[0], sigmas[1]) if max(sigmas) > 0.3 else array, corner)

    def _needed(self, margin: int) -> tuple[slice, slice]:
        """Return the rows and columns of the grid that the frame shows, and some more."""
        rows, columns = self.shape
        corners = self.to_pixels([0, columns, columns, 0], [0, 0, rows, rows])
        spans = []
        for size, places in zip(self.grid.shape, (corners[:, 1], corners[:, 0]), strict=True):
            start = int(np.clip(np.floor(places.min()) - margin, 0, size - 1))
            spans.append(slice(start, int(np.clip(np.ceil(places.max()) + margin, start + 1, size))))
        return spans[0], spans[1]

    def _warp(self, array: Floats, corner: NDArray[np.int64]) -> Floats:
        origin = self.to_pixels(0.5, 0.5) - 0.5 - corner  # cv2 places pixel centres at integers
        across, down = (self.to_pixels(*place) - 0.5 - corner - origin for place in ((1.5, 0.5), (0.5, 1.5)))
        matrix = np.column_stack([across, down, origin])
        size = (self.shape[1], self.shape[0])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped = cv2.warpAffine(array, matrix, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
        return np.asarray(warped, dtype=np.float32)


def _blur(array: Floats, sigma_x: float, sigma_y: float) -> Floats:
    sizes = max(sigma_x, 1e-3), max(sigma_y, 1e-3)
    blurred = cv2.GaussianBlur(array, (0, 0), sizes[0], sigmaY=sizes[1], borderType=cv2.BORDER_CONSTANT)
    return np.asarray(blurred, dtype=np.float32)
