"""Strings of wagons on one date: long, straight and as wide as a wagon, coupled, with a shade away from the sun."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from shapely import Polygon

from ....imagery.scene import Floats, Scene, Sun
from ...kinds import Kind
from ..boxes import Rectangle
from ..detection import Cancelled, raise_if
from ..frame import MetricFrame
from ..plain_ground import plain_ground
from .couplings import Parts, across, chained, parted
from .lines import straight_lines
from .strip import HALF_M, STANDS_OUT, Standing, Strip, edged, shaded

FINEST_STEP_M = 0.5
DARKEST = 0.02  # of the ground's level; darker is noise
TALL_M = 3.5  # of a wagon, at least, as shade tells it
VISIBLE_M = 0.75  # of shade beside a string; less hides in the blur of its edge
SHORTEST_M = 29.0  # two long wagons; two boxes of 12.19 m end to end measure up to 27 m
BOXES_M = 38.0  # three boxes end to end; what is shorter must be parted unlike boxes
BOX_PITCH_M = 13.2  # two boxes of 12.19 m and the widest gap between them
LIT = 0.75  # of its length, where the edge on the side of the sun stands out
PALE = 0.5  # the same, where couplings are clear and the sun says where the shade lies
EXPLAINED = 0.6  # of its length, parted as wagons are
COUPLED, CLEARLY = 0.65, 0.8  # of what runs across it, couplings
UNSHADED_COUPLINGS = 4  # where no shade tells a string, rows of boxes and roads are as narrow
UNSHADED_M = 48.0
LONG_M = 100.0  # where couplings do not show, shorter lines are as often the edges of roads and fields
ABOUT_M = 4.0  # how far from where its edges end a string's end may show
SHADE_M = 10.0  # cast by a wagon of 4 m under a sun of 30 degrees, and as much of the ground as a body is wide
SHARED = 0.3  # of the smaller outline, above which two are one


@dataclass(frozen=True)
class RailString:
    """
    A string of wagons.

    Parameters
    ----------
    rectangle
        In the metric frame, heading along the string.
    couplings
        Couplings seen.
    step
        Mean logarithm of the brightness on both sides of its edge.
    shade
        1 where its shade lies to the right of its heading, -1 to the left, 0 where no shade was asked for.
    """

    rectangle: Rectangle
    couplings: int
    step: float
    shade: int


@dataclass(frozen=True, eq=False)
class Logarithms:
    """
    A date in a metric frame.

    Parameters
    ----------
    frame
        Square pixels, north up.
    seen, ground
        float32 (bands, rows, columns): logarithm of brightness, and of the plain ground around.
    """

    frame: MetricFrame
    seen: Floats
    ground: Floats


def logarithms(scene: Scene) -> Logarithms:
    """Return a scene as strings are looked for in it."""
    frame = MetricFrame.over(scene.grid, max(scene.grid.mean_gsd_m, FINEST_STEP_M))
    ground, _ = plain_ground(scene.pixels, scene.mask, scene.grid.gsd_m)
    seen = np.stack([frame.resample(band, scene.mask)[0] for band in scene.pixels])
    level = np.maximum(np.stack([frame.resample(band, scene.mask)[0] for band in ground]), 1e-6)
    return Logarithms(frame, np.log(np.maximum(seen, DARKEST * level)), np.log(level))


def rail_strings(
    date: Logarithms, sun: Sun | None, kind: Kind, coupled: bool = True, cancelled: Cancelled | None = None
) -> list[RailString]:
    """
    Return the strings of wagons of one date, the clearest first.

    Parameters
    ----------
    date
        As `logarithms` gives it.
    sun
        Shade is looked for on the side away from it, on both where it is not known.
    kind
        Bounds of a string's length.
    coupled
        False where pixels are too coarse for couplings: a string is then all of `LONG_M` that has a wagon's width.
    cancelled
        Asked between lines.
    """
    step_m = date.frame.step_m
    found: list[RailString] = []
    channels = np.stack([date.seen.mean(axis=0), date.seen[-1] - date.seen[0]])  # brightness, and colour where there is
    for line in straight_lines(channels, step_m, SHORTEST_M / 2, HALF_M):
        raise_if(cancelled)
        strip = Strip.around(line, date.seen, date.ground, step_m)
        found.extend(one for one in _on(strip, sun, coupled) if one.rectangle.length_m <= kind.length_m[1])
    return _apart(found, date.frame)


def _on(strip: Strip, sun: Sun | None, coupled: bool) -> Iterator[RailString]:
    for side, shade_m in _shades(strip.rectangle, sun):
        for one in shaded(strip, side, shade_m, SHORTEST_M if coupled else LONG_M):
            parts = parted(_across(strip, one), strip.step_m)
            length = (one.end - one.start) * strip.step_m
            if coupled:
                told = (
                    parts is not None
                    and _coupled(parts, length)
                    and one.lit >= (PALE if sun and _clear(parts) else LIT)
                )
            else:
                told = one.lit >= LIT and _ends(strip, one)
            if told:
                yield _string(strip, one, parts, side)
    for one in edged(strip, UNSHADED_M if coupled else LONG_M):
        parts = chained(_across(strip, one), strip.step_m)
        if not coupled and _ends(strip, one):
            yield _string(strip, one, None, 0)
        if coupled and parts is not None and parts.couplings >= UNSHADED_COUPLINGS and parts.share >= CLEARLY:
            rows = one.start + parts.ends[0], one.start + parts.ends[-1]
            share = (rows[1] - rows[0]) / (one.end - one.start)
            yield _string(strip, replace(one, start=rows[0], end=rows[1], strength=one.strength * share), parts, 0)


def _across(strip: Strip, one: Standing) -> Floats:
    low, high = one.body
    return across(strip.logs[:, one.start : one.end, low + strip.blur : high - strip.blur], strip.step_m)


def _ends(strip: Strip, one: Standing) -> bool:
    """Return True where something ends across its whole width at both ends: a road goes on, or bends away."""
    past, low, high = round(ABOUT_M / strip.step_m), *one.body
    if one.start < 2 * past or one.end > strip.logs.shape[1] - 2 * past:
        return False
    rows = slice(one.start - 2 * past, one.end + 2 * past)
    strength = across(strip.logs[:, rows, low + strip.blur : high - strip.blur], strip.step_m)
    return bool(min(strength[past : 3 * past].max(), strength[-3 * past : -past].max()) > STANDS_OUT)


def _string(strip: Strip, one: Standing, parts: Parts | None, shade: int) -> RailString:
    couplings = 0 if parts is None else parts.couplings
    return RailString(strip.rectangle_of(one), couplings, one.strength / (one.end - one.start), shade)


def _coupled(parts: Parts, length_m: float) -> bool:
    """Return True where what runs across is couplings, and no short row of boxes."""
    if parts.couplings < 1 or parts.explained < EXPLAINED:
        return False
    if length_m >= BOXES_M:
        return parts.share >= COUPLED
    return parts.share >= CLEARLY and length_m / (parts.couplings + 1) >= BOX_PITCH_M


def _clear(parts: Parts) -> bool:
    """Return True where couplings alone tell a string: wagons of the ground's own brightness show no edge."""
    return parts.couplings >= 2 and min(parts.share, parts.explained) >= CLEARLY


