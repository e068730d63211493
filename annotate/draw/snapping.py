"""
A rough outline drawn onto the edges of the object: side by side, and never further than is said.

Each side is moved and turned to the line along which most of an edge is seen (a Hough search over its two ends, nearer
lines being likelier); neighbouring lines meet in the new corners. Whether anything was found is told by copies of the
outline that are put elsewhere around the place and snapped in the same way: the ground there has edges as well.
"""

from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from ...imagery.grid import Grid
from ...imagery.scene import Scene
from ..errors import ReviewError
from ..outline import size_of
from .edges import Edges, edges_of
from .side import Side

Doubles = NDArray[np.float64]
REACH_SHARE, LEAST_REACH_PX = 0.15, 3.0  # of the width of the outline; a hand is no surer than some pixels
MOST_REACH_M = 10.0  # that share of the widest ship
MOST_PX = 400  # across an outline: a larger one is looked at in coarser pixels
COPIES, LEAST_COPIES = 24, 8
LEAST_SEEN = 0.25  # of its length: less of an edge is no outline
FARTHER = (1.0, 1.5, 2.0)  # times from the middle of the outline to just beside it
STANDS_OUT = 2.33  # robust standard deviations above the copies: one in a hundred by chance
PARALLEL = 0.25  # sine of the angle below which two lines have no corner worth the name
RIGHT = 0.1  # cosine within which four corners make a rectangle


@dataclass(frozen=True)
class Snapped:
    """
    What snapping did.

    Parameters
    ----------
    outline
        In (column, row), as the rough one; the rough one itself where nothing was found.
    found
        Whether its edges stand out from what copies of the outline find on the ground around.
    moved_m, reach_m
        How far a corner moved at most, and might have, metres.
    """

    outline: Polygon
    found: bool
    moved_m: float
    reach_m: float

    @property
    def sentence(self) -> str:
        """What was done, for the analyst."""
        if not self.found:
            return f"No object stands out within {self.reach_m:.1f} m of this outline; it stays as it is."
        return f"Snapped to the edges: corners moved by {self.moved_m:.1f} m at most ({self.reach_m:.1f} m allowed)."


def snap(outline: Polygon, change: str, before: Scene, after: Scene | None, reach_m: float | None = None) -> Snapped:
    """
    Move a rough outline to the object whose edges are near it.

    Parameters
    ----------
    outline
        In (column, row) of the before scene's whole file, pixel corners at integers; holes stay as they are.
    change
        appeared, vanished, altered or present: which dates show the object.
    before, after
        On one grid; `after` is None for what is there on one scene.
    reach_m
        How far a corner may move, metres; by default a share of the outline's width, three pixels at least.

    Raises
    ------
    ReviewError
        If the two dates are not on one grid, or there is too little image around.
    """
    if after is not None and after.grid != before.grid:
        raise ReviewError("The two dates are not on one grid, so there is nothing common to snap to; draw by hand.")
    grid = before.file_grid
    rough = Polygon(outline.exterior).simplify(1.0)
    corners = np.asarray(rough.exterior.coords)[:-1, :2]
    width_m = size_of(Polygon(grid.metres(*corners.T))).width_m
    reach = max(min(REACH_SHARE * width_m, MOST_REACH_M), LEAST_REACH_PX * max(grid.gsd_m))
    reach = reach if reach_m is None else reach_m
    pads = 2 * np.ptp(corners, axis=0) + 4 * reach / min(grid.gsd_m)
    low, high = corners.min(axis=0) - pads, corners.max(axis=0) + pads
    thinned = int(np.ceil(np.ptp(corners, axis=0).max() / MOST_PX))
    edges = edges_of(change, before, after, (*low, *high), max(thinned, 1))
    here, score = _fit(corners, edges, grid, reach)
    copies = (_fit(corners + move, edges, grid, reach)[1] for move in _moves(corners, reach, grid))
    others = list(islice((one for one in copies if np.isfinite(one)), COPIES))
    if not np.isfinite(score) or len(others) < LEAST_COPIES:
        raise ReviewError("There is too little image around this outline to tell an object from the ground.")
    usual = float(np.median(others))
    spread = 1.4826 * float(np.median(np.abs(np.array(others) - usual)))
    snapped = Polygon(here, [ring.coords for ring in outline.interiors])
    if score < max(LEAST_SEEN, usual + STANDS_OUT * spread) or not snapped.is_valid:
        return Snapped(outline, False, 0.0, reach)
    moved = np.linalg.norm(grid.metres(*here.T) - grid.metres(*corners.T), axis=1)
    return Snapped(snapped, True, float(moved.max()), reach)


