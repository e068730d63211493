"""The sub-pixel shift of a stack of windows.

Inverse-compositional Gauss-Newton on windows of zero mean and unit norm (Baker & Matthews 2004, IJCV 56(3); the
criterion is that of ECC, Evangelidis & Psarakis 2008, PAMI 30(10)): gain and offset of every window drop out, and the
estimate is unbiased at convergence, which phase correlation on band-limited imagery is not. Pixels that changed are
weighted down (Geman & McClure 1987), so that a new roof or a moved shoreline does not pull its window along.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ..scene import Floats

ITERATIONS = 25
REWEIGHTED = (4, 8)  # at these iterations, when a window is about in place
CHANGED_SPREADS = 1.5  # misfit at which a pixel counts a quarter
CONVERGED_PX = 2e-3
BATCH_VALUES = 400_000  # window pixels worked on at once: stays in the cache

Windows = NDArray[np.float32]


def shifts(
    fixed: Floats, moving: Floats, weights: Floats, corners: NDArray[np.float64], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """
    Measure the shift of every window.

    Parameters
    ----------
    fixed, moving
        float32 of one shape, smooth over about a pixel.
    weights
        float32 of that shape: 1 where valid, 0 where not.
    corners
        float64 (n, 2): whole (column, row) of the upper left window pixels on `fixed`.
    size
        Window side in pixels.

    Returns
    -------
    (shifts, information, correlation)
        (n, 2) in (column, row) from `fixed` to `moving`; (n, 2, 2) inverse covariance, 1 / px²; (n,).
    """
    slopes = [
        np.asarray(cv2.Sobel(fixed, cv2.CV_32F, dx, dy, ksize=3, scale=1 / 8), np.float32)
        for dx, dy in ((1, 0), (0, 1))
    ]
    batch = max(1, BATCH_VALUES // (size * size))
    parts = [
        _batch(fixed, slopes, moving, weights, corners[start : start + batch], size)
        for start in range(0, len(corners), batch)
    ]
    if not parts:
        return np.empty((0, 2)), np.empty((0, 2, 2)), np.empty(0)
    shift, information, correlation = (np.concatenate(column) for column in zip(*parts, strict=True))
    return shift, information, correlation


def _batch(
    fixed: Floats, slopes: list[Floats], moving: Floats, weights: Floats, corners: NDArray[np.float64], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    whole = corners.astype(int)
    reach = np.arange(size)
    at = whole[:, 1, None, None] + reach[:, None], whole[:, 0, None, None] + reach
    raw, gradients, valid = fixed[at], [slope[at] for slope in slopes], weights[at]
    trust = valid.copy()
    template, norm = _unit(raw, trust)
    hessian = _hessian(gradients, norm, trust)
    count = len(corners)
    shift, misfit, alike, correlation = np.zeros((count, 2)), np.ones(count), np.ones(count), np.zeros(count)
    active = np.arange(count)
    for iteration in range(ITERATIONS):
        window = _sample(moving, corners[active] + shift[active], size)
        scaled, _ = _unit(window, trust[active])
        error = scaled - template[active]
        if iteration in REWEIGHTED:
            trust[active] = valid[active] * _unchanged(error, valid[active])
            template[active], norm[active] = _unit(raw[active], trust[active])
            hessian[active] = _hessian([g[active] for g in gradients], norm[active], trust[active])
            error = _unit(window, trust[active])[0] - template[active]
        pulled = trust[active] * error
        pull = np.stack([np.einsum("nij,nij->n", g[active], pulled) for g in gradients], axis=1) / norm[active, None]
        step = np.clip(np.linalg.solve(hessian[active], pull.astype(np.float64)[..., None])[..., 0], -1, 1)
        shift[active] -= step
        misfit[active] = np.einsum("nij,nij->n", pulled, error)
        alike[active] = _correlated_pixels(pulled)
        lost = np.abs(shift[active]).max(axis=1) > size / 3
        settled = (np.abs(step).max(axis=1) < CONVERGED_PX) & (iteration > REWEIGHTED[-1])
        active = active[~settled & ~lost]
        if len(active) == 0:
            break
    final, _ = _unit(_sample(moving, corners + shift, size), valid)
    correlation = np.einsum("nij,nij->n", final * valid, _unit(raw, valid)[0]).astype(np.float64)
    variance = misfit / np.maximum(trust.sum(axis=(1, 2)), 1)
    return shift, hessian / np.maximum(variance * alike, 1e-9)[:, None, None], correlation


def _unchanged(error: Windows, valid: Windows) -> Windows:
    """Weight of each pixel by its misfit against the window's usual one."""
    usual = np.sqrt(np.einsum("nij,nij->n", error * valid, error) / np.maximum(valid.sum(axis=(1, 2)), 1))
    usual = np.maximum(np.minimum(usual, 1.4826 * np.median(np.abs(error), axis=(1, 2))), 1e-6)
    return np.asarray((1 + (error / (CHANGED_SPREADS * usual[:, None, None])) ** 2) ** -2, dtype=np.float32)


