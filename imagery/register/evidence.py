"""Whether two registered images show the same ground at all: the gate that turns a chance match into a refusal."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from ..scene import Floats
from .fit import Fit
from .views import Part

REACH_PX = 24  # displaced models are tried this far off
BESIDE_PX = 5.0  # nearer than this, true structure still correlates with itself
MIN_STANDING_OUT = 6.0  # spreads by which the correlation in place stands above displaced ones
MIN_GROUND_TIES = 8
MIN_GROUND_SHARE = 0.5  # of the ties
MIN_SPAN = 0.25  # of the valid rows and columns, covered by agreeing windows


def standing_out(parts: Sequence[Part]) -> float:
    """
    Return by how many spreads the edges correlate better in place than displaced.

    Parameters
    ----------
    parts
        The same ground on both dates after the registration that is judged; their correlations are added up.

    Returns
    -------
    float
        (in place - median displaced) / robust spread of the displaced correlations, where in place is the best within
        1 px; 0 if a displaced one is better. Unrelated scenes stay below 5, whatever their texture.
    """
    reach = min(REACH_PX, *(min(part.before.shape) // 4 for part in parts))
    correlation = np.sum([_displaced(part, reach) for part in parts], axis=0)
    down, right = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    away = np.hypot(down, right)
    elsewhere = correlation[(away > BESIDE_PX) & (away <= reach)]
    in_place = correlation[away < 1.5].max()
    if in_place <= elsewhere.max(initial=0):
        return 0.0
    middle = float(np.median(elsewhere))
    return float((in_place - middle) / max(1.4826 * float(np.median(np.abs(elsewhere - middle))), 1e-9))


def objection(fit: Fit, parts: Sequence[Part]) -> str | None:
    """Return why the fit cannot be believed, or None."""
    agreeing = fit.ties.centres[fit.ground]
    if len(agreeing) < MIN_GROUND_TIES or len(agreeing) < MIN_GROUND_SHARE * len(fit.ties):
        return f"only {len(agreeing)} of {fit.ties.tried} places agree"
    spans = np.ptp(agreeing, axis=0) + fit.ties.window_px
    if (spans < MIN_SPAN * _extent(parts)).any():
        return "the places that agree lie in one corner"
    strength = standing_out(parts)
    if strength < MIN_STANDING_OUT:
        return f"the match stands out by {strength:.1f} spreads, at least {MIN_STANDING_OUT:g} are needed"
    return None


def _extent(parts: Sequence[Part]) -> NDArray[np.float64]:
    """Columns and rows from the first to the last that are valid."""
    ends = [
        [np.flatnonzero(part.before.mask.any(axis=axis))[[0, -1]] + start]
        for part in parts
        if part.before.mask.any()
        for axis, start in ((0, part.column), (1, part.row))
    ]
    return np.asarray(np.ptp(np.array(ends, dtype=np.float64).reshape(-1, 2, 2), axis=(0, 2)))


def _displaced(part: Part, reach: int) -> NDArray[np.float64]:
    """Covariance of the edges at displacements of up to `reach` pixels: (2 reach + 1, 2 reach + 1), in place amid."""
    mask = cv2.erode(part.before.mask.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=0) > 0
    fixed, moving = (np.where(mask, _edges(one.values), 0).astype(np.float32) for one in (part.before, part.after))
    for image in (fixed, moving):
        image[mask] -= image[mask].mean() if mask.any() else 0
    spectra = [fft.rfft2(image) for image in (fixed, moving)]
    correlation = np.asarray(fft.fftshift(fft.irfft2(spectra[0] * np.conj(spectra[1]), mask.shape)))
    row, column = (size // 2 for size in mask.shape)
    return np.asarray(correlation[row - reach : row + reach + 1, column - reach : column + reach + 1])


def _edges(image: Floats) -> Floats:
    """Edge strength, compressed, without its slow variation: what survives season and sun."""
    blurred = cv2.GaussianBlur(image, (0, 0), 1.0)
    strength = np.sqrt(np.hypot(cv2.Sobel(blurred, cv2.CV_32F, 1, 0), cv2.Sobel(blurred, cv2.CV_32F, 0, 1)))
    return np.asarray(strength - cv2.GaussianBlur(strength, (0, 0), 8.0), dtype=np.float32)
