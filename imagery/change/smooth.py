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
    near = share > 1e-3
    np.divide(total, share, out=total, where=near)
    total[~near] = 0
    return np.asarray(total, dtype=np.float32)


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


def smooth_between_edges(image: Floats, mask: Mask, step: float, sigma_px: float) -> Floats:
    """
    Return the mean of the valid neighbours that differ by little (Tomasi & Manduchi 1998, ICCV, bilateral).

    Parameters
    ----------
    image
        float32 (rows, columns).
    mask
        True where valid; nothing else is averaged.
    step
        Difference at which a neighbour's weight is down to exp(-1/2), in the units of the image.
    sigma_px
        Of the weight by distance; the neighbourhood ends at `edge_reach_px`.
    """
    if not mask.any():
        return np.zeros_like(image)
    low, high = float(image[mask].min()), float(image[mask].max())
    # So far off that its weight is nothing, yet near enough for OpenCV's table of weights to stay fine.
    apart = np.where(mask, image, high + min(12 * step, 1e3 * (high - low + step))).astype(np.float32)
    size = 2 * edge_reach_px(sigma_px) + 1
    return np.where(mask, cv2.bilateralFilter(apart, size, step, sigma_px), 0).astype(np.float32)


def edge_reach_px(sigma_px: float) -> int:
    """Return how far `smooth_between_edges` looks, pixels."""
    return int(np.ceil(1.5 * sigma_px))
