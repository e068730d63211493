"""The ground: hinterland, harbour and sea; fields, pads and tracks upon it."""

from dataclasses import dataclass

import numpy as np

from . import materials
from .canvas import Canvas, Colour, Patch
from .place import Floats, Place, box_distance, ramp
from .texture import field, fractal

QUAY_HEIGHT_M = 2.2


@dataclass(frozen=True, slots=True)
class Harbour:
    """
    Coast and paved ground; t is the distance inland from the quay's edge, s runs along it.

    Parameters
    ----------
    place
        Its centre lies on the quay's edge; heading along the coast with the land on its right.
    apron_m, yard_m
        Depth of the concrete apron behind the edge, and of the asphalt yard behind that.
    """

    place: Place
    apron_m: float
    yard_m: float


@dataclass(frozen=True, slots=True)
class Season:
    """What the weather and the year do to the ground on one date: factors on vegetation, soil and light."""

    vegetation: float
    soil: float
    key: int


@dataclass(frozen=True, slots=True)
class Field:
    """A field: ploughed (furrows) or under a crop."""

    place: Place
    ploughed: bool


@dataclass(frozen=True, slots=True)
class Pad:
    """Ground graded flat: gravel, soil, or a stain on paving. It has no walls."""

    place: Place
    colour: Colour
    share: float
    edge_m: float


@dataclass(frozen=True, slots=True)
class Track:
    """A way through `points` (metres east, south)."""

    points: tuple[tuple[float, float], ...]
    width_m: float
    colour: Colour
    share: float
    ruts: bool


def lay(canvas: Canvas, harbour: Harbour, season: Season, extent_m: float, seed: int) -> None:
    """Draw terrain, plants and soil, paving and sea on a blank canvas."""
    canvas.grain[...] = fractal(canvas, extent_m, {0.5: 0.65, 1.6: 0.76}, (seed, 10))
    canvas.rough[...] = fractal(canvas, extent_m, {3.0: 0.5, 7.0: 0.87}, (seed, 11))
    broad = fractal(canvas, extent_m, {14.0: 0.6, 45.0: 0.8}, (seed, 12))
    whole = canvas.patch(harbour.place, 4 * extent_m)
    fine = 0.9 * whole.grain + 0.6 * whole.rough
    _hinterland(whole, fine, broad, season)
    relief = 0.02 * canvas.grain + 0.08 * canvas.rough + fractal(canvas, extent_m, {20.0: 0.15, 60.0: 0.6}, (seed, 13))
    inland = whole.v - np.float32(harbour.apron_m + harbour.yard_m)
    whole.height[...] = relief * ramp(inland / 30)
    _shrubs(whole, inland)
    _paving(whole, harbour, fine, broad)
    _sea(whole, field(canvas, extent_m, 2.2, (seed, 14, season.key)), broad)


def _hinterland(patch: Patch, fine: Floats, broad: Floats, season: Season) -> None:
    green = ramp(0.28 + 0.30 * broad + 0.10 * fine) * np.float32(0.85)
    bare = ramp(0.12 - 0.30 * broad + 0.16 * fine)
    mottle = 1 + np.float32(0.085) * fine
    for band, (dry, grass, soil) in enumerate(zip(materials.DRY_GRASS, materials.GRASS, materials.SOIL, strict=True)):
        plants = dry * (1 - green) + grass * green * np.float32(season.vegetation)
        patch.albedo[band] = (plants * (1 - bare) + np.float32(soil * season.soil) * bare) * mottle


def _shrubs(patch: Patch, inland: Floats) -> None:
    """Scatter low shrubs where the fine irregularity peaks."""
    bush = ramp((0.8 * patch.grain + 0.6 * patch.rough - 2.0) * 2.0) * ramp(inland / 2)
    patch.paint(materials.TREE, bush * np.float32(0.75))
    patch.height[...] += np.float32(0.9) * bush


def _bays(patch: Patch, length_m: float, width_m: float, spread: float) -> Floats:
    """Return a factor that is constant over bays of paving, each laid on another day, darker along the joints."""
    along, across = (
        (patch.u + np.float32(3e3)) / np.float32(length_m),
        (patch.v + np.float32(3e3)) / np.float32(width_m),
    )
    row, column = np.floor(across).astype(np.int64), np.floor(along).astype(np.int64)
    tone = np.sin((row * 12.9898 + column * 78.233) * 43.7).astype(np.float32)
    joint = np.minimum((along - column) * np.float32(length_m), (across - row) * np.float32(width_m))
    dark = np.float32(0.12) * patch.cover(joint.astype(np.float32) - np.float32(0.2))
    return np.asarray(1 + np.float32(spread) * tone - dark, dtype=np.float32)


