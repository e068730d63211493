"""Small cut-outs of both dates around a place, with its outline: what a decision looks at. Plain arrays."""

import cv2
import numpy as np
from napari.layers import Layer
from numpy.typing import NDArray

from .pyramid import Level
from .stage import Stage

AROUND = 1.9  # times the longer side of a place: enough of its surroundings to judge it by
LEAST_PX = 24.0  # scene pixels across a chip, at least
GAP_PX = 3
Chip = NDArray[np.uint8]


def chips(stage: Stage, annotation_id: str, side_px: int) -> tuple[Chip, ...]:
    """
    Return the before and the after cut-out of a place; one where there is one scene; none where it is not here.

    Parameters
    ----------
    stage
        With its scenes.
    annotation_id
        A place on it.
    side_px
        Of a chip.

    Returns
    -------
    tuple of uint8 (side_px, side_px, 3), red, green, blue.
    """
    outline = stage.outline_of(annotation_id)
    return () if outline is None else cut_out(stage, outline, stage.colour_of(annotation_id), side_px)


def cut_out(stage: Stage, outline: NDArray[np.float64], colour: str, side_px: int) -> tuple[Chip, ...]:
    """Return the same of an outline (n, 2) in (y, x) metres, drawn in a colour "#RRGGBB"."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    span_m = max(AROUND * float((high - low).max()), LEAST_PX * max(stage.frame.grid.gsd_m))
    corner = (low + high) / 2 - span_m / 2
    drawn = np.round((outline - corner)[:, ::-1] / span_m * side_px * 16).astype(np.int32)
    line = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    found = []
    for layer in (stage.before, stage.after):
        if layer is not None:
            chip = _cut(layer, corner, span_m / side_px, side_px)
            cv2.polylines(chip, [drawn], True, line, 1, cv2.LINE_AA, shift=4)
            found.append(chip)
    return tuple(found)


def beside(parts: tuple[Chip, ...]) -> Chip:
    """Return chips in one row, with a gap between them."""
    gap = np.zeros((len(parts[0]), GAP_PX, 3), dtype=np.uint8)
    row = [parts[0]]
    for part in parts[1:]:
        row += [gap, part]
    return np.ascontiguousarray(np.hstack(row))


def _cut(layer: Layer, corner: NDArray[np.float64], step_m: float, side_px: int) -> Chip:
    """Sample an image layer on a square raster whose upper left corner lies at (y, x) metres."""
    inverse = np.linalg.inv(np.asarray(layer.affine.affine_matrix))
    turn = inverse[:2, :2] * step_m
    start = inverse[:2, :2] @ (corner + step_m / 2) + inverse[:2, 2]
    picture, (top, left) = _around(layer.data[0] if layer.multiscale else layer.data, start, turn * side_px)
    matrix = np.array([[turn[1, 1], turn[1, 0], start[1] - left], [turn[0, 1], turn[0, 0], start[0] - top]])
    how = (cv2.INTER_AREA if np.abs(turn).max() > 1 else cv2.INTER_NEAREST) | cv2.WARP_INVERSE_MAP
    cut = cv2.warpAffine(picture, matrix, (side_px, side_px), flags=how, borderMode=cv2.BORDER_CONSTANT)
    return np.ascontiguousarray(cut, dtype=np.uint8)


def _around(
    image: NDArray[np.uint8] | Level, start: NDArray[np.float64], turn: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Return red, green, blue of the part of an image that a chip is cut from, and its first row and column."""
    corners = start + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]) @ turn.T
    low = np.clip(np.floor(corners.min(axis=0)).astype(int) - 1, 0, np.array(image.shape[:2]) - 1)
    high = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 2, low + 1, image.shape[:2])
    part = image[low[0] : high[0], low[1] : high[1], :3]
    return np.ascontiguousarray(part), (int(low[0]), int(low[1]))
