"""How large a difference is expected where nothing changed, given what the ground looks like there.

Misregistration left and sun make larger differences on texture and on bright ground than on calm water. One spread for
the whole scene drowns change on water in the noise of a town, or the town in false alarms. So the median statistic is
taken over classes of local texture and brightness (Efron 2004, JASA 99:96, fits the null per stratum), and the
statistic is divided by it. The quieter of the two dates decides the class, so that a new building does not excuse
itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..scene import Floats, Mask, ScenePair
from .smooth import reach_px, smooth

CLASSES = 6
MIN_CLASS_PX = 50
RANKS = 513
REACH_PX = reach_px(2.5) + 2
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """
    What the ground looks like, on the quieter of the two dates.

    Parameters
    ----------
    rough
        float32 (rows, columns): root mean square slope around.
    bright
        float32 (rows, columns): smoothed mean of the bands.
    """

    rough: Floats
    bright: Floats

    @classmethod
    def of(cls, pair: ScenePair) -> "Ground":
        """Look at a registered, normalised window."""
        means = [np.where(pair.valid, scene.pixels, 0).mean(axis=0) for scene in (pair.before, pair.after)]
        return cls(
            np.minimum(*(_roughness(mean, pair.valid) for mean in means)),
            np.minimum(*(smooth(mean, pair.valid, 2.0) for mean in means)),
        )


@dataclass(frozen=True, eq=False)
class Expected:
    """
    Median statistic by class of ground.

    Parameters
    ----------
    logarithms
        float64 (CLASSES, CLASSES): by texture and brightness.
    rough, bright
        float64 (RANKS,): quantiles of either, which make ranks of values.
    top
        Roughness in the middle of the roughest class.
    """

    logarithms: Doubles
    rough: Doubles
    bright: Doubles
    top: float

    def __call__(self, ground: Ground) -> Floats:
        """Return the median statistic on ground like this: float32 (rows, columns), > 0."""
        ranks = (_rank(ground.rough, self.rough), _rank(ground.bright, self.bright))
        at = [np.clip(rank * CLASSES - 0.5, 0, CLASSES - 1) for rank in ranks]
        level = np.exp(ndimage.map_coordinates(self.logarithms, at, order=1, mode="nearest"))
        # Within the roughest class, what a shift or blur leaves grows with the roughness itself.
        return np.asarray(level * np.maximum(ground.rough / self.top, 1), dtype=np.float32)


def learn_expected(distances: Sequence[Floats], grounds: Sequence[Ground], valids: Sequence[Mask]) -> Expected:
    """
    Learn the median of a statistic among pixels alike in texture and brightness.

    Parameters
    ----------
    distances
        A window each, float32 (rows, columns), finite where valid.
    grounds, valids
        Of the same windows.
    """
    distance, rough, bright = (
        np.concatenate([image[valid] for image, valid in zip(images, valids, strict=True)])
        for images in (distances, [ground.rough for ground in grounds], [ground.bright for ground in grounds])
    )
    tables = _quantiles(rough), _quantiles(bright)
    table = _medians(distance, [_rank(values, t) for values, t in zip((rough, bright), tables, strict=True)])
    top = float(np.quantile(rough, 1 - 0.5 / CLASSES)) if rough.size else 1.0
    return Expected(table, *tables, max(top, 1e-9))


def _roughness(mean: Floats, mask: Mask) -> Floats:
    """Root mean square slope in the neighbourhood that a pixel's smoothed value comes from."""
    return np.asarray(np.sqrt(smooth(_slope(smooth(mean, mask, 1.0), mask) ** 2, mask, 1.5)), dtype=np.float32)


def _slope(image: Floats, mask: Mask) -> Floats:
    dx = cv2.Sobel(image, cv2.CV_32F, 1, 0, scale=1 / 8)
    dy = cv2.Sobel(image, cv2.CV_32F, 0, 1, scale=1 / 8)
    sure = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0
    return np.where(sure, np.hypot(dx, dy), 0).astype(np.float32)


def _quantiles(values: Floats) -> Doubles:
    if not values.size:
        return np.arange(RANKS, dtype=np.float64)
    table = np.quantile(values[:: max(1, len(values) // 200_000)], np.linspace(0, 1, RANKS))
    return np.maximum.accumulate(table + np.arange(RANKS) * 1e-12 * max(1.0, float(np.abs(table).max())))


def _rank(values: Floats, table: Doubles) -> Floats:
    """Share of valid pixels below each value, 0 to 1."""
    return np.interp(values, table, np.linspace(0, 1, RANKS)).astype(np.float32)


def _medians(distance: Floats, ranks: list[Floats]) -> Doubles:
    """Logarithm of the median statistic a class, (texture, brightness); thin classes borrow from their neighbours."""
    rows, columns = (np.minimum((rank * CLASSES).astype(int), CLASSES - 1) for rank in ranks)
    values = np.log(np.maximum(distance, 1e-6))
    overall = float(np.median(values)) if values.size else 0.0
    table, weight = np.full((CLASSES, CLASSES), overall), np.zeros((CLASSES, CLASSES))
    for row in range(CLASSES):
        for column in range(CLASSES):
            inside = values[(rows == row) & (columns == column)]
            if len(inside) >= MIN_CLASS_PX:
                table[row, column], weight[row, column] = np.median(inside), np.sqrt(len(inside))
    if not weight.any():
        return table
    share = ndimage.gaussian_filter(weight, 0.7, mode="nearest")
    mean = ndimage.gaussian_filter(table * weight, 0.7, mode="nearest") / np.maximum(share, 1e-9)
    return np.where(share > 1e-3 * share.max(), mean, overall)