def _paving(patch: Patch, harbour: Harbour, fine: Floats, broad: Floats) -> None:
    wear = 1 + np.float32(0.05) * fine + np.float32(0.07) * broad
    inner = harbour.apron_m + harbour.yard_m
    repaved = wear * _bays(patch, 26.0, 8.5, 0.05)
    shade = [np.float32(value) * repaved for value in materials.ASPHALT]
    patch.paint(np.stack(shade), patch.cover(patch.v - np.float32(inner)))
    seams = np.minimum(np.abs((patch.u + 3e3) % 6.0 - 3.0), np.abs((patch.v + 3e3) % 6.0 - 3.0))
    slabs = wear * (1 - np.float32(0.16) * patch.cover(seams - np.float32(0.12)))
    shade = [np.float32(value) * slabs for value in materials.CONCRETE]
    patch.paint(np.stack(shade), patch.cover(patch.v - np.float32(harbour.apron_m)))
    for rail in (4.0, harbour.apron_m - 3.0):
        patch.paint((0.07, 0.07, 0.075, 0.08), 0.8 * patch.cover(np.abs(patch.v - np.float32(rail)) - np.float32(0.18)))
    patch.paint(materials.PAINT, 0.6 * patch.cover(np.abs(patch.v - np.float32(inner - 1.5)) - np.float32(0.12)))


def _sea(patch: Patch, waves: Floats, broad: Floats) -> None:
    wet = patch.cover(patch.v)
    silt = 1 + np.float32(0.05) * waves + np.float32(0.10) * broad
    patch.paint(np.stack([np.float32(value) * silt for value in materials.WATER]), wet)
    patch.build(np.float32(-QUAY_HEIGHT_M) + np.float32(0.04) * waves, wet)


def draw_field(canvas: Canvas, plot: Field) -> None:
    """Draw a ploughed or planted field."""
    patch = canvas.patch(plot.place, 4.0)
    edge = box_distance(patch.u, patch.v, plot.place.length_m / 2, plot.place.width_m / 2, 3.0)
    row = np.cos(patch.v * np.float32(2 * np.pi / (1.4 if plot.ploughed else 0.9)))
    tram = patch.cover(np.abs((patch.v + 3e3) % 12.0 - 6.0) - np.float32(0.35))
    shade = 1 + np.float32(0.10) * row - (np.float32(0.12) if plot.ploughed else np.float32(-0.35)) * tram
    colour = materials.PLOUGHED if plot.ploughed else materials.CROP
    patch.paint(np.stack([np.float32(value) * shade for value in colour]), ramp(-edge / 2) * np.float32(0.92))
    if plot.ploughed:
        patch.height[...] += np.float32(0.07) * row * ramp(-edge)


def draw_pad(canvas: Canvas, pad: Pad) -> None:
    """Draw a graded pad or a stain, with a soft and slightly wavy edge."""
    patch = canvas.patch(pad.place, pad.edge_m + 3)
    a, b = pad.place.length_m / 2, pad.place.width_m / 2
    edge = box_distance(patch.u, patch.v, a, b, min(a, b) * 0.25) + np.float32(0.6 * pad.edge_m) * patch.rough
    share = ramp(0.5 - edge / max(pad.edge_m, patch.step_m)) * np.float32(pad.share)
    mottle = 1 + np.float32(0.03) * (patch.grain + patch.rough)
    patch.paint(np.stack([np.float32(value) * mottle for value in pad.colour]), share)
    if pad.edge_m > 0.5:
        patch.height[...] *= 1 - 0.8 * ramp(-edge / 2)  # graded: the small relief is gone


def draw_tracks(canvas: Canvas, tracks: tuple[Track, ...]) -> None:
    """Draw ways, each blended in once however many legs it has."""
    mask = np.zeros_like(canvas.height)
    for track in tracks:
        drawn: list[tuple[slice, slice]] = []
        for (x0, y0), (x1, y1) in zip(track.points, track.points[1:], strict=False):
            heading = float(np.degrees(np.arctan2(x1 - x0, -(y1 - y0))))
            leg = Place((x0 + x1) / 2, (y0 + y1) / 2, heading, float(np.hypot(x1 - x0, y1 - y0)), track.width_m)
            patch = canvas.patch(leg, 1.5)
            share = _leg(patch, leg, track)
            np.maximum(mask[patch.where], share, out=mask[patch.where])
            drawn.append(patch.where)
        for where in drawn:  # legs overlap where they meet: what is blended there is taken off the mask
            for band, value in zip(canvas.albedo, track.colour, strict=True):
                band[where] += mask[where] * (np.float32(value) - band[where])
            mask[where] = 0


def _leg(patch: Patch, leg: Place, track: Track) -> Floats:
    beyond = np.maximum(np.abs(patch.u) - np.float32(leg.length_m / 2), 0)
    across = np.hypot(beyond, patch.v)
    if track.ruts:
        across = across + np.float32(0.25) * patch.rough
    share = ramp(0.5 - (across - np.float32(leg.width_m / 2)) / (0.9 if track.ruts else 0.35))
    if track.ruts:
        share = share * (0.55 + 0.45 * patch.cover(np.abs(across - np.float32(0.9)) - np.float32(0.35)))
    return np.asarray(share * np.float32(track.share), dtype=np.float32)
