"""Connected exceedances: what a user sees of a statistic above a level."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ..components import ObjectCounter
from ..scene import Floats

MIN_OBJECT_PX = 4  # smaller exceedances are not proposed, so they are not counted as false alarms


def objects_per_pixel(distances: Sequence[Floats], level: float) -> float:
    """Return the connected objects a pixel above a level."""
    objects = pixels = 0
    for distance in distances:
        above = np.nan_to_num(distance) > level
        pixels += int(above.sum())
        stats = cv2.connectedComponentsWithStats(above.astype(np.uint8), connectivity=8)[2]
        objects += int((stats[1:, cv2.CC_STAT_AREA] >= MIN_OBJECT_PX).sum())
    return float(np.clip(objects / pixels, 1 / 200, 1 / MIN_OBJECT_PX)) if pixels else 1 / MIN_OBJECT_PX


def growth_of(probability: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """
    Return how many times more objects a pixel there are farther out, where exceedances shrink.

    In a Gaussian field their mean area falls as the square of the level (Adler & Taylor 2007, Random Fields and
    Geometry), which is as the logarithm of the share of pixels above.

    Parameters
    ----------
    probability
        float64 (n,): shares of pixels above the levels in question.
    share
        Of pixels above the level at which the objects were counted.
    """
    return np.asarray(np.maximum(np.log(probability) / np.log(share), 1.0))


def count_above(images: Sequence[Floats], level: float) -> tuple[int, int]:
    """Return the connected objects above a level, 8-connected, of `MIN_OBJECT_PX` or more, and all pixels above it."""
    objects = pixels = 0
    for image in images:
        above = image > level  # never where NaN
        inside = int(np.count_nonzero(above))
        pixels += inside
        if inside >= MIN_OBJECT_PX:
            counter = ObjectCounter(level, MIN_OBJECT_PX)
            counter.add(image)
            objects += counter.objects
    return objects, pixels
