"""Boxes in rows and columns: container stacks, and covered goods on a pit's floor."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .canvas import Canvas, Colour
from .place import Place

BOX_WIDTH_M, BOX_HEIGHT_M = 2.44, 2.59
BOX_LENGTHS_M = (6.06, 12.19)


@dataclass(frozen=True, eq=False)
class Stack:
    """
    A block of boxes; their long sides lie along the heading.

    Parameters
    ----------
    place
        Outline of the block.
    rows, columns
        float64 (n, 2): start and end of each row along, and of each column across, from the centre, metres.
    tiers
        int64 (rows, columns): boxes on top of one another; 0 where a place is free.
    shades
        float32 (rows, columns, 4): reflectance of the uppermost box.
    height_m
        Of one box.
    """

    place: Place
    rows: NDArray[np.float64]
    columns: NDArray[np.float64]
    tiers: NDArray[np.int64]
    shades: NDArray[np.float32]
    height_m: float = BOX_HEIGHT_M

    @property
    def boxes(self) -> int:
        """Boxes that stand here, hidden ones included."""
        return int(self.tiers.sum())

    @property
    def slots(self) -> int:
        """Boxes that a camera overhead sees."""
        return int(np.count_nonzero(self.tiers))


def make_stack(
    rng: np.random.Generator,
    centre: tuple[float, float, float],
    shape: tuple[int, int],
    box_length_m: float,
    top_tier: int,
    palette: tuple[Colour, ...],
) -> Stack:
    """
    Make a block of boxes with uneven gaps, missing tops and mixed colours.

    Parameters
    ----------
    rng
        Source of chance.
    centre
        East, south (metres) and heading (degrees).
    shape
        Rows (end to end) and columns (side by side).
    box_length_m
        6.06 or 12.19.
    top_tier
        Full height in boxes; 15 % of the places are a tier lower, 5 % free (never below 1 in a block of few).
    palette
        Colours to draw from.
    """
    rows = _edges([box_length_m] * shape[0], rng.uniform(0.25, 0.6))
    columns = _edges([BOX_WIDTH_M] * shape[1], rng.uniform(0.15, 0.5))
    tiers = np.full(shape, top_tier, dtype=np.int64)
    if tiers.size > 4:
        tiers -= rng.random(shape) < 0.15
        tiers[rng.random(shape) < 0.05] = 0
    x, y, heading = centre
    place = Place(x, y, heading, float(np.ptp(rows)), float(np.ptp(columns)))
    return Stack(place, rows, columns, tiers, _shades(rng, shape, palette))


def with_odd_widths(stack: Stack, rng: np.random.Generator) -> Stack:
    """Return a block of the same outline whose columns have random widths of 1.5 to 6 m, so another number of boxes."""
    widths: list[float] = []
    while sum(widths) < stack.place.width_m:
        widths.append(float(rng.uniform(1.5, 6.0)))
    gap = 0.25
    scale = (stack.place.width_m - gap * (len(widths) - 1)) / sum(widths)
    columns = _edges([width * scale for width in widths], gap)
    source = rng.integers(0, stack.tiers.shape[1], len(widths))
    tiers = stack.tiers[:, source]
    tiers[0, 0] = max(tiers[0, 0], 1)
    palette = tuple(tuple(map(float, shade)) for shade in stack.shades.reshape(-1, 4))
    shades = _shades(rng, tiers.shape, palette)  # type: ignore[arg-type]  # rows of four
    return replace(stack, columns=columns, tiers=tiers, shades=shades)


def draw_stack(canvas: Canvas, stack: Stack) -> None:
    """Draw a block: each box flat-topped, its edges covering parts of cells."""
    patch = canvas.patch(stack.place, 1.0)
    if not patch.u.size:
        return
    row, along = _slot(patch.u, stack.rows)
    column, across = _slot(patch.v, stack.columns)
    tiers = stack.tiers[row, column]
    share = patch.cover(-along) * patch.cover(-across) * (tiers > 0)
    ribs = 1 + np.float32(0.05) * np.cos(patch.u * np.float32(2 * np.pi / 0.9))
    shade = np.moveaxis(stack.shades[row, column], -1, 0) * ribs
    patch.paint(shade, share)
    patch.build(patch.height + np.float32(stack.height_m) * tiers.astype(np.float32), share)


def _edges(sizes: list[float], gap: float) -> NDArray[np.float64]:
    ends = np.cumsum(np.asarray(sizes) + gap) - gap
    starts = ends - np.asarray(sizes)
    return np.asarray(np.stack([starts, ends], axis=1) - ends[-1] / 2)


def _slot(local: NDArray[np.float32], edges: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the index of the slot nearest to each local coordinate, and how deep inside it that lies (metres)."""
    middles = (edges[1:, 0] + edges[:-1, 1]) / 2
    index = np.searchsorted(middles, local)
    inside = np.minimum(local - edges[index, 0], edges[index, 1] - local)
    return index, inside.astype(np.float32)


def _shades(rng: np.random.Generator, shape: tuple[int, ...], palette: tuple[Colour, ...]) -> NDArray[np.float32]:
    colours = np.asarray(palette, dtype=np.float32)[rng.integers(0, len(palette), shape)]
    return np.asarray(colours * rng.uniform(0.8, 1.2, (*shape, 1)).astype(np.float32), dtype=np.float32)
