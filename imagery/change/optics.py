"""Taking out of a difference what a slight shift or blur between the dates explains.

To first order a shift adds the image's slope to the difference and a difference in sharpness adds its curvature. Both
are estimated over the whole scene, with change weighted down, and subtracted: sensors of unlike sharpness, and the
resampling itself, otherwise light up every bright point.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ..scene import Floats, Mask

SAMPLE = 100_000
ROUNDS = 6


def without_optics(difference: Floats, before: Floats, after: Floats, mask: Mask) -> Floats:
    """
    Return a band's difference without the part that slopes and curvatures explain: float32 (rows, columns).

    Parameters
    ----------
    difference
        after - before, as smooth as the two.
    before, after
        The band on both dates, smoothed alike.
    mask
        bool, valid on both.
    """
    mean: Floats = ((before + after) / 2).astype(np.float32)
    sure = cv2.erode(mask.astype(np.uint8), np.ones((7, 7), np.uint8), borderValue=1) > 0
    terms = _terms(mean)
    design = np.stack([term[sure] for term in terms], axis=1)
    target = difference[sure]
    step = max(1, len(target) // SAMPLE)
    share = _robust_fit(design[::step].astype(np.float64), target[::step].astype(np.float64))
    explained = sum(float(c) * term for c, term in zip(share, terms, strict=True))
    return np.where(mask, difference - explained, 0).astype(np.float32)


def _terms(image: Floats) -> list[Floats]:
    """Slopes, curvatures and the fourth-order blur of an image."""
    slopes = [cv2.Sobel(image, cv2.CV_32F, *order, ksize=3, scale=1 / 8) for order in ((1, 0), (0, 1))]
    bends = [cv2.Sobel(image, cv2.CV_32F, *order, ksize=3, scale=1 / 4) for order in ((2, 0), (0, 2), (1, 1))]
    blur = cv2.Laplacian(cv2.Laplacian(image, cv2.CV_32F), cv2.CV_32F)
    return [np.asarray(term, dtype=np.float32) for term in (*slopes, *bends, blur)]


def _robust_fit(design: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted least squares; a residual counts against what is usual on ground as sharp, so that edges are heard."""
    scale = np.maximum(np.sqrt((design**2).mean(axis=0)), 1e-9)
    scaled = design / scale
    sharp = np.sqrt((scaled**2).mean(axis=1))
    weight = np.ones(len(target))
    share = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        moment = (scaled * weight[:, None]).T @ scaled
        moment += 1e-6 * np.trace(moment) / len(moment) * np.eye(len(moment))
        share = np.linalg.solve(moment, (scaled * weight[:, None]).T @ target)
        relative = np.abs(target - scaled @ share) / (0.1 + sharp)
        spread = 1.4826 * float(np.median(relative)) + 1e-12
        weight = 1 / (1 + (relative / (2.5 * spread)) ** 2) ** 2 / (0.1 + sharp)
    return np.asarray(share / scale)
