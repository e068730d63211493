"""How large a difference is expected where nothing changed, given what the ground looks like there.

Misregistration left and sun make larger differences on texture and on bright ground than on calm water. One spread for
the whole scene drowns change on water in the noise of a town, or the town in false alarms. So the median statistic is
taken over classes of local texture and brightness (Efron 2004, JASA 99:96, fits the null per stratum), and the
statistic is divided by it. The quieter of the two dates decides the class, so that a new building does not excuse
itself.
"""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..scene import Floats, Mask, ScenePair
from .smooth import smooth

CLASSES = 6
MIN_CLASS_PX = 50


def expected_level(distance: Floats, pair: ScenePair, valid: Mask) -> Floats:
    """
    Return the median of a statistic among pixels alike in texture and brightness: float32 (rows, columns), > 0.

    Parameters
    ----------
    distance
        float32 (rows, columns), finite where `valid`.
    pair
        Registered and normalised.
    valid
        bool (rows, columns), no more than `pair.valid`.
    """
    means = [scene.pixels.mean(axis=0) for scene in (pair.before, pair.after)]
    bright = np.minimum(*(smooth(mean, pair.valid, 2.0) for mean in means))
    rough = np.minimum(*(_roughness(mean, pair.valid) for mean in means))
    ranks = [_rank(rough, valid), _rank(bright, valid)]
    table = _medians(distance, ranks, valid)
    at = [np.clip(rank * CLASSES - 0.5, 0, CLASSES - 1) for rank in ranks]
    level = np.exp(ndimage.map_coordinates(table, at, order=1, mode="nearest"))
    # Within the roughest class, what a shift or blur leaves grows with the roughness itself.
    top = max(float(np.quantile(rough[valid], 1 - 0.5 / CLASSES)), 1e-9)
    return np.asarray(level * np.maximum(rough / top, 1), dtype=np.float32)


def _roughness(mean: Floats, mask: Mask) -> Floats:
    """Root mean square slope in the neighbourhood that a pixel's smoothed value comes from."""
    return np.asarray(np.sqrt(smooth(_slope(smooth(mean, mask, 1.0), mask) ** 2, mask, 1.5)), dtype=np.float32)


def _slope(image: Floats, mask: Mask) -> Floats:
    dx = cv2.Sobel(image, cv2.CV_32F, 1, 0, scale=1 / 8)
    dy = cv2.Sobel(image, cv2.CV_32F, 0, 1, scale=1 / 8)
    sure = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0
    return np.where(sure, np.hypot(dx, dy), 0).astype(np.float32)


def _rank(image: Floats, mask: Mask) -> Floats:
    """Share of valid pixels below each pixel, 0 to 1, from a table of quantiles."""
    values = image[mask]
    table = np.quantile(values[:: max(1, len(values) // 200_000)], np.linspace(0, 1, 513))
    table = np.maximum.accumulate(table + np.arange(513) * 1e-12 * max(1.0, float(np.abs(table).max())))
    return np.interp(image, table, np.linspace(0, 1, 513)).astype(np.float32)


def _medians(distance: Floats, ranks: list[Floats], mask: Mask) -> NDArray[np.float64]:
    """Logarithm of the median statistic a class, (texture, brightness); thin classes borrow from their neighbours."""
    rows, columns = (np.minimum((rank[mask] * CLASSES).astype(int), CLASSES - 1) for rank in ranks)
    values = np.log(np.maximum(distance[mask], 1e-6))
    overall = float(np.median(values))
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
