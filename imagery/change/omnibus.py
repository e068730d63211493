"""Likelihood-ratio tests that a gamma-distributed intensity stayed the same over several dates.

Reference: Conradsen, Nielsen & Skriver 2016, IEEE TGRS 54(5):3007, for one polarisation (p = 1); several that are
independent add up. The test over all dates is the product of tests of each date against those before it, which tell
when it changed. That paper's chi-square series gives the tail three times too light at one look. The moments of Q are
known in closed form, so the tail is taken from them by saddle point instead (Lugannani & Rice 1980, Adv. Appl. Prob.
12:475), which holds at any number of looks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import (
    gammaln,
    ndtr,  # scipy.stats takes half a second to import
    polygamma,
    psi,
)

from ..scene import Floats

Doubles = NDArray[np.float64]
SADDLES = 1 - np.geomspace(1e-3, 100, 1200)  # the cumulants of -ln Q end at 1


@dataclass(frozen=True)
class Law:
    """
    Distribution of -2 ln Q, or of a sum of such, where nothing changed.

    Parameters
    ----------
    terms
        (dates, looks, sign): the cumulants of a test over so many dates, which add up, or are taken away again.
    """

    terms: tuple[tuple[int, float, int], ...]

    def __add__(self, other: "Law") -> "Law":
        """Return the law of the sum of two independent statistics."""
        return Law(self.terms + other.terms)

    def quantile(self, share: Doubles | float) -> Doubles:
        """Return the statistic that a share of unchanged pixels is above, for shares of 1e-15 to .9."""
        level, slope, bend = (np.zeros(len(SADDLES)) for _ in range(3))
        for dates, looks, sign in self.terms:
            for total, part in zip((level, slope, bend), _cumulants(dates, looks), strict=True):
                total += sign * part
        root = np.sign(SADDLES) * np.sqrt(np.maximum(2 * (SADDLES * slope - level), 0))
        apart = np.abs(root) > 1e-2  # the formula is 0 / 0 in the mean; its neighbours bridge that
        root, step = root[apart], (SADDLES * np.sqrt(bend))[apart]
        above = ndtr(-root) + np.exp(-(root**2) / 2) / np.sqrt(2 * np.pi) * (1 / step - 1 / root)
        known = (above > 0) & (above < 1)
        order = np.argsort(above[known])
        logarithms, statistics = np.log(above[known][order]), 2 * slope[apart][known][order]
        return np.asarray(np.interp(np.log(share), logarithms, statistics))


def omnibus(total: Floats, logarithms: Floats, dates: int, looks: float) -> Floats:
    """
    Return -2 ln Q over all dates of one band, float32, >= 0.

    Parameters
    ----------
    total, logarithms
        Sum over the dates of the intensity, and of its natural logarithm.
    dates
        How many, >= 2.
    looks
        Of the intensity.
    """
    spread = dates * np.log(total / dates) - logarithms
    return np.asarray(2 * looks * np.maximum(spread, 0), dtype=np.float32)


def omnibus_law(dates: int, looks: float) -> Law:
    """Return how `omnibus` is distributed where nothing changed."""
    return Law(((dates, looks, 1),))


def one_more(total: Floats, latest: Floats, number: int, looks: float) -> Floats:
    """
    Return -2 ln R of one date against all before it, in one band, float32, >= 0.

    Parameters
    ----------
    total
        Sum of the intensity over the dates before.
    latest
        The intensity of the date.
    number
        Which date it is, the first being 1; >= 2.
    looks
        Of the intensity.
    """
    before = number - 1
    spread = number * np.log((total + latest) / number) - before * np.log(total / before) - np.log(latest)
    return np.asarray(2 * looks * np.maximum(spread, 0), dtype=np.float32)


def one_more_law(number: int, looks: float) -> Law:
    """Return how `one_more` is distributed where nothing changed."""
    return Law(((number, looks, 1), (number - 1, looks, -1)))


def _cumulants(dates: int, looks: float) -> tuple[Doubles, Doubles, Doubles]:
    """Cumulant generating function of -ln Q at the saddles, and its two derivatives."""
    one, every = looks * (1 - SADDLES), looks * dates * (1 - SADDLES)
    return (
        -looks * dates * SADDLES * np.log(dates)
        + gammaln(looks * dates)
        - gammaln(every)
        + dates * (gammaln(one) - gammaln(looks)),
        looks * dates * (psi(every) - np.log(dates) - psi(one)),
        looks**2 * dates * (polygamma(1, one) - dates * polygamma(1, every)),
    )
