"""Multivariate alteration detection: the root of the summed, squared canonical differences.

Reference: Nielsen 1998, RSE 64:1. Learned in one pass over a sample; cost of scoring: about 5 ns a pixel at four bands.
It ignores any gain and offset of either date. Fails with one band, where much of the scene changed (change then counts
as usual), and lets noise count in full where the dates hardly correlate. Its chi-square p-value is not a p-value (see
`alteration`), so the threshold comes from the null like any other method's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..compiled import compiled
from ..errors import MethodError
from ..scene import Floats, Mask, ScenePair
from .alteration import CHUNK, Alteration, Doubles, alteration, sampled
from .method import Method
from .statistic import Statistic

SAMPLE = 200_000


@dataclass(frozen=True, eq=False)
class CanonicalDifference:
    """
    The length of a pixel's standardised variates.

    Parameters
    ----------
    forms, offsets
        float32 (bands + 1, 2 bands), (bands + 1,): the variates as linear forms of the bands of both dates, and last
        the mean difference in units of its own spread.
    """

    forms: Floats
    offsets: Floats

    def __call__(self, pair: ScenePair) -> Statistic:
        """Score a window."""
        shape = pair.valid.shape
        distance, signed = np.empty(shape, dtype=np.float32), np.empty(shape, dtype=np.float32)
        _score(pair.before.pixels, pair.after.pixels, pair.valid, self.forms, self.offsets, distance, signed)
        return Statistic(distance, signed, one_sided=False)


def learn_canonical(windows: Sequence[ScenePair], solve: Callable[[Doubles], Alteration]) -> CanonicalDifference:
    """
    Learn the variates.

    Parameters
    ----------
    windows
        Registered, two bands or more.
    solve
        From pixels (2 bands, n) to their variates.

    Raises
    ------
    MethodError
        If there is one band, or too few valid pixels to tell the bands apart.
    """
    bands = len(windows[0].before.pixels)
    if bands < 2:
        raise MethodError("MAD and IR-MAD need at least 2 bands, this pair has 1; give --method change-vector.")
    values = sampled(windows, [pair.valid for pair in windows], SAMPLE)
    if values.shape[1] < 20 * bands:
        raise MethodError(
            f"Only {values.shape[1]} pixels are valid on both dates; MAD and IR-MAD need {20 * bands}: "
            "choose scenes with fewer gaps or a larger area."
        )
    found = solve(values)
    difference = values[bands:] - values[:bands]
    scales = np.array([_width(band) for band in difference]) * bands
    mean = (difference / scales[:, None]).sum(axis=0)
    spread = _width(mean)
    brighter = np.append(-1 / scales, 1 / scales) / spread
    return CanonicalDifference(
        np.vstack([found.forms, brighter]).astype(np.float32),
        np.append(found.offsets, -float(np.median(mean)) / spread).astype(np.float32),
    )


def learn_mad(windows: Sequence[ScenePair]) -> CanonicalDifference:
    """Learn with every pixel counting alike; see `learn_canonical`."""
    return learn_canonical(windows, alteration)


MAD = Method("mad", learn_mad, 0)


def _width(values: Doubles) -> float:
    low, high = np.percentile(values, (16, 84))
    return max(float(high - low) / 2, 1e-6)


@compiled
def _score(
    before: Floats, after: Floats, valid: Mask, forms: Floats, offsets: Floats, distance: Floats, signed: Floats
) -> None:
    bands, rows, columns = before.shape
    squares, variate = np.empty(CHUNK, dtype=np.float32), np.empty(CHUNK, dtype=np.float32)
    for i in range(rows):
        for left in range(0, columns, CHUNK):
            size = min(CHUNK, columns - left)
            squares[:size] = 0
            for v in range(bands + 1):
                variate[:size] = offsets[v]
                for k in range(2 * bands):
                    line = (before[k] if k < bands else after[k - bands])[i][left : left + size]
                    share = forms[v, k]
                    for j in range(size):
                        variate[j] += share * line[j]
                if v < bands:
                    for j in range(size):
                        squares[j] += variate[j] * variate[j]
            known = valid[i][left : left + size]
            far, apart = distance[i][left : left + size], signed[i][left : left + size]
            for j in range(size):
                far[j] = np.sqrt(squares[j]) if known[j] else np.float32(np.nan)
                apart[j] = variate[j] if known[j] else np.float32(np.nan)
