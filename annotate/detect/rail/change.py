"""Strings of wagons that came or went: long, narrow, straight changes with couplings and a shade."""

from dataclasses import replace

import numpy as np

from ....imagery.scene import ChangeMap, Floats, ScenePair
from ...kinds import Kind
from ...testable import Testability
from ..boxes import Rectangle, rectified
from ..detection import Cancelled, Detection, raise_if
from ..frame import MetricFrame
from ..plain_ground import plain_ground
from .compared import compare_bands
from .rail_car import FINEST_STEP_M, STANDS_OUT, seen_as
from .rail_string import lane, outlines

DARKENS = 1.5  # a cast shadow, at least
SHADED = 0.15  # of the outline, from which the shade tells the date
NEUTRAL = 1.2  # log of how much more skylight leaves of one band than of another, blue against near infrared
LONG_M = 100.0  # where couplings do not show, shorter lines are as often the edges of roads and fields


def rail_car_changes(
    pair: ScenePair, change: ChangeMap, kind: Kind, testability: Testability, cancelled: Cancelled | None = None
) -> list[Detection]:
    """
    Find strings of wagons that are there on one date only.

    Parameters
    ----------
    pair
        Registered, optical, and the after scene normalised.
    change
        Not used: a string is told by its outline and couplings.
    kind
        Bounds of a string's length.
    testability
        Whether single cars may be counted at this pixel size.
    cancelled
        Asked between strings.
    """
    if not pair.valid.any():
        return []
    raise_if(cancelled)
    frame = MetricFrame.over(pair.grid, max(pair.grid.mean_gsd_m, FINEST_STEP_M))
    apart, shade = _differ(pair)
    differ, darker = (frame.resample(image, pair.valid)[0] for image in (apart, shade))
    apart[shade != 0] = 0
    unshaded = frame.resample(apart, pair.valid)[0]
    least = 0.0 if testability.count else LONG_M
    strings = []
    for outline in outlines(differ, frame.step_m, kind):
        raise_if(cancelled)
        string = lane(outline, unshaded, frame.step_m)
        if float(np.median(rectified(unshaded, string, frame.step_m, frame.step_m))) < STANDS_OUT:
            continue
        one = seen_as(string, differ, frame, kind, testability)
        if one is not None and string.length_m >= least:
            strings.append((one, string, float(rectified(darker, outline, frame.step_m, frame.step_m).mean())))
    if not strings:
        return []
    dates = [frame.resample(scene.pixels.mean(axis=0), pair.valid)[0] for scene in (pair.before, pair.after)]
    found = []
    for one, string, cast in strings:
        before, after = (_varied(date, string, frame.step_m) for date in dates)
        came = cast > 0 if abs(cast) > SHADED else after > before
        found.append(replace(one, change="appeared" if came else "vanished"))
    return found


def _differ(pair: ScenePair) -> tuple[Floats, Floats]:
    """
    Return how far the dates differ, in the band that shows it best, as a share of the ground's level; and their shade.

    Where one date is darker by one factor in all bands, as far as skylight lets it, that is 1 after and -1 before.
    """
    most, shade = (np.empty(pair.grid.shape, dtype=np.float32) for _ in range(2))
    limits = np.float32(DARKENS), np.float32(np.exp(NEUTRAL))
    compare_bands(pair.before.pixels, pair.after.pixels, *limits, most, shade)
    (level,), _ = plain_ground(pair.before.pixels.mean(axis=0)[None], pair.valid, pair.grid.gsd_m)
    most /= np.maximum(level, 1e-6, out=level)
    return most, shade


def _varied(date: Floats, string: Rectangle, step_m: float) -> float:
    """Return how much brightness varies along a string: wagons and couplings do, a bare track hardly."""
    profile = rectified(date, string, step_m, step_m).mean(axis=1)
    return float(np.abs(np.diff(profile)).mean())
