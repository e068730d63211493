"""
How one side of a block divides into boxes: a posterior over the number of boxes and where they meet.

Where two boxes meet, the image has a step (another colour), a dip (the gap), or both. Meeting places are a renewal
process: the spacing of boxes is known from ISO 668 but for the gap, which is common to a block. The sum over all ways
to divide the side is exact: the forward recursion of a hidden semi-Markov model (Yu 2010, Artificial Intelligence
174:215).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d
from scipy.special import logsumexp

from ....imagery.scene import Floats
from .divisions import divisions

Doubles = NDArray[np.float64]

QUIET = 0.25  # share of a box that no edge reaches at the coarsest pixel size that is divided
QUIET_NORMAL = 0.3186  # what that quantile of an absolute normal deviate is
LOUD = 0.9
SHOWN = 0.5  # of neighbours differ in colour or leave a gap that is seen; the rest are alike
STRAY = 0.12  # metres a box stands off its place in the comb
MOST_EACH = 4.0  # log ratio of one profile: paint next to ground is no better sign of a box than paint next to paint
BESIDE_M = 0.75
TAILS = 4.0  # degrees of freedom: ribs, lettering and shadows inside a box are no Gaussian noise


@dataclass(frozen=True, eq=False)
class Spacing:
    """
    One way boxes may be spaced.

    Parameters
    ----------
    name
        What it is called in the terms of a count.
    steps_m, weights
        Distances from one meeting place to the next and their probabilities (adding up to 1).
    prior
        Log probability before looking.
    """

    name: str
    steps_m: Doubles
    weights: Doubles
    prior: float


@dataclass(frozen=True, eq=False)
class Partition:
    """
    What is known of the division of one side.

    Parameters
    ----------
    counts
        float64 (most + 1,): probability of 0, 1, … boxes.
    evidence
        Log of the likelihood of all divisions together, against none.
    edges_m
        Where boxes meet in the likeliest division, from the start of the profile; one more than boxes.
    name
        Of the likeliest spacing.
    seen
        Of the likeliest division's inner meeting places, how many show in the image.
    """

    counts: Doubles
    evidence: float
    edges_m: Doubles
    name: str
    seen: int


def meeting_evidence(channels: Floats, step_m: float, reach_m: float, weight: float, margin_m: float = 0.0) -> Doubles:
    """
    Return for each place how much likelier the image is if boxes meet there: log ratios, float64 (n).

    Parameters
    ----------
    channels
        float32 (k, n): profiles along the side.
    step_m
        Between samples.
    reach_m
        How far on either side of a meeting place the boxes themselves show.
    weight
        Of a channel, below 1 where channels repeat one another.
    margin_m
        At both ends, outside the block: not used to learn what is quiet and what loud inside it.
    """
    far = max(1, round(reach_m / step_m))
    padded = np.pad(channels.astype(np.float64), ((0, 0), (far, far)), mode="edge")
    left, right = padded[:, : -2 * far], padded[:, 2 * far :]
    margin = round(margin_m / step_m)
    dip = (left + right) / 2 - channels
    # A gap is darker than both boxes; where the middle is brighter than its sides, the gap lies beside it.
    step = np.maximum(np.abs(right - left) - 2 * np.maximum(-dip, 0), 0)
    total = np.zeros(channels.shape)
    for feature, size in ((step, np.abs(right - left)), (np.maximum(dip, 0), np.abs(dip))):
        own = size[:, margin : size.shape[1] - margin]
        narrow = np.quantile(own, QUIET, axis=1, keepdims=True) / QUIET_NORMAL + 1e-9
        broad = np.maximum(np.quantile(own, LOUD, axis=1, keepdims=True), 3 * narrow)
        total += _student(feature, broad) - _student(feature, narrow)
    evidence = weight * np.log(1 - SHOWN + SHOWN * np.exp(np.minimum(total, MOST_EACH))).sum(axis=0)
    beside = maximum_filter1d(evidence, 2 * max(1, round(BESIDE_M / step_m)) + 1)
    return np.asarray(2 * evidence - beside)  # the flanks of an edge are no edges


def divide(
    evidence: Doubles, inside: Doubles, ends: tuple[Doubles, Doubles], step_m: float, spacings: Sequence[Spacing]
) -> Partition:
    """
    Sum over all divisions.

    Parameters
    ----------
    evidence
        From `meeting_evidence`.
    inside
        float64 (n): log ratio that each sample belongs to the block rather than to the ground around it.
    ends
        Log probabilities of where the block begins and ends, float64 (n) each.
    step_m
        Between samples.
    spacings
        All that are possible.
    """
    within = np.concatenate([[0.0], np.cumsum(inside)])[:-1]
    start = ends[0] + evidence - within
    finish = ends[1] + within
    logs = []
    for one in spacings:
        logs.append(one.prior + _forward(start, finish, evidence, one, step_m))
    most = max(len(one) for one in logs)
    table = np.full((len(logs), most), -np.inf)
    for row, values in zip(table, logs, strict=True):
        row[: len(values)] = values
    total = logsumexp(table)
    counts = np.exp(logsumexp(table, axis=0) - total)
    best = int(counts.argmax())
    spacing = spacings[int(table[:, best].argmax())]
    path = _likeliest(start, finish, evidence, spacing, step_m, best)
    edges = np.asarray(path * step_m, dtype=np.float64)
    return Partition(counts, float(total), edges, spacing.name, int((evidence[path[1:-1]] > 0).sum()))


def _student(value: Doubles, scale: Doubles) -> Doubles:
    return np.asarray(-np.log(scale) - (TAILS + 1) / 2 * np.log1p((value / scale) ** 2 / TAILS))


def _moves(spacing: Spacing, step_m: float) -> tuple[NDArray[np.int64], Doubles]:
    return np.rint(spacing.steps_m / step_m).astype(int), np.log(spacing.weights)


def _forward(start: Doubles, finish: Doubles, evidence: Doubles, spacing: Spacing, step_m: float) -> Doubles:
    """Return the log likelihood of 0, 1, … boxes."""
    moves, logs = _moves(spacing, step_m)
    return divisions(start, finish, evidence, moves, logs)


def _likeliest(
    start: Doubles, finish: Doubles, evidence: Doubles, spacing: Spacing, step_m: float, boxes: int
) -> NDArray[np.int64]:
    """Return the places of the likeliest division into so many boxes (Viterbi)."""
    moves, logs = _moves(spacing, step_m)
    n = len(evidence)
    now, came = start, []
    for _ in range(boxes):
        table = np.full((len(moves), n), -np.inf)
        for row, move, log in zip(table, moves, logs, strict=True):
            if move < n:
                row[move:] = now[: n - move] + log
        came.append(moves[table.argmax(axis=0)])
        now = table.max(axis=0) + evidence
    place = int((now + finish).argmax())
    path = [place]
    for step in reversed(came):
        place -= int(step[place])
        path.append(place)
    return np.asarray(path[::-1])
