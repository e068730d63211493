"""The null: how the statistic of this pair is distributed where nothing changed, and the threshold it gives.

A chi-square p-value and an unconditional Otsu threshold both fail by orders of magnitude on real pairs. Here the body
of the pair's own distribution is fitted by central matching (Efron 2004, JASA 99:96) and its family extrapolates the
tail:

- a change vector in units of its expectation mixes grounds and seasons by multiplication: log-normal, matched at the
  median and the upper quantile that gives the heaviest tail change does not explain;
- a log-ratio lies between normal (one ground) and Laplace (normal over many grounds): a Weibull distribution of its
  magnitude with a shape from 2 to 1, matched on the louder of its two sides, or on the quieter (if it is one
  such class) where change stands apart as a mode of its own on the louder.

The rate of connected exceedances follows from the pair's own exceedances per pixel.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from .change.statistic import Statistic
from .grid import Grid
from .scene import Floats, Null

Doubles = NDArray[np.float64]
MIN_OBJECT_PX = 4  # smaller exceedances are not proposed, so they are not counted as false alarms
UPPER = (0.75, 0.90, 0.95)  # quantiles matched; the heaviest tail they give is believed
MAX_GROWTH = 1.5  # of the log-spread from the first of them on: real no-change tails grow less, change grows more
MIN_SPREAD = 0.5  # real pairs without change have 0.5 to 0.75; less is seen on made ones, at their shores
LEVELS = 512
LAPLACE, NORMAL = 1.0, 2.0  # Weibull shapes of their magnitudes' tails
LOWEST_TAIL, DEEPEST_TAIL = 0.3, 1e-12  # shares of unchanged pixels above the first and the last level


def target_per_km2(grid: Grid) -> float:
    """Return the false alarms per square kilometre that the threshold aims at: 0.25 at 10 m, at most 5 at 0.5 m."""
    return float(np.clip(0.25 * 10 / grid.mean_gsd_m, 0.05, 5.0))


def estimate_null(statistics: Sequence[Statistic], grid: Grid) -> Null:
    """
    Estimate the no-change distribution of a statistic.

    Parameters
    ----------
    statistics
        Of windows of the pair, or of the whole of it.
    grid
        Of a window; only its pixel size is used.
    """
    distance, signed = (
        np.concatenate([image[np.isfinite(image)] for image in images]).astype(np.float64)
        for images in ([one.distance for one in statistics], [one.signed for one in statistics])
    )
    probability = np.geomspace(LOWEST_TAIL, DEEPEST_TAIL, LEVELS)
    quantile, explanation = _weibull(signed) if statistics[0].one_sided else _log_normal(distance)
    per_pixel = _objects_per_pixel([one.distance for one in statistics], float(np.quantile(distance, 0.98)))
    rate = probability * per_pixel / (grid.pixel_area_m2 / 1e6)
    explanation += f"; one object per {1 / per_pixel:.0f} pixels above"
    return Null(quantile(probability), rate, probability, explanation)


def threshold_of(null: Null, per_km2: float) -> tuple[float, float]:
    """Return the threshold at which at most `per_km2` false alarms are expected, and how many are."""
    index = min(int(np.searchsorted(-null.false_alarms_per_km2, -per_km2)), len(null.statistic) - 1)
    return float(null.statistic[index]), float(null.false_alarms_per_km2[index])


def _log_normal(distance: Doubles) -> tuple[Callable[[Doubles], Doubles], str]:
    middle, *upper = np.quantile(distance, (0.5, *UPPER))
    middle = max(float(middle), 1e-9)
    spreads = [float(np.log(max(u / middle, 1.01)) / norm.ppf(q)) for u, q in zip(upper, UPPER, strict=True)]
    spread = max(min(max(spreads), MAX_GROWTH * spreads[0]), MIN_SPREAD)

    def quantile(probability: Doubles) -> Doubles:
        return np.asarray(middle * np.exp(spread * norm.isf(probability)))

    return quantile, f"log-normal through this pair's median, of log-spread {spread:.2f} from its upper quantiles"


def _weibull(signed: Doubles) -> tuple[Callable[[Doubles], Doubles], str]:
    low, below, above, high = np.quantile(signed, (0.05, 0.25, 0.75, 0.95))
    # Half of an even distribution lies on each side: its 75 % quantile is the median of its magnitude.
    sides = (("brighter", signed, above, high), ("darker", -signed, -below, -low))
    quiet, loud = sorted(sides, key=lambda side: float(side[3]))
    name, _, middle, upper = quiet if _has_second_mode(loud[1]) and _shape(quiet[2], quiet[3]) > LAPLACE else loud
    middle, shape = max(float(middle), 1e-9), float(np.clip(_shape(middle, upper), LAPLACE, NORMAL))

    def quantile(probability: Doubles) -> Doubles:
        return np.asarray(middle * (-np.log(probability) / np.log(2)) ** (1 / shape))

    return quantile, f"Weibull of shape {shape:.2f} through the median and 90 % quantile of this pair's {name} side"


def _shape(middle: float, upper: float) -> float:
    """Shape of the Weibull distribution with this median and 90 % quantile."""
    return float(np.log(np.log(10) / np.log(2)) / np.log(max(upper / max(middle, 1e-9), 1.01)))


def _has_second_mode(values: Doubles) -> bool:
    """Whether change stands apart here: beyond 3 spreads a mode that rises a quarter above the valley before it."""
    reach = float(np.quantile(values, 0.9995))
    if reach <= 4:
        return False
    counts, edges = np.histogram(values, bins=24, range=(0, reach))
    smooth = np.convolve(counts, (0.25, 0.5, 0.25), mode="same")
    far = int(np.searchsorted(edges, 3))
    # The rise from the deepest bin so far to each later one; a mere slope has none.
    valleys = np.minimum.accumulate(smooth[far:])
    mode = int(np.argmax(smooth[far:] / np.maximum(valleys, 1)))
    peak, valley = float(smooth[far + mode]), float(valleys[mode])
    return bool(
        peak >= 1.25 * valley
        and peak - valley > 3 * np.sqrt(peak)
        and counts[far + mode :].sum() >= 0.005 * len(values)
    )


def _objects_per_pixel(distances: Sequence[Floats], level: float) -> float:
    """Return the connected objects a pixel above a level."""
    objects = pixels = 0
    for distance in distances:
        above = np.nan_to_num(distance) > level
        pixels += int(above.sum())
        stats = cv2.connectedComponentsWithStats(above.astype(np.uint8), connectivity=8)[2]
        objects += int((stats[1:, cv2.CC_STAT_AREA] >= MIN_OBJECT_PX).sum())
    return float(np.clip(objects / pixels, 1 / 200, 1 / MIN_OBJECT_PX)) if pixels else 1 / MIN_OBJECT_PX
