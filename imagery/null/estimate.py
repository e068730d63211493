"""From a statistic over the pair to its null: by the family that fits it, or from a date without an event."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..grid import Grid
from ..scene import Null
from .length import null_of_lengths
from .objects import MIN_OBJECT_PX, growth_of, objects_per_pixel
from .signed import fit_signed

if TYPE_CHECKING:
    from ..change.statistic import Statistic

LEVELS = 512
LOWEST_TAIL, DEEPEST_TAIL = 0.3, 1e-12  # shares of unchanged pixels above the first and the last level


def estimate_null(
    statistics: "Sequence[Statistic]", grid: Grid, sure: bool = True, control: "Sequence[Statistic]" = ()
) -> Null:
    """
    Estimate the no-change distribution of a statistic.

    Parameters
    ----------
    statistics
        Of windows of the pair, or of the whole of it.
    grid
        Of a window; only its pixel size is used.
    sure
        Whether registration is to be trusted; without it, edges stand apart as change does.
    control
        Of the same method between the before scene and a date without an event: then the null is counted there.
    """
    lengths, still = ([one.distance for one in some] for some in (statistics, control))
    if still or not statistics[0].one_sided:
        return null_of_lengths(lengths, grid, still, sure)
    return _null_of_signed(statistics, grid)


def _null_of_signed(statistics: "Sequence[Statistic]", grid: Grid) -> Null:
    signed = np.concatenate([one.signed[np.isfinite(one.signed)] for one in statistics]).astype(np.float64)
    probability = np.geomspace(LOWEST_TAIL, DEEPEST_TAIL, LEVELS)
    fit = fit_signed(signed)
    per_pixel = objects_per_pixel([np.multiply(one.signed, fit.side) for one in statistics], fit.level)
    growth = growth_of(probability, fit.share)
    rate = probability * np.minimum(per_pixel * growth, 1 / MIN_OBJECT_PX) / (grid.pixel_area_m2 / 1e6)
    explanation = f"{fit.explanation}; one object per {1 / per_pixel:.0f} pixels above"
    return Null(fit.quantile(probability), rate, probability, explanation, halfway=fit.halfway)
