"""Berth lines: straight edges of land, and what lies alongside or stern-to at them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats, Mask
from ..boxes import Rectangle

SHORTEST_M = 100.0  # of a quay
LEAST_SHORE = 0.3  # of its length that is seen, the rest lies behind vessels
OPEN, ASHORE = 0.3, 0.85  # share of water on its one side, of land on the other
BRIDGED_M = 350.0  # vessels hide the quay's edge over their length
DEEPEST_M = 110.0  # how far seaward is looked
SHOULDER_M = 25.0  # on both sides of a vessel, mostly bare: else it is the quay itself that ends or bends here
BARE = 0.3  # of a shoulder, as other vessels may lie there
VALLEY = 0.75  # of the lower neighbour: where two hulls meet


@dataclass(frozen=True)
class Berth:
    """A straight edge: two ends in frame (x, y), and the unit vectors along it and seaward."""

    start: NDArray[np.float64]
    length_px: float
    along: NDArray[np.float64]
    seaward: NDArray[np.float64]


def berths(land: Mask, water: Mask, step_m: float) -> Iterator[Berth]:
    """
    Yield straight edges between land and water, the best supported first; each takes its part of the shore with it.

    Hough transform of the shore (Duda & Hart 1972, CACM 15(1):11), where a line that was found no longer votes, so that
    one quay is one berth; its place is then fitted to the shore that it took.

    Parameters
    ----------
    land, water
        bool (rows, columns) of the frame.
    step_m
        Pixel side of the frame.
    """
    shore = land & (cv2.dilate((~land).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    shore[:2], shore[-2:], shore[:, :2], shore[:, -2:] = False, False, False, False
    rows, columns = np.nonzero(shore)
    points = np.stack([columns + 0.5, rows + 0.5], axis=1)
    turns = np.radians(np.arange(180.0))
    offsets = points @ np.stack([np.cos(turns), np.sin(turns)])
    if not len(points):
        return
    bins = np.rint(offsets - offsets.min()).astype(np.int64)
    votes = np.stack([np.bincount(one, minlength=int(bins.max()) + 1) for one in bins.T])
    left = np.ones(len(points), dtype=bool)
    while True:
        turn, place = np.unravel_index(int(np.argmax(votes)), votes.shape)
        if votes[turn, place] * step_m < LEAST_SHORE * SHORTEST_M:
            return
        taken = np.flatnonzero(left & (np.abs(bins[:, turn] - place) <= 1))
        for part in _unbroken(points[taken], turns[turn], BRIDGED_M / step_m):
            berth = _berth(part, water, step_m)
            if berth is not None:
                yield berth
        left[taken] = False
        for number, one in enumerate(bins[taken].T):
            votes[number] -= np.bincount(one, minlength=votes.shape[1])


def _unbroken(points: NDArray[np.float64], turn: float, gap_px: float) -> list[NDArray[np.float64]]:
    """Cut points of a line where it is broken for longer than vessels hide it."""
    along = points @ np.array([-np.sin(turn), np.cos(turn)])
    order = np.argsort(along)
    return np.split(points[order], np.flatnonzero(np.diff(along[order]) > gap_px) + 1)


def _berth(points: NDArray[np.float64], water: Mask, step_m: float) -> Berth | None:
    """Return the berth through points of the shore; None where they are too few, or have no land behind them."""
    if len(points) < 4:
        return None
    middle = points.mean(axis=0)
    along = np.linalg.svd(points - middle, full_matrices=False)[2][0]
    spots = (points - middle) @ along
    length = float(np.ptp(spots))
    if length * step_m < SHORTEST_M or len(points) < LEAST_SHORE * length:
        return None
    start = middle + spots.min() * along
    normal = np.array([-along[1], along[0]])
    places = start + np.linspace(0, length, 50)[:, None] * along
    sides = [float(np.mean([_sample(water, places + way * normal * deep) for deep in (2, 4)])) for way in (1, -1)]
    if max(sides) < OPEN or min(sides) > 1 - ASHORE:
        return None
    return Berth(start, length, along, normal if sides[0] > sides[1] else -normal)


def moored(berth: Berth, contrast: Floats, things: Mask, step_m: float) -> Iterator[Rectangle]:
    """
    Yield what protrudes from a berth, alongside or end-on, as rectangles with their heading along the hull.

    Parameters
    ----------
    berth
        Where to look.
    contrast, things
        As of a `Waterside`.
    step_m
        Pixel side of the frame.
    """
    depth = np.arange(1.0, DEEPEST_M / step_m, 0.5)
    spots = np.arange(0.0, berth.length_px, 0.5)
    places = berth.start + spots[:, None, None] * berth.along + depth[None, :, None] * berth.seaward
    solid = np.array(_sample(things, places) > 0.5, dtype=np.bool_, ndmin=2)
    solid[:, :2] |= solid[:, 2:4].any(axis=1, keepdims=True)  # a dark gap between hull and quay
    steps = np.where(solid.all(axis=1), len(depth), np.argmin(solid, axis=1))
    reach = np.asarray(steps * 0.5 * step_m, dtype=np.float32)
    strength = np.where(np.cumprod(solid, axis=1) > 0, _sample(contrast, places), 0).sum(axis=1)
    for first, last in _runs(reach >= max(5.0, step_m)):
        if not _bare(reach, first, last, step_m):
            continue
        for begin, end in _hulls(strength, first, last):
            width, deep = (end - begin) * 0.5 * step_m, float(np.quantile(reach[begin:end], 0.75))
            middle = berth.start + (begin + end) / 4 * berth.along + (deep / 2 / step_m + 0.75) * berth.seaward
            beside = width >= deep
            axis = berth.along if beside else berth.seaward
            heading = float(np.degrees(np.arctan2(axis[0], -axis[1])) % 180.0)
            long, short = (width, deep) if beside else (deep, width)
            yield Rectangle(float(middle[0]), float(middle[1]), long, short, heading)


def _sample(image: Floats | Mask, places: NDArray[np.float64]) -> Floats:
    at = np.asarray(np.atleast_3d(places) - 0.5, dtype=np.float32)
    at = at.reshape(*places.shape[:-1], 2) if places.ndim == 3 else np.asarray(places - 0.5, dtype=np.float32)[:, None]
    found = cv2.remap(image.astype(np.float32), at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=0)
    return np.asarray(found if places.ndim == 3 else found[:, 0], dtype=np.float32)


def _runs(there: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], there.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _bare(reach: Floats, first: int, last: int, step_m: float) -> bool:
    """Return True where the quay is bare on both sides."""
    size = max(2, round(SHOULDER_M / step_m * 2))
    before, after = reach[max(0, first - size) : first], reach[last : last + size]
    return all(len(side) >= 2 and float((side < step_m).mean()) > BARE for side in (before, after))


def _hulls(strength: Floats, first: int, last: int) -> list[tuple[int, int]]:
    """Cut a run where its strength falls between two hulls."""
    line = np.convolve(strength[first:last], np.ones(3) / 3, mode="same")
    cuts = [0]
    for at in range(1, len(line) - 1):
        left, right = line[cuts[-1] : at], line[at + 1 :]
        lowest = line[at] == line[max(0, at - 2) : at + 3].min()
        if lowest and len(left) and line[at] < VALLEY * min(left.max(), right.max()):
            cuts.append(at)
    cuts.append(len(line))
    return [(first + begin, first + end) for begin, end in pairwise(cuts) if end - begin >= 2]
