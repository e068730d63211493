"""One stretch for both dates, taken from the before scene: brightness that differs on screen differs in the pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...imagery.scene import Floats, Scene

LOW_PERCENT, HIGH_PERCENT = 2.0, 98.0
MAX_SAMPLES = 1_000_000
MAX_CLIPPED = 0.5  # a scene of which more than this share would be black or white needs limits of its own
RED_GREEN_BLUE = (("red", "green", "blue"), ("b04", "b03", "b02"), ("b4", "b3", "b2"), ("r", "g", "b"))


@dataclass(frozen=True)
class Stretch:
    """
    Limits that turn pixels into grey levels.

    Parameters
    ----------
    bands
        Indices of the three bands shown as red, green and blue, or of one band shown grey.
    low, high
        Value shown black and white, one a band: in the file's units, in decibels where `decibel`.
    decibel
        True for SAR, whose speckle is multiplicative.
    """

    bands: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    decibel: bool = False

    @classmethod
    def of(cls, scene: Scene, low_percent: float = LOW_PERCENT, high_percent: float = HIGH_PERCENT) -> "Stretch":
        """Take two percentiles, 0 to 100, of the valid pixels of every shown band."""
        bands = shown_bands(scene)
        decibel = scene.acquisition.sensor == "sar"
        values = _values(_sample(scene, bands), decibel)
        if values.shape[1] == 0:
            return cls(bands, (0.0,) * len(bands), (1.0,) * len(bands), decibel)
        low, high = np.percentile(values, (low_percent, high_percent), axis=1)
        high = np.where(high > low, high, low + 1.0)
        return cls(bands, tuple(map(float, low)), tuple(map(float, high)), decibel)

    def apply(self, scene: Scene) -> NDArray[np.uint8]:
        """
        Return what is shown.

        Returns
        -------
        ndarray
            uint8 (rows, columns, 4), red, green, blue, alpha; alpha is 0 where the scene is not valid.
        """
        share = self._share(scene.pixels[list(self.bands)])
        np.clip(share, 0.0, 1.0, out=share)
        share *= 255
        levels = np.round(share, out=share).astype(np.uint8)
        shown = np.empty((*scene.mask.shape, 4), dtype=np.uint8)
        shown[..., :3] = np.moveaxis(levels, 0, -1)
        shown[..., 3] = np.where(scene.mask, 255, 0)
        return shown

    def suits(self, scene: Scene) -> bool:
        """Return False where most of the scene would be black or white, or its bands are others."""
        if max(self.bands) >= len(scene.pixels) or self.decibel != (scene.acquisition.sensor == "sar"):
            return False
        share = self._share(_sample(scene, self.bands))
        return bool(((share <= 0.0) | (share >= 1.0)).mean() <= MAX_CLIPPED) if share.size else True

    def _share(self, pixels: Floats) -> Floats:
        """Return where values of the shown bands, (bands, …), lie between the limits: 0 to 1, and beyond."""
        shape = (-1, *(1,) * (pixels.ndim - 1))
        low, high = (np.asarray(limits, dtype=np.float32).reshape(shape) for limits in (self.low, self.high))
        share = np.asarray(_values(pixels, self.decibel) - low)
        share /= high - low
        return share


def shown_bands(scene: Scene) -> tuple[int, ...]:
    """Return the bands shown as red, green, blue: by name; else the first three, in the order satellites list them."""
    names = [band.lower() for band in scene.bands]
    for wanted in RED_GREEN_BLUE:
        if all(band in names for band in wanted):
            return tuple(names.index(band) for band in wanted)
    if len(names) < 3:
        return (0,)
    return (0, 1, 2) if len(names) == 3 else (2, 1, 0)  # four bands and more come by wavelength, blue first


def _sample(scene: Scene, bands: tuple[int, ...]) -> Floats:
    """Return valid pixels of bands, (bands, pixels): all, or about MAX_SAMPLES in a regular raster."""
    step = max(1, int(np.sqrt(scene.mask.size / MAX_SAMPLES)))
    inside = scene.mask[::step, ::step]
    return np.stack([scene.pixels[band, ::step, ::step][inside] for band in bands])


def _values(pixels: Floats, decibel: bool) -> Floats:
    return np.asarray(20.0 * np.log10(np.maximum(pixels, 1e-6)), dtype=np.float32) if decibel else pixels
