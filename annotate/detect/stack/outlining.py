"""From a patch that covers the ground to the rectangles of boxes in it: heading, aisles, sides to less than a box."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats
from ..boxes import Rectangle, rectified
from .patches import Patch
from .sharpness import sharpness

FINEST_M = 0.25  # step of the rectified images
RESOLVED_M = 1.25  # two pixels across a box
AISLE_M = 1.5  # boxes of one block stand closer
SLOTS_M = ((2.0, 3.9), (4.6, 6.9))  # one and two free slots: their width, and the gaps of .15 to .6 m around them
IN_LINE_M = 0.8  # boxes on both sides of a free slot end in line; two blocks at an aisle seldom do
LEAST_RUN_M = 2.0  # of boxes along a side: a box is 2.44 m wide
LEAST_SHARE = 0.12  # of the side
TURNS_DEG = (2.0, 0.5)
DEPTH = 8
STRAY_M = 0.8  # a strip that ends elsewhere is of another box
MOST_MOVE_M = 1.5
LOOK_M = 2.5  # beyond and within a side, when its place is measured


def outlines(patch: Patch) -> Iterator[tuple[Rectangle, float]]:
    """Yield rectangles of boxes in frame pixels, and the share of each that boxes cover."""
    solid = _solid(patch)
    if not solid.any():
        return
    fine = max(FINEST_M, patch.step_m / 2)
    whole = _around(solid, _heading(patch.apart, patch.least), patch.step_m)
    for piece in _cut(rectified(solid, whole, patch.step_m, fine), whole, fine, patch.step_m, 0):
        own = _alone(solid, piece, patch.step_m)
        turned = _turned(own, piece, patch.step_m)
        image = rectified(own, turned, patch.step_m, fine, 1.0)
        for last in _cut(image, _grown(turned, 1.0), fine, patch.step_m, DEPTH - 1):
            best = _sides(patch.apart, last, patch.step_m, fine, patch.least)
            best = _sides(patch.apart, best, patch.step_m, fine, patch.least)
            covered = rectified(solid, best, patch.step_m, fine)
            placed = replace(best, x=best.x + patch.column, y=best.y + patch.row)
            yield placed, float(covered.mean())


def _solid(patch: Patch) -> Floats:
    """Return where boxes are: an edge lies half way up, beside a single box or, where none is resolved, beside many."""
    if patch.step_m <= RESOLVED_M:
        level = cv2.dilate(patch.apart, np.ones((3, 3), np.uint8))
    else:
        above = patch.apart[patch.apart > patch.least]
        level = np.full_like(patch.apart, np.median(above) if above.size else 0.0)
    return np.asarray(patch.apart > np.maximum(patch.least, 0.5 * level), dtype=np.float32)


def _heading(image: Floats, least: float) -> float:
    """Return the direction of the edges, degrees in [0, 90): fourfold, as sides at right angles agree."""
    clipped = np.clip(image - least, 0, 4 * least).astype(np.float32)
    down = cv2.Scharr(clipped, cv2.CV_32F, 0, 1)
    right = cv2.Scharr(clipped, cv2.CV_32F, 1, 0)
    order = ((right + 1j * down) ** 4 / np.maximum(right**2 + down**2, 1e-9)).sum()
    return float(np.degrees(np.angle(order)) / 4 % 90.0)


def _around(solid: Floats, heading_deg: float, step_m: float) -> Rectangle:
    """Return the rectangle of this heading around all pixels that are set, turned to the sharpest profile."""
    rows, columns = np.nonzero(solid > 0.5)
    places = np.stack([columns + 0.5, rows + 0.5], axis=1)
    heading = _sharpest(places, heading_deg, step_m)
    probe = Rectangle(0.0, 0.0, 1.0, 1.0, heading)
    along, across = places @ probe.along, places @ probe.across
    middle = (along.min() + along.max()) / 2 * probe.along + (across.min() + across.max()) / 2 * probe.across
    length, width = ((float(np.ptp(side)) + 1.5) * step_m for side in (along, across))
    return Rectangle(float(middle[0]), float(middle[1]), length, width, heading)


def _sharpest(places: NDArray[np.float64], heading_deg: float, step_m: float) -> float:
    """Turn to where the pixels' profiles along and across change most abruptly."""
    best = heading_deg
    for turn in TURNS_DEG:
        tried = best + turn * np.arange(-3, 4)
        best = float(tried[int(np.argmax([_sharpness(places, heading) for heading in tried]))])
    return best % 180.0


