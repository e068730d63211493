"""Scenes too large to be looked at whole: one band of windows spread over the ground that they share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..grid import Grid
from ..scene_file import SceneFile
from .coarse import common_shift
from .place import Model, Warp, compose, coordinates, identity
from .resampling import moved_image
from .structure import Image, structure
from .views import Part, WholeViews

WHOLE_PX = 4_000_000  # up to so many a scene is looked at whole
MOST_WHOLE_PX = 16_000_000  # up to so many it is, where windows do not settle it
PLACES = 4  # windows down, and across
BLOCK_PX = 512  # the usual tile; a window stays inside one of either scene where it can
MOST_PX, LEAST_PX = 288, 160  # side of a window
MARGIN_PX = 16  # of the after scene around a window
VALID = 0.5  # of a window
SNAP_PX = 8  # windows start at multiples, so that their halves fall on those of the scene
SEARCH_PX = 320  # around a window, when the georeference is not enough
SEARCH_HALVINGS = 1


def windows_first(before: SceneFile, after: SceneFile) -> bool:
    """Whether windows are tried before every pixel is looked at."""
    return _largest(before, after) > WHOLE_PX


def windows_only(before: SceneFile, after: SceneFile) -> bool:
    """Whether the scenes are too large to be held whole."""
    return _largest(before, after) > MOST_WHOLE_PX


def _largest(before: SceneFile, after: SceneFile) -> int:
    return max(int(np.prod(scene.grid.shape)) for scene in (before, after))


@dataclass(frozen=True, eq=False)
class Window:
    """Views of a window, and the row and column of the before scene where it starts."""

    views: WholeViews
    row: int
    column: int

    def within(self, warp: Warp) -> Warp:
        """Return a warp of the scene as one of the window."""
        here, back = (_moved(sign * self.column, sign * self.row) for sign in (1, -1))
        return Warp(compose(compose(here, warp.model), back))


@dataclass(frozen=True, eq=False)
class SampledViews:
    """
    Windows that show the same ground on both dates.

    Parameters
    ----------
    before, after
        The scenes.
    windows
        What was read of them for one first guess.
    """

    before: SceneFile
    after: SceneFile
    windows: tuple[Window, ...] = ()

    @property
    def grid(self) -> Grid:
        """Where the before scene lies."""
        return self.before.grid

    @property
    def after_grid(self) -> Grid:
        """Where the after scene lies."""
        return self.after.grid

    @property
    def halvings(self) -> int:
        """How often every window can be halved."""
        return min((window.views.halvings for window in self.windows), default=0)

    @property
    def dense(self) -> bool:
        """Whether a local field can be followed: not between windows."""
        return False

    def near(self, warp: Warp) -> "SampledViews":
        """Read windows for a first guess."""
        return replace(self, windows=tuple(_windows(self.before, self.after, warp, MARGIN_PX, PLACES)))

    def parts(self, warp: Warp, halvings: int) -> Sequence[Part]:
        """Return the windows as a warp without local field has them."""
        found = []
        for window in self.windows:
            for part in window.views.parts(window.within(warp), halvings):
                row, column = window.row // 2**halvings, window.column // 2**halvings
                found.append(replace(part, row=part.row + row, column=part.column + column))
        return found

    def search(self) -> Iterator[Warp]:
        """Look for one shift of all windows in wider ones of the after scene."""
        windows = _windows(self.before, self.after, Warp(identity()), SEARCH_PX, PLACES // 2)
        shift = common_shift([_wide(window) for window in windows])
        if shift is not None:
            yield Warp(_moved(*(2**SEARCH_HALVINGS * size for size in shift)))


def _wide(window: Window) -> tuple[Image, Image]:
    """Return the structure of a window before, and of what lies up to `SEARCH_PX` around it after, reduced."""
    views = window.views
    rows, columns = views.grid.shape
    around = views.grid.window(-SEARCH_PX, -SEARCH_PX, rows + 2 * SEARCH_PX, columns + 2 * SEARCH_PX)
    fixed = views.before[SEARCH_HALVINGS]
    moved, row, column = moved_image(views.after, views.after_grid, around, Warp(identity()), SEARCH_HALVINGS)
    reach = SEARCH_PX // 2**SEARCH_HALVINGS
    whole = Image(*(np.zeros([size + 2 * reach for size in fixed.shape], kind) for kind in (np.float32, bool)))
    part = np.s_[row : row + moved.shape[0], column : column + moved.shape[1]]
    whole.values[part], whole.mask[part] = structure(moved), moved.mask
    return Image(structure(fixed), fixed.mask), whole


def _moved(column: float, row: float) -> Model:
    return np.array([[1.0, 0.0, column], [0.0, 1.0, row]])


def _windows(before: SceneFile, after: SceneFile, warp: Warp, margin: int, places: int) -> Iterator[Window]:
    """Read windows at a lattice of places, and at those between where these show too little."""
    wanted = places**2
    for row, column in _lattice(before.grid.shape, places):
        window = _window(before, after, warp, margin, (row, column)) if wanted else None
        if window is not None:
            wanted -= 1
            yield window


def _lattice(shape: tuple[int, int], places: int) -> Iterator[tuple[int, int]]:
    for first, count in ((0.5, places), (1.0, places - 1)):
        for down, across in product(np.arange(count) + first, repeat=2):
            yield int(shape[0] * down / places), int(shape[1] * across / places)


def _window(before: SceneFile, after: SceneFile, warp: Warp, margin: int, place: tuple[int, int]) -> Window | None:
    """Read what lies about a place on both dates; None where that is too little."""
    grid = before.grid
    block = [(start + at) // BLOCK_PX * BLOCK_PX - start for start, at in zip(before.offset, place, strict=True)]
    there = _on_after(grid, after.grid, warp, [block[0]], [block[1]])
    (row0, row1), (column0, column1) = (
        _inside(first, size, round(float(at.min())) + start)
        for first, size, at, start in zip(block, grid.shape, there, after.offset, strict=True)
    )
    if min(row1 - row0, column1 - column0) < LEAST_PX:
        return None
    rows, columns = _on_after(
        grid, after.grid, warp, [row0 - margin, row1 + margin], [column0 - margin, column1 + margin]
    )
    ends = [
        (max(0, int(np.floor(axis.min()))), min(size, int(np.ceil(axis.max()))))
        for axis, size in zip((rows, columns), after.grid.shape, strict=True)
    ]
    if min(end - start for start, end in ends) < LEAST_PX:
        return None
    names = [name for name in before.bands if name in after.bands]
    one, other = (names or list(scene.bands) for scene in (before, after))
    first = before.read(row0, row1, column0, column1, (one[len(one) // 2],))
    if first.valid_fraction < VALID:
        return None
    second = after.read(*ends[0], *ends[1], (other[len(other) // 2],))
    if second.valid_fraction < VALID:
        return None
    return Window(WholeViews.of(first, second), row0, column0)


def _on_after(
    before: Grid, after: Grid, warp: Warp, rows: list[int], columns: list[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return coordinates(before, after, warp, np.array(columns, np.float64), np.array(rows, np.float64))


def _inside(first: int, size: int, after_first: int) -> tuple[int, int]:
    """Return the larger part of a block's rows (or columns) that lies within one block of the after scene, reduced."""
    cut = first + BLOCK_PX - after_first % BLOCK_PX
    start, end = (first, cut) if cut - first >= BLOCK_PX / 2 else (cut, first + BLOCK_PX)
    start, end = max(start + MARGIN_PX, 0), min(end - MARGIN_PX, size)
    side = min(MOST_PX, end - start)
    start = -(-(start + (end - start - side) // 2) // SNAP_PX) * SNAP_PX
    return start, start + (side - SNAP_PX) // SNAP_PX * SNAP_PX
