"""
What a thing looks like in numbers, with their errors, and how far two things are apart in units of these.

Length and width are good to a pixel at each end, and to the scale of their image as a whole, which moves both alike: so
the ratio of the two counts for more than either. Colour is relative to the ground of the scene, whose own spread is the
error of that. The distance is Mahalanobis' (1936) over the root of the number of measures: 1 is as far apart as the
errors alone put two pictures of one thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import (
    betaincinv,  # scipy.stats takes half a second to import
    gammaincinv,
)

END_PX = 1.0  # error of one end of a thing
SCALE, DISPLAY_SCALE = 0.02, 0.05  # of an image that is placed, and of one shown on a screen whose scale was told
ALIKE = 0.9  # of pictures of one thing that are to be told for alike
LEVEL = 0.9  # of the interval of a rate

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Signature:
    """
    One thing.

    Parameters
    ----------
    id, kind, site
        Of its annotation; of a thing of the background its number, "" and the site of its scene.
    length_m, width_m
        Of its outline.
    spacing_m
        From its centre to the nearest centre of another of its kind; None where it is alone.
    gsd_m
        Side of a pixel.
    scale
        Error of the scale of its image, a share.
    colour
        Natural logarithm of each band over the ground of its scene; None where the pixels are not there.
    colour_error
        float64 (bands, bands): covariance of `colour`.
    """

    id: str
    kind: str
    site: str | None
    length_m: float
    width_m: float
    spacing_m: float | None
    gsd_m: float
    scale: float
    colour: Numbers | None = None
    colour_error: Numbers | None = None

    def measures(self, spacing: bool, colour: bool) -> tuple[Numbers, Numbers]:
        """Return the logarithms of its measures, and their covariance; with its spacing and colour where asked for."""
        sizes = [self.length_m, self.width_m, *([self.spacing_m or self.length_m] if spacing else [])]
        lengths = np.maximum(np.asarray(sizes, dtype=np.float64), self.gsd_m)
        ends = np.sqrt(2.0) * END_PX * self.gsd_m / lengths
        covariance = np.diag(ends**2) + self.scale**2
        if not colour or self.colour is None or self.colour_error is None:
            return np.log(lengths), covariance
        whole = np.zeros((len(lengths) + len(self.colour),) * 2)
        whole[: len(lengths), : len(lengths)] = covariance
        whole[len(lengths) :, len(lengths) :] = self.colour_error
        return np.concatenate([np.log(lengths), self.colour]), whole


@dataclass(frozen=True, eq=False)
class Model:
    """What was marked: the mean of the marked, what they differ by, and which measures all of them have."""

    middle: Numbers
    covariance: Numbers
    spacing: bool
    colour: bool

    @classmethod
    def of(cls, marked: Sequence[Signature]) -> "Model":
        """
        Learn a model from one or more things.

        What they differ by beyond the errors of measuring is what such things may differ by.
        """
        spacing = all(one.spacing_m is not None for one in marked)
        colour = all(one.colour is not None for one in marked)
        measured = [one.measures(spacing, colour) for one in marked]
        values, errors = np.stack([value for value, _ in measured]), np.mean([error for _, error in measured], axis=0)
        between = np.zeros(values.shape[1])
        if len(marked) > 1:
            between = np.maximum(values.var(axis=0, ddof=1) - np.diag(errors), 0.0)
        return cls(values.mean(axis=0), errors + np.diag(between), spacing, colour)

    @property
    def size(self) -> int:
        """How many measures it has."""
        return len(self.middle)

    @property
    def limit(self) -> float:
        """Distance within which `ALIKE` of the pictures of such things are."""
        return float(np.sqrt(2 * gammaincinv(self.size / 2, ALIKE) / self.size))

    def distance(self, one: Signature) -> float:
        """Return how far a thing is from the marked; a spacing or a colour that it lacks counts for nothing."""
        spacing, colour = self.spacing and one.spacing_m is not None, self.colour and one.colour is not None
        keep = np.ones(self.size, dtype=bool)
        keep[2 : 2 + self.spacing] = spacing
        keep[2 + self.spacing :] = colour
        values, errors = one.measures(spacing, colour)
        apart = values - self.middle[keep]
        whole = errors + self.covariance[np.ix_(keep, keep)]
        return float(np.sqrt(apart @ np.linalg.solve(whole, apart) / len(apart)))


def rate(hits: int, trials: int) -> tuple[float, float, float]:
    """Return low, best and high of a share at `LEVEL` (Jeffreys; Brown, Cai and DasGupta 2001)."""
    low, high = betaincinv(hits + 0.5, trials - hits + 0.5, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return (0.0 if hits == 0 else float(low)), hits / max(trials, 1), (1.0 if hits == trials else float(high))
