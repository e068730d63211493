"""A chance that only ever rises with some quantities: a logistic curve with everything that is not known about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
INTERCEPTS = np.linspace(-6.0, 6.0, 49)
SLOPES = np.linspace(0.0, 5.0, 21)


@dataclass(frozen=True, eq=False)
class Curve:
    """
    The posterior of chance = 1 / (1 + exp(-(intercept + slopes · x))), all slopes >= 0.

    Parameters
    ----------
    lattice
        float64 (points, 1 + quantities): intercept and slopes.
    weights
        float64 (points,), adding up to 1.
    """

    lattice: Doubles
    weights: Doubles

    def draw(self, rng: np.random.Generator, draws: int) -> Doubles:
        """Return intercepts and slopes, float64 (draws, 1 + quantities)."""
        return self.lattice[rng.choice(len(self.weights), size=draws, p=self.weights)]


def fit(x: Doubles, hit: Sequence[bool], intercept: tuple[float, float], slope: float) -> Curve:
    """
    Learn how a chance rises with x from what did and did not happen.

    Parameters
    ----------
    x
        float64 (cases, quantities), 0 where the intercept is meant.
    hit
        Whether it happened; as many.
    intercept
        Mean and standard deviation of its normal prior (log-odds at x = 0).
    slope
        Standard deviation of the half-normal prior of each slope.
    """
    axes = np.meshgrid(INTERCEPTS, *[SLOPES] * x.shape[1], indexing="ij")
    lattice = np.stack([axis.ravel() for axis in axes], axis=1)
    log = -0.5 * ((lattice[:, 0] - intercept[0]) / intercept[1]) ** 2
    log -= 0.5 * ((lattice[:, 1:] / slope) ** 2).sum(axis=1)
    for row, happened in zip(x, hit, strict=True):
        odds = lattice[:, 0] + lattice[:, 1:] @ row
        log -= np.logaddexp(0, -odds if happened else odds)
    weights = np.exp(log - log.max())
    return Curve(lattice, weights / weights.sum())


def chance(log_odds: Doubles) -> Doubles:
    """Return 1 / (1 + exp(-log_odds))."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))))
