"""What is wrong with an outline, in a sentence that says how to mend it: while it is drawn, and before it is kept."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, Polygon, box

from ...imagery.grid import Grid
from ..errors import ReviewError

BEYOND_PX = 1.0  # a click beside the edge of the image still means the edge
LEAST_SHARE = 1e-6  # of the square on its girth: less is a line that was rounded


def flaw_of(outline: Polygon, grid: Grid) -> str | None:
    """
    Return what keeps an outline from being kept, or None.

    Parameters
    ----------
    outline
        In (column, row) of the grid, pixel corners at integers.
    grid
        Of the image it is drawn on.
    """
    corners = np.asarray(outline.exterior.coords)[:-1, :2]
    if len(corners) < 3 or not np.isfinite(corners).all():
        return "An outline needs three corners or more; click on."
    hull = Polygon(grid.metres(*corners.T)).convex_hull
    if hull.area <= LEAST_SHARE * max(hull.length, 1e-9) ** 2:
        return "This outline has no area: its corners lie on one line; click one beside it."
    crossing = crossing_sides(corners)
    if crossing is not None:
        named = (f"{side + 1}–{(side + 1) % len(corners) + 1}" for side in crossing)
        return f"The sides {' and '.join(named)} cross; move a corner, or take clicks back with Backspace."
    if not Polygon(corners).is_valid:
        return "This outline runs back along itself; move a corner, or take clicks back with Backspace."
    if not outline.is_valid:
        return "A hole of this outline reaches over its edge or into another; move a corner of the hole."
    beyond_m = _beyond_m(outline, grid)
    if beyond_m > 0:
        rows, columns = grid.shape
        return (
            f"This outline reaches {beyond_m:,.1f} m beyond the image of {rows} × {columns} pixels; "
            "move its corners onto the image."
        )
    return None


def sound(outline: Polygon, grid: Grid) -> Polygon:
    """Return an outline without a flaw, else raise a ReviewError that names it."""
    flaw = flaw_of(outline, grid)
    if flaw is not None:
        raise ReviewError(flaw)
    return outline


def crossing_sides(corners: NDArray[np.float64]) -> tuple[int, int] | None:
    """Return the first two sides of a closed outline, (n, 2), that meet elsewhere than in a common corner, or None."""
    if Polygon(corners).is_valid:
        return None
    ends = np.roll(corners, -1, axis=0)
    sides = [LineString([a, b]) for a, b in zip(corners, ends, strict=True)]
    for one, other in combinations(range(len(sides)), 2):
        beside = other == one + 1 or (one == 0 and other == len(sides) - 1)
        if sides[one].crosses(sides[other]) or (not beside and sides[one].intersects(sides[other])):
            return one, other
    return None


def _beyond_m(outline: Polygon, grid: Grid) -> float:
    """Return how far an outline reaches beyond the image, metres; 0 within a pixel of it."""
    rows, columns = grid.shape
    x, y = np.asarray(outline.exterior.coords)[:, :2].T
    over = np.stack([np.maximum(-x, x - columns), np.maximum(-y, y - rows)]).clip(min=0.0)
    if box(0, 0, columns, rows).intersects(outline) and over.max() <= BEYOND_PX:
        return 0.0
    step_y, step_x = grid.gsd_m
    return float(np.hypot(over[0] * step_x, over[1] * step_y).max())
