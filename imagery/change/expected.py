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

from ..compiled import compiled
from ..scene import Floats, Mask, ScenePair
from .smooth import reach_px, smooth
from .thinned import thinned

CLASSES = 6
MIN_CLASS_PX = 50
RANKS = 257
STEPS = 2048
SAMPLE = 400_000
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
        means = [_mean(scene.pixels, pair.valid) for scene in (pair.before, pair.after)]
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
        Where between the classes a value lies.
    top
        Roughness in the middle of the roughest class.
    """

    logarithms: Doubles
    rough: "Scale"
    bright: "Scale"
    top: float

    def __call__(self, ground: Ground, share: float = 1.0) -> Floats:
        """Return the median statistic on ground like this, to the power of `share`: float32 (rows, columns), > 0."""
        levels = np.exp(share * self.logarithms).astype(np.float32)
        rough, bright = ((scale.low, scale.per_unit, scale.places) for scale in (self.rough, self.bright))
        return _levels(ground.rough, ground.bright, rough, bright, levels, np.float32(self.top), np.float32(share))


@dataclass(frozen=True, eq=False)
class Scale:
    """
    From a value to its place among the classes, 0 in the middle of the first to CLASSES - 1 in that of the last.

    Parameters
    ----------
    low, per_unit
        float32: the place of a value v stands at (v - low) × per_unit in `places`, linear between.
    places
        float32 (STEPS,).
    """

    low: np.float32
    per_unit: np.float32
    places: Floats

    @classmethod
    def of(cls, values: Floats) -> "Scale":
        """Learn it from the values of valid pixels; classes hold as many of them each."""
        middles = (np.arange(CLASSES) + 0.5) / CLASSES
        ranks = np.linspace(middles[0], middles[-1], RANKS)
        table = np.quantile(values, ranks) if values.size else ranks
        table = np.maximum.accumulate(table + np.arange(RANKS) * 1e-6 * max(1e-6, float(np.abs(table).max())))
        at = np.linspace(table[0], table[-1], STEPS)
        places = np.interp(at, table, ranks * CLASSES - 0.5).astype(np.float32)
        return cls(np.float32(at[0]), np.float32((STEPS - 1) / (at[-1] - at[0])), places)

    def __call__(self, values: Floats) -> Floats:
        """Return the places of values (n,)."""
        at = (values - self.low) * self.per_unit
        return np.asarray(np.interp(at, np.arange(STEPS), self.places), dtype=np.float32)


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
        thinned(images, valids, SAMPLE)
        for images in (distances, [ground.rough for ground in grounds], [ground.bright for ground in grounds])
    )
    scales = Scale.of(rough), Scale.of(bright)
    table = _medians(distance, scales[0](rough), scales[1](bright))
    top = float(np.quantile(rough, 1 - 0.5 / CLASSES)) if rough.size else 1.0
    return Expected(table, *scales, max(top, 1e-9))


@compiled
def _place(value: np.float32, scale: tuple[np.float32, np.float32, Floats]) -> np.float32:
    low, per_unit, places = scale
    at = (value - low) * per_unit
    at = min(max(at, np.float32(0)), np.float32(len(places) - 1.001))
    step = int(at)
    rest = at - np.float32(step)
    return np.float32(places[step] * (np.float32(1) - rest) + places[step + 1] * rest)


@compiled
def _levels(
    rough: Floats,
    bright: Floats,
    of_rough: tuple[np.float32, np.float32, Floats],
    of_bright: tuple[np.float32, np.float32, Floats],
    levels: Floats,
    top: np.float32,
    share: np.float32,
) -> Floats:
    """Read the table between the middles of its classes."""
    last, one = len(levels) - 2, np.float32(1)
    out = np.empty(rough.shape, dtype=np.float32)
    for i in range(rough.shape[0]):
        for j in range(rough.shape[1]):
            y, x = _place(rough[i, j], of_rough), _place(bright[i, j], of_bright)
            row, column = min(int(y), last), min(int(x), last)
            y, x = y - np.float32(row), x - np.float32(column)
            upper = levels[row, column] * (one - x) + levels[row, column + 1] * x
            lower = levels[row + 1, column] * (one - x) + levels[row + 1, column + 1] * x
            out[i, j] = upper * (one - y) + lower * y
            if rough[i, j] > top:  # within the roughest class, what a shift or blur leaves grows with the roughness
                out[i, j] *= (rough[i, j] / top) ** share
    return out


def _roughness(mean: Floats, mask: Mask) -> Floats:
    """Root mean square slope in the neighbourhood that a pixel's smoothed value comes from."""
    return np.asarray(np.sqrt(smooth(_square_slope(smooth(mean, mask, 1.0), mask), mask, 1.5)), dtype=np.float32)


def _mean(pixels: Floats, mask: Mask) -> Floats:
    total = pixels[0].copy()
    for band in pixels[1:]:
        total += band
    if not mask.all():
        total[~mask] = 0
    return np.asarray(total / np.float32(len(pixels)), dtype=np.float32)


def _square_slope(image: Floats, mask: Mask) -> Floats:
    dx = cv2.Sobel(image, cv2.CV_32F, 1, 0, scale=1 / 8)
    dy = cv2.Sobel(image, cv2.CV_32F, 0, 1, scale=1 / 8)
    square = np.asarray(dx * dx + dy * dy, dtype=np.float32)
    if not mask.all():
        square[cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) == 0] = 0
    return square


def _medians(distance: Floats, rough: Floats, bright: Floats) -> Doubles:
    """Logarithm of the median statistic a class, (texture, brightness); thin classes borrow from their neighbours."""
    rows, columns = (np.rint(place).astype(int) for place in (rough, bright))
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
