"""A pair as the pit detector sees it: log brightness, its change, steepness and colour, in a metric frame."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from ....imagery.scene import Floats, Mask, Scene, ScenePair
from .. import matched
from ..brightness import brightness, greenness, hue
from ..frame import MetricFrame

FINEST_STEP_M = 1.5  # walls are several metres wide; finer sampling adds noise and time
CELL_M = 16.0
LARGEST_CHANGE = 1.0  # of log brightness: no light on soil does more, metal roofs do
GREY = 1e-3  # of a colour index: bands that are copies of one differ by rounding alone
DARKEST = 0.08  # of the median: darker ground has no shading to speak of


@dataclass(frozen=True, eq=False)
class View:
    """
    The pair in a metric frame.

    Parameters
    ----------
    frame
        Square pixels.
    valid
        bool (rows, columns).
    change
        float32, change of log brightness, its middle taken out; 0 where not valid.
    dates
        float32 each, log brightness before and after over the median.
    edges
        float32 each, steepness of `dates`, per metre.
    greens, hues
        Vegetation index, and log red over blue, before and after, each over its date's median; None where the bands
        allow none or are copies of one.
    noise
        float32, local robust standard deviation of `change`.
    """

    frame: MetricFrame
    valid: Mask
    change: Floats
    dates: tuple[Floats, Floats]
    edges: tuple[Floats, Floats]
    greens: tuple[Floats, Floats] | None
    hues: tuple[Floats, Floats] | None
    noise: Floats


def view_of(pair: ScenePair) -> View | None:
    """Return a registered and normalised pair as the detector sees it; None without a valid pixel."""
    frame = MetricFrame.over(pair.grid, max(pair.grid.mean_gsd_m, FINEST_STEP_M))
    (dull, valid), (bright, _) = (frame.resample(date, pair.valid) for date in brightness(pair))
    if not valid.any():
        return None
    before, after = (_logarithm(date, valid) for date in (dull, bright))
    change = np.clip(after - before, -LARGEST_CHANGE, LARGEST_CHANGE)
    change = np.where(valid, change - np.median(change[valid]), 0).astype(np.float32)
    noise = matched.noise_level(change, valid, max(2, round(CELL_M / frame.step_m)))
    edges = (_steepness(before, frame.step_m), _steepness(after, frame.step_m))
    greens, hues = (_both(pair, frame, index) for index in (greenness, hue))
    return View(frame, valid, change, (before, after), edges, greens, hues, noise)


def _logarithm(date: Floats, valid: Mask) -> Floats:
    level = max(float(np.median(date[valid])), 1e-9)
    return np.where(valid, np.log(np.maximum(date / level, DARKEST)), 0).astype(np.float32)


def _steepness(date: Floats, step_m: float) -> Floats:
    across, down = (cv2.Sobel(date, cv2.CV_32F, *order, ksize=3, scale=1 / (8 * step_m)) for order in ((1, 0), (0, 1)))
    return np.asarray(np.hypot(across, down), dtype=np.float32)


def _both(pair: ScenePair, frame: MetricFrame, index: Callable[[Scene], Floats | None]) -> tuple[Floats, Floats] | None:
    before, after = index(pair.before), index(pair.after)
    if before is None or after is None:
        return None
    first, second = (_centred(date, pair.valid) for date in (before, after))
    if max(float(date[pair.valid].std()) for date in (first, second)) < GREY:
        return None
    return frame.resample(first, pair.valid)[0], frame.resample(second, pair.valid)[0]


def _centred(index: Floats, valid: Mask) -> Floats:
    """Take out the median, which tells the sensor rather than the ground; odd values, of dark pixels, are cut."""
    return np.asarray(np.clip(index - np.median(index[valid]), -1, 1), dtype=np.float32)
