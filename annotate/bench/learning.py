"""
Whether verdicts given so far put what is left into a better order: the experiment behind a decision.

A simulated analyst judges the strongest candidates of a pair from its truth. A ridge logistic regression on a handful
of the candidates' terms, whose prior is the order of the detectors, learns from that and orders the rest anew. What is
kept is decided by the average precision of the rest: a gain of `LEAST_GAIN` in the mean, and no loss above
`LARGEST_LOSS`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from ...labels.explained import BY
from ...labels.records import Candidate
from ..detect import LEFT_OVER
from .judged import Judged, labelled, rendered

SEEDS = tuple(range(1, 11))  # of rendered cases
VERDICTS, ERRORS, SEEN = 30, 0.05, 0.8  # judged; of them wrong; share of the candidates that a run has
RUNS = 10
RIDGE = 1.0  # a weight is as sure to be nought as one verdict says otherwise
LEAST_GAIN, LARGEST_LOSS = 0.05, 0.01
TERMS = ("explained_share", "brightening", "greening", "fill")
KINDS, CHANGES = ("storage-pit", "container-stack", "disturbed-soil"), ("appeared", "vanished")
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Queue:
    """
    The candidates of one pair in the order in which they are reviewed, with what is true of them.

    Parameters
    ----------
    name
        Of the pair.
    terms
        float64 (n, k): what is learned on.
    real
        bool (n,).
    """

    name: str
    terms: Numbers
    real: NDArray[np.bool_]


@dataclass(frozen=True)
class LearningRow:
    """
    One pair.

    Parameters
    ----------
    name
        Of the pair.
    candidates, real
        How many, and how many of them are real.
    before, after
        Average precision of the rest in the detectors' order and in the learned one, means over the runs.
    worst
        Least gain of a run.
    """

    name: str
    candidates: int
    real: int
    before: float
    after: float
    worst: float

    @property
    def gain(self) -> float:
        """How much the average precision grows."""
        return self.after - self.before


def bench_learning(
    pairs: Path | None, seeds: Sequence[int] = SEEDS, gsds: Sequence[float] = (0.5,)
) -> Iterator[LearningRow]:
    """
    Run the experiment on rendered cases, as one queue a pixel size, and on real pairs.

    Parameters
    ----------
    pairs
        Holds folders of before.tif, after.tif, truth.tif, meta.json; None for rendered pairs alone.
    seeds
        Of rendered cases.
    gsds
        Their pixel sizes.

    Yields
    ------
    LearningRow
        A queue each that has enough candidates left to be ordered, real and other.
    """
    for gsd_m in gsds:
        cases = list(rendered(seeds, (gsd_m,)))
        found = tuple(one for case in cases for one in case.candidates)
        row = row_of(
            queue_of(Judged(f"rendered, {gsd_m:g} m", found, tuple(real for one in cases for real in one.real)))
        )
        if row is not None:
            yield row
    for judged in labelled(pairs):
        row = row_of(queue_of(judged))
        if row is not None:
            yield row


def row_of(queue: Queue, runs: int = RUNS) -> LearningRow | None:
    """Return what learning gives on one pair; None where too little is left to be ordered."""
    found = [pair for seed in range(runs) if (pair := simulate(queue, seed)) is not None]
    if not found:
        return None
    before, after = np.array(found).T
    gains = after - before
    count, real = len(queue.real), int(queue.real.sum())
    return LearningRow(queue.name, count, real, float(before.mean()), float(after.mean()), float(gains.min()))


def simulate(queue: Queue, seed: int) -> tuple[float, float] | None:
    """Return the average precision of the rest, as it was and as learned; None without real and other ones in it."""
    rng = np.random.default_rng((seed, len(queue.real)))
    kept = np.sort(rng.permutation(len(queue.real))[: round(SEEN * len(queue.real))])
    judged, rest = kept[:VERDICTS], kept[VERDICTS:]
    if not 0 < queue.real[rest].sum() < len(rest):
        return None
    said = queue.real[judged] ^ (rng.random(len(judged)) < ERRORS)
    prior = prior_odds(len(queue.real))
    learned = reordered(prior, queue.terms, judged, said)
    before, after = (average_precision(queue.real[rest], order[rest]) for order in (prior, learned))
    return before, after


def prior_odds(count: int) -> Numbers:
    """Return log odds that keep an order: of the share of the queue that comes later."""
    return np.asarray(logit((count - np.arange(count) - 0.5) / count), dtype=np.float64)


def reordered(prior: Numbers, terms: Numbers, judged: NDArray[np.intp], said: NDArray[np.bool_]) -> Numbers:
    """
    Return the log odds of all candidates after some verdicts.

    The prior odds stand as they are; a level and the weights of the terms are added, with a ridge towards nought (Hoerl
    and Kennard 1970), so that no verdicts change nothing.

    Parameters
    ----------
    prior
        float64 (n,), log odds.
    terms
        float64 (n, k).
    judged
        Which were judged.
    said
        bool, as many: what was said.
    """
    spread = terms.std(axis=0)
    scaled = np.column_stack([np.ones(len(terms)), (terms - terms.mean(axis=0)) / np.where(spread > 0, spread, 1.0)])
    seen, told = scaled[judged], said.astype(np.float64)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        odds = prior[judged] + seen @ weights
        cost = float((np.logaddexp(0, odds) - told * odds).sum() + 0.5 * RIDGE * (weights @ weights))
        return cost, seen.T @ (expit(odds) - told) + RIDGE * weights

    weights = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    return np.asarray(prior + scaled @ weights)


def average_precision(real: NDArray[np.bool_], order: Numbers) -> float:
    """Return the mean precision at the real ones, strongest first."""
    sorted_real = real[np.argsort(-order, kind="stable")]
    hits = np.cumsum(sorted_real)
    return float((hits / np.arange(1, len(hits) + 1))[sorted_real].mean())


def to_text(rows: Sequence[LearningRow]) -> str:
    """Return the rows as a Markdown table, and the decision that follows from them."""
    lines = [
        "| pair | candidates | real | AP of the rest | learned | gain | worst run |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        lines.append(
            f"| {row.name} | {row.candidates} | {row.real} | {row.before:.2f} | {row.after:.2f} | {row.gain:+.3f} | "
            f"{row.worst:+.3f} |"
        )
    if not rows:
        return "No pair leaves enough candidates to be ordered."
    gain, loss = float(np.mean([row.gain for row in rows])), min(row.worst for row in rows)
    kept = gain >= LEAST_GAIN and loss >= -LARGEST_LOSS
    lines.append(
        f"\nMean gain {gain:+.3f} (at least {LEAST_GAIN} is asked), least of a run {loss:+.3f} (at least "
        f"-{LARGEST_LOSS}): {'kept' if kept else 'the order of the detectors stands'}."
    )
    return "\n".join(lines)


def queue_of(judged: Judged) -> Queue:
    """Return the candidates of a pair that are known to be real or not, in the order of the work list."""
    known = [(one, real) for one, real in zip(judged.candidates, judged.real, strict=True) if real is not None]
    known.sort(key=lambda pair: (pair[0].kind in LEFT_OVER, BY in pair[0].terms, -pair[0].score))
    terms = np.array([_terms(one) for one, _ in known], dtype=np.float64).reshape(
        len(known), 2 + len(TERMS) + len(KINDS) + len(CHANGES)
    )
    return Queue(judged.name, terms, np.array([real for _, real in known], dtype=np.bool_))


def _terms(one: Candidate) -> list[float]:
    shape = one.shape
    sizes = [np.log(max(shape.area_m2, 1e-3)), np.log(shape.length_m / max(shape.width_m, 1e-3))]
    said = [float(value) if isinstance(value := one.terms.get(name), int | float) else 0.0 for name in TERMS]
    return [*sizes, *said, *(float(one.kind == kind) for kind in KINDS), *(float(one.change == c) for c in CHANGES)]
