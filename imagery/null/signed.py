"""The log-ratio lies between normal (one ground) and Laplace (normal over many grounds): a Weibull magnitude.

Its shape from 2 to 1 is matched on the louder of its two sides, or on the quieter (if it is one such class) where
change stands apart as a mode of its own on the louder.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
LAPLACE, NORMAL = 1.0, 2.0  # Weibull shapes of their magnitudes' tails


def fit_signed(signed: Doubles) -> tuple[Callable[[Doubles], Doubles], str]:
    """Return the quantile function of the magnitude, of the share above, and how it was found."""
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
