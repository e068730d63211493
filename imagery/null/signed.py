"""The null of a signed statistic: unchanged, its two sides are alike, and change seldom goes both ways alike.

Speckle in a log-ratio lies between normal (one ground) and Laplace (normal over many grounds), so the magnitude is
Weibull, of a shape from 2 to 1. Where a part of the scene is silent, because both dates are clipped there, both sides
are heavier still, and the share that is sound is fitted with them. A side that is heavier than that, or than the other
side by much, or has a second mode, holds change, and the other one is believed; else the louder of the two.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .modes import mode_apart

Doubles = NDArray[np.float64]
LAPLACE, NORMAL = 1.0, 2.0  # Weibull shapes of their magnitudes' tails
CHANGED = 0.75  # shapes measured without change are .8 (a third of the scene clipped) to 1.4; with it below .7
UNLIKE = float(np.sqrt(0.5))  # of the other side's shape: half of all the way, in logarithms, from normal to Laplace
BODY = (0.6, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97)  # quantiles of the magnitude that are matched
CORE = (0.4, 0.5, 0.6, 0.7)  # the same where both sides hold change
SOUND = np.arange(0.35, 1.0, 0.05)  # shares of the scene that are not silent
ANCHOR = 0.9  # the curve passes through this one of them, the deepest that few changed pixels reach
OBJECT_QUANTILE = 0.98


@dataclass(frozen=True, eq=False)
class SignedFit:
    """
    The magnitude of a signed statistic where nothing changed.

    Parameters
    ----------
    quantile
        From the share of unchanged pixels above, to the level.
    side
        1 or -1: the sign of the side it was fitted on.
    level, share
        On that side, the level whose exceedances show how pixels gather into objects; share of magnitudes above it.
    halfway
        Level half-way to where change has a mode of its own; None where it has none.
    explanation
        How it was found.
    """

    quantile: Callable[[Doubles], Doubles]
    side: int
    level: float
    share: float
    halfway: float | None
    explanation: str


def fit_signed(signed: Doubles) -> SignedFit:
    """Fit the null of a signed statistic, float64 (n,), 0 where the unchanged lie and in units of their spread."""
    quiet, loud = sorted((1, -1), key=lambda side: float(np.quantile(side * signed, 0.95)))
    modes = {side: mode_apart(side * signed, 1.0) for side in (quiet, loud)}
    shapes = {side: _shape(side * signed, BODY) for side in (quiet, loud)}
    changed = {side: modes[side] is not None or shapes[side] < CHANGED for side in (quiet, loud)}
    side = quiet if changed[loud] or shapes[loud] < UNLIKE * shapes[quiet] else loud
    silent = max(shapes.values()) < LAPLACE
    sound, shape, scale = _weibull(side * signed, CORE if changed[side] else BODY, silent and not changed[side])

    def quantile(probability: Doubles) -> Doubles:
        return np.asarray(scale * np.maximum(np.log(sound / probability), 1e-9) ** (1 / shape))

    found = [mode / 2 for mode in modes.values() if mode is not None]
    name = "brighter" if side > 0 else "darker"
    explanation = f"Weibull of shape {shape:.2f} through the quantiles of this pair's {name} side"
    if sound < 1:
        explanation += f", {sound:.0%} of it not silent"
    if found:
        explanation += "; change stands apart as a mode of its own, and the threshold is half-way to it"
    level = float(np.quantile(side * signed, OBJECT_QUANTILE))
    return SignedFit(quantile, side, level, 2 * (1 - OBJECT_QUANTILE), min(found, default=None), explanation)


def _magnitudes(side: Doubles, shares: tuple[float, ...]) -> Doubles:
    """Quantiles of the magnitude: half of an even distribution lies on each side."""
    return np.maximum(np.quantile(side, (1 + np.array(shares)) / 2), 1e-9)


def _shape(side: Doubles, shares: tuple[float, ...]) -> float:
    """Shape of the Weibull distribution nearest to these quantiles."""
    levels = np.log(_magnitudes(side, shares))
    if np.ptp(levels) == 0:  # two dates of one image
        return NORMAL
    return float(np.polyfit(levels, np.log(-np.log1p(-np.array(shares))), 1)[0])


def _weibull(side: Doubles, shares: tuple[float, ...], silent: bool) -> tuple[float, float, float]:
    """Sound share, shape and scale: magnitude above scale * log(sound / p) ** (1 / shape) on a share p of pixels."""
    levels, depths = np.log(_magnitudes(side, shares)), -np.log1p(-np.array(shares))
    sound, shape = _sound_share(levels, depths) if silent else (1.0, _shape(side, shares))
    shape = float(np.clip(shape, LAPLACE, NORMAL))
    anchor = shares.index(ANCHOR) if ANCHOR in shares else -1
    return sound, shape, float(np.exp(levels[anchor]) / (depths[anchor] + np.log(sound)) ** (1 / shape))


def _sound_share(levels: Doubles, depths: Doubles) -> tuple[float, float]:
    best = (np.inf, 1.0, LAPLACE)
    for share in SOUND:
        inner = depths + np.log(share)
        if inner[0] > 0.05:
            slope, start = np.polyfit(np.log(inner), levels, 1)
            misfit = float(((slope * np.log(inner) + start - levels) ** 2).sum())
            best = min(best, (misfit, float(share), float(1 / slope)))
    return best[1], best[2]
