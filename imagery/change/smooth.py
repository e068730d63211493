"""Smoothing that no masked pixel leaks into."""

import cv2
import numpy as np

from ..scene import Floats, Mask


def smooth(image: Floats, mask: Mask, sigma_px: float) -> Floats:
    """Return the Gaussian mean over valid pixels only: float32 (rows, columns); 0 far from any of them."""
    if mask.all():
        return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), dtype=np.float32)
    total = cv2.GaussianBlur(np.where(mask, image, 0).astype(np.float32), (0, 0), sigma_px)
    share = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma_px)
    return np.where(share > 1e-3, total / np.maximum(share, 1e-3), 0).astype(np.float32)


def reach_px(sigma_px: float) -> int:
    """Return how far the smoothing looks, pixels."""
    return int(np.ceil(4 * sigma_px))


def inner(mask: Mask, sigma_px: float) -> Mask:
    """
    Return the valid pixels whose whole smoothing support is valid, borders of the image apart.

    Beside a gap the mean is one-sided, and there a mere difference in sharpness between the dates passes for change.
    """
    if mask.all():
        return mask
    reach = int(np.ceil(3 * sigma_px))
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return np.asarray(cv2.erode(mask.astype(np.uint8), kernel, borderValue=1) > 0)
