"""From a statistic over the pair to its null: the family that fits it, and the connected exceedances a pixel."""

from collections.abc import Sequence

import numpy as np

from ..change.statistic import Statistic
from ..grid import Grid
from ..scene import Null
from .length import fit_length
from .objects import MIN_OBJECT_PX, growth_of, objects_per_pixel
from .signed import fit_signed

LEVELS = 512
LOWEST_TAIL, DEEPEST_TAIL = 0.3, 1e-12  # shares of unchanged pixels above the first and the last level


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
    if statistics[0].one_sided:
        fit = fit_signed(signed)
        quantile, explanation, apart = fit.quantile, fit.explanation, fit.apart
        per_pixel = objects_per_pixel([np.multiply(one.signed, fit.side) for one in statistics], fit.level)
        growth = growth_of(probability, fit.share)
    else:
        (quantile, explanation), apart = fit_length(distance), None
        per_pixel = objects_per_pixel([one.distance for one in statistics], float(np.quantile(distance, 0.98)))
        growth = np.ones(LEVELS)
    rate = probability * np.minimum(per_pixel * growth, 1 / MIN_OBJECT_PX) / (grid.pixel_area_m2 / 1e6)
    explanation += f"; one object per {1 / per_pixel:.0f} pixels above"
    return Null(quantile(probability), rate, probability, explanation, apart)
