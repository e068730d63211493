"""Iteratively reweighted multivariate alteration detection: which pixels did not change, whatever gain and offset.

Reference: Nielsen 2007, IEEE TIP 16(2):463. Cost: a weighted moment matrix and a small decomposition an iteration, on a
sample of pixels. Fails with one band, and where most of the scene changed. Its chi-square p-value is not a p-value
(reweighting truncates the no-change class), so the weights serve to choose pseudo-invariant pixels and nothing else.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

Doubles = NDArray[np.float64]
MAX_ITERATIONS = 40


def no_change_weights(before: Doubles, after: Doubles) -> Doubles:
    """
    Return how likely each pixel did not change, 0 to 1: (n,).

    Parameters
    ----------
    before, after
        float64 (n, bands), bands >= 2, any gain and offset.
    """
    bands = before.shape[1]
    weights = np.ones(len(before))
    previous = np.zeros(bands)
    for _ in range(MAX_ITERATIONS):
        correlations, chi_square = _alteration(before, after, weights)
        weights = chi2.sf(chi_square, bands)
        if weights.sum() < 10 * bands:  # nothing left that looks unchanged
            break
        if np.abs(correlations - previous).max() < 1e-3:
            break
        previous = correlations
    return np.asarray(weights)


def _alteration(before: Doubles, after: Doubles, weights: Doubles) -> tuple[Doubles, Doubles]:
    """Canonical correlations (bands,) and the sum of squared standardised variates (n,)."""
    bands = before.shape[1]
    total = max(float(weights.sum()), 1e-9)
    centred = np.hstack([before - weights @ before / total, after - weights @ after / total])
    covariance = (centred * weights[:, None]).T @ centred / total
    # A band that hardly varies makes the matrix singular; this ridge only decides such cases.
    covariance += np.diag(1e-6 * np.diag(covariance) + 1e-12)
    root_before = np.linalg.cholesky(covariance[:bands, :bands])
    root_after = np.linalg.cholesky(covariance[bands:, bands:])
    whitened = np.linalg.solve(root_before, np.linalg.solve(root_after, covariance[bands:, :bands]).T)
    left, correlations, right = np.linalg.svd(whitened)
    correlations = np.clip(correlations, 0, 1 - 1e-9)
    of_before = np.linalg.solve(root_before.T, left)
    of_after = np.linalg.solve(root_after.T, right.T)
    variates = centred[:, :bands] @ of_before - centred[:, bands:] @ of_after
    return correlations, np.asarray((variates**2 / (2 * (1 - correlations))).sum(axis=1))
