"""Change vectors on pseudo-invariant radiometry: the optical method.

Reference: Bovolo & Bruzzone 2007, IEEE TGRS 45(1):218, for change vectors; Canty & Nielsen 2008 for the radiometry they
stand on; the length is Mahalanobis', with the covariance of the calmer part of the scene, and in units of what is
expected on such ground (`expected`). Cost: about 60 ns a pixel and band. Fails where most of the scene changed, where
registration is off (edges), and on water, whose glint is no change of anything that stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..scene import Floats, Mask, ScenePair
from .expected import REACH_PX, Expected, Ground, learn_expected
from .method import Method
from .optics import learn_optics, without_optics
from .smooth import inner, reach_px, smooth
from .statistic import Statistic

SIGMA_PX = 1.0
CALM_SHARE = 0.7
SAMPLE = 200_000
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ChangeVector:
    """
    The length of the change vector in units of its expectation where nothing changed.

    Parameters
    ----------
    optics
        float64 (bands, 6): what slopes and curvatures have in each band's difference.
    calm
        How the difference spreads on calm ground.
    expected
        Median length by ground.
    signed_middle, signed_spread
        Of the mean difference in units of each band's spread.
    """

    optics: Doubles
    calm: "Calm"
    expected: Expected
    signed_middle: float
    signed_spread: float

    def __call__(self, pair: ScenePair) -> Statistic:
        """Score a window."""
        valid = inner(pair.valid, SIGMA_PX)
        difference = _difference(pair, self.optics)
        distance = self.calm.length(difference) / self.expected(Ground.of(pair))
        signed = (self.calm.mean(difference) - self.signed_middle) / self.signed_spread
        return Statistic(
            np.where(valid, distance, np.nan).astype(np.float32),
            np.where(valid, signed, np.nan).astype(np.float32),
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
        scaled = (difference - self.centre[:, None, None].astype(np.float32)) / self.spread[:, None, None].astype(
            np.float32
        )
        white = np.tensordot(self.whiten.T.astype(np.float32), scaled, axes=1)
        return np.asarray(np.sqrt((white**2).mean(axis=0)), dtype=np.float32)

    def mean(self, difference: Floats) -> Floats:
        """Return the mean of the bands, each in units of its width."""
        return np.asarray((difference / self.width[:, None, None].astype(np.float32)).mean(axis=0), dtype=np.float32)


def learn_change_vector(windows: Sequence[ScenePair]) -> ChangeVector:
    """
    Learn what calm ground does.

    Parameters
    ----------
    windows
        Registered and normalised, optical, any number of bands.
    """
    optics = np.stack([learn_optics(_band(windows, at)) for at in range(len(windows[0].before.pixels))])
    differences = [_difference(pair, optics) for pair in windows]
    valids = [inner(pair.valid, SIGMA_PX) for pair in windows]
    calm = _learn_calm(np.concatenate([image[:, valid] for image, valid in zip(differences, valids, strict=True)], 1).T)
    grounds = [Ground.of(pair) for pair in windows]
    expected = learn_expected([calm.length(difference) for difference in differences], grounds, valids)
    means = np.concatenate([calm.mean(image)[valid] for image, valid in zip(differences, valids, strict=True)])
    return ChangeVector(optics, calm, expected, float(np.median(means)), _width(means))


CHANGE_VECTOR = Method("change-vector", learn_change_vector, max(REACH_PX, 2 * reach_px(SIGMA_PX) + 4))


def _smoothed(pair: ScenePair, at: int) -> tuple[Floats, Floats]:
    before, after = (smooth(scene.pixels[at], pair.valid, SIGMA_PX) for scene in (pair.before, pair.after))
    return before, after


def _band(windows: Sequence[ScenePair], at: int) -> list[tuple[Floats, Floats, Mask]]:
    return [(*_smoothed(pair, at), pair.valid) for pair in windows]


def _difference(pair: ScenePair, optics: Doubles) -> Floats:
    bands = [without_optics(*_smoothed(pair, at), pair.valid, shares) for at, shares in enumerate(optics)]
    return np.stack(bands)


def _learn_calm(values: Floats) -> Calm:
    sample = values[:: max(1, len(values) // SAMPLE)].astype(np.float64)
    centre = np.median(sample, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(sample - centre), axis=0), 1e-6)
    scaled = (sample - centre) / spread
    near = (scaled**2).sum(axis=1)
    calm = scaled[near <= np.quantile(near, CALM_SHARE)]
    covariance = np.atleast_2d(np.cov(calm, rowvar=False))
    covariance += np.diag(np.full(len(spread), 1e-3 * float(np.trace(covariance)) / len(spread) + 1e-12))
    width = np.array([_width(band) for band in values.T])
    return Calm(centre, spread, np.linalg.cholesky(np.linalg.inv(covariance)), width)


def _width(values: Floats) -> float:
    low, high = np.percentile(values, (16, 84))
    return max(float(high - low) / 2, 1e-6)
