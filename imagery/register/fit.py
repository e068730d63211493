"""From tie points to a warp, and how good it is on ground it has not seen.

Bayesian least squares: a tie's shift is what the basis says of its place, plus its own error.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .basis import Basis, Rung
from .place import Model, Warp
from .ties import Ties

GROUND_SPREAD_PX = 0.1  # what a tie misses the ground by, beside its own error: relief, growth, shadows
OUTLIER_SPREADS = 3.0  # of the median distance: beyond lies 0.2 % of a two-dimensional normal spread
LEAST_FIELD_PX = 0.05  # a field of less is not worth carrying
ROUNDS = 3
USUAL = 1.18  # median length of a two-dimensional unit normal
EDGE = 4.685  # Tukey's biweight, 95 % efficient


@dataclass(frozen=True, eq=False)
class Fit:
    """
    A fitted rung.

    Parameters
    ----------
    basis, coefficients
        Its functions, and float64 (functions, 2) how much of each, (column, row).
    ties
        What was fitted to.
    left
        float64 (n, 2): (column, row) that a fit to ties sharing no pixel with a tie leaves at it.
    weight
        float64 (n, 2, 2): inverse covariance of a tie as a witness of the ground.
    usual
        Median held-out distance, in the ties' own spreads.
    ground
        bool (n,): True where the tie saw the ground, not something that moved, grew or leans.
    """

    basis: Basis
    coefficients: NDArray[np.float64]
    ties: Ties
    left: NDArray[np.float64]
    weight: NDArray[np.float64]
    usual: float
    ground: NDArray[np.bool_]

    @property
    def rung(self) -> Rung:
        """How far it bends."""
        return self.basis.rung

    def warp(self, shape: tuple[int, int]) -> Warp:
        """Return the fit as a warp of a grid of that shape."""
        return self.basis.warp(self.coefficients, shape)


def collocate(ties: Ties, rung: Rung, base: Model) -> Fit:
    """
    Fit a rung to ties, robustly, starting from a model.

    Iteratively reweighted with Tukey's biweight of the held-out distance, so that changed places do not pull; each tie
    counts by what it knows, and windows that overlap count once.
    """
    noise = np.linalg.inv(ties.information + 1e-6 * np.eye(2)) + GROUND_SPREAD_PX**2 * np.eye(2)
    spread = _field_spread(collocate(ties, replace(rung, range_px=0.0), base), noise) if rung.range_px else 0.0
    basis = Basis.over(ties.centres, rung, spread, base)
    functions = basis.at(ties.centres)
    shifts = basis.beyond_base(ties.centres, ties.shifts)
    start = np.median(shifts, axis=0)
    crowd, trust = _crowd(ties), np.ones(len(ties))
    near = [np.flatnonzero(group) for group in _near(ties)]
    for turn in range(ROUNDS):
        weight = np.linalg.inv(noise) * (trust / crowd)[:, None, None]
        coefficients, inverse = _solve(functions, weight, shifts - start)
        left = _held_out(functions, inverse, weight, shifts - start - functions @ coefficients, near)
        distance = _distance(left, noise)
        if turn == 0:  # ties may scatter more than they claim: speckle, growth, relief
            noise = noise * max(1.0, float(np.median(distance)) / USUAL) ** 2
            distance = _distance(left, noise)
        usual = float(np.median(distance))
        trust = np.clip(1 - (distance / (EDGE * max(usual, 0.5))) ** 2, 1e-2, None) ** 2
    coefficients[0] += start / functions[0, 0]
    ground = distance <= OUTLIER_SPREADS * max(usual, 1.0)
    return Fit(basis, coefficients, ties, left, np.asarray(np.linalg.inv(noise), np.float64), usual, ground)


def _solve(
    functions: NDArray[np.float64], weight: NDArray[np.float64], shifts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients (m, 2) and their covariance (m, 2, m, 2)."""
    count = functions.shape[1]
    normal = np.empty((count, 2, count, 2))
    for a, b in ((0, 0), (0, 1), (1, 1)):  # einsum, not matmul: these are small, and threads cost more than they save
        normal[:, a, :, b] = np.einsum("ni,nj->ij", functions * weight[:, a, b, None], functions)
    normal[:, 1, :, 0] = normal[:, 0, :, 1].T
    pull = np.einsum("ni,na->ia", functions, np.einsum("nab,nb->na", weight, shifts))
    square = normal.reshape(2 * count, 2 * count) + np.eye(2 * count)
    inverse = np.asarray(np.linalg.inv(square), dtype=np.float64)
    return (inverse @ pull.ravel()).reshape(count, 2), inverse.reshape(count, 2, count, 2)


def _held_out(
    functions: NDArray[np.float64],
    inverse: NDArray[np.float64],
    weight: NDArray[np.float64],
    seen: NDArray[np.float64],
    near: list[NDArray[np.intp]],
) -> NDArray[np.float64]:
    """
    Return what each tie misses by when it and all that share pixels with it are left out of the fit: (n, 2).

    Spatial leave-one-out (Le Rest et al. 2014, Glob. Ecol. Biogeogr. 23(7)), in closed form from what the whole fit
    leaves (`seen`).
    """
    left = np.empty((len(near), 2))
    spread = np.einsum("ni,iajb->najb", functions, inverse)
    for index, group in enumerate(near):
        hat = np.einsum("najb,mj->namb", spread[group], functions[group])
        hat = np.einsum("namb,mbc->namc", hat, weight[group]).reshape(2 * len(group), -1)
        missed = np.linalg.solve(np.eye(len(hat)) - hat, seen[group].ravel()).reshape(-1, 2)
        left[index] = missed[np.searchsorted(group, index)]
    return left


def _distance(left: NDArray[np.float64], noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Length of what is left, in spreads of each tie: (n,)."""
    return np.asarray(np.sqrt(np.einsum("na,nab,nb->n", left, np.linalg.inv(noise), left)))


def _near(ties: Ties) -> NDArray[np.bool_]:
    """Which windows share pixels: (n, n)."""
    apart = np.abs(ties.centres[:, None] - ties.centres[None]).max(axis=2)
    return np.asarray(apart < ties.window_px)


def _crowd(ties: Ties) -> NDArray[np.float64]:
    """How many windows look at the same pixels as each does: (n,)."""
    apart = np.abs(ties.centres[:, None] - ties.centres[None])
    return np.asarray(np.clip(1 - apart / ties.window_px, 0, None).prod(axis=2).sum(axis=1))


def _field_spread(trend: Fit, noise: NDArray[np.float64]) -> float:
    """Spread of a smooth field, per axis: what the trend leaves beyond the ties' own errors."""
    whole = float(np.median((trend.left[trend.ground] ** 2).sum(axis=1))) / 1.386  # median of a chi-squared of 2
    own = float(np.median(np.trace(noise[trend.ground], axis1=1, axis2=2))) / 2
    return float(np.sqrt(max(whole - own, LEAST_FIELD_PX**2)))
