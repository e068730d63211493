"""The sub-pixel shift of many windows.

Inverse-compositional Gauss-Newton on windows of zero mean and unit norm (Baker & Matthews 2004, IJCV 56(3); the
criterion is that of ECC, Evangelidis & Psarakis 2008, PAMI 30(10)): gain and offset of every window drop out, and the
estimate is unbiased at convergence, which phase correlation on band-limited imagery is not. Pixels that changed are
weighted down (Geman & McClure 1987), so that a new roof or a moved shoreline does not pull its window along.
"""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
from numpy.typing import NDArray

from ..compiled import compiled
from ..scene import Floats
from .window_sums import dot, misfit, sample, unit

ITERATIONS = 25
REWEIGHTED = (4, 8)  # at these iterations, when a window is about in place
CHANGED_SPREADS = 1.5  # misfit at which a pixel counts a quarter
CONVERGED_PX = 2e-3
THREADS = 2

Doubles = NDArray[np.float64]


def shifts(
    fixed: Floats, moving: Floats, weights: Floats, corners: Doubles, size: int
) -> tuple[Doubles, Doubles, Doubles]:
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
    slopes = np.stack([cv2.Sobel(fixed, cv2.CV_32F, dx, dy, ksize=3, scale=1 / 8) for dx, dy in ((1, 0), (0, 1))])
    count = len(corners)
    shift, information, correlation = np.zeros((count, 2)), np.empty((count, 2, 2)), np.zeros(count)

    def work(start: int) -> None:
        part = np.s_[start::THREADS]
        _measure(
            *(fixed, slopes.astype(np.float32, copy=False), moving, weights, corners[part].astype(np.int64), size),
            *(shift[part], information[part], correlation[part]),
        )

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(min(THREADS, count))))
    return shift, information, correlation


@compiled
def _measure(
    fixed: Floats,
    slopes: Floats,
    moving: Floats,
    weights: Floats,
    corners: NDArray[np.int64],
    size: int,
    shifts: Doubles,
    informations: Doubles,
    correlations: Doubles,
) -> None:
    square = (size, size)
    template, window, error = np.empty(square, np.float32), np.empty(square, np.float32), np.empty(square, np.float32)
    trust, between = np.empty(square, np.float32), np.empty((size, size + 3), np.float32)
    pull, step, hessian = np.empty(2), np.empty(2), np.empty((2, 2))
    for index in range(len(corners)):
        left, top = corners[index, 0], corners[index, 1]
        here = (slice(top, top + size), slice(left, left + size))
        raw, valid, across, down = fixed[here], weights[here], slopes[0][here], slopes[1][here]
        trust[:] = valid
        norm = unit(raw, trust, template)
        _hessian(across, down, trust, norm, hessian)
        shift = shifts[index]
        for iteration in range(ITERATIONS):
            sample(moving, top + shift[1], left + shift[0], between, window)
            _subtract(window, trust, template, error)
            if iteration in REWEIGHTED:
                _distrust(error, valid, trust)
                norm = unit(raw, trust, template)
                _hessian(across, down, trust, norm, hessian)
                _subtract(window, trust, template, error)
            _pull(across, down, trust, error, norm, pull)
            determinant = hessian[0, 0] * hessian[1, 1] - hessian[0, 1] ** 2
            step[0] = (hessian[1, 1] * pull[0] - hessian[0, 1] * pull[1]) / determinant
            step[1] = (hessian[0, 0] * pull[1] - hessian[0, 1] * pull[0]) / determinant
            for k in range(2):
                step[k] = min(max(step[k], -1.0), 1.0)
                shift[k] -= step[k]
            settled = max(abs(step[0]), abs(step[1])) < CONVERGED_PX and iteration > REWEIGHTED[-1]
            if settled or max(abs(shift[0]), abs(shift[1])) > size / 3:
                break
        variance, alike = misfit(error, trust)
        informations[index] = hessian / max(variance * alike, 1e-9)
        sample(moving, top + shift[1], left + shift[0], between, window)
        unit(raw, valid, template)
        _subtract(window, valid, template, error)
        correlations[index] = 1.0 - dot(error, error, valid) / 2  # of two windows of unit norm


@compiled
def _subtract(window: Floats, weight: Floats, template: Floats, error: Floats) -> None:
    """Set `error` to the window, of unit norm, less the template."""
    unit(window, weight, error)
    for i in range(error.shape[0]):
        for j in range(error.shape[1]):
            error[i, j] -= template[i, j]


@compiled
def _hessian(across: Floats, down: Floats, trust: Floats, norm: float, out: Doubles) -> None:
    out[0, 0] = dot(across, across, trust) / norm**2 + 1e-9
    out[1, 1] = dot(down, down, trust) / norm**2 + 1e-9
    out[0, 1] = out[1, 0] = dot(across, down, trust) / norm**2


@compiled
def _pull(across: Floats, down: Floats, trust: Floats, error: Floats, norm: float, out: Doubles) -> None:
    out[0] = dot(across, error, trust) / norm
    out[1] = dot(down, error, trust) / norm


@compiled
def _distrust(error: Floats, valid: Floats, trust: Floats) -> None:
    """Weigh each pixel by its misfit against the window's usual one."""
    usual = np.sqrt(dot(error, error, valid) / max(float(valid.sum()), 1.0))
    usual = max(min(usual, 1.4826 * float(np.median(np.abs(error)))), 1e-6)
    scale = np.float32(1.0 / (CHANGED_SPREADS * usual))
    for i in range(error.shape[0]):
        for j in range(error.shape[1]):
            far = error[i, j] * scale
            far = np.float32(1) + far * far
            trust[i, j] = valid[i, j] / (far * far)
