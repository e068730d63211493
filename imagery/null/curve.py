"""How many connected exceedances there are, as a curve over levels that falls ever more steeply.

The tail holds too few objects to be read off. In units of the body, the logarithm of the count is taken for a downward
parabola there: what a Gaussian field does far out (Adler & Taylor 2007, Random Fields and Geometry), with two numbers
free for tails lighter or heavier. It is fitted to the counts as Poisson, so that levels where nothing was seen count
too, with that field as the prior: a window of few objects has the prior's curve, a large scene its own. One or two
objects that stand high above all others tell of themselves and nothing of a tail: the fit ends before them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
PEAK = 0.75  # of the greatest count: the curve starts at the last level that has so many
PRIOR = np.array([0.0, 0.0, 1.0])  # logarithm of the count (any), slope at the peak, and bend of a Gaussian field
STRENGTH = np.array([1e-6, 1.0, 4.0])  # one over the prior's variances: slopes of 0 to 2, bends of 0 to 2
FEW = 2  # objects that are no tail
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
    """

    start: float
    height: float
    slope: float
    bend: float

    def __call__(self, depth: Doubles) -> Doubles:
        """Return the logarithm of the count at depths >= `start`."""
        past = depth - self.start
        return np.asarray(self.height - self.slope * past - self.bend * past**2 / 2)

    def depth(self, fallen: float) -> float:
        """Return where the logarithm of the count has fallen by so much."""
        root = float(np.sqrt(self.slope**2 + 2 * max(self.bend, 1e-9) * fallen))
        return self.start + 2 * fallen / (self.slope + root)


def fit_curve(depth: Doubles, objects: Doubles, most: float = np.inf) -> Curve:
    """
    Fit the curve to counts.

    Parameters
    ----------
    depth
        float64 (n,): evenly spaced, increasing.
    objects
        float64 (n,): counted above each.
    most
        Start where no more than about so many are left.
    """
    first = int(np.flatnonzero(objects >= min(PEAK * objects.max(), most))[-1])
    last = first + int(np.argmax(objects[first:] <= FEW)) if objects[-1] <= FEW else len(objects) - 1
    past, counts = depth[first : last + 1] - depth[first], objects[first : last + 1]
    # Levels close together see the same objects: a spread's worth of them counts as one.
    weight = min(float(depth[1] - depth[0]), 1.0)
    design = np.stack([np.ones_like(past), -past, -(past**2) / 2], axis=1)
    fixed = np.array([0.0, 0.0, 0.0])
    free = np.ones(3, dtype=bool)
    found = _likeliest(design, counts, weight, free, fixed)
    if found[1] < 0 or found[2] < 0:  # it would rise
        worse = 1 + int(np.argmin(found[1:]))
        free[worse] = False
        found = _likeliest(design, counts, weight, free, fixed)
        if found[1] < 0 or found[2] < 0:
            found = _likeliest(design, counts, weight, np.array([True, False, False]), PRIOR)
    return Curve(float(depth[first]), float(found[0]), float(found[1]), float(found[2]))


def _likeliest(design: Doubles, counts: Doubles, weight: float, free: NDArray[np.bool_], fixed: Doubles) -> Doubles:
    """Return height, slope and bend by Newton's method; those not free are as `fixed`."""
    found = np.where(free, [np.log(max(float(counts[0]), 0.5)), 0.5, 1.0], fixed)
    for _ in range(ROUNDS):
        mean = weight * np.exp(np.clip(design @ found, -50, 25))
        gradient = design.T @ (weight * counts - mean) - STRENGTH * (found - PRIOR)
        curvature = (design * mean[:, None]).T @ design + np.diag(STRENGTH)
        step = np.zeros(3)
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
        found += step * min(1.0, 2 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-6:
            break
    return found
