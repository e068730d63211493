"""The first rung: a whole-pixel shift of hundreds of pixels, with partial overlap, or no answer at all.

Masked normalised cross-correlation (Padfield 2012, TIP 21(5)): every shift is judged on its own overlap only.
"""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from ..scene import Floats, Mask
from .structure import Image

MIN_OVERLAP = 0.10  # of the smaller image
MIN_PEAK_RATIO = 1.25  # of the best correlation to the best elsewhere


def coarse_shift(before: Image, after: Image) -> tuple[float, float] | None:
    """
    Find the shift between two images of one scale.

    Parameters
    ----------
    before, after
        Structure images of any two shapes.

    Returns
    -------
    (column, row) or None
        From a before pixel to where it is on the after image; None unless one peak stands out.
    """
    fixed, moving = _edges(before.values, before.mask), _edges(after.values, after.mask)
    correlation = _masked_ncc(fixed, moving, before.mask, after.mask)
    row, column = np.unravel_index(int(np.argmax(correlation)), correlation.shape)
    best = float(correlation[row, column])
    elsewhere = correlation.copy()
    elsewhere[max(0, row - 4) : row + 5, max(0, column - 4) : column + 5] = 0
    if best <= 0 or best < MIN_PEAK_RATIO * float(elsewhere.max()):
        return None
    return after.shape[1] - 1 - float(column), after.shape[0] - 1 - float(row)


def _edges(image: Floats, mask: Mask) -> Floats:
    """Edge strength, compressed: what survives season and sun."""
    blurred = cv2.GaussianBlur(image, (0, 0), 1.0)
    dx = cv2.Sobel(blurred, cv2.CV_32F, 1, 0)
    dy = cv2.Sobel(blurred, cv2.CV_32F, 0, 1)
    strength = np.sqrt(np.hypot(dx, dy))
    local = strength - cv2.GaussianBlur(strength, (0, 0), 8.0)
    sure = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=1) > 0
    return np.where(sure, local, 0).astype(np.float32)


def _masked_ncc(fixed: Floats, moving: Floats, fixed_mask: Mask, moving_mask: Mask) -> NDArray[np.float64]:
    """Correlation of `fixed` with `moving` at every shift, 0 where they overlap too little."""
    shape = [fft.next_fast_len(a + b - 1, real=True) for a, b in zip(fixed.shape, moving.shape, strict=True)]
    full = tuple(slice(0, a + b - 1) for a, b in zip(fixed.shape, moving.shape, strict=True))

    def spectrum(image: NDArray[np.float64]) -> NDArray[np.complex128]:
        return np.asarray(fft.rfft2(image, shape, workers=2))

    def correlate(a: NDArray[np.complex128], b: NDArray[np.complex128]) -> NDArray[np.float64]:
        return np.asarray(fft.irfft2(a * b, shape, workers=2)[full])

    a, b = (fixed * fixed_mask).astype(np.float64), (moving * moving_mask).astype(np.float64)[::-1, ::-1]
    am, bm = fixed_mask.astype(np.float64), moving_mask.astype(np.float64)[::-1, ::-1]
    fa, fb, fam, fbm = spectrum(a), spectrum(b), spectrum(am), spectrum(bm)
    count = np.maximum(correlate(fam, fbm), 1e-3)
    sum_a, sum_b = correlate(fa, fbm), correlate(fam, fb)
    covariance = correlate(fa, fb) - sum_a * sum_b / count
    variance_a = correlate(spectrum(a * a), fbm) - sum_a**2 / count
    variance_b = correlate(fam, spectrum(b * b)) - sum_b**2 / count
    spread = np.sqrt(np.clip(variance_a, 0, None) * np.clip(variance_b, 0, None))
    enough = (count > MIN_OVERLAP * min(fixed_mask.sum(), moving_mask.sum())) & (spread > 1e-3 * spread.max())
    return np.where(enough, covariance / np.where(enough, spread, 1), 0)
