"""The logarithm of the ratio: the SAR method, in which speckle is additive and gain drops out.

Reference: Bazi, Bruzzone & Melgani 2005, IEEE TGRS 43(4):874. The signed log-ratio is smoothed, then its magnitude
taken: smoothing the intensities first costs up to .17 kappa. The smoothing stops at edges (bilateral: Tomasi & Manduchi
1998), and what an edge is follows from the speckle measured on the pair, so that single-look and many-look pairs need
no setting. Decibels are subtracted as they are; of pictures of them stretched for display, in which speckle does not
multiply, centre and contrast are taken out first, date by date. Cost: about 90 ns a pixel. Fails on targets smaller
than two pixels, which the smoothing takes for speckle, and between different orbits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..scene import Floats, Mask, Scene, ScenePair
from .method import Method
from .smooth import edge_reach_px, inner, reach_px, smooth, smooth_between_edges
from .speckle import GROWING, in_decibels, speckle_left, speckle_power, untied
from .statistic import Statistic

SIGMA_PX = 1.0
EDGE_SIGMA_PX = 4.0
EDGE_STEP = 2.0  # of the speckle left after the first smoothing
FLOOR = 0.2  # of the median, clipped pixels apart: below it the sensor's noise, not the ground, decides the ratio


@dataclass(frozen=True)
class Scale:
    """
    Brings one band of one date to a scale on which speckle adds.

    Parameters
    ----------
    floor
        Added before the logarithm, in the units of the values; None where these are decibels already.
    centre, unit
        Subtracted afterwards, and divided by.
    """

    floor: float | None
    centre: float = 0.0
    unit: float = 1.0

    def __call__(self, values: Floats) -> Floats:
        """Return float32 (rows, columns)."""
        level = values if self.floor is None else np.log(np.maximum(values, 0) + self.floor)
        return np.asarray((level - self.centre) / self.unit, dtype=np.float32)


@dataclass(frozen=True)
class LogRatio:
    """
    The magnitude of the smoothed log-ratio, the mean over polarisations, in units of the speckle left in it.

    Parameters
    ----------
    scales
        Of before and after, one such pair a band.
    speckle
        Robust spread left by the first smoothing; `EDGE_STEP` of it is an edge.
    middle, spread
        Centre and robust spread of the smoothed log-ratio where most of the scene is: unchanged.
    """

    scales: tuple[tuple[Scale, Scale], ...]
    speckle: float = 1.0
    middle: float = 0.0
    spread: float = 1.0

    def __call__(self, pair: ScenePair) -> Statistic:
        """Score a window."""
        valid = inner(pair.valid, SIGMA_PX)
        ratio = smooth_between_edges(self.first(pair), pair.valid, EDGE_STEP * self.speckle, EDGE_SIGMA_PX)
        signed = np.where(valid, (ratio - self.middle) / self.spread, np.nan).astype(np.float32)
        return Statistic(np.abs(signed), signed, one_sided=True)

    def first(self, pair: ScenePair) -> Floats:
        """Return the log-ratio after the first smoothing only, float32 (rows, columns); 0 where masked."""
        bands = zip(pair.before.pixels, pair.after.pixels, self.scales, strict=True)
        ratios = [smooth(there(after) - here(before), pair.valid, SIGMA_PX) for before, after, (here, there) in bands]
        return np.where(pair.valid, np.mean(ratios, axis=0), 0).astype(np.float32)


def learn_log_ratio(windows: Sequence[ScenePair]) -> LogRatio:
    """
    Learn the scale of the values, the speckle, and where the unchanged lie.

    Parameters
    ----------
    windows
        Registered and normalised, SAR amplitude, intensity or decibels.
    """
    raw = LogRatio(tuple(_learn_scales(windows, at) for at in range(len(windows[0].before.pixels))))
    speckle = speckle_left([raw.first(pair) for pair in windows], [inner(pair.valid, SIGMA_PX) for pair in windows])
    raw = replace(raw, speckle=speckle)
    ratio = np.concatenate([seen[np.isfinite(seen)] for seen in (raw(pair).signed for pair in windows)])
    if not ratio.size:
        return raw
    middle, spread = shortest_half(ratio)
    if any(scale.unit != 1 for scales in raw.scales for scale in scales):
        middle = 0.0  # where a display's stretches meet, says their own centres
    return replace(raw, middle=middle, spread=max(spread, 0.1 * speckle))


LOG_RATIO = Method("log-ratio", learn_log_ratio, reach_px(SIGMA_PX) + edge_reach_px(EDGE_SIGMA_PX) + 1)


def shortest_half(values: Floats) -> tuple[float, float]:
    """
    Return centre and Gaussian spread of the narrowest half of the values (Rousseeuw & Leroy 1988, Stat. Neerl. 42:103).

    Up to half of the values may be change, all of it to one side, which would carry a median along. Values tied
    because both dates were clipped count for the centre, not for the spread.
    """
    centre = _shortest_half(values)[0]
    return centre, _shortest_half(untied(values))[1]


def _shortest_half(values: Floats) -> tuple[float, float]:
    if not values.size:
        return 0.0, 0.0
    ranked = np.sort(values).astype(np.float64)
    half = len(ranked) // 2
    widths = ranked[half:] - ranked[: len(ranked) - half]
    start = int(np.argmin(widths))
    return float(np.median(ranked[start : start + half + 1])), float(widths[start]) / 2 / 0.6745


def _learn_scales(windows: Sequence[ScenePair], band: int) -> tuple[Scale, Scale]:
    dates = [[scene.pixels[band] for scene in scenes] for scenes in zip(*_scenes(windows), strict=True)]
    masks: list[Mask] = [pair.valid for pair in windows]
    before, after = (
        np.concatenate([image[mask] for image, mask in zip(images, masks, strict=True)]) for images in dates
    )
    if in_decibels(before) or in_decibels(after):
        return Scale(None), Scale(None)
    if np.mean([speckle_power(images, masks) for images in dates]) < GROWING:
        return _stretched(before), _stretched(after)
    seen = np.concatenate([before[before > 0], after[after > 0]])
    floor = FLOOR * float(np.median(seen)) if seen.size else 1.0
    return Scale(floor), Scale(floor)


def _stretched(values: Floats) -> Scale:
    """
    Take out a display's gain and contrast: centre and spread need no pixel to be the same ground.

    Pictures lie between decibels and amplitudes, so this scale does as well: straight below the median, a logarithm
    above it. Speckle then varies over it by less than two, and gain still drops out.
    """
    seen = values[values > 0]
    floor = float(np.median(seen)) if seen.size else 1.0
    level = np.log(np.maximum(values, 0) + floor)
    return Scale(floor, float(level.mean()), max(float(level.std()), 1e-6))


def _scenes(windows: Sequence[ScenePair]) -> list[tuple[Scene, Scene]]:
    return [(pair.before, pair.after) for pair in windows]
