"""Multivariate alteration: the linear forms of two dates that differ most, whatever gain and offset either has.

References: Nielsen 1998, RSE 64:1 (the variates); Nielsen 2007, IEEE TIP 16(2):463 (weights, iterated). The sum of the
squared, standardised variates is called chi-square for what it would be if all were noise. Its p-value is not a
p-value: reweighting cuts the no-change class off and shrinks its own spread, and a nominal .001 then flags a quarter of
unchanged pixels. So it ranks pixels, here and in `mad` and `ir_mad`, and the threshold comes from elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, chdtri

from ..compiled import compiled
from ..scene import Mask, ScenePair

Doubles = NDArray[np.float64]
MAX_ITERATIONS = 40
SETTLED = 1e-3  # change of a canonical correlation from one iteration to the next
TABLE = 4096
CHUNK = 1024  # pixels worked on together, so that they stay in the nearest cache
LEAST_WEIGHT = 1e-9


@dataclass(frozen=True, eq=False)
class Alteration:
    """
    The standardised variates of a pixel.

    Parameters
    ----------
    forms
        float64 (bands, 2 bands): shares of the before bands, then of the after bands.
    offsets
        float64 (bands,): added.
    correlations
        float64 (bands,): canonical correlations of the dates, falling.
    """

    forms: Doubles
    offsets: Doubles
    correlations: Doubles

    def chi_square(self, values: Doubles) -> Doubles:
        """Return the sum of squared variates of pixels (2 bands, n): (n,)."""
        return np.asarray(((self.forms @ values + self.offsets[:, None]) ** 2).sum(axis=0))


def alteration_of(moments: Doubles) -> Alteration:
    """
    Solve for the variates.

    Parameters
    ----------
    moments
        float64 (1 + 2 bands, 1 + 2 bands): weighted sums of the products of (1, before bands, after bands).
    """
    bands = (len(moments) - 1) // 2
    total = max(float(moments[0, 0]), LEAST_WEIGHT)
    mean = moments[0, 1:] / total
    squares = moments[1:, 1:] / total
    covariance = squares - np.outer(mean, mean)
    # A band that hardly varies makes the matrix singular, or rounding does; this ridge only decides such cases.
    covariance += np.diag(1e-6 * np.diag(covariance) + 1e-10 * np.diag(squares) + 1e-12)
    root_before = np.linalg.cholesky(covariance[:bands, :bands])
    root_after = np.linalg.cholesky(covariance[bands:, bands:])
    whitened = np.linalg.solve(root_before, np.linalg.solve(root_after, covariance[bands:, :bands]).T)
    left, correlations, right = np.linalg.svd(whitened)
    correlations = np.clip(correlations, 0, 1 - 1e-9)
    forms = np.hstack([np.linalg.solve(root_before.T, left).T, -np.linalg.solve(root_after.T, right.T).T])
    forms /= np.sqrt(2 * (1 - correlations))[:, None]
    return Alteration(forms, -forms @ mean, correlations)


def alteration(values: Doubles) -> Alteration:
    """Return the variates of pixels that all count alike (MAD), float64 (2 bands, n)."""
    centre = values.mean(axis=1)
    moments = _moments(values - centre[:, None], np.zeros((0, 0)), np.zeros(0), np.ones(2), 1.0)
    return _moved(alteration_of(moments), centre)


def reweighted(values: Doubles) -> Alteration:
    """
    Return the variates of the pixels that did not change (IR-MAD): each counts by how likely that is, iterated.

    Parameters
    ----------
    values
        float64 (2 bands, n): before and after bands, any gain and offset, bands >= 2.
    """
    bands = len(values) // 2
    centre = values.mean(axis=1)
    centred = values - centre[:, None]  # sums of squares far from 0 would lose digits
    table, reach = _survival(bands)
    found = alteration_of(_moments(centred, np.zeros((0, 0)), np.zeros(0), table, reach))
    for _ in range(MAX_ITERATIONS):
        moments = _moments(centred, found.forms, found.offsets, table, reach)
        if moments[0, 0] < 10 * bands:  # nothing left that looks unchanged
            break
        previous, found = found, alteration_of(moments)
        if np.abs(found.correlations - previous.correlations).max() < SETTLED:
            break
    return _moved(found, centre)


def no_change_weights(values: Doubles) -> Doubles:
    """Return how likely pixels (2 bands, n) did not change, 0 to 1: (n,); only to choose invariant pixels by."""
    return np.asarray(chdtrc(len(values) // 2, reweighted(values).chi_square(values)))


def sampled(windows: Sequence[ScenePair], masks: Sequence[Mask], count: int) -> Doubles:
    """Return about `count` pixels where the windows' masks are True, evenly over them all: float64 (2 bands, n)."""
    inside = [np.flatnonzero(mask) for mask in masks]
    step = max(1, sum(len(at) for at in inside) // count)
    parts = [
        np.stack([np.take(band, at[::step]) for scene in (pair.before, pair.after) for band in scene.pixels])
        for pair, at in zip(windows, inside, strict=True)
    ]
    return np.concatenate(parts, axis=1).astype(np.float64)


def _moved(found: Alteration, centre: Doubles) -> Alteration:
    return Alteration(found.forms, found.offsets - found.forms @ centre, found.correlations)


def _survival(bands: int) -> tuple[Doubles, float]:
    """Chi-square's upper tail at even steps, and where the table ends."""
    reach = float(chdtri(bands, 1e-12))
    return np.asarray(chdtrc(bands, np.linspace(0, reach, TABLE))), reach


@compiled
def _moments(values: Doubles, forms: Doubles, offsets: Doubles, table: Doubles, reach: float) -> Doubles:
    """Sum the products of (1, bands) over pixels (bands, n), each by its weight; by 1 where there are no forms yet."""
    size, pixels = values.shape
    sums = np.zeros((size + 1, size + 1))
    weight, variate = np.empty(CHUNK), np.empty(CHUNK)
    for left in range(0, pixels, CHUNK):
        count = min(CHUNK, pixels - left)
        weight[:] = 0
        for v in range(forms.shape[0]):
            variate[:] = offsets[v]
            for k in range(size):
                line, share = values[k][left : left + count], forms[v, k]
                for n in range(count):
                    variate[n] += share * line[n]
            for n in range(count):
                weight[n] += variate[n] * variate[n]
        for n in range(count):
            at = weight[n] / reach * (len(table) - 1)
            low = int(min(at, len(table) - 2.0))
            weight[n] = max(0.0, table[low] + (at - low) * (table[low + 1] - table[low])) if len(forms) else 1.0
        sums[0, 0] += weight[:count].sum()
        for i in range(size):
            line = values[i][left : left + count]
            for n in range(count):
                variate[n] = weight[n] * line[n]
            sums[i + 1, 0] += variate[:count].sum()
            for k in range(i + 1):
                other, total = values[k][left : left + count], 0.0
                for n in range(count):
                    total += variate[n] * other[n]
                sums[i + 1, k + 1] += total
    return sums + np.tril(sums, -1).T
