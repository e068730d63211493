"""A straight strip of ground along a line, and the long narrow things of a wagon's width that stand on it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ....imagery.scene import Floats
from ..boxes import Rectangle
from .runs import runs_along

FINE_M = 0.25  # across, so that an edge between pixels has a place
HALF_M = 9.0  # of the strip's width: a track, the shade beside it and ground on both sides
PAST_M = 30.0  # of the strip beyond both ends of its line
STANDS_OUT = 0.2  # of the logarithm of brightness, in the band that shows it best
SHADED = float(np.log(1.5))  # how much darker shade is than ground, at least, in every band
EVEN_M = 3.0  # along the strip; a coupling and its shade are shorter
BRIDGED_M = 4.0  # a coupling with its blur, or a crown over the string
BESIDE_M = 1.0  # of a body, shade or ground looked at beside an edge
WIDTHS_M = (2.5, 2.75, 3.0, 3.25, 3.5)  # of wagons, up to the widest loading gauge
SHARED = 0.3  # of its length, above which two things along one strip are one
HALF = 0.5  # of an edge's own step: the same edge goes on


@dataclass(frozen=True)
class Standing:
    """
    Something long and narrow on a strip.

    Parameters
    ----------
    start, end
        Rows of the strip.
    near, far
        Columns of its edges: shade, if any, lies at the near one.
    strength
        Sum over its rows of the near edge's step, of logarithms.
    lit
        Share of its rows where the far edge stands out.
    """

    start: int
    end: int
    near: int
    far: int
    strength: float
    lit: float = 0.0

    @property
    def body(self) -> tuple[int, int]:
        """First column, and the one past the last."""
        return min(self.near, self.far), max(self.near, self.far)


@dataclass(frozen=True, eq=False)
class Strip:
    """
    Ground along a line, rows along it and columns across.

    Parameters
    ----------
    rectangle
        Of the strip.
    logs
        float32 (bands, rows, columns), logarithm of brightness.
    even
        The same, averaged along.
    dark
        float32 (rows, columns), how much darker than the plain ground around in every band; averaged along.
    step_m
        Along; across it is `FINE_M`.
    """

    rectangle: Rectangle
    logs: Floats
    even: Floats
    dark: Floats
    step_m: float

    @classmethod
    def around(cls, line: Rectangle, logs: Floats, ground: Floats, step_m: float) -> "Strip":
        """Return the strip around a line of a frame; logs and ground are logarithms (bands, rows, columns)."""
        whole = replace(line, length_m=line.length_m + 2 * PAST_M, width_m=2 * HALF_M)
        rows, columns = round(whole.length_m / step_m), round(whole.width_m / FINE_M)
        across = ((np.arange(columns) + 0.5 - columns / 2) * FINE_M).astype(np.float32)
        along = ((np.arange(rows) + 0.5 - rows / 2) * step_m).astype(np.float32)
        places = (whole.points(across[None, :], along[:, None], step_m) - 0.5).astype(np.float32)
        seen = _sampled(logs, places)
        dark = (_sampled(ground, places) - seen).min(axis=0)
        reach = (1, max(1, round(EVEN_M / step_m)))
        even = np.stack([cv2.blur(band, reach, borderType=cv2.BORDER_REPLICATE) for band in seen])
        return cls(whole, seen, even, cv2.blur(dark, reach, borderType=cv2.BORDER_REPLICATE), step_m)

    @property
    def blur(self) -> int:
        """How many columns beside an edge its blur takes."""
        return _columns(max(FINE_M, self.step_m / 2))

    def rectangle_of(self, one: Standing) -> Rectangle:
        """Return the outline of something on the strip."""
        _, rows, columns = self.logs.shape
        low, high = one.body
        off = ((low + high) / 2 - columns / 2) * FINE_M
        past = ((one.start + one.end) / 2 - rows / 2) * self.step_m
        whole = self.rectangle
        centre = np.array([whole.x, whole.y]) + (off * whole.across + past * whole.along) / self.step_m
        length, width = (one.end - one.start) * self.step_m, (high - low) * FINE_M
        return Rectangle(float(centre[0]), float(centre[1]), length, width, self.rectangle.heading_deg)


def shaded(strip: Strip, side: int, shade_m: float, least_m: float) -> list[Standing]:
    """
    Return what casts a shade of even width to one side along `least_m` or more, the strongest first.

    Parameters
    ----------
    side
        1 where the shade falls towards higher columns, -1 towards lower ones.
    shade_m
        Width of the shade that a wagon casts across the strip.
    """
    blur, body = strip.blur, _columns(BESIDE_M)
    shade = blur + max(1, _columns(min(BESIDE_M, shade_m)) - (blur if shade_m < BESIDE_M else 0))
    ways = (blur, shade) if side > 0 else (-shade, -blur)
    inward = (-blur - body, -blur) if side > 0 else (blur, blur + body)
    step = (_mean(strip.even, *inward) - _mean(strip.even, *ways)).max(axis=0)
    there = (_mean(strip.dark, *ways) > SHADED) & (step > SHADED)
    height = np.where(there, np.minimum(step, 1.0), 0.0)
    found = [
        Standing(start, end, column, column, strength) for column, start, end, strength in _runs(strip, height, least_m)
    ]
    return [whole for whole in (_with_far_edge(strip, one, -side) for one in _apart(found)) if whole is not None]


def edged(strip: Strip, least_m: float) -> list[Standing]:
    """Return what has both edges of a wagon along `least_m` or more, whatever its shade, the strongest first."""
    step, columns = _step(strip), strip.logs.shape[2]
    found = []
    for width in (_columns(width_m) for width_m in WIDTHS_M):
        both = np.minimum(step[:, : columns - width], step[:, width:])
        height = np.where(both > STANDS_OUT, np.minimum(both, 1.0), 0.0)
        for column, start, end, strength in _runs(strip, height, least_m):
            found.append(Standing(start, end, column, column + width, strength, 1.0))
    return [part for one in _apart(found) for part in _alike(strip, step, one, least_m)]


def _alike(strip: Strip, step: Floats, one: Standing, least_m: float) -> Iterator[Standing]:
    """Yield the parts of something whose edges stand out as most of it does: a string, without its track."""
    both = np.minimum(step[one.start : one.end, one.near], step[one.start : one.end, one.far])
    height = np.where(both > max(STANDS_OUT, HALF * float(np.quantile(both, 0.75))), np.minimum(both, 1.0), 0.0)
    for _, start, end, strength in _runs(strip, height[:, None], least_m):
        yield replace(one, start=one.start + start, end=one.start + end, strength=strength)


def _with_far_edge(strip: Strip, one: Standing, way: int) -> Standing | None:
    """Return it with the far edge where it stands out most; None where that lies beyond the strip."""
    rows, columns = slice(one.start, one.end), strip.logs.shape[2]
    places = [place for place in (one.near + way * _columns(width_m) for width_m in WIDTHS_M) if 0 <= place < columns]
    if not places:
        return None
    step = _step(strip)[rows][:, places]
    best = int(np.argmax(np.minimum(step, 2 * STANDS_OUT).mean(axis=0)))
    return replace(one, far=places[best], lit=float((step[:, best] > STANDS_OUT).mean()))


def _step(strip: Strip) -> Floats:
    """Return how much the two sides of each column differ, in the band that shows it best."""
    blur, body = strip.blur, _columns(BESIDE_M)
    apart = _mean(strip.even, blur, blur + body) - _mean(strip.even, -blur - body, -blur)
    return np.asarray(np.abs(apart).max(axis=0), dtype=np.float32)


def _apart(found: list[Standing]) -> list[Standing]:
    kept: list[Standing] = []
    for one in sorted(found, key=lambda each: (-each.strength, each.start, each.near, each.far)):
        if all(
            min(one.end, other.end) - max(one.start, other.start) < SHARED * (one.end - one.start) for other in kept
        ):
            kept.append(one)
    return kept


def _columns(metres: float) -> int:
    return max(1, round(metres / FINE_M))


def _mean(values: Floats, start: int, stop: int) -> Floats:
    """Return the mean over columns [c + start, c + stop) for each column edge c."""
    margin = max(abs(start), abs(stop))
    wide = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(margin, margin)], mode="edge")
    sums = np.cumsum(wide, axis=-1, dtype=np.float64)
    sums = np.concatenate([np.zeros((*sums.shape[:-1], 1)), sums], axis=-1)
    columns = np.arange(values.shape[-1]) + margin
    return np.asarray((sums[..., columns + stop] - sums[..., columns + start]) / (stop - start), dtype=np.float32)


def _runs(strip: Strip, height: NDArray[np.floating], least_m: float) -> list[tuple[int, int, int, float]]:
    """Return column, first and last row and sum of what is above 0 along columns, across gaps as a coupling leaves."""
    gap, least = round(BRIDGED_M / strip.step_m), max(2, round(least_m / strip.step_m))
    whole = runs_along(np.ascontiguousarray(height.T, dtype=np.float32), gap, least)
    return [(int(column), int(start), int(end), float(strength)) for column, start, end, strength in whole]


def _sampled(bands: Floats, places: NDArray[np.float32]) -> Floats:
    x, y = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
    return np.stack([cv2.remap(band, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for band in bands])
