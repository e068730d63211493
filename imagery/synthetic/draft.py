"""A site while it is laid out: pairs of things, one for each date, and the ground that is taken."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from .boxes import Stack
from .earthworks import Heap, Pit
from .ground import Field, Harbour, Pad, Track
from .place import Place
from .plot import Plot
from .railway import Cars, Siding
from .site import Site
from .structures import Shed, Tree, Vehicle, Vessel

T = TypeVar("T")
Both = tuple[T | None, T | None]  # on the before date, on the after date

FATES = ("appeared", "vanished", "persisted", "altered")


@dataclass(eq=False)
class Draft:
    """
    A site under design.

    Parameters
    ----------
    rng
        Source of chance.
    extent_m
        Side of the square image.
    coast
        Centre on the quay's edge, heading along it, land on the right (+v), so `coast.at(s, t)` is a point t inland.
    harbour
        Paving along the coast.
    plot
        What is taken.
    """

    rng: np.random.Generator
    extent_m: float
    coast: Place
    harbour: Harbour
    plot: Plot
    fields: list[Both[Field]] = field(default_factory=list)
    pads: list[Both[Pad]] = field(default_factory=list)
    tracks: list[Both[Track]] = field(default_factory=list)
    pits: list[Both[Pit]] = field(default_factory=list)
    heaps: list[Both[Heap]] = field(default_factory=list)
    stacks: list[Both[Stack]] = field(default_factory=list)
    sheds: list[Both[Shed]] = field(default_factory=list)
    vehicles: list[Both[Vehicle]] = field(default_factory=list)
    vessels: list[Both[Vessel]] = field(default_factory=list)
    sidings: list[Both[Siding]] = field(default_factory=list)
    cars: list[Both[Cars]] = field(default_factory=list)
    trees: list[Tree] = field(default_factory=list)

    @property
    def inner_m(self) -> float:
        """Distance from the quay's edge to the inland edge of the paving, metres."""
        return self.harbour.apron_m + self.harbour.yard_m

    @property
    def land_m(self) -> float:
        """Distance from the quay's edge to the far side of the image, metres."""
        return self.extent_m * 0.88

    @property
    def share(self) -> float:
        """Area of the image against 500 m x 500 m."""
        return (self.extent_m / 500) ** 2

    def number(self, at_500_m: float) -> int:
        """Return how many things of a sort an image of this size gets: Poisson about its share."""
        return int(self.rng.poisson(at_500_m * self.share))

    def placed(self, s_m: float, t_m: float, turn_deg: float, like: Place) -> Place:
        """Return a place of the size of another at (s, t), turned against the coast."""
        x, y = self.coast.at(s_m, t_m)
        return Place(x, y, self.coast.heading_deg + turn_deg, like.length_m, like.width_m)

    def fate(self, weights: tuple[float, float, float, float]) -> str:
        """Draw one of `FATES`."""
        return str(self.rng.choice(FATES, p=weights))

    def freeze(self) -> None:
        """Leave everything on the after date as it is on the before date."""
        self.fields, self.pads, self.tracks = _still(self.fields), _still(self.pads), _still(self.tracks)
        self.pits, self.heaps, self.stacks = _still(self.pits), _still(self.heaps), _still(self.stacks)
        self.sheds, self.vehicles, self.vessels = _still(self.sheds), _still(self.vehicles), _still(self.vessels)
        self.cars = _still(self.cars)

    def site(self, date: int) -> Site:
        """Return what stands on the before (0) or after (1) date."""
        return Site(
            self.harbour,
            fields=_on(self.fields, date),
            pads=_on(self.pads, date),
            tracks=_on(self.tracks, date),
            pits=_on(self.pits, date),
            heaps=_on(self.heaps, date),
            stacks=_on(self.stacks, date),
            sheds=_on(self.sheds, date),
            vehicles=_on(self.vehicles, date),
            vessels=_on(self.vessels, date),
            sidings=_on(self.sidings, date),
            cars=_on(self.cars, date),
            trees=tuple(self.trees),
        )


def _still(pairs: Sequence[Both[T]]) -> list[Both[T]]:
    return [(before, before) for before, _ in pairs if before is not None]


def _on(pairs: Sequence[Both[T]], date: int) -> tuple[T, ...]:
    return tuple(thing for thing in (both[date] for both in pairs) if thing is not None)
