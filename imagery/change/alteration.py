"""Multivariate alteration: the linear forms of two dates that differ most, whatever gain and offset either has.

References: Nielsen 1998, RSE 64:1 (the variates); Nielsen 2007, IEEE TIP 16(2):463 (weights, iterated). The sum of the
squared, standardised variates is called chi-square for what it would be if all were noise. Its p-value is not a
p-value: reweighting cuts the no-change class off and shrinks its own spread, and a nominal .001 then flags a quarter of
unchanged pixels. So it ranks pixels, here and in `mad` and `ir_mad`, and the threshold comes from elsewhere.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, chdtri

from ..compiled import compiled

Doubles = NDArray[np.float64]
MAX_ITERATIONS = 40
SETTLED = 1e-3  # change of a canonical correlation from one iteration to the next
TABLE = 4096
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
        """Return the sum of squared variates of pixels (n, 2 bands): (n,)."""
        return np.asarray(((values @ self.forms.T + self.offsets) ** 2).sum(axis=1))


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
    """Return the variates of pixels that all count alike (MAD), float64 (n, 2 bands)."""
    centre = values.mean(axis=0)
    return _moved(alteration_of(_moments(values - centre, np.zeros((0, 0)), np.zeros(0), np.ones(2), 1.0)), centre)


def reweighted(values: Doubles) -> Alteration:
    """
    Return the variates of the pixels that did not change (IR-MAD): each counts by how likely that is, iterated.

    Parameters
    ----------
    values
        float64 (n, 2 bands): before and after bands, any gain and offset, bands >= 2.
    """
    bands = values.shape[1] // 2
    centre = values.mean(axis=0)
    centred = values - centre  # sums of squares far from 0 would lose digits
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


def no_change_weights(before: Doubles, after: Doubles) -> Doubles:
    """
    Return how likely each pixel did not change, 0 to 1: (n,), only good for choosing invariant pixels by.

    Parameters
    ----------
    before, after
        float64 (n, bands), bands >= 2, any gain and offset.
    """
    values = np.hstack([before, after])
    return np.asarray(chdtrc(before.shape[1], reweighted(values).chi_square(values)))


def _moved(found: Alteration, centre: Doubles) -> Alteration:
    return Alteration(found.forms, found.offsets - found.forms @ centre, found.correlations)


def _survival(bands: int) -> tuple[Doubles, float]:
    """Chi-square's upper tail at even steps, and where the table ends."""
    reach = float(chdtri(bands, 1e-12))
    return np.asarray(chdtrc(bands, np.linspace(0, reach, TABLE))), reach


@compiled
def _moments(values: Doubles, forms: Doubles, offsets: Doubles, table: Doubles, reach: float) -> Doubles:
    """Sum the products of (1, values), each pixel by its weight from the table; by 1 where there are no forms yet."""
    size = values.shape[1]
    sums, pixel = np.zeros((size + 1, size + 1)), np.ones(size + 1)
    for n in range(values.shape[0]):
        pixel[1:] = values[n]
        weight = 1.0
        if len(forms):
            chi_square = 0.0
            for v in range(forms.shape[0]):
                variate = offsets[v]
                for k in range(size):
                    variate += forms[v, k] * values[n, k]
                chi_square += variate * variate
            at = chi_square / reach * (len(table) - 1)
            low = int(min(at, len(table) - 2.0))
            share = at - low
            weight = max(0.0, (1 - share) * table[low] + share * table[low + 1])
        for i in range(size + 1):
            scaled = weight * pixel[i]
            for k in range(i + 1):
                sums[i, k] += scaled * pixel[k]
    return sums + np.tril(sums, -1).T
