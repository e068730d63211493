"""Railway: a siding of ballast and two rails, and strings of cars that stand on it."""

from dataclasses import dataclass

import numpy as np

from . import materials
from .canvas import Canvas, Colour
from .place import Place, box_distance

GAUGE_M = 1.5
CAR_WIDTH_M = 3.0


@dataclass(frozen=True, slots=True)
class Siding:
    """A straight track; its width is that of the ballast."""

    place: Place


@dataclass(frozen=True, slots=True)
class Cars:
    """
    Coupled cars.

    Parameters
    ----------
    place
        Outline of the string; the cars stand along its heading.
    number
        Of cars, all of one length.
    coupling_m
        Gap between two of them.
    height_m
        Of their tops above the ground.
    shades
        Reflectance of each car's top.
    """

    place: Place
    number: int
    coupling_m: float
    height_m: float
    shades: tuple[Colour, ...]


def draw_siding(canvas: Canvas, siding: Siding) -> None:
    """Draw ballast, sleepers and rails."""
    patch = canvas.patch(siding.place, 2.0)
    ballast = box_distance(patch.u, patch.v, siding.place.length_m / 2, siding.place.width_m / 2)
    share = patch.cover(ballast + np.float32(0.15) * patch.rough)
    mottle = 0.8 + np.float32(0.06) * patch.grain
    patch.paint(np.stack([np.float32(value) * mottle for value in materials.GRAVEL]), share * np.float32(0.95))
    rails = patch.cover(np.abs(np.abs(patch.v) - np.float32(GAUGE_M / 2)) - np.float32(0.07))
    patch.paint(materials.PAINTWORK[1], rails * share)


def draw_cars(canvas: Canvas, cars: Cars) -> None:
    """Draw the cars as flat tops, one behind another."""
    patch = canvas.patch(cars.place, 1.0)
    pitch = (cars.place.length_m + cars.coupling_m) / cars.number
    along = patch.u + np.float32(cars.place.length_m / 2)
    index = np.clip(np.floor((along + np.float32(cars.coupling_m / 2)) / np.float32(pitch)), 0, cars.number - 1)
    middle = index * np.float32(pitch) + np.float32((pitch - cars.coupling_m) / 2)
    share = patch.cover(
        box_distance(along - middle, patch.v, (pitch - cars.coupling_m) / 2, cars.place.width_m / 2, 0.2)
    )
    shade = np.moveaxis(np.asarray(cars.shades, dtype=np.float32)[index.astype(np.int64)], -1, 0)
    patch.paint(shade, share)
    patch.build(patch.height + np.float32(cars.height_m), share)
