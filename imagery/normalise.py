"""Taking sun and sensor out of a pair: the after scene in the before scene's units.

Where sun elevations are known, differ, and are in the pixels, the ratio of their sines goes first. Then a line a band,
errors on both dates, over land without cloud (masked) and water (where its bands are known by name):

- four bands and more: orthogonal regression over pseudo-invariant pixels chosen by IR-MAD (Canty & Nielsen 2008, RSE
  112:1025);
- fewer bands, in which IR-MAD finds some combination that fits whatever happened, or too few such pixels: the line of
  the majority (`line.robust_line`).

SAR: the median of the ratio. Histograms are never matched: that takes real change out with the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .change.alteration import no_change_weights, sampled
from .change.speckle import in_decibels
from .compiled import compiled
from .line import orthogonal_line, robust_line
from .scene import Acquisition, Floats, Mask, ScenePair
from .water import open_water

SAMPLE = 200_000
MIN_BANDS = 4
INVARIANT_WEIGHT = 0.9
MIN_INVARIANT_SHARE = 0.005
MIN_LAND_SHARE = 0.05  # less is not enough to speak for the scene; then water speaks too
MIN_SUN_DIFFERENCE_DEG = 8.0
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Normalisation:
    """
    Brings the after scene into the before scene's radiometry.

    Parameters
    ----------
    gain, offset
        float32 (bands,): after × gain + offset is in the units of before.
    """

    gain: Floats
    offset: Floats

    def __call__(self, pair: ScenePair) -> ScenePair:
        """Return the window with its after scene normalised; not-valid pixels are 0, `before` is untouched."""
        pixels = _scaled(pair.after.pixels, pair.after.mask, self.gain, self.offset)
        return replace(pair, after=replace(pair.after, pixels=pixels))


def learn_normalisation(windows: Sequence[ScenePair]) -> Normalisation:
    """
    Find what sun and sensor made of the after scene.

    Parameters
    ----------
    windows
        Of a registered pair; as many bands on both dates.
    """
    valid = [pair.valid for pair in windows]
    before, after = np.split(sampled(windows, _land(windows, valid), SAMPLE), 2)
    if windows[0].before.acquisition.sensor == "sar":
        lines = [(_median_ratio(x, y), 0.0) for x, y in zip(before, after, strict=True)]
        sun = 1.0
    else:
        sun = sun_ratio(windows[0].before.acquisition, windows[0].after.acquisition)
        lines = _lines(before, sun * after)
    gain, offset = np.array(lines, dtype=np.float32).T
    return Normalisation(np.asarray(gain * np.float32(sun)), offset)


def normalise(pair: ScenePair) -> ScenePair:
    """Return a pair that fits into memory with the after scene in the before scene's radiometry."""
    return learn_normalisation([pair])(pair)


def sun_ratio(before: Acquisition, after: Acquisition) -> float:
    """Return what the sun's height alone makes of the after scene's light; 1 where unknown, alike or divided out."""
    if before.sun is None or after.sun is None or not {before.units, after.units} <= {"dn", "radiance"}:
        return 1.0
    first, second = before.sun.elevation_deg, after.sun.elevation_deg
    if abs(first - second) <= MIN_SUN_DIFFERENCE_DEG or min(first, second) <= 0:
        return 1.0
    return float(np.sin(np.radians(first)) / np.sin(np.radians(second)))


def _land(windows: Sequence[ScenePair], valid: list[Mask]) -> list[Mask]:
    """Where valid and not told for water on either date; all that is valid where hardly any land is left."""
    land = [mask & ~open_water(p.before) & ~open_water(p.after) for p, mask in zip(windows, valid, strict=True)]
    return land if sum(map(np.sum, land)) >= MIN_LAND_SHARE * sum(map(np.sum, valid)) else valid


def _lines(before: Doubles, after: Doubles) -> list[tuple[float, float]]:
    if len(before) >= MIN_BANDS:
        invariant = no_change_weights(np.vstack([before, after])) > INVARIANT_WEIGHT
        if invariant.sum() >= max(MIN_INVARIANT_SHARE * len(invariant), 16):
            return [orthogonal_line(x, y) for x, y in zip(before[:, invariant], after[:, invariant], strict=True)]
    return [robust_line(x, y) for x, y in zip(before, after, strict=True)]


def _median_ratio(before: Doubles, after: Doubles) -> float:
    if in_decibels(before) or in_decibels(after):
        return 1.0  # a gain is an offset there, which the log-ratio takes out
    positive = (before > 0) & (after > 0)
    return float(np.median(before[positive] / after[positive])) if positive.any() else 1.0


@compiled
def _scaled(pixels: Floats, mask: Mask, gain: Floats, offset: Floats) -> Floats:
    out = np.empty_like(pixels)
    for band in range(pixels.shape[0]):
        for i in range(pixels.shape[1]):
            for j in range(pixels.shape[2]):
                value = gain[band] * pixels[band, i, j] + offset[band]
                out[band, i, j] = value if mask[i, j] else np.float32(0)
    return out
