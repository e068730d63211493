"""Sizes and looks of things, drawn from stated priors; none is drawn again for being hard to see."""

from dataclasses import replace

import numpy as np

from . import materials
from .boxes import BOX_LENGTHS_M, Stack, make_stack
from .earthworks import FORMS, Heap, Pit
from .place import Place
from .railway import CAR_WIDTH_M, Cars
from .structures import Shed, Vehicle

PIT_LENGTH_M = (14.0, 42.0)  # outer, log-uniform
WALL_HEIGHT_M = (1.8, 3.8)
SMALLEST_FLOOR_M = 3.0
WORN = (0.45, 0.85)  # of the height a wall had when new
WORN_EDGE_M = (0.6, 1.6)
CAR_LENGTH_M = (12.0, 20.0)


def pit(rng: np.random.Generator) -> Pit:
    """Draw a pit at the origin: form, size, wall, gap; new and empty."""
    form = str(rng.choice(FORMS, p=(0.45, 0.25, 0.18, 0.12)))
    length = float(np.exp(rng.uniform(*np.log(PIT_LENGTH_M))))
    width = float(np.clip(length * rng.uniform(0.62, 1.0), 13.0, 38.0))
    if form == "double":
        length, width = max(length, 26.0), float(np.clip(width, 13.0, 24.0))
    elif rng.random() < 0.3:
        length, width = width, length
    crest, run = float(rng.uniform(0.6, 1.6)), float(rng.uniform(1.15, 1.7))
    slope = (min(length, width) - SMALLEST_FLOOR_M) / 4 - crest / 2  # room for one side of a wall
    run = min(run, slope / WALL_HEIGHT_M[0])  # small pits have steep walls
    height = float(max(min(rng.uniform(*WALL_HEIGHT_M), slope / run), WALL_HEIGHT_M[0]))
    return Pit(
        place=Place(0.0, 0.0, 0.0, length, width),
        form=form,
        height_m=height,
        crest_m=crest,
        run=run,
        gap_m=float(rng.uniform(3.5, 6.0)),
        freshness=float(rng.uniform(0.75, 1.0)),
        erosion_m=float(rng.uniform(0.1, 0.4)),
        scrape_m=float(rng.uniform(1.0, 4.5)),
    )


def worn(rng: np.random.Generator, new: Pit) -> Pit:
    """Return a pit as rain has lowered it and, half the time, plants have covered it."""
    return replace(
        new,
        height_m=new.height_m * float(rng.uniform(*WORN)),
        erosion_m=float(rng.uniform(*WORN_EDGE_M)),
        freshness=float(rng.uniform(0.05, 0.5)),
        grown=float(rng.uniform(0.3, 0.9)) if rng.random() < 0.5 else 0.0,
    )


def smaller(rng: np.random.Generator, whole: Pit) -> Pit | None:
    """Return what an enlarged pit was before, sharing its end wall; None where there is no room for a smaller one."""
    length = whole.place.length_m * float(rng.uniform(0.5, 0.75))
    if whole.form == "double" or length - 4 * whole.half_wall_m < SMALLEST_FLOOR_M:
        return None
    return replace(whole, place=whole.place.part((length - whole.place.length_m) / 2, 0, length, whole.place.width_m))


def cars(rng: np.random.Generator) -> Cars:
    """Draw a string of rail cars at the origin."""
    number, length, coupling = int(rng.integers(2, 10)), float(rng.uniform(*CAR_LENGTH_M)), float(rng.uniform(0.8, 1.4))
    palette = materials.BOXES + materials.COVERS
    shades = tuple(palette[int(pick)] for pick in rng.integers(0, len(palette), number))
    place = Place(0.0, 0.0, 0.0, number * length + (number - 1) * coupling, CAR_WIDTH_M)
    return Cars(place, number, coupling, float(rng.uniform(3.2, 4.2)), shades)


def goods(rng: np.random.Generator, floor: Place) -> Stack:
    """Draw covered goods that fill most of a floor, in blocks of about 2.4 x 1.6 m and 1.2 to 1.9 m high."""
    rows = max(1, int(floor.length_m * 0.75 / 2.4))
    columns = max(1, int(floor.width_m * 0.7 / 2.7))
    cover = (materials.COVERS[int(rng.integers(len(materials.COVERS)))],)
    block = make_stack(rng, (floor.x_m, floor.y_m, floor.heading_deg), (rows, columns), 2.0, 1, cover)
    return Stack(block.place, block.rows, block.columns, block.tiers, block.shades, float(rng.uniform(1.2, 1.9)))


def stack(rng: np.random.Generator, rows: tuple[int, int], columns: tuple[int, int]) -> Stack:
    """Draw a container stack at the origin, with rows and columns within (least, most)."""
    box_length = BOX_LENGTHS_M[int(rng.random() < 0.5)]
    most = max(rows[0], int(rows[1] * 6.06 / box_length) if box_length > 7 else rows[1])
    shape = (int(rng.integers(rows[0], most + 1)), int(rng.integers(columns[0], columns[1] + 1)))
    tier = int(rng.choice((1, 2, 3), p=(0.45, 0.35, 0.20)))
    share = rng.permutation(len(materials.BOXES))[: int(rng.integers(2, 6))]
    return make_stack(rng, (0.0, 0.0, 0.0), shape, box_length, tier, tuple(materials.BOXES[i] for i in share))


def shed(rng: np.random.Generator) -> Shed:
    """Draw a shed at the origin."""
    width = float(rng.uniform(9, 18))
    place = Place(0.0, 0.0, 0.0, float(rng.uniform(1.3, 2.6)) * width, width)
    eaves = float(rng.uniform(3.5, 6.0))
    roof = materials.ROOFS[int(rng.integers(len(materials.ROOFS)))]
    return Shed(place, eaves, eaves + float(rng.uniform(0.1, 0.32)) * width / 2, roof)


def vehicle(rng: np.random.Generator) -> Vehicle:
    """Draw a car or lorry at the origin."""
    colour = materials.PAINTWORK[int(rng.integers(len(materials.PAINTWORK)))]
    if rng.random() < 0.5:
        return Vehicle(Place(0.0, 0.0, 0.0, 4.4, 1.8), 1.5, colour)
    return Vehicle(Place(0.0, 0.0, 0.0, float(rng.uniform(7.0, 13.5)), 2.5), 3.2, colour)


def heap(rng: np.random.Generator) -> Heap:
    """Draw a soil heap at the origin."""
    length = float(rng.uniform(5, 13))
    return Heap(
        Place(0.0, 0.0, 0.0, length, length * float(rng.uniform(0.6, 1.0))), float(rng.uniform(0.12, 0.2)) * length
    )
