"""How many there are, drawn ten thousand times from all that is not known: what is real, what it holds, what is missed.

Everything of one kind that may be counted is a `Thing`. A draw decides which of the things nobody judged are real, how
many each holds, and how many more there are that nobody proposed; a count is what most draws agree on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, pdtr  # scipy.stats takes half a second to import

from ..labels.records import Count
from .monotone import Curve, Doubles, chance, fit
from .recall import Look, Recall

DRAWS = 10_000
LARGEST = 1_000_000  # cells of a table of draws; more things get fewer draws
LEAST_DRAWS = 1_000
SEED = 20
THRESHOLD = (
    0.0,
    2.0,
)  # log-odds that a proposal at the detector's threshold is real: even, and anything from .04 to .96
RISE = 1.5  # of these log-odds for each factor of e in the statistic
TOGETHER = 0.5  # share of the variance with which the counts of several outlines err the same way
LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class Thing:
    """
    One place that may be counted.

    Parameters
    ----------
    verdict
        accepted, unsure, disputed or unreviewed.
    drawn
        True where an analyst drew it and no detector proposed it.
    held
        How many it holds; None for at least one.
    look
        Length of its outline, and visibility.
    log_odds
        log(d / t) of its statistic and the detector's threshold; 0 for a drawing.
    recall
        How likely the comparison that shows it finds one.
    """

    verdict: str
    drawn: bool
    held: Count
    look: Look
    log_odds: float
    recall: Recall


@dataclass(frozen=True, eq=False)
class Draws:
    """
    What was drawn, one row a draw.

    Parameters
    ----------
    real
        bool (draws, things).
    holds
        float64 (draws, things): how many each thing holds if it is real.
    chances
        float64 (things,): how likely each is real, over all draws.
    missed
        int64 (draws,): things that are there and were neither proposed nor drawn.
    missed_hold
        float64 (draws,): how many those hold together.
    """

    real: NDArray[np.bool_]
    holds: Doubles
    chances: Doubles
    missed: NDArray[np.int64]
    missed_hold: Doubles

    def totals(self, chosen: NDArray[np.bool_] | None = None, missed: bool = True) -> NDArray[np.int64]:
        """Return how many there are in each draw, int64 (draws,); of some things only, or without what is missed."""
        counted = self.real if chosen is None else self.real & chosen
        total = (counted * self.holds).sum(axis=1)
        return np.asarray(np.rint(total + (self.missed_hold if missed else 0.0)), dtype=np.int64)


def draw(
    things: Sequence[Thing],
    judged: Sequence[tuple[float, bool]],
    false_alarms: float | None,
    elsewhere: int,
    usual: Recall,
) -> Draws:
    """
    Draw what is there.

    An accepted thing is real. A proposal nobody judged is real with a chance that rises with its statistic: a logistic
    curve in log(d / t), learnt from the verdicts on proposals of its kind and a wide prior. Draws that leave less room
    for false alarms than the null of the pair expects are drawn less often. Of things judged unsure or disputed, and
    drawings without a verdict, an unknown share is real, every share alike.

    What is missed, M: where F things were found with recall r (mean over their looks of 1/r, so that the faint weigh
    more), M is negative binomial(F + 1/2, r), which is what Jeffreys' prior on the density of things makes of it; its
    mean is F (1 - r) / r and a little more. Accepted drawings are among what the detectors missed.

    How many an outline holds lies about its best count as far as its bounds, taken as 90 %, say; half of the variance
    is common to all outlines. What is missed holds what those of its kind hold that are as hard to find.

    Parameters
    ----------
    things
        All of one kind, rejected ones left out.
    judged
        For each proposal with a verdict: log(d / t), and whether it was accepted.
    false_alarms
        Expected by the null among the proposals of these comparisons; None where none is known.
    elsewhere
        Proposals that are neither things nor accepted: false alarms may be among them.
    usual
        Recall where nothing was found.
    """
    rng = np.random.default_rng(SEED)
    draws = int(np.clip(LARGEST // max(len(things), 1), LEAST_DRAWS, DRAWS))
    strength = np.array([x for x, _ in judged], dtype=np.float64).reshape(-1, 1)
    curve = fit(strength, [hit for _, hit in judged], THRESHOLD, RISE)
    real, chances = _real(things, curve, false_alarms, elsewhere, draws, rng)
    holds = _holds(things, draws, rng)
    machine = np.array([not one.drawn for one in things], dtype=bool)
    inverse, typical = _inverse_recall(things, usual, draws, rng)
    found = (real & machine).sum(axis=1)
    weight = real & machine
    share = np.where(found > 0, found / np.maximum((weight * inverse).sum(axis=1), 1e-9), typical)
    density = rng.gamma(found + 0.5)
    everything = rng.poisson(density * (1 - share) / share)
    by_hand = (real & ~machine).sum(axis=1)
    missed = np.maximum(everything - by_hand, 0)
    return Draws(real, holds, chances, missed, _held_by_missed(missed, weight, inverse, holds, usual, rng))


def bounds(totals: NDArray[np.int64], level: float = LEVEL) -> tuple[int, int, int]:
    """Return low, median and high of what was drawn, each one of the values drawn."""
    tail = (1 - level) / 2
    low, best, high = np.quantile(totals, (tail, 0.5, 1 - tail), method="inverted_cdf")
    return int(low), int(best), int(high)


def _real(
    things: Sequence[Thing],
    curve: Curve,
    false_alarms: float | None,
    elsewhere: int,
    draws: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.bool_], Doubles]:
    accepted, waiting = (np.array([one.verdict == word for one in things]) for word in ("accepted", "unreviewed"))
    drawn = np.array([one.drawn for one in things], dtype=bool)
    waiting = waiting.astype(bool) & ~drawn
    intercept, slope = curve.draw(rng, draws).T
    x = np.array([one.log_odds for one in things], dtype=np.float64)
    each = chance(intercept[:, None] + slope[:, None] * x)
    each = np.where(waiting, each, rng.random(draws)[:, None])
    each[:, accepted.astype(bool)] = 1.0
    real = rng.random(each.shape) < each
    if false_alarms is not None and false_alarms > 0 and waiting.any():
        room = elsewhere + waiting.sum() - (real & waiting).sum(axis=1)
        weights = pdtr(room, false_alarms)
        if weights.sum() > 0:
            chosen = rng.choice(draws, size=draws, p=weights / weights.sum())
            real, each = real[chosen], each[chosen]
    return real, each.mean(axis=0)


def _holds(things: Sequence[Thing], draws: int, rng: np.random.Generator) -> Doubles:
    low, best, high = np.array([_filled(one) for one in things], dtype=np.float64).reshape(-1, 3).T
    z = np.sqrt(TOGETHER) * rng.standard_normal((draws, 1))
    z = z + np.sqrt(1 - TOGETHER) * rng.standard_normal((draws, len(things)))
    z = z / ndtri((1 + LEVEL) / 2)
    return np.asarray(np.maximum(np.rint(best + np.where(z > 0, z * (high - best), z * (best - low))), 1.0))


def _filled(thing: Thing) -> tuple[float, float, float]:
    """Return low, best and high; twice the low one for a high one that is open, which the caller says."""
    held = thing.held
    high = held.high if held.high is not None else 2 * max(held.low, held.best or 0)
    best = held.best if held.best is not None else (held.low + high) / 2
    return float(held.low), float(best), float(high)


def _inverse_recall(
    things: Sequence[Thing], usual: Recall, draws: int, rng: np.random.Generator
) -> tuple[Doubles, Doubles]:
    """Return 1 / r of each thing, float64 (draws, things), and r where nothing is found, float64 (draws,)."""
    curves: dict[int, Callable[[Look | None], Doubles]] = {}
    for recall in (usual, *(one.recall for one in things)):
        if id(recall) not in curves:
            curves[id(recall)] = recall.draws(rng, draws)
    inverse = [1 / curves[id(one.recall)](one.look) for one in things]
    stacked = np.stack(inverse, axis=1) if inverse else np.zeros((draws, 0))
    return stacked, curves[id(usual)](None)


def _held_by_missed(
    missed: NDArray[np.int64],
    weight: NDArray[np.bool_],
    inverse: Doubles,
    holds: Doubles,
    usual: Recall,
    rng: np.random.Generator,
) -> Doubles:
    """Return how many the missed hold together: each as one of the found, the likelier the harder that is to find."""
    chances = weight * np.maximum(inverse - 1, 1e-9)
    total = chances.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = float(holds.mean()) if holds.size else usual.holds
        mean = np.where(total > 0, (chances * holds).sum(axis=1) / total, plain)
        square = np.where(total > 0, (chances * holds**2).sum(axis=1) / total, plain**2)
    spread = np.sqrt(np.maximum(square - mean**2, 0) * missed)
    return np.asarray(np.maximum(missed * mean + spread * rng.standard_normal(len(missed)), missed))
