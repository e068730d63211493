"""Change vectors on pseudo-invariant radiometry: the optical method.

Reference: Bovolo & Bruzzone 2007, IEEE TGRS 45(1):218, for change vectors; Canty & Nielsen 2008, RSE 112:1025, for the
radiometry they stand on. The length is Mahalanobis', with the covariance of the calmer half of the scene (Rousseeuw
1984, JASA 79:871: up to half may have changed), its mean is taken over the size of an object, and that is divided by
what is expected on such ground (`expected`). The length is taken before the mean: a changed place whose pixels went
different ways would cancel out the other way round.

Claims: any gain and offset of either date and band leave the ranking as it was, as far as normalisation finds them.
Cost: 40 ns a pixel at three bands, 70 to 100 with gaps. Fails where more than half of the scene changed, where
registration is off (edges), on water, whose glint is no change of anything that stays, and on things smaller than
`sigma_px`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..grid import Grid
from ..scene import Floats, Mask, ScenePair
from .expected import REACH_PX, Expected, Ground, learn_expected
from .method import Method
from .optics import OPTICS_REACH_PX, learn_optics, without_optics
from .smooth import inner, reach_px, smooth
from .statistic import Statistic
from .thinned import thinned

OBJECT_M = 20.0  # standard deviation of the mean: a yard or a roof of some 50 m fills it
MIN_SIGMA_PX = 1.0  # the sensor's own blur: nothing sharper is in the pixels
MAX_SIGMA_PX = 4.0  # beyond it the smallest things told apart, of 5 to 10 pixels, drown in their surroundings
CALM_SHARE = 0.5
EXPECTED_SHARE = 1 / 3  # power of the expectation divided by; 1 would also excuse change where change is common
LEAST_SPREAD = 1e-3  # of the scene's own: finer differences are rounding, not noise
SAMPLE = 200_000
Doubles = NDArray[np.float64]


def sigma_px(grid: Grid) -> float:
    """Return the standard deviation of the mean, pixels: `OBJECT_M` on the ground, within what pixels can hold."""
    return float(np.clip(OBJECT_M / grid.mean_gsd_m, MIN_SIGMA_PX, MAX_SIGMA_PX))


@dataclass(frozen=True, eq=False)
class ChangeVector:
    """
    The mean length of the change vector in units of its expectation where nothing changed.

    Its body, where nothing changed, has one mode near 1 and is close to log-normal: a mean of lengths, times what the
    expectation missed. Larger means change, whichever way.

    Parameters
    ----------
    sigma_px
        Of the Gaussian mean.
    optics
        float64 (bands, 6): what slopes and curvatures have in each band's difference.
    calm
        How the difference spreads on calm ground.
    expected
        Median length by ground.
    overall
        Median length.
    signed_middle, signed_spread
        Of the mean difference in units of each band's spread.
    """

    sigma_px: float
    optics: Doubles
    calm: "Calm"
    expected: Expected
    overall: float
    signed_middle: float
    signed_spread: float

    def __call__(self, pair: ScenePair) -> Statistic:
        """Score a window."""
        valid = inner(pair.valid, self.sigma_px)
        difference = _difference(pair, self.optics)
        length = smooth(self.calm.length(difference), pair.valid, self.sigma_px)
        expected = self.expected(Ground.of(pair), EXPECTED_SHARE) * np.float32(self.overall ** (1 - EXPECTED_SHARE))
        signed = smooth(self.calm.mean(difference), pair.valid, self.sigma_px)
        return Statistic(
            np.where(valid, length / expected, np.nan).astype(np.float32),
            np.where(valid, (signed - self.signed_middle) / self.signed_spread, np.nan).astype(np.float32),
            one_sided=False,
        )


@dataclass(frozen=True, eq=False)
class Calm:
    """
    Spread of the difference on the calmest `CALM_SHARE` of pixels.

    Parameters
    ----------
    centre, spread
        float64 (bands,): median, robust spread, in the units of the before scene.
    whiten
        float64 (bands, bands): from scaled differences to uncorrelated ones.
    width
        float64 (bands,): half the range of the middle 68 %.
    """

    centre: Doubles
    spread: Doubles
    whiten: Doubles
    width: Doubles

    def length(self, difference: Floats) -> Floats:
        """Return the Mahalanobis length a band, of differences float32 (bands, rows, columns)."""
        whiten = (self.whiten / self.spread[:, None]).T.astype(np.float32)
        white = np.tensordot(whiten, difference - self.centre[:, None, None].astype(np.float32), axes=1)
        return np.asarray(np.sqrt((white**2).mean(axis=0)), dtype=np.float32)

    def mean(self, difference: Floats) -> Floats:
        """Return the mean of the bands, each in units of its width."""
        share = (1 / (self.width * len(self.width))).astype(np.float32)
        return np.asarray(np.tensordot(share, difference, axes=1), dtype=np.float32)


def learn_change_vector(windows: Sequence[ScenePair]) -> ChangeVector:
    """
    Learn what calm ground does.

    Parameters
    ----------
    windows
        Registered and normalised, optical, any number of bands.
    """
    sigma = sigma_px(windows[0].grid)
    optics = np.stack([learn_optics(_band(windows, at)) for at in range(len(windows[0].before.pixels))])
    differences = [_difference(pair, optics) for pair in windows]
    valids = [pair.valid for pair in windows]
    own = thinned([pair.before.pixels for pair in windows], valids, SAMPLE)
    calm = _learn_calm(thinned(differences, valids, SAMPLE).T, LEAST_SPREAD * np.array([_width(band) for band in own]))
    lengths, means = (
        [smooth(image(one), valid, sigma) for one, valid in zip(differences, valids, strict=True)]
        for image in (calm.length, calm.mean)
    )
    inners = [inner(valid, sigma) for valid in valids]
    expected = learn_expected(lengths, [Ground.of(pair) for pair in windows], inners)
    length, mean = (thinned(images, inners, SAMPLE) for images in (lengths, means))
    if not length.size:
        return ChangeVector(sigma, optics, calm, expected, 1.0, 0.0, 1.0)
    overall = max(float(np.median(length)), 1e-6)
    return ChangeVector(sigma, optics, calm, expected, overall, float(np.median(mean)), _width(mean))


CHANGE_VECTOR = Method("change-vector", learn_change_vector, max(REACH_PX, OPTICS_REACH_PX + reach_px(MAX_SIGMA_PX)))


def _band(windows: Sequence[ScenePair], at: int) -> list[tuple[Floats, Floats, Mask]]:
    return [(pair.before.pixels[at], pair.after.pixels[at], pair.valid) for pair in windows]


def _difference(pair: ScenePair, optics: Doubles) -> Floats:
    dates = zip(pair.before.pixels, pair.after.pixels, optics, strict=True)
    return np.stack([without_optics(before, after, pair.valid, shares) for before, after, shares in dates])


def _learn_calm(values: Floats, floor: Doubles) -> Calm:
    sample = values.astype(np.float64)
    centre = np.median(sample, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(sample - centre), axis=0), floor)
    scaled = (sample - centre) / spread
    near = (scaled**2).sum(axis=1)
    calm = scaled[near <= np.quantile(near, CALM_SHARE)]
    covariance = np.atleast_2d(np.cov(calm, rowvar=False))
    covariance += np.diag(np.full(len(spread), 1e-3 * float(np.trace(covariance)) / len(spread) + 1e-12))
    width = np.array([_width(band) for band in values.T])
    return Calm(centre, spread, np.linalg.cholesky(np.linalg.inv(covariance)), np.maximum(width, floor))


def _width(values: Floats) -> float:
    low, high = np.percentile(values, (16, 84))
    return max(float(high - low) / 2, 1e-6)
