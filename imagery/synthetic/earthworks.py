"""Earthworks: walls of earth around a floor (revetments), levelled ones, and heaps."""

from dataclasses import dataclass, replace

import numpy as np

from . import materials
from .boxes import Stack, draw_stack
from .canvas import Canvas, Patch
from .place import Floats, Place, box_distance, ramp

FORMS = ("rectangle", "u", "ring", "double")
FLOOR_M = -0.4  # the floor lies this far below the ground around


@dataclass(frozen=True, slots=True)
class Pit:
    """
    A wall of earth around a floor, with a gap for access.

    Parameters
    ----------
    place
        Outline at the outer foot of the wall; the gap is on the right of the heading (+v).
    form
        One of `FORMS`: four walls and a gap, three walls, round corners, two cells side by side.
    height_m, crest_m, run
        Of the wall: rise above the ground, width of its top, metres out for a metre up.
    gap_m
        Width of the gap.
    freshness
        1 new soil, 0 grown over.
    erosion_m
        How far the edges wander.
    scrape_m
        How far around the wall the ground was scraped.
    goods
        What stands on the floor under covers, or None. What it is cannot be seen.
    grown
        Share of walls and floor that plants cover.
    """

    place: Place
    form: str
    height_m: float
    crest_m: float
    run: float
    gap_m: float
    freshness: float
    erosion_m: float
    scrape_m: float
    goods: Stack | None = None
    grown: float = 0.0

    @property
    def half_wall_m(self) -> float:
        """Half the width of the wall at its foot."""
        return self.crest_m / 2 + self.run * self.height_m


@dataclass(frozen=True, slots=True)
class Heap:
    """A heap of loose soil without a floor."""

    place: Place
    height_m: float


def levelled(pit: Pit) -> Pit:
    """Return what is left after a pit was graded away: a trace of relief in turned soil."""
    return replace(pit, height_m=0.12, freshness=0.75, erosion_m=1.2, scrape_m=pit.scrape_m + 2, goods=None)


def draw_pit(canvas: Canvas, pit: Pit) -> None:
    """Draw wall, floor and soil, and the goods on the floor."""
    patch = canvas.patch(pit.place, pit.scrape_m + 6)
    distance = _centreline(patch, pit) + np.float32(pit.erosion_m) * patch.rough
    foot, crest = pit.half_wall_m, pit.crest_m / 2
    wall = ramp((foot - np.abs(distance)) / (foot - crest))
    if pit.form == "double":
        middle = ramp((foot - np.abs(patch.u)) / (foot - crest)) * (distance < 0)
        wall = np.maximum(wall, middle * _open(patch, pit, middle_wall=True))
    wall = wall * _open(patch, pit)
    _earth(patch, pit, distance, wall)
    uneven = 1 + np.float32(0.05) * patch.rough + np.float32(0.02) * patch.grain
    floor = np.float32(FLOOR_M) * ramp((-distance - foot * 0.7) / 1.0) * np.float32(min(1.0, pit.height_m))
    patch.height[...] += np.float32(pit.height_m) * wall * uneven + floor * (1 - wall)
    if pit.goods is not None:
        draw_stack(canvas, pit.goods)


def _centreline(patch: Patch, pit: Pit) -> Floats:
    a, b = pit.place.length_m / 2 - pit.half_wall_m, pit.place.width_m / 2 - pit.half_wall_m
    radius = min(a, b) * (1.0 if pit.form == "ring" else 0.15)
    return box_distance(patch.u, patch.v, a, b, radius)


def _open(patch: Patch, pit: Pit, middle_wall: bool = False) -> Floats:
    """Return 1 where the wall stands and 0 in the gaps on the +v side, with sloping ends."""
    if middle_wall:
        return np.ones_like(patch.u)
    a, b = pit.place.length_m / 2, pit.place.width_m / 2
    half, foot = pit.gap_m / 2, pit.half_wall_m
    centres = (-a / 2, a / 2) if pit.form == "double" else (0.0,)
    if pit.form == "u":
        half = a - 2 * foot
    shut = np.ones_like(patch.u)
    for centre in centres:
        aside = np.abs(patch.u - np.float32(centre)) - np.float32(half)
        shut = np.minimum(shut, ramp(aside / (0.8 * pit.run * max(pit.height_m, 0.5))))
    side = patch.v > np.float32(max(b - 2 * foot - 0.5, 0.0))
    return np.where(side, shut, np.float32(1))


def _earth(patch: Patch, pit: Pit, distance: Floats, wall: Floats) -> None:
    mottle = 1 + np.float32(0.035) * (patch.grain + patch.rough)
    ragged = distance + np.float32(0.7) * patch.rough + np.float32(0.3) * patch.grain
    around = ramp((np.float32(pit.half_wall_m + pit.scrape_m) - ragged) / 2.0)
    fresh = np.float32(pit.freshness)
    share = around * (0.25 + 0.65 * fresh)
    share = np.maximum(share, ramp(wall * 3) * (0.45 + 0.5 * fresh))
    tint = 1 - np.float32(0.10) * ramp((-distance - pit.half_wall_m) / 1.0)  # the floor is trodden
    old, new = materials.SOIL, materials.FRESH_SOIL
    colour = [
        (np.float32(o * 0.95) * (1 - fresh) + np.float32(n) * fresh) * mottle * tint
        for o, n in zip(old, new, strict=True)
    ]
    patch.paint(np.stack(colour), share)
    if pit.grown:
        plants = ramp(np.float32(pit.grown) + np.float32(0.35) * patch.rough + np.float32(0.2) * patch.grain)
        patch.paint(materials.GRASS, share * plants * np.float32(0.9))


def draw_heap(canvas: Canvas, heap: Heap) -> None:
    """Draw a rounded heap of fresh soil."""
    patch = canvas.patch(heap.place, 3.0)
    a, b = heap.place.length_m / 2, heap.place.width_m / 2
    reach = (
        1
        - np.hypot(patch.u / np.float32(a), patch.v / np.float32(b))
        + np.float32(0.08) * patch.rough
        + np.float32(0.03) * patch.grain
    )
    rise = ramp(reach * 1.6)
    patch.paint(materials.FRESH_SOIL, ramp(reach * 6) * np.float32(0.9))
    patch.height[...] += np.float32(heap.height_m) * rise * rise * (3 - 2 * rise)
