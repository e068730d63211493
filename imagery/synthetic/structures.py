"""Things that stand or stop: sheds, trees, vehicles and vessels."""

from dataclasses import dataclass

import numpy as np

from . import materials
from .canvas import Canvas, Colour
from .place import Place, box_distance, ramp


@dataclass(frozen=True, slots=True)
class Shed:
    """A building with a ridge along its heading; eaves and ridge in metres above the ground."""

    place: Place
    eaves_m: float
    ridge_m: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Tree:
    """A round crown: centre (metres east, south), radius and height in metres, brightness against the mean."""

    x_m: float
    y_m: float
    radius_m: float
    height_m: float
    brightness: float


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A car or a lorry: cab at the front third, one colour."""

    place: Place
    height_m: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Vessel:
    """A ship or barge: hull to the deck, a superstructure aft."""

    place: Place
    deck_m: float
    colour: Colour


def draw_shed(canvas: Canvas, shed: Shed) -> None:
    """Draw roof and walls."""
    patch = canvas.patch(shed.place, 1.0)
    a, b = shed.place.length_m / 2, shed.place.width_m / 2
    share = patch.cover(box_distance(patch.u, patch.v, a, b))
    sheets = 1 + np.float32(0.04) * np.cos(patch.u * np.float32(2 * np.pi / 2.1))
    patch.paint(np.stack([np.float32(value) * sheets for value in shed.colour]), share)
    rise = shed.eaves_m + (shed.ridge_m - shed.eaves_m) * ramp(1 - np.abs(patch.v) / np.float32(b))
    patch.build(rise, share)


def draw_trees(canvas: Canvas, trees: tuple[Tree, ...], vegetation: float) -> None:
    """Draw crowns, darker towards the rim; `vegetation` is the season's factor on their reflectance."""
    for tree in trees:
        patch = canvas.patch(Place(tree.x_m, tree.y_m, 0.0, 2 * tree.radius_m, 2 * tree.radius_m), 1.0)
        angle = np.arctan2(patch.v, patch.u)
        lobes = (
            1
            + np.float32(0.12) * patch.grain
            + np.float32(0.14) * np.sin(5 * angle + np.float32(tree.x_m))
            + np.float32(0.08) * np.sin(9 * angle)
        )
        reach = np.hypot(patch.u, patch.v) / (np.float32(tree.radius_m) * lobes)
        share = patch.cover((reach - 1) * np.float32(tree.radius_m)) * np.float32(0.93)
        dome = np.sqrt(np.clip(1 - 0.8 * reach * reach, 0, None))
        bright = np.float32(tree.brightness * vegetation) * (0.75 + 0.35 * dome)
        patch.paint(np.stack([np.float32(value) * bright for value in materials.TREE]), share)
        patch.build(np.maximum(np.float32(tree.height_m) * dome, patch.height), share)


def draw_vehicle(canvas: Canvas, vehicle: Vehicle) -> None:
    """Draw body and a lower, darker front."""
    patch = canvas.patch(vehicle.place, 1.0)
    a, b = vehicle.place.length_m / 2, vehicle.place.width_m / 2
    share = patch.cover(box_distance(patch.u, patch.v, a, b, 0.3))
    front = (patch.u > np.float32(a * 0.45)).astype(np.float32)
    patch.paint(np.stack([np.float32(value) * (1 - 0.5 * front) for value in vehicle.colour]), share)
    patch.build(patch.height + np.float32(vehicle.height_m) * (1 - 0.3 * front), share)


def draw_vessel(canvas: Canvas, vessel: Vessel) -> None:
    """Draw the hull with a pointed bow, the deck with hatches, and the house aft."""
    patch = canvas.patch(vessel.place, 1.0)
    a, b = vessel.place.length_m / 2, vessel.place.width_m / 2
    taper = ramp((patch.u - np.float32(a - 1.8 * b)) / np.float32(1.8 * b))
    half = np.float32(b) * np.sqrt(np.clip(1 - taper * taper, 0.0, 1.0))
    outline = np.maximum(np.abs(patch.v) - half, np.abs(patch.u) - np.float32(a))
    share = patch.cover(outline)
    hatch = patch.cover(np.maximum(np.abs((patch.u + 3e3) % 11.0 - 5.5) - 4.4, np.abs(patch.v) - np.float32(0.62 * b)))
    hatch = hatch * (np.abs(patch.u) < np.float32(0.55 * a))
    patch.paint(vessel.colour, share)
    patch.paint(materials.PAINTWORK[0], hatch * share * np.float32(0.5))
    patch.build(np.float32(vessel.deck_m) + hatch, share)
    house = patch.cover(box_distance(patch.u + np.float32(0.78 * a), patch.v, 0.12 * a, 0.75 * b))
    patch.paint(materials.PAINT, house)
    patch.build(np.float32(vessel.deck_m + 7.0), house)
