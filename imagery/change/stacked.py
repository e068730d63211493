"""One band of a stack of SAR intensities: of one gain, averaged over a small window, and its looks."""

from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import cv2
import numpy as np

from ..scene import Floats, Mask
from .looks import looks_of_neighbourhoods, looks_of_ratio, speckle_correlation
from .omnibus import omnibus


@dataclass(frozen=True, eq=False)
class Band:
    """
    One band of all dates, ready to be tested.

    Parameters
    ----------
    dates
        float32 (rows, columns) each, of one gain, averaged; 1 where not valid.
    looks
        Of the averages.
    """

    dates: list[Floats]
    looks: float

    @classmethod
    def of(cls, dates: list[Floats], valid: Mask, looks: float | None) -> "Band":
        """Measure the looks unless they are given."""
        return cls(dates, _looks(dates, valid) if looks is None else looks)

    def omnibus(self) -> Floats:
        """Return -2 ln Q over all dates, float32 (rows, columns)."""
        total = np.sum(self.dates, axis=0)
        logarithms = reduce(np.add, (np.log(date) for date in self.dates))
        return omnibus(total, logarithms, len(self.dates), self.looks)


def _looks(dates: list[Floats], valid: Mask) -> float:
    return float(np.median([looks_of_ratio(np.log(after[valid] / before[valid])) for before, after in pairwise(dates)]))


def speckle_of(dates: list[Floats], valid: Mask) -> tuple[float, float, float]:
    """Measure the looks of a pixel by ratios and by neighbourhoods, and the correlation with the pixel beside it."""
    ratios = [np.asarray(np.log(after / before), dtype=np.float32) for before, after in pairwise(dates)]
    correlation = np.mean([speckle_correlation(ratio, valid) for ratio in ratios], axis=0)
    return _looks(dates, valid), looks_of_neighbourhoods(dates, valid, correlation), float(correlation[1])


def of_one_gain(images: list[Floats], valid: Mask) -> list[Floats]:
    """Bring every date to the gain of the first by the median of their ratio; 1 where not valid."""
    first = images[0][valid]
    return [np.where(valid, image / float(np.median(image[valid] / first)), 1).astype(np.float32) for image in images]


def averaged(dates: list[Floats], valid: Mask, window_px: int) -> list[Floats]:
    """
    Average the dates over a window; 1 where not valid.

    Each is divided by the mean of all dates before, so that an edge of the ground makes no window uneven.
    """
    if window_px == 1:
        return dates
    sides = (window_px, window_px)
    mean = np.mean(dates, axis=0)
    share = np.maximum(cv2.blur(valid.astype(np.float32), sides, borderType=cv2.BORDER_CONSTANT), 1e-6)
    parts = [np.where(valid, date / mean, 0).astype(np.float32) for date in dates]
    means = [cv2.blur(part, sides, borderType=cv2.BORDER_CONSTANT) / share for part in parts]
    return [np.where(valid, part, 1).astype(np.float32) for part in means]
