"""Implants: pits and container stacks drawn into a real image, to learn what could have been seen there.

They are no imagery: nothing that holds implanted pixels is ever written to a file or shown as a scene.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from shapely import Polygon

from ..grid import Grid
from . import materials, priors
from .boxes import Stack, draw_stack
from .canvas import Canvas, Colour
from .earthworks import Pit, draw_pit
from .ground import Pad, draw_pad

RENDERER = "depotwatch-implants-1"
KINDS = ("storage-pit", "container-stack")
STACK_ROWS, STACK_COLUMNS = (1, 3), (2, 12)
BRIGHTNESS = {"storage-pit": 0.15, "container-stack": 0.3}  # spread of log reflectance: soil, and paint and dust
YARDS = 0.7  # share of the stacks on a yard of gravel that both dates show: boxes are stood on hard ground
YARD_M = 5.0  # by which it is longer and wider
PAINTS: tuple[Colour, ...] = (
    (0.48, 0.50, 0.50, 0.52),  # white
    (0.26, 0.27, 0.27, 0.29),  # grey
    (0.05, 0.06, 0.24, 0.32),  # red
    (0.22, 0.12, 0.05, 0.12),  # blue
    (0.06, 0.14, 0.08, 0.26),  # green
    (0.06, 0.16, 0.36, 0.42),  # orange
    (0.09, 0.07, 0.09, 0.14),  # dark
)  # reflectance of coated steel in `canvas.BANDS`, between new and weathered


@dataclass(frozen=True, eq=False)
class Implant:
    """
    A thing that is not there, on the grid of the before scene.

    Parameters
    ----------
    kind
        One of `KINDS`.
    thing
        Its geometry; `place` in metres east and south of the before grid's upper left corner.
    brightness
        Factor on the reflectance of its materials.
    yard
        Whether it stands on gravel that was there before.
    bare
        Whether that gravel is all there is: what the before date shows.
    """

    kind: str
    thing: Pit | Stack
    brightness: float
    yard: bool = False
    bare: bool = False

    @property
    def height_m(self) -> float:
        """Of the wall, or of the highest stack."""
        thing = self.thing
        return float(thing.tiers.max()) * thing.height_m if isinstance(thing, Stack) else thing.height_m

    @property
    def boxes(self) -> int | None:
        """Containers in all; None for a pit."""
        return self.thing.boxes if isinstance(self.thing, Stack) else None

    @property
    def length_m(self) -> float:
        """Of the longer side at the foot."""
        return max(self.thing.place.length_m, self.thing.place.width_m)

    @property
    def width_m(self) -> float:
        """Of the shorter side at the foot."""
        return min(self.thing.place.length_m, self.thing.place.width_m)

    def at(self, x_m: float, y_m: float, heading_deg: float) -> "Implant":
        """Return the same thing elsewhere."""
        place = replace(self.thing.place, x_m=x_m, y_m=y_m, heading_deg=heading_deg)
        return replace(self, thing=replace(self.thing, place=place))

    def outline(self, grid: Grid, margin_m: float = 0.0) -> Polygon:
        """Return its foot, grown by a margin, in (column, row) of the before grid, pixel corners at integers."""
        corners = np.asarray(self.thing.place.outline(margin_m).exterior.coords) * [1.0, -1.0]
        return Polygon(grid.pixels_of_metres(corners))

    def draw(self, canvas: Canvas) -> None:
        """Draw height and reflectance on a canvas in metres east and south of the before grid's corner."""
        if self.yard:
            place = self.thing.place
            around = place.part(0, 0, place.length_m + YARD_M, place.width_m + YARD_M)
            draw_pad(canvas, Pad(around, materials.GRAVEL, 0.9, 0.5))
        if self.bare:
            return
        if isinstance(self.thing, Stack):
            draw_stack(canvas, self.thing)
        else:
            draw_pit(canvas, self.thing)


def draw_implants(seed: int, wanted: Mapping[str, int]) -> tuple[Implant, ...]:
    """
    Draw things from the priors of the embedded case, at the origin; none is drawn again for being hard to see.

    Pits of 14 to 42 m with walls of 1.8 to 3.8 m, four forms, new and empty; stacks of 1 to 3 rows and 2 to 12 columns
    of 6.06 or 12.19 m boxes, 1 to 3 tiers, two to five paints a stack, seven in ten on gravel that both dates show.
    Reflectance of each thing by a factor, log-normal about 1.

    Parameters
    ----------
    seed
        The same seed draws the same things; more of a kind begin with the same ones.
    wanted
        How many of each of `KINDS`.
    """
    found = []
    for index, kind in enumerate(KINDS):
        rng = np.random.default_rng((seed, index))
        for _ in range(wanted.get(kind, 0)):
            thing = priors.pit(rng) if kind == "storage-pit" else _painted(rng)
            brightness = float(np.exp(BRIGHTNESS[kind] * rng.standard_normal()))
            found.append(Implant(kind, thing, brightness, kind == "container-stack" and rng.random() < YARDS))
    return tuple(found)


def _painted(rng: np.random.Generator) -> Stack:
    """Draw a stack in paints of its own: those of the embedded case are all alike faded."""
    stack = priors.stack(rng, STACK_ROWS, STACK_COLUMNS)
    chosen = rng.permutation(len(PAINTS))[: int(rng.integers(2, 6))]
    paints = np.asarray(PAINTS, dtype=np.float32)[rng.choice(chosen, stack.tiers.shape)]
    dust = rng.uniform(0.8, 1.2, (*stack.tiers.shape, 1)).astype(np.float32)
    return replace(stack, shades=paints * dust)
