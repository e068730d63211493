"""A chance that only ever rises with one quantity: a logistic curve with everything that is not known about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
INTERCEPTS = np.linspace(-6.0, 6.0, 97)
SLOPES = np.linspace(0.0, 5.0, 51)


@dataclass(frozen=True, eq=False)
class Curve:
    """
    The posterior of chance = 1 / (1 + exp(-(intercept + slope x))), slope >= 0.

    Parameters
    ----------
    weights
        float64 (intercepts, slopes) on the lattice `INTERCEPTS` × `SLOPES`, adding up to 1.
    """

    weights: Doubles

    def draw(self, rng: np.random.Generator, draws: int) -> tuple[Doubles, Doubles]:
        """Return intercepts and slopes, float64 (draws,) each."""
        picked = rng.choice(self.weights.size, size=draws, p=self.weights.ravel())
        row, column = np.unravel_index(picked, self.weights.shape)
        return INTERCEPTS[row], SLOPES[column]


def fit(x: Sequence[float], hit: Sequence[bool], intercept: tuple[float, float], slope: float) -> Curve:
    """
    Learn how a chance rises with x from what did and did not happen.

    Parameters
    ----------
    x
        The quantity, 0 where the intercept is meant.
    hit
        Whether it happened; as many.
    intercept
        Mean and standard deviation of its normal prior (log-odds at x = 0).
    slope
        Standard deviation of its half-normal prior.
    """
    at = np.asarray(x, dtype=np.float64)
    sign = np.where(np.asarray(hit, dtype=bool), 1.0, -1.0)
    log = -0.5 * ((INTERCEPTS[:, None] - intercept[0]) / intercept[1]) ** 2 - 0.5 * (SLOPES / slope) ** 2
    for value, which in zip(at, sign, strict=True):
        log -= np.logaddexp(0, -which * (INTERCEPTS[:, None] + SLOPES * value))
    weights = np.exp(log - log.max())
    return Curve(weights / weights.sum())


def chance(log_odds: Doubles) -> Doubles:
    """Return 1 / (1 + exp(-log_odds))."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))))