def _shades(strip: Rectangle, sun: Sun | None) -> list[tuple[int, float]]:
    """Return the sides on which to look for shade, and how far it reaches across the strip, metres."""
    if sun is None:
        return [(1, TALL_M), (-1, TALL_M)]
    away = np.radians(sun.azimuth_deg + 180.0)
    reach = TALL_M / np.tan(np.radians(max(sun.elevation_deg, 1.0)))
    offset = float(reach * np.array([np.sin(away), -np.cos(away)]) @ strip.across)
    return [(1 if offset > 0 else -1, abs(offset))] if abs(offset) >= VISIBLE_M else []


def _apart(found: list[RailString], frame: MetricFrame) -> list[RailString]:
    """Keep one string a place, the longest and clearest; what lies in its shade and has another one is no string."""
    kept: list[RailString] = []
    outlines: list[tuple[Polygon, Polygon]] = []
    for one in sorted(found, key=lambda each: -each.step * each.rectangle.length_m):
        own = one.rectangle.polygon(frame)
        if own.is_empty:
            continue
        taken = any(
            own.intersection(outline).area > SHARED * min(own.area, outline.area)
            or (one.shade != other.shade and own.intersection(shade).area > SHARED * own.area)
            for other, (outline, shade) in zip(kept, outlines, strict=True)
        )
        if not taken:
            kept.append(one)
            outlines.append((own, _shade(one, frame)))
    return kept


def _shade(string: RailString, frame: MetricFrame) -> Polygon:
    """Return the outline of the shade that a string casts, and of the ground just beyond it."""
    body = string.rectangle
    if string.shade == 0:
        return Polygon()
    x, y = np.array([body.x, body.y]) + body.across * string.shade * (body.width_m + SHADE_M) / 2 / frame.step_m
    return replace(body, x=float(x), y=float(y), width_m=SHADE_M).polygon(frame)
