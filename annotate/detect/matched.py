"""
Matched subspace filters in coloured noise.

A kernel is a template made blind to its nuisance patches and whitened by the residual's own spectrum, so that its
answer is a z score where nothing changed (Scharf and Friedlander 1994; Kelly 1986).
"""

from collections.abc import Sequence

import cv2
import numpy as np
import scipy.fft
import scipy.ndimage
from numpy.typing import NDArray

from ...imagery.scene import Floats, Mask
from .pit.relief import Template

SHAPE_M = (
    16.0  # finer than this a template is a guess: the spectrum is held level there, or the guess would be amplified
)
LEAST_POWER = 1e-3  # of the mean; keeps the whitening finite
PLACE_M2 = 16.0  # ground over which a filter's answers are much the same


def noise_level(residual: Floats, valid: Mask, cell: int) -> Floats:
    """
    Return the local robust standard deviation of a residual, float32 of its shape.

    The mean absolute value of the clipped residual over blocks, then a median over 5 × 5 blocks: an object covers few.

    Parameters
    ----------
    residual
        float32 (rows, columns).
    valid
        Where it counts.
    cell
        Pixels along a block.
    """
    overall = 1.4826 * float(np.median(np.abs(residual[valid]))) if valid.any() else 1.0
    overall = max(overall, 1e-9)
    rows, columns = (max(1, side // cell) for side in residual.shape)
    clipped = np.where(valid, np.minimum(np.abs(residual), 3 * overall), 0).astype(np.float32)
    total, weight = (
        cv2.resize(array, (columns, rows), interpolation=cv2.INTER_AREA)
        for array in (clipped, valid.astype(np.float32))
    )
    coarse = np.where(weight > 0.25, 1.2533 * total / np.maximum(weight, 0.25), overall).astype(np.float32)
    coarse = np.maximum(scipy.ndimage.median_filter(coarse, 5, mode="nearest"), 0.4 * overall)
    smooth = cv2.resize(coarse, residual.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(smooth, dtype=np.float32)


def power(image: Floats, valid: Mask, size: int, step_m: float) -> Floats:
    """
    Return the power spectrum of a noise-normalised image, float32 (size, size // 2 + 1), equal in all directions.

    Welch windows with half overlap and the median over them, so that a few changed places do not count.

    Parameters
    ----------
    image
        float32 (rows, columns).
    valid
        Where it counts.
    size
        Pixels along a window.
    step_m
        Pixel side, metres.
    """
    window = np.hanning(size)[:, None] * np.hanning(size)[None, :]
    window /= np.sqrt((window**2).mean())
    spectra = []
    for row in range(0, image.shape[0] - size + 1, size // 2):
        for column in range(0, image.shape[1] - size + 1, size // 2):
            part = slice(row, row + size), slice(column, column + size)
            if valid[part].mean() > 0.8:
                spectra.append(np.abs(scipy.fft.rfft2(image[part] * window)) ** 2 / size**2)
    flat = np.ones((size, size // 2 + 1), dtype=np.float32)
    if len(spectra) < 4:
        return flat * float(image[valid].var() if valid.any() else 1.0)
    radius = np.rint(np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :]) * size).astype(int)
    middle = np.median(spectra, axis=0) / np.log(2)  # the median of an exponential is ln 2 of its mean
    rings = np.bincount(radius.ravel(), middle.ravel()) / np.maximum(np.bincount(radius.ravel()), 1)
    rings = scipy.ndimage.gaussian_filter1d(rings, 1.0)
    rings[np.arange(len(rings)) > size * step_m / SHAPE_M] = rings[min(round(size * step_m / SHAPE_M), len(rings) - 1)]
    return np.asarray(np.maximum(rings[radius], LEAST_POWER * rings.mean()), dtype=np.float32)


def whiten(templates: Sequence[Template], spectrum: Floats) -> Floats:
    """
    Return kernels for templates (n × n) in noise of a power spectrum (n, n // 2 + 1).

    float32 (k, n, n): the z score is the sum of kernel times noise-normalised image.
    """
    size = spectrum.shape[0]
    kernels = np.empty((len(templates), size, size), dtype=np.float32)
    for index, template in enumerate(templates):
        nuisance = template.nuisance.reshape(len(template.nuisance), -1)
        stack = np.concatenate([template.signal[None], template.nuisance])
        flat = scipy.fft.irfft2(scipy.fft.rfft2(stack) / spectrum, s=(size, size)).reshape(len(stack), -1)
        weights = np.linalg.lstsq(nuisance @ flat[1:].T, nuisance @ flat[0], rcond=1e-6)[0]
        kernel, signal = flat[0] - weights @ flat[1:], template.signal.ravel() - weights @ nuisance
        kernels[index] = kernel.reshape(size, size) / np.sqrt(max(float(kernel @ signal), 1e-12))
    return kernels


class Correlator:
    """Correlates one image with many kernels: the image is transformed once."""

    def __init__(self, image: Floats, kernel_size: int) -> None:
        self.shape = image.shape
        self._full = tuple(scipy.fft.next_fast_len(side + kernel_size, real=True) for side in image.shape)
        self._spectrum = scipy.fft.rfft2(image, s=self._full)

    def __call__(self, kernel: Floats) -> Floats:
        """Return the sum of kernel times image at every place of the kernel's centre, float32 of the image's shape."""
        product = self._spectrum * np.conj(scipy.fft.rfft2(kernel, s=self._full))
        answer = scipy.fft.irfft2(product, s=self._full, overwrite_x=True)
        half = kernel.shape[0] // 2
        return np.asarray(np.roll(answer, (half, half), (0, 1))[: self.shape[0], : self.shape[1]], dtype=np.float32)


def patch(image: Floats, row: int, column: int, size: int) -> Floats:
    """Return the (size, size) surroundings of a pixel as a kernel sees them, zero outside the image."""
    top, left = row - size // 2, column - size // 2
    padded = np.zeros((size, size), dtype=np.float32)
    rows = slice(max(top, 0), min(top + size, image.shape[0]))
    columns = slice(max(left, 0), min(left + size, image.shape[1]))
    padded[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = image[rows, columns]
    return padded


def peaks(score: Floats, radius: int, least: float) -> NDArray[np.intp]:
    """Return (k, 2) rows and columns of the local maxima above `least`, strongest first."""
    size = 2 * radius + 1
    highest = cv2.dilate(score, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    places = np.argwhere((score >= highest) & (score > least))
    return np.asarray(places[np.argsort(-score[tuple(places.T)], kind="stable")], dtype=np.intp)


def axes(size: int, step_m: float) -> tuple[Floats, Floats]:
    """Return metres east and north of the centre of a (size, size) kernel, each float32 (size, size)."""
    axis = ((np.arange(size) + 0.5) * step_m - size * step_m / 2).astype(np.float32)
    east, north = np.meshgrid(axis, -axis)
    return east, north
