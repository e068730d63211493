"""Layout of what belongs to neither harbour nor depot: fields, trees and vehicles on the way."""

from dataclasses import replace

import numpy as np

from . import priors
from .draft import Draft
from .ground import Field
from .place import Place
from .structures import Tree, Vehicle


def fields(draft: Draft) -> None:
    """Lay a field or two at the inland edge; the first is ploughed between the dates, or was."""
    rng = draft.rng
    for index in range(1 + draft.number(1)):
        length, width = (float(rng.uniform(0.12, 0.22)) * draft.extent_m for _ in range(2))
        size = Place(0, 0, 0, length, min(width, 0.16 * draft.extent_m))
        s = float(rng.uniform(-0.5, 0.5)) * draft.extent_m
        place = draft.placed(s, draft.land_m - size.width_m * float(rng.uniform(0.4, 0.8)), 0.0, size)
        if not draft.plot.clear(place, 6.0):
            continue
        draft.plot.take(place.outline(2.0))
        crop, bare = Field(place, ploughed=False), Field(place, ploughed=True)
        ploughed_since = index == 0 and rng.random() < 0.5
        draft.fields.append((crop if ploughed_since else bare, bare))


def trees(draft: Draft) -> None:
    """Plant clumps, a row by the road, and single trees on free ground."""
    rng = draft.rng
    for _ in range(draft.number(16)):
        s = float(rng.uniform(-0.55, 0.55)) * draft.extent_m
        t = float(rng.uniform(draft.inner_m + 14, draft.land_m + 10))
        spread = float(rng.uniform(3, 14))
        for _ in range(1 + int(rng.poisson(7))):
            _tree(draft, s + float(rng.normal(0, spread)), t + float(rng.normal(0, spread)))
    for s in np.arange(-0.6 * draft.extent_m, 0.6 * draft.extent_m, 11.0):
        if rng.random() < 0.4:
            _tree(draft, float(s) + float(rng.normal()), draft.inner_m + 16 + float(rng.normal(0, 0.6)))


def _tree(draft: Draft, s_m: float, t_m: float) -> None:
    radius = float(draft.rng.uniform(1.3, 4.2))
    x, y = draft.coast.at(s_m, t_m)
    spot = Place(x, y, 0.0, 2 * radius, 2 * radius)
    if t_m > draft.inner_m + 3 and draft.plot.clear(spot, 1.0):
        height = radius * float(draft.rng.uniform(1.3, 2.3))
        draft.trees.append(Tree(x, y, radius, height, float(draft.rng.uniform(0.75, 1.3))))


def vehicles(draft: Draft) -> None:
    """Park and drive vehicles: some on both dates, most on one only."""
    rng = draft.rng
    for _ in range(draft.number(46)):
        vehicle = priors.vehicle(rng)
        s = float(rng.uniform(-0.5, 0.5)) * draft.extent_m
        lane = float(rng.choice((draft.inner_m + 7.5, draft.inner_m + 10.5, rng.uniform(3, draft.inner_m - 3))))
        turn = float(rng.choice((0, 180))) + float(rng.normal(0, 2))
        place = draft.placed(s, lane, turn, vehicle.place)
        date = int(rng.integers(3))
        if draft.plot.claim(place, 0.6, on_way=True):
            vehicle = replace(vehicle, place=place)
            pairs: tuple[tuple[Vehicle | None, Vehicle | None], ...] = (
                (vehicle, None),
                (None, vehicle),
                (vehicle, vehicle),
            )
            draft.vehicles.append(pairs[date])
