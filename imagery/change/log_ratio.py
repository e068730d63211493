"""The logarithm of the ratio: the SAR method, in which speckle is additive and gain drops out.

Reference: Bazi, Bruzzone & Melgani 2005, IEEE TGRS 43(4):874. The signed log-ratio is smoothed, then its magnitude
taken: smoothing the intensities first costs up to .17 kappa. Cost: about 15 ns a pixel. Fails on targets smaller than
two pixels, which the smoothing takes for speckle, and between different orbits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..scene import Floats, ScenePair
from .method import Method
from .smooth import inner, reach_px, smooth
from .statistic import Statistic

SIGMA_PX = 1.5
FLOOR = 0.2  # of the median: below it the sensor's noise, not the ground, decides the ratio


@dataclass(frozen=True)
class LogRatio:
    """
    The magnitude of the smoothed log-ratio, the mean over polarisations, in robust spreads.

    Parameters
    ----------
    floors
        One a band, in the units of the before scene: added to both dates.
    middle, spread
        Median and robust spread of the smoothed log-ratio.
    """

    floors: tuple[float, ...]
    middle: float = 0.0
    spread: float = 1.0

    def __call__(self, pair: ScenePair) -> Statistic:
        """Score a window."""
        valid = inner(pair.valid, SIGMA_PX)
        ratios = []
        for before, after, floor in zip(pair.before.pixels, pair.after.pixels, self.floors, strict=True):
            ratio = np.log((np.maximum(after, 0) + floor) / (np.maximum(before, 0) + floor))
            ratios.append(smooth(ratio.astype(np.float32), pair.valid, SIGMA_PX))
        mean: Floats = np.mean(ratios, axis=0)
        signed = np.where(valid, (mean - self.middle) / self.spread, np.nan).astype(np.float32)
        return Statistic(np.abs(signed), signed, one_sided=True)


def learn_log_ratio(windows: Sequence[ScenePair]) -> LogRatio:
    """
    Learn floors and spread.

    Parameters
    ----------
    windows
        Registered and normalised, SAR amplitude or intensity (>= 0).
    """
    before = np.concatenate([pair.before.pixels[:, pair.valid] for pair in windows], axis=1)
    floors = tuple(FLOOR * max(float(np.median(band)), 1e-9) for band in before)
    raw = LogRatio(floors)
    ratio = np.concatenate([seen[np.isfinite(seen)] for seen in (raw(pair).signed for pair in windows)])
    if not ratio.size:
        return raw
    middle = float(np.median(ratio))
    return LogRatio(floors, middle, max(1.4826 * float(np.median(np.abs(ratio - middle))), 1e-6))


LOG_RATIO = Method("log-ratio", learn_log_ratio, 2 * reach_px(SIGMA_PX))
