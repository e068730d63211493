"""How many connected exceedances there are, as a curve over levels that falls ever more steeply.

The tail holds too few objects to be read off. The logarithm of the count is taken for a downward parabola there: what a
Gaussian field does far out (Adler & Taylor 2007, Random Fields and Geometry), with two numbers free for tails lighter
or heavier, over the logarithm of the level or over the level itself, whichever fits better. It is fitted to the counts
as Poisson, with that field as the prior: a window of few objects has the prior's curve, a large scene its own. A few
objects that stand high above all others tell of themselves and nothing of a tail: the fit ends before them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
PEAK = 0.75  # of the greatest count: the curve starts at the last level that has so many
STRENGTH = np.array([1e-6, 0.5, 1.0])  # one over the prior's variances: any height; slope and bend of a Gaussian
# field give or take 1.4 and 1, so that squares and magnitudes of such fields are within 2 of them
FEW = 0.1, 2.0, 9.0  # objects that are no tail: this share of those at the start, at least and at most so many
ROUNDS = 60


@dataclass(frozen=True)
class Curve:
    """
    Expected counts over depths, spreads above the mode of the body.

    Parameters
    ----------
    start
        Depth from which it holds.
    height
        Logarithm of the count there.
    slope, bend
        Of its fall, both >= 0.
    power
        0 for a parabola over the logarithm of the level; the spread of the body for one over the level.
    """

    start: float
    height: float
    slope: float
    bend: float
    power: float = 0.0

    def __call__(self, depth: Doubles) -> Doubles:
        """Return the logarithm of the count at depths >= `start`."""
        past = _past(depth - self.start, self.power)
        return np.asarray(self.height - self.slope * past - self.bend * past**2 / 2)

    def depth(self, fallen: float) -> float:
        """Return where the logarithm of the count has fallen by so much."""
        root = float(np.sqrt(self.slope**2 + 2 * max(self.bend, 1e-9) * fallen))
        past = 2 * fallen / (self.slope + root)
        return self.start + (float(np.log1p(self.power * past)) / self.power if self.power else past)


def fit_curve(depth: Doubles, objects: Doubles, spread: float, most: float = np.inf) -> Curve:
    """
    Fit the curve to counts.

    Parameters
    ----------
    depth
        float64 (n,): evenly spaced, increasing.
    objects
        float64 (n,): counted above each.
    spread
        Of the logarithm of the level, for a depth of 1.
    most
        Start where no more than about so many are left.
    """
    first = int(np.flatnonzero(objects >= min(PEAK * objects.max(), most))[-1])
    few = objects[first:] <= np.clip(FEW[0] * objects[first], *FEW[1:])
    last = first + int(np.argmax(few)) if few.any() else len(objects) - 1
    # Levels close together see the same objects: a spread's worth of them counts as one.
    weight = min(float(depth[1] - depth[0]), 1.0)
    fits = [_fit(depth[first : last + 1], objects[first : last + 1], weight, power) for power in (0.0, spread)]
    return max(fits, key=lambda fit: fit[1])[0]


def _fit(depth: Doubles, counts: Doubles, weight: float, power: float) -> tuple[Curve, float]:
    """Return the likeliest curve that never rises, and the logarithm of how likely it is."""
    start, past = float(depth[0]), _past(depth - depth[0], power)
    design = np.stack([np.ones_like(past), -past, -(past**2) / 2], axis=1)
    prior = np.array([0.0, max(start - 1 / start, 0.0), 1.0])
    free = np.ones(3, dtype=bool)
    found = _likeliest(design, counts, weight, free, prior)
    if (found[1:] < 0).any():
        none = 1 + int(np.argmin(found[1:]))
        free[none] = False
        found = _likeliest(design, counts, weight, free, np.where(free, prior, 0))
    if (found[1:] < 0).any():
        found = _likeliest(design, counts, weight, np.array([True, False, False]), prior)
    mean = design @ found
    likely = float((weight * (counts * mean - np.exp(mean))).sum() - (STRENGTH * (found - prior) ** 2)[1:].sum() / 2)
    return Curve(start, float(found[0]), float(found[1]), float(found[2]), power), likely


def _likeliest(design: Doubles, counts: Doubles, weight: float, free: NDArray[np.bool_], prior: Doubles) -> Doubles:
    """Return height, slope and bend by Newton's method; those not free are as in the prior."""
    found = np.where(free, [np.log(max(float(counts[0]), 0.5)), 0.5, 1.0], prior)
    for _ in range(ROUNDS):
        mean = weight * np.exp(np.clip(design @ found, -50, 25))
        gradient = design.T @ (weight * counts - mean) - STRENGTH * (found - prior)
        curvature = (design * mean[:, None]).T @ design + np.diag(STRENGTH)
        step = np.zeros(3)
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
        found += step * min(1.0, 2 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-6:
            break
    return found


def _past(depth: Doubles, power: float) -> Doubles:
    """Return depths past the start as they are, or as the level itself grows; alike at the start."""
    return np.asarray(np.expm1(power * depth) / power) if power else depth