def _sharpness(places: NDArray[np.float64], heading_deg: float) -> float:
    probe = Rectangle(0.0, 0.0, 1.0, 1.0, heading_deg)
    return sharpness(places, probe.along) + sharpness(places, probe.across)


def _cut(image: Floats, frame: Rectangle, fine: float, step_m: float, depth: int) -> Iterator[Rectangle]:
    """Cut at aisles, along and across in turn, until none is left."""
    rows, columns = _extent(image, fine)
    if rows is None or columns is None:
        return
    image = image[rows, columns]
    for axis in (0, 1):
        aisles = _aisles(image if axis else image.T, fine)
        if aisles and depth < DEPTH:
            for start, stop in pairwise([0, *aisles, image.shape[axis]]):
                part = slice(start, stop)
                where = (rows, slice(columns.start + start, columns.start + stop))
                if axis == 0:
                    where = (slice(rows.start + start, rows.start + stop), columns)
                inner = image[:, part] if axis else image[part]
                yield from _cut(inner, _part(frame, where, fine, step_m), fine, step_m, depth + 1)
            return
    yield _part(frame, (rows, columns), fine, step_m)


def _extent(image: Floats, fine: float) -> tuple[slice | None, slice | None]:
    found: list[slice | None] = []
    for axis in (1, 0):
        long = image.shape[axis] * fine
        run = image.sum(axis=axis) * fine
        least = min(max(LEAST_RUN_M, LEAST_SHARE * long), 0.5 * float(run.max(initial=0.0)))
        there = np.flatnonzero(run > max(least, 1e-6))
        found.append(slice(int(there[0]), int(there[-1]) + 1) if there.size else None)
    return found[0], found[1]


