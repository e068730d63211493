"""How sharply images step across lines: what an outline is snapped to."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ...imagery.scene import Floats, Mask, Scene

Doubles = NDArray[np.float64]
SOFTENED_PX = 0.7  # noise of single pixels
NORMAL = 0.6745  # the median of an absolute normal deviate
SHOWN_ON = {"appeared": (1,), "vanished": (0,), "altered": (0, 1), "present": (0,)}


@dataclass(frozen=True, eq=False)
class Edges:
    """
    Steps of brightness and colour around a place, in units of the usual step there.

    Parameters
    ----------
    steps
        A float32 (2, bands, rows, columns) for each image: steps from column to column, and from row to row.
    valid
        float32 (rows, columns), 1 where valid.
    corner
        (column, row) of the first pixel, pixel corners at integers.
    thinned
        Pixels of the image to a pixel of these, either way.
    """

    steps: tuple[Floats, ...]
    valid: Floats
    corner: tuple[int, int]
    thinned: int = 1

    def across(self, places: Doubles, normals: Doubles) -> Doubles:
        """
        Return how strong the edges at places are across directions, float64 (n, m); NaN where there is no image.

        Over bands the root mean square, over images the least: an edge of the object is one in all of them.

        Parameters
        ----------
        places
            (n, m, 2), (column, row), pixel corners at integers.
        normals
            (n, 1, 2), unit vectors in pixels.
        """
        x, y = (
            np.asarray((places[..., axis] - self.corner[axis]) / self.thinned - 0.5, dtype=np.float32)
            for axis in (0, 1)
        )
        least = np.full(x.shape, np.inf)
        for right, down in self.steps:
            squares = np.zeros(x.shape)
            for along_x, along_y in zip(right, down, strict=True):
                step = _at(along_x, x, y) * normals[..., 0] + _at(along_y, x, y) * normals[..., 1]
                squares += step**2
            least = np.minimum(least, squares / len(right))
        inside = _at(self.valid, x, y) > 0.99
        return np.where(inside, np.sqrt(least), np.nan)


def edges_of(
    change: str, before: Scene, after: Scene | None, bounds: tuple[float, float, float, float], thinned: int = 1
) -> Edges:
    """
    Return the edges of a kind of change: of the dates that show it, and of the difference between the dates.

    Parameters
    ----------
    change
        appeared, vanished, altered or present.
    before, after
        On one grid; without `after`, what is there on the first.
    bounds
        Left, top, right, bottom in pixels of the whole file's grid.
    thinned
        Average so many pixels either way: a large outline needs no finer edges.
    """
    row, column = before.offset
    left, top = (int(np.clip(np.floor(low) - at, 0, size - 1)) for low, at, size in _spans(bounds[:2], before))
    right, bottom = (
        int(np.clip(np.ceil(high) - at, low + 1, size))
        for (high, at, size), low in zip(_spans(bounds[2:], before), (left, top), strict=True)
    )
    window = slice(top, bottom), slice(left, right)
    scenes = [before] if after is None else [before, after]
    valid = np.logical_and.reduce([one.mask[window] for one in scenes])
    levelled = [_thin(_levelled(one.pixels[:, window[0], window[1]], valid), thinned) for one in scenes]
    share = _thin(valid[None].astype(np.float32), thinned)[0]
    valid = share > 0.99
    images = [levelled[date] for date in SHOWN_ON[change] if date < len(levelled)] or levelled
    if after is not None and len(levelled[0]) == len(levelled[1]):
        images.append(levelled[1] - levelled[0])
    steps = tuple(np.stack([_steps(band, valid) for band in image], axis=1) for image in images)
    return Edges(steps, valid.astype(np.float32), (left + column, top + row), thinned)


def _spans(ends: Sequence[float], scene: Scene) -> list[tuple[float, int, int]]:
    """Return (end, offset, size) for x and y."""
    (row, column), (rows, columns) = scene.offset, scene.grid.shape
    return [(ends[0], column, columns), (ends[1], row, rows)]


def _levelled(bands: Floats, valid: Mask) -> Floats:
    """Return bands in units of their own level, 0 where not valid."""
    levels = [float(np.median(np.abs(band[valid]))) if valid.any() else 1.0 for band in bands]
    return np.stack([np.where(valid, band, 0) / max(level, 1e-6) for band, level in zip(bands, levels, strict=True)])


def _thin(bands: Floats, by: int) -> Floats:
    """Return bands averaged over squares of pixels; what is left over at the far sides is cut off."""
    if by == 1:
        return bands
    rows, columns = (max(1, size // by) for size in bands.shape[1:])
    kept = bands[:, : rows * by, : columns * by]
    return np.stack([cv2.resize(band, (columns, rows), interpolation=cv2.INTER_AREA) for band in kept])


def _steps(band: Floats, valid: Mask) -> Floats:
    """Return steps to the right and down, float32 (2, rows, columns), in units of the usual one."""
    soft = cv2.GaussianBlur(np.asarray(band, dtype=np.float32), (0, 0), SOFTENED_PX)
    down, right = np.gradient(soft) if min(soft.shape) > 1 else (np.zeros_like(soft), np.zeros_like(soft))
    steps = np.stack([right, down]).astype(np.float32)
    usual = float(np.median(np.abs(steps[:, valid]))) / NORMAL if valid.any() else 1.0
    return steps / np.float32(max(usual, 1e-6))


def _at(image: Floats, x: Floats, y: Floats) -> Doubles:
    sampled = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(sampled, dtype=np.float64)