def _moves(corners: Doubles, reach_m: float, grid: Grid) -> Doubles:
    """Return moves in pixels, (n, 2), nearest first, of copies that lie beside the place and not on its own edges."""
    turn = np.arange(COPIES) * 2 * np.pi / COPIES
    circle = np.column_stack([np.cos(turn), np.sin(turn)])
    half = np.ptp(corners, axis=0) / 2 + 2 * reach_m / np.array(grid.gsd_m[::-1])
    return np.concatenate([farther * half * circle for farther in FARTHER])


def _fit(corners: Doubles, edges: Edges, grid: Grid, reach_m: float) -> tuple[Doubles, float]:
    """Return the corners moved to the edges, (n, 2) pixels, and the share with an edge; NaN off the image."""
    metres = grid.metres(*corners.T)
    sides = [Side.of(a, b, edges, grid, reach_m) for a, b in zip(metres, np.roll(metres, -1, axis=0), strict=True)]
    if any(side is None for side in sides):
        return corners, float("nan")
    known = [side for side in sides if side is not None]
    ends = _turned_together(known, metres) if _is_rectangle(metres) else [side.best() for side in known]
    lengths = np.array([side.length_m for side in known])
    score = float(np.average([side.score(*end) for side, end in zip(known, ends, strict=True)], weights=lengths))
    lines = [side.moved(*end) for side, end in zip(known, ends, strict=True)]
    met = np.array([_meet(lines[at - 1], lines[at]) for at in range(len(lines))])
    move = met - metres
    far = np.linalg.norm(move, axis=1, keepdims=True)
    move *= np.minimum(1.0, reach_m / np.maximum(far, 1e-9))
    return grid.pixels_of_metres(metres + move), score


def _turned_together(sides: list[Side], metres: Doubles) -> list[tuple[float, float]]:
    """Return offsets at the ends of a rectangle's sides, all turned by the same angle."""
    longest = max(side.length_m for side in sides)
    best: list[tuple[float, float]] = []
    most = -np.inf
    for tilt in np.arange(-sides[0].most, sides[0].most + 1) / longest:
        found, total = [], 0.0
        for side in sides:
            half = tilt * side.length_m / 2
            steps = np.arange(-side.most + abs(half), side.most - abs(half) + 1e-9)
            ends = np.column_stack([steps - half, steps + half])
            scores = side.odds(ends)
            found.append((float(ends[int(scores.argmax()), 0]), float(ends[int(scores.argmax()), 1])))
            total += float(scores.max()) * side.length_m
        if total > most:
            best, most = found, total
    return [side.sharpened(np.array(ends), turns=False) for side, ends in zip(sides, best, strict=True)]


def _is_rectangle(metres: Doubles) -> bool:
    if len(metres) != 4:
        return False
    sides = np.roll(metres, -1, axis=0) - metres
    sides = sides / np.linalg.norm(sides, axis=1, keepdims=True)
    return bool((np.abs((sides * np.roll(sides, -1, axis=0)).sum(axis=1)) < RIGHT).all())


def _meet(before: tuple[Doubles, Doubles], after: tuple[Doubles, Doubles]) -> Doubles:
    """Return where two lines meet; between their ends where they run alongside each other."""
    first: Doubles = before[1] - before[0]
    second: Doubles = after[1] - after[0]
    cross = float(first[0] * second[1] - first[1] * second[0])
    if abs(cross) < PARALLEL * float(np.linalg.norm(first) * np.linalg.norm(second)):
        return np.asarray((before[1] + after[0]) / 2)
    apart = after[0] - before[0]
    share = float(apart[0] * second[1] - apart[1] * second[0]) / cross
    return np.asarray(before[0] + share * first)