def _aisles(image: Floats, fine: float) -> list[int]:
    """Return the middles of the aisles that run down an image's columns."""
    depth = image.shape[0] * fine
    empty = image.sum(axis=0) * fine < min(LEAST_SHARE * depth, LEAST_RUN_M / 2)
    ends = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(np.int8), [0]])))
    found = []
    for start, stop in ends.reshape(-1, 2):
        wide = (stop - start) * fine
        if wide < max(AISLE_M, 3 * fine) or start == 0 or stop == image.shape[1]:
            continue
        if not _free_slots(image, int(start), int(stop), fine):
            found.append(int(start + stop) // 2)
    return found


def _free_slots(image: Floats, start: int, stop: int, fine: float) -> bool:
    """Return True where an empty run is as wide as one or two free slots and the boxes on both sides end in line."""
    wide = (stop - start) * fine
    if fine > RESOLVED_M / 2:
        return False
    ends = []
    for part in (image[:, :start], image[:, stop:]):
        there = np.flatnonzero(part.sum(axis=1) * fine > LEAST_RUN_M / 2)
        if not there.size:
            return False
        ends.append((there[0], there[-1]))
    in_line = np.abs(np.diff(ends, axis=0)) * fine < IN_LINE_M
    return any(low <= wide <= high and in_line.sum() >= needed for needed, (low, high) in enumerate(SLOTS_M, 1))


def _part(frame: Rectangle, where: tuple[slice, slice], fine: float, step_m: float) -> Rectangle:
    """Return part of a rectified image as a rectangle of the frame."""
    rows = max(2, round(frame.length_m / fine))
    columns = max(2, round(frame.width_m / fine))
    along = ((where[0].start + where[0].stop) / 2 - rows / 2) * fine
    across = ((where[1].start + where[1].stop) / 2 - columns / 2) * fine
    middle = frame.points(np.array([across]), np.array([along]), step_m)[0]
    length, width = ((part.stop - part.start) * fine for part in where)
    return Rectangle(float(middle[0]), float(middle[1]), length, width, frame.heading_deg)


def _grown(rectangle: Rectangle, by_m: float) -> Rectangle:
    return replace(rectangle, length_m=rectangle.length_m + 2 * by_m, width_m=rectangle.width_m + 2 * by_m)


def _alone(solid: Floats, piece: Rectangle, step_m: float) -> Floats:
    """Return the pixels within a piece and a little around, without its neighbours."""
    y, x = np.mgrid[: solid.shape[0], : solid.shape[1]] + 0.5
    along = (x - piece.x) * piece.along[0] + (y - piece.y) * piece.along[1]
    across = (x - piece.x) * piece.across[0] + (y - piece.y) * piece.across[1]
    grown = _grown(piece, AISLE_M / 2)
    near = (np.abs(along) * 2 * step_m < grown.length_m) & (np.abs(across) * 2 * step_m < grown.width_m)
    return np.where(near, solid, 0).astype(np.float32)


def _turned(solid: Floats, piece: Rectangle, step_m: float) -> Rectangle:
    """Give a piece its own heading."""
    if not (solid > 0.5).any():
        return piece
    return _around(solid, piece.heading_deg, step_m)


@dataclass(frozen=True)
class Side:
    """Where a side lies: metres outwards, its slope against the rectangle's, and how many metres of it say so."""

    out_m: float
    slope: float
    seen_m: float


def _sides(apart: Floats, rectangle: Rectangle, step_m: float, fine: float, least: float) -> Rectangle:
    """Move and turn the sides to where the strips across them have half the contrast of the boxes just within."""
    reach = max(LOOK_M, 1.5 * step_m)
    image = rectified(apart, rectangle, step_m, fine, reach)
    margin = round(reach / fine)
    low, high, left, right = (
        _side(turned, margin, fine, least) for turned in (image, image[::-1], image.T, image.T[::-1])
    )
    along, across = (high.out_m - low.out_m) / 2, (right.out_m - left.out_m) / 2
    middle = rectangle.points(np.array([across]), np.array([along]), step_m)[0]
    # rows run along the heading, columns to the right of it: a turn clockwise moves them against one another
    votes = ((-low.slope, low), (high.slope, high), (left.slope, left), (-right.slope, right))
    seen = sum(side.seen_m**3 for _, side in votes)  # the error of a slope falls so with its length
    turn = sum(slope * side.seen_m**3 for slope, side in votes) / seen if seen > 0 else 0.0
    return replace(
        rectangle,
        x=float(middle[0]),
        y=float(middle[1]),
        length_m=max(rectangle.length_m + low.out_m + high.out_m, fine),
        width_m=max(rectangle.width_m + left.out_m + right.out_m, fine),
        heading_deg=(rectangle.heading_deg + float(np.degrees(np.arctan(turn)))) % 180.0,
    )


def _side(image: Floats, margin: int, fine: float, least: float) -> Side:
    """Find the first row's side; rows run inwards, and the side is thought to lie between `margin` - 1 and `margin`."""
    inset = margin + min(round(0.5 / fine), max(1, (image.shape[1] - 2 * margin) // 4))
    strips = image[: 2 * margin, inset : image.shape[1] - inset]
    if strips.shape[1] < 1 or image.shape[0] < 2 * margin + 1:
        return Side(0.0, 0.0, 0.0)
    within = np.median(strips[margin + round(0.5 / fine) : 2 * margin], axis=0)
    beyond = strips[: margin - round(0.3 / fine)].min(axis=0)
    inner = margin + round(0.75 / fine)
    outwards = (strips < (within + beyond) / 2)[:inner][::-1]
    weight = np.where(outwards.any(axis=0), np.maximum(within - beyond - least / 2, 0), 0)
    if not weight.any():
        return Side(0.0, 0.0, 0.0)
    at, strip = inner - 1 - np.argmax(outwards, axis=0), np.arange(strips.shape[1])
    low, high = strips[at, strip], strips[np.minimum(at + 1, strips.shape[0] - 1), strip]
    crossing = at + 0.5 + ((within + beyond) / 2 - low) / np.maximum(high - low, 1e-6)
    middle = _middle(crossing, weight)
    weight = np.where(np.abs(crossing - middle) * fine < STRAY_M, weight, 0)
    spots = strip - np.average(strip, weights=weight)
    slope = float((weight * spots * crossing).sum() / max((weight * spots**2).sum(), 1e-9))
    level = _middle(crossing - slope * spots, weight)
    seen = float(np.count_nonzero(weight) * fine)
    return Side(float(np.clip((margin - level) * fine, -MOST_MOVE_M, MOST_MOVE_M)), slope, seen)


def _middle(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    total = np.cumsum(weight[order])
    return float(values[order][int(np.searchsorted(total, total[-1] / 2))])
