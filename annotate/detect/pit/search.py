"""Where pits may be: a coarse bank of matched filters everywhere, a fine bank of walls where it answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import shapely
from shapely import Polygon

from ....imagery.scene import Floats, ScenePair, Sun
from ...kinds import Kind
from .. import matched
from ..detection import Cancelled, raise_if
from ..frame import MetricFrame
from . import relief
from .relief import Optics
from .terms import terms
from .view import View
from .wall_bank import WallBank, fit_bank, search_bank
from .wall_fit import Fit, fit_walls_at

SEARCH_STEP_M = 3.0  # half a wall
APRON_M = 13.0  # around the largest wall
APART_M = 8.0
WORTH_FITTING = 2.4  # noise units: one pit in a hundred answers less
SAME_SUN_DEG = 8.0  # flanks look the same


@dataclass(frozen=True, eq=False)
class Place:
    """
    A place that may be a pit.

    Parameters
    ----------
    fit
        The wall that explains it best.
    bank
        The bank that wall is of.
    sun
        That lights it.
    sign
        1 where the after date has it, -1 where the before date has it.
    found
        Its terms by name.
    """

    fit: Fit
    bank: WallBank
    sun: Sun
    sign: int
    found: Mapping[str, float]


def places(pair: ScenePair, view: View, kind: Kind, cancelled: Cancelled | None = None) -> Iterator[Place]:
    """
    Yield every place worth a look, overlapping ones too.

    Parameters
    ----------
    pair
        Registered and normalised; where a date's sun is not known, several are tried.
    view
        The same pair.
    kind
        Bounds of the outer size.
    cancelled
        Asked between filters and places.
    """
    step, gsd_m = view.frame.step_m, pair.grid.mean_gsd_m
    size = 2 * int(np.ceil((kind.length_m[1] + 2 * APRON_M) / step / 2))
    for sun, signs in _suns(pair):
        bank = fit_bank(kind, sun, Optics(step, gsd_m), size)
        for sign, found in _search(view, sun, signs, kind, gsd_m, cancelled):
            centres = [(row, column) for row, column, _ in found]
            fits = fit_walls_at(np.asarray(sign * view.change), centres, bank, step)
            for fit, (_, _, answer) in zip(fits, found, strict=True):
                raise_if(cancelled)
                yield Place(fit, bank, sun, sign, terms(view, fit, bank, sun, sign, answer))


def outline(fit: Fit, frame: MetricFrame) -> Polygon:
    """Return the outer foot of a fitted wall in pixels of the grid, cut at its edges."""
    wall, turn = fit.wall, np.radians(fit.wall.heading_deg)
    along = np.array([np.sin(turn), -np.cos(turn)]) * wall.length_m / 2 / frame.step_m
    across = np.array([np.cos(turn), np.sin(turn)]) * wall.width_m / 2 / frame.step_m
    if wall.ring:
        angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)[:, None]
        corners = np.cos(angle) * along + np.sin(angle) * across
    else:
        corners = np.array([along + across, along - across, -along - across, across - along])
    pixels = frame.to_pixels(corners[:, 0] + fit.column, corners[:, 1] + fit.row)
    rows, columns = frame.grid.shape
    return Polygon(pixels).intersection(shapely.box(0, 0, columns, rows))


def _suns(pair: ScenePair) -> list[tuple[Sun, tuple[int, ...]]]:
    """Return the suns to search under, each with the dates (signs) that it lights."""
    before, after = pair.before.acquisition.sun, pair.after.acquisition.sun
    if before is None or after is None:
        return [(sun, (1, -1)) for sun in relief.ASSUMED_SUNS]
    turn = abs((before.azimuth_deg - after.azimuth_deg + 180) % 360 - 180)
    if max(turn, abs(before.elevation_deg - after.elevation_deg)) <= SAME_SUN_DEG:
        return [(after, (1, -1))]
    return [(after, (1,)), (before, (-1,))]


def _search(
    view: View, sun: Sun, signs: tuple[int, ...], kind: Kind, gsd_m: float, cancelled: Cancelled | None
) -> Iterator[tuple[int, list[tuple[int, int, float]]]]:
    """Yield for each sign the rows, columns (corners of frame pixels) and answers of the places worth fitting."""
    factor = max(1, round(SEARCH_STEP_M / view.frame.step_m))
    step = view.frame.step_m * factor
    image, valid = _shrunk(view.change / view.noise, factor), _shrunk(view.valid.astype(np.float32), factor) > 0.5
    size = 2 * int(np.ceil((kind.length_m[1] * 1.42 + 16) / step / 2))
    spectrum = matched.power(image, valid, size, step)
    kernels = matched.whiten(search_bank(kind, sun, Optics(step, gsd_m), size), spectrum)
    highest, lowest = np.zeros_like(image), np.zeros_like(image)
    correlate = matched.Correlator(image, size)
    for kernel in kernels:
        raise_if(cancelled)
        answer = correlate(kernel)
        np.maximum(highest, answer, out=highest)
        np.minimum(lowest, answer, out=lowest)
    for sign in signs:
        score = np.where(valid, highest if sign > 0 else -lowest, 0).astype(np.float32)
        peaks = matched.peaks(score, max(1, round(APART_M / step)), WORTH_FITTING)
        yield sign, [(int(row) * factor, int(column) * factor, float(score[row, column])) for row, column in peaks]


def _shrunk(image: Floats, factor: int) -> Floats:
    rows, columns = (-(-side // factor) for side in image.shape)
    padded = np.zeros((rows * factor, columns * factor), dtype=np.float32)
    padded[: image.shape[0], : image.shape[1]] = image
    return np.asarray(cv2.resize(padded, (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.float32)
