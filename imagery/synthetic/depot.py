"""Layout of the depot behind the harbour: tracks, and along them pits, stacks, sheds, heaps and graded pads."""

from dataclasses import replace

import numpy as np
from shapely import LineString

from . import materials, priors, quayside
from .canvas import Colour
from .draft import Draft
from .earthworks import Pit, levelled
from .ground import Pad, Track
from .place import Place

TRACK_PITCH_M = 78.0
FATES = (0.36, 0.16, 0.41, 0.07)
CHANGED_SHEDS = 0.25
HELD = 0.35  # share of the pits with goods on the floor


def lay_out(draft: Draft) -> None:
    """Fill the land behind the paving."""
    road_m = draft.inner_m + 9.0
    _way(draft, road_m, 6.5, materials.ASPHALT, ruts=False)
    tracks = np.arange(road_m + 0.55 * TRACK_PITCH_M, draft.land_m - 18.0, TRACK_PITCH_M)
    for t in tracks:
        _way(draft, float(t), 3.6, materials.SOIL, ruts=True)
    if len(tracks):
        _link(draft, road_m, float(tracks[-1]))
    for t in tracks:
        for side in (-1.0, 1.0):
            _along(draft, float(t), side)
    _alone(draft)


def add_pit(draft: Draft, pit: Pit, fate: str) -> None:
    """Enter a pit with what happens to it; those that stood before have weathered."""
    rng = draft.rng
    old = replace(pit, freshness=float(rng.uniform(0.15, 0.5)), erosion_m=float(rng.uniform(0.3, 0.8)))
    held = priors.goods(rng, _floor(pit)) if rng.random() < HELD or fate == "altered" else None
    new, full = replace(pit, goods=held), replace(old, goods=held)
    draft.pits.append(
        {
            "appeared": (None, new),
            "vanished": (full, levelled(pit)),
            "persisted": (full, full),
            "altered": (old, full),
        }[fate]
    )


def _floor(pit: Pit) -> Place:
    length, width = (side - 4 * pit.half_wall_m for side in (pit.place.length_m, pit.place.width_m))
    if pit.form == "double":
        cell = pit.place.length_m / 2 - 3 * pit.half_wall_m
        return pit.place.part(pit.half_wall_m + cell / 2, 0, cell, width)
    return pit.place.part(0, 0, length, width)


def _along(draft: Draft, t_m: float, side: float) -> None:
    """Set things along one side of a track until it ends."""
    s, things = -0.55 * draft.extent_m, (_pit, _stack, _shed, _pad, _heap, _nothing)
    while s < 0.55 * draft.extent_m:
        put = things[int(draft.rng.choice(len(things), p=(0.40, 0.08, 0.10, 0.10, 0.08, 0.24)))]
        s += put(draft, s, t_m, side) + float(draft.rng.uniform(3, 10))


def _beside(draft: Draft, size: Place, s_m: float, t_m: float, side: float) -> Place | None:
    """Claim a place beside a track, its +v side towards the track; None where it is taken."""
    turn = (180.0 if side > 0 else 0.0) + float(draft.rng.normal(0, 5))
    away = 2.5 + size.width_m / 2 + float(draft.rng.uniform(3, 9))
    place = draft.placed(s_m + size.length_m / 2, t_m + side * away, turn, size)
    return place if draft.plot.claim(place, 3.0) else None


def _pit(draft: Draft, s_m: float, t_m: float, side: float) -> float:
    pit = priors.pit(draft.rng)
    place = _beside(draft, pit.place, s_m, t_m, side)
    if place is None:
        return 5.0
    pit = replace(pit, place=place)
    add_pit(draft, pit, draft.fate(FATES))
    gap = place.length_m / 4 if pit.form == "double" else 0.0
    away = abs(draft.coast.local(place.x_m, place.y_m)[1] - t_m)
    start, end = place.at(gap, place.width_m / 2 - 2), place.at(gap, away)
    spur = Track((start, end), 3.2, materials.FRESH_SOIL, 0.6, ruts=True)
    draft.tracks.append((spur if draft.pits[-1][0] else None, spur))
    return place.length_m


