"""The length of a change vector in units of its expectation mixes grounds and seasons by multiplication: log-normal.

Matched at the median and the upper quantile that gives the heaviest tail change does not explain.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri  # scipy.stats takes a third of a second to import

Doubles = NDArray[np.float64]
UPPER = (0.75, 0.90, 0.95)  # quantiles matched; the heaviest tail they give is believed
MAX_GROWTH = 1.5  # of the log-spread from the first of them on: real no-change tails grow less, change grows more
MIN_SPREAD = 0.5  # real pairs without change have 0.5 to 0.75; less is seen on made ones, at their shores


def fit_length(distance: Doubles) -> tuple[Callable[[Doubles], Doubles], str]:
    """Return the quantile function of a length >= 0, of the share above, and how it was found."""
    middle, *upper = np.quantile(distance, (0.5, *UPPER))
    middle = max(float(middle), 1e-9)
    spreads = [float(np.log(max(u / middle, 1.01)) / ndtri(q)) for u, q in zip(upper, UPPER, strict=True)]
    spread = max(min(max(spreads), MAX_GROWTH * spreads[0]), MIN_SPREAD)

    def quantile(probability: Doubles) -> Doubles:
        return np.asarray(middle * np.exp(-spread * ndtri(probability)))

    return quantile, f"log-normal through this pair's median, of log-spread {spread:.2f} from its upper quantiles"
