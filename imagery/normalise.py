"""Taking sun and sensor out of a pair: the after scene in the before scene's units.

Pseudo-invariant pixels chosen by IR-MAD, and per band an orthogonal regression over them (Canty & Nielsen 2008, RSE
112:1025), because both dates carry noise. One band: the same regression, trimmed until it settles. SAR: the median of
the ratio. Histograms are never matched: that takes real change out with the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .change.alteration import no_change_weights
from .scene import Floats, ScenePair

SAMPLE = 200_000
INVARIANT_WEIGHT = 0.9
MIN_INVARIANT_SHARE = 0.005
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Normalisation:
    """
    Brings the after scene into the before scene's radiometry.

    Parameters
    ----------
    gain, offset
        float32 (bands,): after × gain + offset is in the units of before.
    """

    gain: Floats
    offset: Floats

    def __call__(self, pair: ScenePair) -> ScenePair:
        """Return the window with its after scene normalised; not-valid pixels are 0, `before` is untouched."""
        pixels = pair.after.pixels * self.gain[:, None, None] + self.offset[:, None, None]
        pixels[:, ~pair.after.mask] = 0
        return replace(pair, after=replace(pair.after, pixels=pixels))


def learn_normalisation(windows: Sequence[ScenePair]) -> Normalisation:
    """
    Find what sun and sensor made of the after scene.

    Parameters
    ----------
    windows
        Of a registered pair; as many bands on both dates.
    """
    before, after = (
        np.concatenate(dates, axis=1).T
        for dates in zip(
            *((pair.before.pixels[:, pair.valid], pair.after.pixels[:, pair.valid]) for pair in windows), strict=True
        )
    )
    step = max(1, len(before) // SAMPLE)
    before, after = before[::step].astype(np.float64), after[::step].astype(np.float64)
    if windows[0].before.acquisition.sensor == "sar":
        lines = [(_median_ratio(x, y), 0.0) for x, y in zip(before.T, after.T, strict=True)]
    elif before.shape[1] == 1:
        lines = [_trimmed_line(before[:, 0], after[:, 0])]
    else:
        invariant = _invariant(no_change_weights(before, after))
        lines = [_orthogonal_line(x, y) for x, y in zip(before[invariant].T, after[invariant].T, strict=True)]
    gain, offset = np.array(lines, dtype=np.float32).T
    return Normalisation(gain, offset)


def normalise(pair: ScenePair) -> ScenePair:
    """Return a pair that fits into memory with the after scene in the before scene's radiometry."""
    return learn_normalisation([pair])(pair)


def _invariant(weights: Doubles) -> NDArray[np.bool_]:
    sure = weights > INVARIANT_WEIGHT
    enough = max(int(MIN_INVARIANT_SHARE * len(weights)), 16)
    return sure if sure.sum() >= enough else weights >= np.partition(weights, -enough)[-enough]


def _orthogonal_line(before: Doubles, after: Doubles) -> tuple[float, float]:
    """Gain and offset that bring `after` to `before`, errors on both axes; gain 1 where they do not vary together."""
    (vb, cov), (_, va) = np.cov(before, after)
    if cov <= 1e-3 * np.sqrt(max(vb * va, 1e-30)):
        return 1.0, float(before.mean() - after.mean())
    # Regress spread-scaled values, so that a change of units does not change which errors count.
    unit = np.sqrt(vb / va)
    scaled = va * unit**2
    gain = unit * (vb - scaled + np.sqrt((vb - scaled) ** 2 + 4 * (cov * unit) ** 2)) / (2 * cov * unit)
    return float(gain), float(before.mean() - gain * after.mean())


def _trimmed_line(before: Doubles, after: Doubles) -> tuple[float, float]:
    kept = np.ones(len(before), dtype=bool)
    gain, offset = 1.0, 0.0
    for _ in range(10):
        gain, offset = _orthogonal_line(before[kept], after[kept])
        distance = np.abs(before - gain * after - offset)
        limit = 2.5 * 1.4826 * float(np.median(distance))
        kept = distance <= max(limit, 1e-6)
        if kept.sum() < 16:
            break
    return gain, offset


def _median_ratio(before: Doubles, after: Doubles) -> float:
    positive = (before > 0) & (after > 0)
    return float(np.median(before[positive] / after[positive])) if positive.any() else 1.0
