"""Change over several SAR dates: whether a pixel changed at all, and from which date on.

The omnibus test of gamma-distributed intensities (Conradsen et al. 2016, IEEE TGRS 54(5):3007; Nielsen, Conradsen,
Skriver & Canty 2017, CJRS 43(6):582) with the number of looks measured on the stack, because a product's nominal number
knows neither the correlation of speckle nor the weather. Intensities are averaged over a small window first, and it is
the averages whose looks are measured: neighbours with correlated speckle add fewer than their number. Cost: about 130
ns a pixel and date. Fails on strong point targets, which are not gamma-distributed, and between different orbits;
averages of uncorrelated single-look speckle are only nearly gamma-distributed, and give up to twice the false alarms in
the far tail. It does not apply to optical series: their noise does not multiply, and season makes every date differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from ..errors import MethodError
from ..null import MIN_OBJECT_PX, target_per_km2, threshold_of
from ..null.objects import growth_of, objects_per_pixel
from ..scene import Floats, Mask, Null, Scene
from .omnibus import Law, omnibus_law, one_more, one_more_law
from .speckle import in_decibels
from .stacked import Band, averaged, of_one_gain, speckle_of

WINDOW_PX = 3
LEVELS = 256
LOWEST_TAIL, DEEPEST_TAIL = 0.3, 1e-12
OBJECT_QUANTILE = 0.98
MATCHED = 0.25  # share above the point of the law that this stack's own distribution is made to pass through
DATING = 0.01  # level of the tests that date what the test over all dates has found changed


@dataclass(frozen=True, eq=False)
class MultiDate:
    """
    Change over a stack of dates.

    Parameters
    ----------
    statistic
        float32 (rows, columns), -2 ln Q >= 0; NaN where a date is not valid or holds no echo.
    null
        Of the statistic.
    threshold, expected_false_alarms_per_km2
        In units of the statistic, and what it costs.
    first_change
        int16 (rows, columns): index in the stack of the first date that differs from those before it, so that what is
        new was first seen between that date and the one before; -1 where the statistic is not above the threshold.
    looks
        Of the window's average, that the test used, the mean over bands: measured on ratios of consecutive dates unless
        given.
    pixel_looks, neighbourhood_looks
        Of a single pixel: measured on ratios of consecutive dates, and on even neighbourhoods of single dates with the
        correlation of speckle taken out. Far more of the latter say that more than speckle differs between the dates.
    correlation
        Of speckle between neighbouring pixels, 0 to 1.
    """

    statistic: Floats
    null: Null
    threshold: float
    expected_false_alarms_per_km2: float
    first_change: NDArray[np.int16]
    looks: float
    pixel_looks: float
    neighbourhood_looks: float
    correlation: float


def multi_date(stack: Sequence[Scene], looks: float | None = None, window_px: int = WINDOW_PX) -> MultiDate:
    """
    Test a stack of SAR intensities of one orbit for change.

    Parameters
    ----------
    stack
        Two scenes or more of one grid and the same bands, in the order of time: intensities, linear; several
        polarisations count as independent. Each date's gain is taken out by the median of its ratio to the first.
    looks
        Number of looks of the averages; None to measure it.
    window_px
        Side of the window that intensities are averaged over, odd; 1 tests single pixels.

    Raises
    ------
    MethodError
        If there are fewer than two scenes, one is optical or in decibels, bands differ, or too little is valid.
    GridMismatchError
        If the grids differ.
    """
    valid = _valid(stack)
    pixels = [of_one_gain([scene.pixels[at] for scene in stack], valid) for at in range(len(stack[0].pixels))]
    bands = [Band.of(averaged(dates, valid, window_px), valid, looks) for dates in pixels]
    speckle = [speckle_of(dates, valid) for dates in pixels]
    statistic = np.where(valid, np.sum([band.omnibus() for band in bands], axis=0), np.nan).astype(np.float32)
    law = reduce(Law.__add__, (omnibus_law(len(stack), band.looks) for band in bands))
    null = _null(statistic, law, stack[0].grid.pixel_area_m2)
    threshold, rate = threshold_of(null, target_per_km2(stack[0].grid))
    return MultiDate(
        statistic,
        null,
        threshold,
        rate,
        _first_change(bands, np.nan_to_num(statistic) > threshold),
        float(np.mean([band.looks for band in bands])),
        *(float(np.mean(values)) for values in zip(*speckle, strict=True)),
    )


def _valid(stack: Sequence[Scene]) -> Mask:
    if len(stack) < 2:
        raise MethodError(f"A multi-date test needs at least 2 dates, not {len(stack)}; give more scenes.")
    stack[0].grid.require_same(*(scene.grid for scene in stack[1:]))
    for scene in stack:
        if scene.acquisition.sensor != "sar":
            raise MethodError(
                f"{scene.path.name} is {scene.acquisition.sensor}: the multi-date test is for SAR intensities, whose "
                "speckle it models; compare an optical series pair by pair."
            )
        if len(scene.pixels) != len(stack[0].pixels):
            raise MethodError(
                f"{scene.path.name} has {len(scene.pixels)} bands and {stack[0].path.name} {len(stack[0].pixels)}; "
                "give the same polarisations of every date."
            )
        if in_decibels(scene.pixels[:, scene.mask]):
            raise MethodError(f"{scene.path.name} is in decibels; give linear intensities, 10 ** (dB / 10).")
    valid = np.logical_and.reduce([scene.mask & (scene.pixels > 0).all(axis=0) for scene in stack])
    if not valid.any():
        raise MethodError("No pixel is valid on every date; choose scenes with fewer gaps or a larger area.")
    return np.asarray(valid)


def _null(statistic: Floats, law: Law, pixel_area_m2: float) -> Null:
    seen = statistic[np.isfinite(statistic)].astype(np.float64)
    # Central matching: what drifts over more than two dates widens the middle of the statistic, and its tail as much.
    wider = max(float(np.quantile(seen, 1 - MATCHED)) / float(law.quantile(MATCHED)), 1.0)
    probability = np.geomspace(LOWEST_TAIL, DEEPEST_TAIL, LEVELS)
    levels = wider * law.quantile(probability)
    per_pixel = objects_per_pixel([statistic], float(np.quantile(seen, OBJECT_QUANTILE)))
    objects = np.minimum(per_pixel * growth_of(probability, 1 - OBJECT_QUANTILE), 1 / MIN_OBJECT_PX)
    explanation = (
        f"likelihood ratio of gamma intensities at the looks measured, {wider:.2f} times as wide to pass through this "
        f"stack's upper quartile; one object per {1 / per_pixel:.0f} pixels above"
    )
    return Null(levels, probability * objects / (pixel_area_m2 / 1e6), probability, explanation)


def _first_change(bands: Sequence[Band], changed: Mask) -> NDArray[np.int16]:
    """Index of the first date that differs from all before it at level `DATING`; if none does, of the likeliest."""
    first = np.full(changed.shape, -1, dtype=np.int16)
    likeliest, most = np.full(changed.shape, -1, dtype=np.int16), np.zeros(changed.shape, dtype=np.float32)
    totals = [band.dates[0].copy() for band in bands]
    for index in range(1, len(bands[0].dates)):
        number = index + 1
        statistic = np.zeros(changed.shape, dtype=np.float32)
        for band, total in zip(bands, totals, strict=True):
            statistic += one_more(total, band.dates[index], number, band.looks)
            total += band.dates[index]
        law = reduce(Law.__add__, (one_more_law(number, band.looks) for band in bands))
        first[(first < 0) & (statistic > law.quantile(DATING))] = index
        likelier = statistic > most
        likeliest[likelier], most[likelier] = index, statistic[likelier]
    return np.where(changed, np.where(first < 0, likeliest, first), -1).astype(np.int16)
