"""Taking out of a difference what a slight shift or blur between the dates explains.

To first order a shift adds the image's slope to the difference and a difference in sharpness adds its curvature. Both
are estimated over the whole scene, with change weighted down, and subtracted: sensors of unlike sharpness, and the
resampling itself, otherwise light up every bright point.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ..scene import Floats, Mask
from .thinned import thinned

SAMPLE = 100_000
ROUNDS = 6
OPTICS_REACH_PX = 2


def learn_optics(samples: Sequence[tuple[Floats, Floats, Mask]]) -> NDArray[np.float64]:
    """
    Return the share of each slope and curvature in a band's difference: float64 (6,).

    Parameters
    ----------
    samples
        Windows of the band: before and after, float32 (rows, columns), and where both are valid.
    """
    sure = [_sure(mask) for _, _, mask in samples]
    seen = [
        np.stack([*_terms(_mean(before, after, mask)), np.where(mask, after, 0) - np.where(mask, before, 0)])
        for before, after, mask in samples
    ]
    *design, target = thinned(seen, sure, SAMPLE).astype(np.float64)
    return _robust_fit(np.stack(design, axis=1), target)


def without_optics(before: Floats, after: Floats, mask: Mask, shares: NDArray[np.float64]) -> Floats:
    """
    Return a band's difference less what slopes and curvatures explain: float32 (rows, columns); 0 where masked.

    Beside a gap, where slopes are not known, the difference stays as it is.
    """
    if not mask.all():
        before, after = np.where(mask, before, np.float32(0)), np.where(mask, after, np.float32(0))
    explained = cv2.filter2D((before + after) * np.float32(0.5), cv2.CV_32F, _kernel(shares))
    if not mask.all():
        explained[~_sure(mask)] = 0
    return np.asarray(after - before - explained, dtype=np.float32)


def _kernel(shares: NDArray[np.float64]) -> Floats:
    """All terms are linear in the image, so that their sum is one small filter: what they make of a single point."""
    size = 4 * OPTICS_REACH_PX + 1
    point = np.zeros((size, size), dtype=np.float32)
    point[size // 2, size // 2] = 1
    seen = sum(float(share) * term for share, term in zip(shares, _terms(point), strict=True))
    near = slice(size // 2 - OPTICS_REACH_PX, size // 2 + OPTICS_REACH_PX + 1)
    return np.asarray(seen, dtype=np.float32)[near, near][::-1, ::-1].copy()  # filter2D correlates


def _mean(before: Floats, after: Floats, mask: Mask) -> Floats:
    return np.asarray((np.where(mask, before, 0) + np.where(mask, after, 0)) / 2, dtype=np.float32)


def _sure(mask: Mask) -> Mask:
    """Where all that the terms look at is valid, borders of the image apart."""
    if mask.all():
        return mask
    kernel = np.ones((2 * OPTICS_REACH_PX + 1, 2 * OPTICS_REACH_PX + 1), np.uint8)
    return np.asarray(cv2.erode(mask.astype(np.uint8), kernel, borderValue=1) > 0)


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
        moment += (1e-6 * np.trace(moment) / len(moment) + 1e-12) * np.eye(len(moment))
        share = np.linalg.solve(moment, (scaled * weight[:, None]).T @ target)
        relative = np.abs(target - scaled @ share) / (0.1 + sharp)
        spread = 1.4826 * float(np.median(relative)) + 1e-12
        weight = 1 / (1 + (relative / (2.5 * spread)) ** 2) ** 2 / (0.1 + sharp)
    return np.asarray(share / scale)
