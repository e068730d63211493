"""The logarithm of the ratio: the SAR method, in which speckle is additive and gain drops out.

Reference: Bazi, Bruzzone & Melgani 2005, IEEE TGRS 43(4):874. The signed log-ratio is smoothed, then its magnitude
taken: smoothing the intensities first costs up to .17 kappa. Cost: about 15 ns a pixel. Fails on targets smaller than
two pixels, which the smoothing takes for speckle, and between different orbits.
"""

import numpy as np

from ..scene import Floats, ScenePair
from .smooth import inner, smooth
from .statistic import Statistic

SIGMA_PX = 1.5
FLOOR = 0.2  # of the median: below it the sensor's noise, not the ground, decides the ratio


def log_ratio(pair: ScenePair) -> Statistic:
    """
    Return the magnitude of the smoothed log-ratio, the mean over polarisations, in robust spreads.

    Parameters
    ----------
    pair
        Registered and normalised, SAR amplitude or intensity (>= 0).
    """
    valid = inner(pair.valid, SIGMA_PX)
    ratios = []
    for before, after in zip(pair.before.pixels, pair.after.pixels, strict=True):
        floor = FLOOR * max(float(np.median(before[valid])), 1e-9)
        ratio = np.log((np.maximum(after, 0) + floor) / (np.maximum(before, 0) + floor))
        ratios.append(smooth(ratio.astype(np.float32), pair.valid, SIGMA_PX))
    signed: Floats = np.mean(ratios, axis=0)
    signed = signed - np.median(signed[valid])
    spread = max(1.4826 * float(np.median(np.abs(signed[valid]))), 1e-6)
    signed = np.where(valid, signed / spread, np.nan).astype(np.float32)
    return Statistic(np.abs(signed), signed, one_sided=True)
