"""The camera: blur, sampling onto pixels, and noise."""

import cv2
import numpy as np

from .place import Floats

PSF_SIGMA_PX = 0.62  # Gaussian whose transfer at the Nyquist frequency is .15; the pixel's own aperture comes on top
BLUR_REACH_PX = 4.0
SIGNAL_TO_NOISE = 120.0  # at reflectance .2
READ_SHARE = 0.3  # of the noise variance at reflectance .2
SCALE = 10_000.0  # counts per unit of reflectance


def sample(radiance: Floats, factor: int, margin: int) -> Floats:
    """
    Blur by the point spread function and average over the pixels.

    Parameters
    ----------
    radiance
        float32 (bands, rows, columns) on fine cells.
    factor
        Fine cells per pixel.
    margin
        Fine cells to leave out on every side, after the blur has used them.

    Returns
    -------
    float32 (bands, rows, columns), one value per pixel.
    """
    pixels = []
    for band in radiance:
        blurred = cv2.GaussianBlur(band, (0, 0), PSF_SIGMA_PX * factor, borderType=cv2.BORDER_REFLECT_101)
        inner = blurred[margin : blurred.shape[0] - margin, margin : blurred.shape[1] - margin]
        rows, columns = inner.shape[0] // factor, inner.shape[1] // factor
        pixels.append(inner.reshape(rows, factor, columns, factor).mean(axis=(1, 3)))
    return np.asarray(np.stack(pixels), dtype=np.float32)


def counts(reflectance: Floats, rng: np.random.Generator) -> Floats:
    """Add shot and read noise and round to counts of 1/10 000, at least 1 (0 means no data)."""
    variance = (0.2 / SIGNAL_TO_NOISE) ** 2
    spread = np.sqrt(variance * (READ_SHARE + (1 - READ_SHARE) * np.maximum(reflectance, 0) / 0.2))
    noisy = reflectance + spread * rng.standard_normal(reflectance.shape, dtype=np.float32)
    return np.asarray(np.clip(np.rint(noisy * SCALE), 1, 65_535), dtype=np.float32)
