"""How sharp and how noisy a scene is, told by its own pixels."""

import cv2
import numpy as np
from scipy.special import ndtri  # scipy.stats takes half a second to import

from .scene import Floats, Mask

SIGMA_PX = (0.45, 1.6)  # sharper is aliased, blurrier is no longer that pixel size
STATED_PX = 0.62  # of a Gaussian whose transfer at the Nyquist frequency is .15
APERTURE_PX = 12**-0.5  # spread of the pixel's own box
LEAST_EDGES = 200
SHARPEST = 20  # per cent
STEEP = 99.5  # percentile of the steps that makes an edge
REACH_PX = 4
BLOCK_PX = 16
QUIETEST = 10  # percentile of the blocks that show noise and no texture


def sharpness(pixels: Floats, valid: Mask) -> float:
    """
    Return the spread of the optics' blur in pixels, as the standard deviation of a Gaussian, without the pixel's box.

    A straight edge blurred by a Gaussian of spread s puts a share 2 Φ(1/2s) - 1 of its height between the two pixels on
    either side of it. Of the steepest places of the scene, along rows and columns, the sharpest fifth speak: edges of
    the ground itself, and those that lie askew, are only ever blurrier. Where few edges are seen, `STATED_PX`.

    Parameters
    ----------
    pixels
        float32 (bands, rows, columns).
    valid
        bool (rows, columns).
    """
    bright = np.asarray(pixels.mean(axis=0), dtype=np.float32)
    side = 2 * REACH_PX + 1
    inside = cv2.erode(valid.astype(np.uint8), np.ones((side, side), np.uint8), borderValue=0) > 0
    if not inside.any():
        return STATED_PX
    shares = [_steepest(bright, inside, axis) for axis in (0, 1)]
    share = np.concatenate(shares)
    if len(share) < LEAST_EDGES:
        return STATED_PX
    sharp = float(np.clip(np.percentile(share, 100 - SHARPEST), 1e-3, 1 - 1e-3))
    whole = 0.5 / float(ndtri((1 + sharp) / 2))
    return float(np.clip(np.sqrt(max(whole**2 - APERTURE_PX**2, 0.0)), *SIGMA_PX))


def _steepest(bright: Floats, inside: Mask, axis: int) -> Floats:
    """Return, where one step along an axis is steepest, its share of the height around it."""
    step = np.abs(np.diff(bright, axis=axis, append=0))
    line = np.ones((3, 1) if axis == 0 else (1, 3), np.uint8)
    reach = np.ones((2 * REACH_PX, 1) if axis == 0 else (1, 2 * REACH_PX), np.uint8)
    steep = inside & (step >= cv2.dilate(step, line)) & (step > np.percentile(step[inside], STEEP))
    height = cv2.dilate(bright, reach) - cv2.erode(bright, reach)
    return np.asarray(step[steep] / np.maximum(height[steep], 1e-9), dtype=np.float32)


def noise(pixels: Floats, valid: Mask) -> Floats:
    """
    Return the standard deviation of the noise in each band, float32 (bands,), in the scene's units.

    From what a fit of a plane leaves of 3 × 3 pixels, in the blocks where that is least (Immerkaer 1996, CVIU 64:300).
    """
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32) / 6
    rows, columns = (size // BLOCK_PX * BLOCK_PX for size in valid.shape)
    if not rows or not columns:
        return np.zeros(len(pixels), dtype=np.float32)
    whole = _blocks(valid[:rows, :columns].astype(np.float32)).min(axis=1) > 0
    found = []
    for band in pixels:
        rest = np.asarray(cv2.filter2D(band, cv2.CV_32F, mask)[:rows, :columns], dtype=np.float32)
        spread = np.sqrt((_blocks(rest) ** 2).mean(axis=1))[whole]
        found.append(float(np.percentile(spread, QUIETEST)) if len(spread) else 0.0)
    return np.asarray(found, dtype=np.float32)


def _blocks(values: Floats) -> Floats:
    rows, columns = values.shape
    parts = values.reshape(rows // BLOCK_PX, BLOCK_PX, columns // BLOCK_PX, BLOCK_PX)
    return np.asarray(parts.swapaxes(1, 2).reshape(-1, BLOCK_PX * BLOCK_PX), dtype=np.float32)
