"""The body of a statistic: where the unchanged lie, whatever is in the tail.

Central matching (Efron 2004, JASA 99:96) of a normal whose two sides spread differently, on the logarithm: the mode
and the points at half its height are moved little even by change on a fifth of the scene, as moments and outer
quantiles are.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Doubles = NDArray[np.float64]
HALF_HEIGHT = float(np.sqrt(2 * np.log(2)))  # spreads from a normal's mode to half its height
CORE = (0.25, 0.60)  # quantiles that give the scale of the histogram
ENDS = (0.01, 0.97)  # quantiles between which the mode lies
BINS = 10  # to the core
BANDWIDTH = 3.0  # bins
MIN_SPREAD = 1e-4


@dataclass(frozen=True)
class Body:
    """
    Two halves of a normal on the logarithm of a statistic.

    Parameters
    ----------
    mode
        Logarithm of the likeliest statistic.
    left, right
        Spread of the logarithm below and above it.
    share
        Of all pixels that are of the body, at most 1.
    """

    mode: float
    left: float
    right: float
    share: float

    def above(self, depth: Doubles) -> Doubles:
        """Return the share of all pixels expected above the mode by `depth` right spreads, each >= 0."""
        return np.asarray(self.share * 2 * self.right / (self.left + self.right) * ndtr(-depth))

    def level(self, depth: Doubles) -> Doubles:
        """Return the statistic that lies `depth` right spreads above the mode."""
        return np.asarray(np.exp(self.mode + self.right * depth))

    def widened(self, least: float) -> "Body":
        """Return the body with neither spread below `least`."""
        return Body(self.mode, max(self.left, least), max(self.right, least), self.share)


def find_body(logarithms: Doubles) -> Body:
    """
    Fit the body.

    Parameters
    ----------
    logarithms
        float64 (n,), of a statistic; n >= 1, finite.
    """
    lower, upper, low, high = np.quantile(logarithms, (*CORE, *ENDS))
    width = max(float(upper - lower) / BINS, MIN_SPREAD)
    low, high = low - 3 * BANDWIDTH * width, high + 3 * BANDWIDTH * width
    counts, edges = np.histogram(logarithms, int(np.clip((high - low) / width, 20, 4000)), (low, high))
    smooth = cv2.GaussianBlur(counts[:, None].astype(np.float64), (1, 0), sigmaX=1.0, sigmaY=BANDWIDTH)[:, 0]
    step, top = float(edges[1] - edges[0]), int(np.argmax(smooth))
    below = smooth < smooth[top] / 2
    right = step * float(np.argmax(below[top:])) / HALF_HEIGHT
    left = step * float(np.argmax(below[top::-1])) / HALF_HEIGHT
    left, right = max(left, MIN_SPREAD), max(right, MIN_SPREAD)
    height = float(smooth[top]) / len(logarithms) / step
    share = height * (left + right) / 2 * np.sqrt(2 * np.pi)
    return Body(float(edges[top]) + step / 2, left, right, min(float(share), 1.0))
