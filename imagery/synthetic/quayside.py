"""Layout of the harbour: container blocks in bands on the yard, vessels at the quay, lorries in the lanes."""

from dataclasses import replace

import numpy as np

from . import materials, priors
from .boxes import Stack
from .draft import Draft
from .ground import Pad
from .place import Place
from .structures import Vessel

BAND_M = 40.0  # depth of a band of blocks with its lane
LANE_M = 8.0
FREE_GROUND = 0.30  # share of the places on the yard that stay empty on both dates
FATES = (0.34, 0.18, 0.42, 0.06)


def lay_out(draft: Draft) -> None:
    """Fill the yard and the berth."""
    bands = max(1, round(draft.harbour.yard_m / BAND_M))
    depth = draft.harbour.yard_m / bands
    along_coast = bool(draft.rng.random() < 0.5)
    for band in range(bands):
        _fill_band(draft, draft.harbour.apron_m + (band + 0.5) * depth, depth - LANE_M, along_coast)
    _stains(draft)
    _berth(draft)


def add_stack(draft: Draft, stack: Stack, fate: str) -> None:
    """Enter a stack with what happens to it."""
    both = {"appeared": (None, stack), "vanished": (stack, None), "persisted": (stack, stack)}
    draft.stacks.append(both[fate] if fate in both else (_partly(stack, draft.rng), stack))


def _fill_band(draft: Draft, middle_m: float, depth_m: float, along_coast: bool) -> None:
    rng = draft.rng
    s = -0.6 * draft.extent_m
    while s < 0.6 * draft.extent_m:
        stack = priors.stack(rng, (1, 5), (3, 15))
        length, width = stack.place.length_m, stack.place.width_m
        extent, depth = (length, width) if along_coast else (width, length)
        if depth <= depth_m:
            spare = (depth_m - depth) / 2
            turn = (0.0 if along_coast else 90.0) + float(rng.normal(0, 0.7))
            place = draft.placed(s + extent / 2, middle_m + float(rng.uniform(-spare, spare)), turn, stack.place)
            if rng.random() > FREE_GROUND and draft.plot.claim(place, 2.5):
                add_stack(draft, replace(stack, place=place), draft.fate(FATES))
            s += extent + float(rng.uniform(5, 9) if rng.random() < 0.7 else rng.uniform(10, 26))


def _partly(stack: Stack, rng: np.random.Generator) -> Stack:
    """Return the stack with between a third and two thirds of its columns (or its upper tiers) not yet there."""
    tiers = stack.tiers.copy()
    columns = tiers.shape[1]
    kept = max(1, round(columns * float(rng.uniform(0.33, 0.67))))
    tiers[:, kept:] = 0
    return replace(stack, tiers=tiers)


def _stains(draft: Draft) -> None:
    """Lay flat marks on the paving that come and go: patches of new asphalt, oil, dust. None of them has a height."""
    for _ in range(draft.number(9)):
        size = Place(0, 0, 0, float(draft.rng.uniform(6, 22)), float(draft.rng.uniform(3, 12)))
        s = float(draft.rng.uniform(-0.5, 0.5)) * draft.extent_m
        place = draft.placed(s, float(draft.rng.uniform(4, draft.inner_m - 4)), float(draft.rng.choice((0, 90))), size)
        colour = (materials.CONCRETE, materials.SOIL, materials.TREE)[int(draft.rng.integers(3))]
        if draft.plot.clear(place, 1.0):
            pad = Pad(place, colour, float(draft.rng.uniform(0.25, 0.6)), 0.5)
            draft.pads.append(((None, pad), (pad, None), (pad, pad))[int(draft.rng.integers(3))])


def _berth(draft: Draft) -> None:
    """Moor a vessel or two along the quay; each stays, comes or goes."""
    rng = draft.rng
    for _ in range(1 + draft.number(0.8)):
        width = float(rng.uniform(8, 12))
        size = Place(0, 0, 0, width * float(rng.uniform(4.5, 6)), width)
        if size.length_m > 0.4 * draft.extent_m or width > 0.1 * draft.extent_m:
            continue
        s = float(rng.uniform(-0.3, 0.3)) * draft.extent_m
        place = draft.placed(s, -width / 2 - 1.2, 0.0 if rng.random() < 0.5 else 180.0, size)
        if draft.plot.claim(place, 4.0):
            vessel = Vessel(place, float(rng.uniform(0.5, 2.5)), materials.BOXES[int(rng.integers(3))])
            draft.vessels.append(((None, vessel), (vessel, None), (vessel, vessel))[int(rng.integers(3))])
