"""What speckle does in a pair, measured on it: whether it multiplies, and how much of it a log-ratio still carries.

Speckle multiplies amplitude and intensity, so its spread grows as their mean does: with the power 1. In decibels, and
in the 8-bit pictures of decibels that are published, it adds, and its spread does not grow. The power tells the two
apart (Lee, Jurkevich, Dewaele, Wambacq & Oosterlinck 1994, Remote Sensing Reviews 8:313, measure looks the same way,
from the local spread and mean of even ground).
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ..scene import Floats, Mask
from .smooth import smooth

Doubles = NDArray[np.float64]
WINDOW_PX = 5
CLASSES = 16
EVEN = 0.25  # quantile of the local spread that is taken for even ground, where texture adds least
GROWING = 0.25  # half-way between not growing and growing as a square root, the slowest that is still no decibel
NEGATIVE_SHARE = 0.01  # neither amplitude nor intensity is negative; filters may leave a few values that are
TREND_PX = 6.0
TIED_SHARE = 1e-3  # so many pixels of one exact value lie where a product was clipped, and carry no speckle


def in_decibels(values: Floats | Doubles) -> bool:
    """Return whether radar values can only be decibels: some are negative."""
    return bool(values.size and (values < 0).mean() > NEGATIVE_SHARE)


def speckle_power(images: Sequence[Floats], masks: Sequence[Mask]) -> float:
    """
    Return the power of the local mean that the local spread grows with.

    Parameters
    ----------
    images
        Windows of one band of one date, float32 (rows, columns), >= 0.
    masks
        Of the same windows. Values at 0 and at the top are left out: there the product was clipped.

    Returns
    -------
    float
        About 1 in amplitude and intensity, 0 or less in decibels; 1 where nothing can be measured, as on ground of one
        brightness.
    """
    top = max((float(image[mask].max()) for image, mask in zip(images, masks, strict=True) if mask.any()), default=0.0)
    parts = [_local(image, mask & (image > 0) & (image < top)) for image, mask in zip(images, masks, strict=True)]
    mean, spread = (np.concatenate(list(values)) for values in zip(*parts, strict=True))
    if len(mean) < CLASSES * WINDOW_PX**2:
        return 1.0
    edges = np.quantile(mean, np.linspace(0, 1, CLASSES + 1))
    at = np.clip(np.searchsorted(edges, mean) - 1, 0, CLASSES - 1)
    classes = [(mean[at == one], spread[at == one]) for one in range(CLASSES) if (at == one).any()]
    x = np.log([np.median(means) for means, _ in classes])
    y = np.log([max(float(np.quantile(spreads, EVEN)), 1e-9) for _, spreads in classes])
    run = x[:, None] - x
    far = run > 0.1
    # The median of all slopes (Theil 1950): a class of edges or of texture does not bend it.
    return float(np.median((y[:, None] - y)[far] / run[far])) if far.any() else 1.0


def speckle_left(images: Sequence[Floats], masks: Sequence[Mask]) -> float:
    """
    Return the robust spread of what varies from pixel to pixel in a log-ratio, its trend over `TREND_PX` taken out.

    Parameters
    ----------
    images, masks
        Windows of the log-ratio, float32 (rows, columns), and where it is valid.
    """
    rest = np.concatenate(
        [(image - smooth(image, mask, TREND_PX))[mask] for image, mask in zip(images, masks, strict=True)]
    )
    rest = rest[rest != 0]  # both dates clipped: nothing was seen there, not even noise
    return max(1.4826 * float(np.median(np.abs(rest))), 1e-6) if rest.size else 1e-6


def untied(values: Floats) -> Floats:
    """Return the values without those that many pixels share exactly, which lie where both dates were clipped."""
    ties, counts = np.unique(values, return_counts=True)
    return values[~np.isin(values, ties[counts > max(TIED_SHARE * len(values), 1)])]


def _local(image: Floats, mask: Mask) -> tuple[Doubles, Doubles]:
    """Mean and spread of the neighbourhoods that are valid throughout."""
    sides = (WINDOW_PX, WINDOW_PX)
    known = np.where(mask, image, 0).astype(np.float64)
    mean = cv2.blur(known, sides)
    variance = np.maximum(cv2.blur(known**2, sides) - mean**2, 0)
    whole = cv2.erode(mask.astype(np.uint8), np.ones(sides, np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    even = whole > 0
    return np.asarray(mean[even], dtype=np.float64), np.sqrt(variance[even])