def _hessian(gradients: list[Windows], norm: NDArray[np.float32], trust: Windows) -> NDArray[np.float64]:
    rows = [[np.einsum("nij,nij,nij->n", a, b, trust) for a in gradients] for b in gradients]
    hessian = np.array(rows, dtype=np.float64).transpose(2, 0, 1) / norm[:, None, None] ** 2
    return np.asarray(hessian + 1e-9 * np.eye(2))


def _correlated_pixels(error: Windows) -> NDArray[np.float64]:
    """Count the neighbouring misfits that carry one independent value, from their correlation at lag 2: (n,)."""
    power = np.maximum(np.einsum("nij,nij->n", error, error), 1e-12)
    area = np.ones(len(error))
    for a, b in ((error[:, 2:], error[:, :-2]), (error[:, :, 2:], error[:, :, :-2])):
        rho = np.clip(np.einsum("nij,nij->n", a, b) / power, 0.02, 0.9)
        area *= np.sqrt(2 * np.pi * 2.0 / -np.log(rho))  # of exp(-lag² / 2 s²), s² = 2 / -ln(rho)
    return np.asarray(area, dtype=np.float64)


def _unit(windows: Windows, trust: Windows) -> tuple[Windows, NDArray[np.float32]]:
    """Windows with weighted mean 0 and weighted norm 1, and the norms."""
    total = np.maximum(trust.sum(axis=(1, 2)), 1e-6)
    mean = np.einsum("nij,nij->n", windows, trust) / total
    centred = windows - mean[:, None, None]
    norm = np.maximum(np.sqrt(np.einsum("nij,nij,nij->n", centred, centred, trust)), 1e-6)
    return centred / norm[:, None, None], norm


def _sample(image: Floats, corners: NDArray[np.float64], size: int) -> Windows:
    """
    Windows of an image at fractional corners, by cubic convolution (Keys 1981): (n, size, size).

    A window has one fraction, so the interpolation is separable and exact; cv2.remap rounds to 1/32 px.
    """
    rows, columns = image.shape
    whole = np.floor(corners).astype(int)
    weights = _cubic_weights((corners - whole).astype(np.float32))
    reach = np.arange(-1, size + 2)
    y = np.clip(whole[:, 1, None] + reach, 0, rows - 1)
    x = np.clip(whole[:, 0, None] + reach, 0, columns - 1)
    patch = image[y[:, :, None], x[:, None, :]]
    down = np.sum([weights[k, :, 1, None, None] * patch[:, k : k + size, :] for k in range(4)], axis=0)
    across = np.sum([weights[k, :, 0, None, None] * down[:, :, k : k + size] for k in range(4)], axis=0)
    return np.asarray(across, dtype=np.float32)


def _cubic_weights(fraction: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weights of the four neighbours at -1, 0, 1, 2 of a fraction in [0, 1): (4, ...)."""
    f = fraction
    return np.stack(
        [
            ((-0.5 * f + 1) * f - 0.5) * f,
            (1.5 * f - 2.5) * f * f + 1,
            ((-1.5 * f + 2) * f + 0.5) * f,
            (0.5 * f - 0.5) * f * f,
        ]
    )