def _stack(draft: Draft, s_m: float, t_m: float, side: float) -> float:
    stack = priors.stack(draft.rng, (1, 2), (2, 7))
    place = _beside(draft, stack.place, s_m, t_m, side)
    if place is None:
        return 5.0
    fate = draft.fate(quayside.FATES)
    quayside.add_stack(draft, replace(stack, place=place), fate)
    if draft.rng.random() < 0.6:
        pad = Pad(place.part(0, 0, place.length_m + 5, place.width_m + 5), materials.GRAVEL, 0.8, 1.0)
        laid = bool(draft.rng.random() < 0.5)
        draft.pads.append((None if fate == "appeared" and laid else pad, pad))
    return place.length_m


def _shed(draft: Draft, s_m: float, t_m: float, side: float) -> float:
    shed = priors.shed(draft.rng)
    place = _beside(draft, shed.place, s_m, t_m, side)
    if place is None:
        return 5.0
    shed = replace(shed, place=place)
    yard = Pad(place.part(0, 0, place.length_m + 9, place.width_m + 9), materials.GRAVEL, 0.7, 1.5)
    chance = draft.rng.random()
    new, gone = chance < CHANGED_SHEDS, chance > 1 - CHANGED_SHEDS / 3
    draft.sheds.append((None if new else shed, None if gone else shed))
    draft.pads.append((None if new else yard, yard))
    return place.length_m


def _pad(draft: Draft, s_m: float, t_m: float, side: float) -> float:
    """Grade a pad without walls: what a new pit is easily taken for."""
    rng = draft.rng
    size = Place(0, 0, 0, float(rng.uniform(9, 26)), float(rng.uniform(8, 20)))
    place = _beside(draft, size, s_m, t_m, side)
    if place is None:
        return 5.0
    colour: Colour = materials.FRESH_SOIL if rng.random() < 0.7 else materials.GRAVEL
    pad = Pad(place, colour, float(rng.uniform(0.6, 0.95)), 1.5)
    draft.pads.append((None, pad) if rng.random() < 0.7 else (pad, pad))
    return place.length_m


def _heap(draft: Draft, s_m: float, t_m: float, side: float) -> float:
    heap = priors.heap(draft.rng)
    place = _beside(draft, heap.place, s_m, t_m, side)
    if place is None:
        return 5.0
    heap = replace(heap, place=place)
    draft.heaps.append(((None, heap), (heap, None), (heap, heap))[int(draft.rng.integers(3))])
    return place.length_m


def _nothing(draft: Draft, s_m: float, t_m: float, side: float) -> float:
    return float(draft.rng.uniform(8, 26))


def _alone(draft: Draft) -> None:
    """Set a few pits away from the tracks, at any heading."""
    for _ in range(6 * draft.number(4)):
        pit = priors.pit(draft.rng)
        s = float(draft.rng.uniform(-0.5, 0.5)) * draft.extent_m
        t = float(draft.rng.uniform(draft.inner_m + 20, draft.land_m))
        place = draft.placed(s, t, float(draft.rng.uniform(0, 360)), pit.place)
        if draft.plot.claim(place, 4.0):
            add_pit(draft, replace(pit, place=place), draft.fate(FATES))


def _way(draft: Draft, t_m: float, width_m: float, colour: Colour, ruts: bool) -> None:
    bend = 0.0 if not ruts else 1.6
    along = np.arange(-0.8 * draft.extent_m, 0.8 * draft.extent_m, 24.0)
    points = tuple(draft.coast.at(float(s), t_m + bend * float(draft.rng.normal())) for s in along)
    _take(draft, Track(points, width_m, colour, 0.9, ruts))


def _link(draft: Draft, from_m: float, to_m: float) -> None:
    s = float(draft.rng.uniform(-0.3, 0.3)) * draft.extent_m
    along = np.arange(from_m, to_m + 20, 20.0)
    points = tuple(draft.coast.at(s + float(draft.rng.normal(0, 1.0)), float(t)) for t in along)
    _take(draft, Track(points, 4.0, materials.GRAVEL, 0.85, ruts=True))


def _take(draft: Draft, track: Track) -> None:
    draft.tracks.append((track, track))
    draft.plot.take_way(LineString(track.points).buffer(track.width_m / 2 + 0.5))
