"""What of the local pattern is new, whatever the tone: the method where radiometry cannot be trusted.

Reference: normalised cross-correlation as a measure of change, after Im, Jensen & Tullis 2008, IJRS 29(2):399. In a
window around each pixel, one minus the correlation of the two dates is the share of the pattern that is not explained
by any gain and offset; times the window's spread it is the amount. The statistic is the geometric mean of the two: the
share alone is large on any flat ground, where there is nothing but noise to correlate.

Claims: any positive gain and offset of a band, on either date, changes nothing, normalised or not. Cost: about 20 ns a
pixel at three bands. Fails where a thing changed its tone alone (a painted roof, a field ploughed), on shadows that
moved with the sun, and on things much smaller than the window.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..scene import Floats, Mask, Scene, ScenePair
from .method import Method
from .statistic import Statistic

SIDE_PX = 25  # some 600 pixels, of which a correlation by chance is .04; more than any object resolved there
FLAT = 0.1  # of the usual variance: windows calmer than that count as if noise of so much lay on them
MIN_SHARE = 0.5  # of a window that must be valid
LEAST_SPREAD = 1e-6
SAMPLE = 200_000


@dataclass(frozen=True, eq=False)
class Tone:
    """
    Brings the bands of one date to one grey image of usual spread.

    Parameters
    ----------
    centre, share
        float32 (bands,): what is taken off each band, and its factor.
    """

    centre: Floats
    share: Floats

    def __call__(self, scene: Scene, valid: Mask) -> Floats:
        """Return grey, float32 (rows, columns), 0 where not valid."""
        grey = np.zeros(valid.shape, dtype=np.float32)
        for band, centre, share in zip(scene.pixels, self.centre, self.share, strict=True):
            grey += (np.where(valid, band, centre) - centre) * share
        return grey


@dataclass(frozen=True, eq=False)
class Structure:
    """
    Share and amount of pattern that no gain explains.

    Where nothing changed, the statistic has one mode near 1 and a tail to the right.

    Parameters
    ----------
    before, after
        Of each date.
    usual
        Median statistic.
    signed_spread
        Of the difference of local means.
    """

    before: Tone
    after: Tone
    usual: float = 1.0
    signed_spread: float = 1.0

    def __call__(self, pair: ScenePair) -> Statistic:
        """Score a window."""
        local = self.local(pair)
        amount = np.sqrt(np.sqrt(local.varies_before + local.varies_after + 2 * FLAT))
        signed = local.mean_after - local.mean_before
        return Statistic(
            np.where(local.valid, local.unexplained * amount / np.float32(self.usual), np.nan).astype(np.float32),
            np.where(local.valid, signed / np.float32(self.signed_spread), np.nan).astype(np.float32),
            one_sided=False,
        )

    def local(self, pair: ScenePair) -> "Local":
        """Return the local moments of a window."""
        valid = pair.valid
        weight = _box(valid.astype(np.float32))
        per = np.asarray(1 / np.maximum(weight, 1e-3), dtype=np.float32)
        before, after = self.before(pair.before, valid), self.after(pair.after, valid)
        mean_before, mean_after = _box(before) * per, _box(after) * per
        varies_before: Floats = np.maximum(_box(before * before) * per - mean_before * mean_before, 0)
        varies_after: Floats = np.maximum(_box(after * after) * per - mean_after * mean_after, 0)
        together: Floats = _box(before * after) * per - mean_before * mean_after
        enough = valid & (weight >= MIN_SHARE)
        return Local(enough, mean_before, mean_after, varies_before, varies_after, together)


@dataclass(frozen=True, eq=False)
class Local:
    """Where enough is valid, and mean, variance and covariance of the two greys around each pixel, float32."""

    valid: Mask
    mean_before: Floats
    mean_after: Floats
    varies_before: Floats
    varies_after: Floats
    together: Floats

    @property
    def unexplained(self) -> Floats:
        """One minus the correlation: float32 (rows, columns), 0 to 2."""
        product = (self.varies_before + np.float32(FLAT)) * (self.varies_after + np.float32(FLAT))
        return np.maximum(1 - self.together / np.sqrt(product), 0)


def learn_structure(windows: Sequence[ScenePair]) -> Structure:
    """
    Learn the usual tone and spread of either date.

    Parameters
    ----------
    windows
        Registered, of any radiometry and any number of bands.
    """
    even = Structure(*learn_tones(windows))
    statistics = [even(pair) for pair in windows]
    usual = _median([one.distance[np.isfinite(one.distance)] for one in statistics])
    signed = _median([np.abs(one.signed[np.isfinite(one.signed)]) for one in statistics])
    return replace(even, usual=max(usual, LEAST_SPREAD), signed_spread=max(1.4826 * signed, LEAST_SPREAD))


def learn_tones(windows: Sequence[ScenePair]) -> tuple[Tone, Tone]:
    """Learn what brings either date to one grey image whose usual local variance is 1."""
    valids = [pair.valid for pair in windows]
    before, after = (
        _learn_tone([scene.pixels[:, valid] for scene, valid in zip(scenes, valids, strict=True)])
        for scenes in ([pair.before for pair in windows], [pair.after for pair in windows])
    )
    raw = Structure(before, after)
    locals_ = [raw.local(pair) for pair in windows]
    spreads = [
        np.sqrt(max(_median([image[one.valid] for image, one in zip(images, locals_, strict=True)]), LEAST_SPREAD))
        for images in ([one.varies_before for one in locals_], [one.varies_after for one in locals_])
    ]
    first, second = (np.float32(1 / spread) for spread in spreads)
    return replace(before, share=first * before.share), replace(after, share=second * after.share)


STRUCTURE = Method("structure", learn_structure, SIDE_PX // 2)


def _box(image: Floats) -> Floats:
    return np.asarray(cv2.blur(image, (SIDE_PX, SIDE_PX), borderType=cv2.BORDER_REFLECT_101), dtype=np.float32)


def _learn_tone(windows: Sequence[Floats]) -> Tone:
    values = np.concatenate(windows, axis=1)
    values = values[:, :: max(1, values.shape[1] // SAMPLE)]
    if not values.shape[1]:
        return Tone(np.zeros(len(values), np.float32), np.ones(len(values), np.float32))
    centre = np.median(values, axis=1)
    low, high = np.percentile(values, (16, 84), axis=1)
    share = 2 / np.maximum(high - low, LEAST_SPREAD * np.maximum(np.abs(centre), 1)) / len(values)
    return Tone(centre.astype(np.float32), share.astype(np.float32))


def _median(windows: Sequence[NDArray[np.float32]]) -> float:
    values = np.concatenate(windows)
    return float(np.median(values)) if values.size else 1.0
