"""What the ladder looks at: both scenes, whole or through windows spread over them, on the before grid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..grid import Grid
from ..scene import Scene
from .place import Warp
from .resampling import moved_image
from .search import search
from .structure import Image, brightness, pyramid, structure

SMALLEST_PX = 64  # a smaller image holds no windows


@dataclass(frozen=True, eq=False)
class Part:
    """
    The same ground on both dates, as a warp has it.

    Parameters
    ----------
    before, after
        Structure images of one shape and one mask.
    row, column
        Where the upper left pixel is on the before grid, of which it is a part.
    """

    before: Image
    after: Image
    row: int
    column: int


class Views(Protocol):
    """Both scenes, as far as they are looked at."""

    @property
    def grid(self) -> Grid:
        """Where the before scene lies."""

    @property
    def after_grid(self) -> Grid:
        """Where the after scene lies."""

    @property
    def halvings(self) -> int:
        """How often they can be halved."""

    @property
    def dense(self) -> bool:
        """Whether they cover the ground, so that a local field can be followed."""

    def near(self, warp: Warp) -> "Views":
        """Return what is to be looked at where the after scene lies about as a warp has it."""

    def parts(self, warp: Warp, halvings: int) -> Sequence[Part]:
        """Return what both dates show of the same ground after a warp, at 1 / 2**halvings of the size."""

    def search(self) -> Iterator[Warp]:
        """Look for the after scene further away; the likeliest first."""


def sizes_of(scene: Scene) -> tuple[Image, ...]:
    """Return the brightness of a scene and its halves."""
    return pyramid(brightness(scene), SMALLEST_PX)


@dataclass(frozen=True, eq=False)
class WholeViews:
    """Every pixel: the brightness of both scenes at all sizes, and their grids."""

    before: tuple[Image, ...]
    after: tuple[Image, ...]
    grid: Grid
    after_grid: Grid

    @classmethod
    def of(cls, before: Scene, after: Scene) -> "WholeViews":
        """Look at two scenes."""
        return cls(sizes_of(before), sizes_of(after), before.grid, after.grid)

    @property
    def halvings(self) -> int:
        """How often they can be halved."""
        return len(self.before) - 1

    @property
    def dense(self) -> bool:
        """Whether a local field can be followed: everywhere."""
        return True

    def near(self, warp: Warp) -> "WholeViews":
        """Return all of it: nothing lies outside."""
        return self

    def parts(self, warp: Warp, halvings: int) -> Sequence[Part]:
        """Return the one part of the before grid that the after scene covers."""
        moved, row, column = moved_image(self.after, self.after_grid, self.grid, warp, halvings)
        whole = self.before[halvings]
        part = (slice(row, row + moved.shape[0]), slice(column, column + moved.shape[1]))
        both = whole.mask[part] & moved.mask
        fixed, moving = (structure(Image(values, both)) for values in (whole.values[part], moved.values))
        return [Part(Image(fixed, both), Image(moving, both), row, column)]

    def search(self) -> Iterator[Warp]:
        """Look all over the after scene, at reduced size."""
        return search(self.before, self.after, self.grid, self.after_grid)
