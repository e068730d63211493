"""Outlines of strings of wagons in a difference of two dates: with their shade, and without what sticks to them."""

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats, Mask
from ...kinds import Kind
from ..boxes import Rectangle, least_rectangle, rectified
from .rail_car import COUPLING_M, STANDS_OUT, STRAIGHT_FILL, WIDEST_M

LANE_M = 3.0  # a wagon's body
SHADE_M = 6.0  # cast beside a string by 4 m of height and a sun of 35 degrees
SHORTEST_M = 45.0  # three cars; shorter ones are not told from walls, ramps and lorries one behind the other
SLENDER = 4.5  # the least string with the most shade beside it
COVERED = 0.4  # of the length, where a side still belongs to the string
TRIMS = 2


def outlines(contrast: Floats, step_m: float, kind: Kind) -> Iterator[Rectangle]:
    """
    Yield long, narrow, straight things together with the shade beside them.

    Parameters
    ----------
    contrast
        float32 (rows, columns) of a metric frame, as a share of the ground's level.
    step_m
        Pixel side of the frame.
    kind
        Bounds of a string's length and width.
    """
    solid = (contrast > STANDS_OUT).astype(np.uint8)
    size = 2 * max(1, round((WIDEST_M + SHADE_M + 2 * step_m) / step_m / 2)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    wide = cv2.morphologyEx(solid, cv2.MORPH_OPEN, disc)
    narrow = (solid > 0) & (wide == 0)
    reach = 2 * max(1, round(COUPLING_M / step_m)) + 1
    joined = cv2.morphologyEx(narrow.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)) > 0
    apart = list(_straight(narrow, step_m, kind))
    yield from apart
    for one in _straight(joined, step_m, kind):  # where couplings part the wagons
        if all(np.hypot(one.x - other.x, one.y - other.y) * step_m > one.length_m / 2 for other in apart):
            yield one


def _straight(pixels: Mask, step_m: float, kind: Kind) -> Iterator[Rectangle]:
    """Yield connected parts of a string's length and width that fill their rectangle."""
    number, labels, stats, _ = cv2.connectedComponentsWithStats(pixels.astype(np.uint8), connectivity=4)
    widest = WIDEST_M + SHADE_M + 2 * step_m
    for label in range(1, number):
        column, row, columns, rows, _ = (int(value) for value in stats[label])
        if np.hypot(rows, columns) * step_m < SHORTEST_M - step_m:
            continue
        window = slice(row, row + rows), slice(column, column + columns)
        one, area = _trimmed(labels[window] == label, row, column, step_m)
        straight = area >= STRAIGHT_FILL * one.area_m2
        long = SHORTEST_M - step_m <= one.length_m <= kind.length_m[1]
        gauge = kind.width_m[0] - step_m / 2 <= one.width_m <= widest
        if straight and long and gauge and one.length_m / one.width_m >= SLENDER:
            yield one


def _trimmed(pixels: Mask, row: int, column: int, step_m: float) -> tuple[Rectangle, float]:
    """Return the rectangle of a part without what sticks to its sides, and the area that it covers there, m²."""
    found = least_rectangle(pixels, row, column, step_m)
    rows, columns = np.nonzero(pixels)
    places = np.stack([columns + column + 0.5, rows + row + 0.5], axis=1)
    for _ in range(TRIMS):
        apart = places - [found.x, found.y]
        along, across = apart @ found.along, apart @ found.across
        sides = _span(across, found.length_m / step_m)
        ends = _span(along[(across >= sides[0]) & (across <= sides[1])], sides[1] - sides[0])
        inside = (across >= sides[0]) & (across <= sides[1]) & (along >= ends[0]) & (along <= ends[1])
        if inside.sum() < 3:
            return found, 0.0
        kept = places[inside]
        tilt = np.polyfit(along[inside], across[inside], 1)[0] if np.ptp(along[inside]) > 0 else 0.0
        x, y = kept.mean(axis=0)
        length, width = (ends[1] - ends[0]) * step_m, (sides[1] - sides[0]) * step_m
        heading = (found.heading_deg + float(np.degrees(np.arctan(tilt)))) % 180.0
        found = Rectangle(float(x), float(y), length, width, heading)
    return found, float(inside.sum()) * step_m**2


def _span(offsets: NDArray[np.float64], full: float) -> tuple[float, float]:
    """Return the longest run of offsets, in pixels, along which enough of the other side is covered."""
    lowest = int(np.floor(offsets.min())) if len(offsets) else 0
    counts = np.bincount(np.floor(offsets).astype(np.int64) - lowest) if len(offsets) else np.zeros(1, dtype=np.int64)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (counts >= COVERED * full).astype(np.int8), [0]])))
    runs = edges.reshape(-1, 2)
    if not len(runs):
        return 0.0, 0.0
    start, end = runs[int(np.argmax(runs[:, 1] - runs[:, 0]))]
    return float(start + lowest), float(end + lowest)


def lane(outline: Rectangle, unshaded: Floats, step_m: float) -> Rectangle:
    """Return the wagons without the shade beside them, from a contrast that is 0 in the shade."""
    if outline.width_m <= WIDEST_M + 2 * step_m:
        return outline
    image = rectified(unshaded, outline, step_m, step_m)
    wide = max(1, round(LANE_M / step_m))
    lanes = np.stack([image[:, at : at + wide].mean() for at in range(image.shape[1] - wide + 1)])
    offset = (int(np.argmax(lanes)) + wide / 2 - image.shape[1] / 2) * step_m
    x, y = np.array([outline.x, outline.y]) + outline.across * offset / step_m
    return replace(outline, x=float(x), y=float(y), width_m=wide * step_m)
