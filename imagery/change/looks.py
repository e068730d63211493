"""How many independent looks a SAR intensity has, measured on the images and not taken from the product's sheet.

The ratio of two dates of unchanged ground follows the F distribution of 2L and 2L degrees of freedom, so its robust
spread over a scene gives L with everything in it that a test will meet: speckle, and the weather between the dates.
The neighbourhoods of one date give it without the second (Lee et al. 1994, Remote Sensing Reviews 8:313), provided that
the correlation of speckle between neighbours, which makes a neighbourhood look evener than it is, is taken out.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import fdtri  # scipy.stats takes half a second to import

from ..scene import Floats, Mask

Doubles = NDArray[np.float64]
FEWEST, MOST = 0.2, 1000.0
WINDOW_PX = 7
FARTHEST_PX = 3  # speckle's correlation has ended there, what is left is the ground's
BINS = 60


def looks_of_ratio(log_ratio: Floats) -> float:
    """
    Return the looks at which half of all ratios of unchanged ground lie as near their median as these do.

    Parameters
    ----------
    log_ratio
        float32 (n,), natural logarithm of after over before. Up to a fifth of it may be change.
    """
    if not log_ratio.size:
        return 1.0
    half = float(np.median(np.abs(log_ratio - np.median(log_ratio))))

    def excess(looks: float) -> float:
        return float(np.log(fdtri(2 * looks, 2 * looks, 0.75))) - half

    if excess(MOST) >= 0:
        return MOST
    return FEWEST if excess(FEWEST) <= 0 else float(brentq(excess, FEWEST, MOST, xtol=1e-4))


def speckle_correlation(log_ratio: Floats, mask: Mask) -> Doubles:
    """
    Return the correlation of speckle with that of the pixel 0, 1, … `FARTHEST_PX` farther along a row or column.

    Parameters
    ----------
    log_ratio
        float32 (rows, columns): a ratio holds the speckle of both dates, and of the ground only what changed.
    mask
        True where valid.
    """
    middle = float(np.median(log_ratio[mask])) if mask.any() else 0.0
    reach = 4.5 * float(np.median(np.abs(log_ratio[mask] - middle))) if mask.any() else 1.0
    rest = np.where(mask, np.clip(log_ratio - middle, -reach, reach), 0).astype(np.float64)
    power = float((rest**2).sum()) / max(int(mask.sum()), 1)
    correlation = np.zeros(FARTHEST_PX + 1)
    correlation[0] = 1.0
    for lag in range(1, FARTHEST_PX + 1):
        products = float((rest[lag:] * rest[:-lag]).sum() + (rest[:, lag:] * rest[:, :-lag]).sum())
        pairs = int((mask[lag:] & mask[:-lag]).sum() + (mask[:, lag:] & mask[:, :-lag]).sum())
        correlation[lag] = max(products / max(pairs, 1) / max(power, 1e-12), 0.0)
    return correlation


def looks_of_neighbourhoods(intensities: Sequence[Floats], mask: Mask, correlation: Doubles) -> float:
    """
    Return the looks that the most frequent kind of neighbourhood has, which is the even one.

    Parameters
    ----------
    intensities
        float32 (rows, columns) a date.
    mask
        True where valid.
    correlation
        Of speckle, from `speckle_correlation`.
    """
    sides = (WINDOW_PX, WINDOW_PX)
    whole = cv2.erode(mask.astype(np.uint8), np.ones(sides, np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    even = whole > 0
    if even.sum() < BINS:
        return 1.0
    spreads = []
    for intensity in intensities:
        known = np.where(mask, intensity, 0).astype(np.float64)
        mean = cv2.blur(known, sides)[even]
        variance = np.maximum(cv2.blur(known**2, sides)[even] - mean**2, 0) / (1 - _mean_correlation(correlation))
        spreads.append(np.log(np.maximum(variance, 1e-12) / np.maximum(mean, 1e-12) ** 2))
    values = np.concatenate(spreads)
    low, high = np.quantile(values, (0.005, 0.995))
    counts, edges = np.histogram(values, bins=BINS, range=(low, max(high, low + 1e-6)))
    mode = int(np.argmax(np.convolve(counts, np.ones(5), mode="same")))
    return float(np.clip(np.exp(-(edges[mode] + edges[mode + 1]) / 2), FEWEST, MOST))


def _mean_correlation(correlation: Doubles) -> float:
    """Mean over all pairs of pixels of a neighbourhood, each with itself among them."""
    apart = np.abs(np.subtract.outer(np.arange(WINDOW_PX), np.arange(WINDOW_PX)))
    along = np.where(apart < len(correlation), correlation[np.minimum(apart, len(correlation) - 1)], 0)
    return float(min(along.mean() ** 2, 0.95))
