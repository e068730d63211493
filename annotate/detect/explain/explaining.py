"""
What else a candidate may be: an error of registration, a moved shadow, haze or cloud, or something tall that leans.

Each explanation makes the after date from the before date, or what changed from what lies around it, and is worth the
share of the candidate's change energy that it takes away. One that takes more than half is shown as the reason, and the
candidate's statistic is lowered to what is left. Nothing is removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ....imagery.grid import Grid
from ....imagery.scene import ScenePair, View
from ....labels.explained import BY, HAZE, LEAN, MOVED_PX, REGISTRATION, SHADOW, SHARE
from ..detection import Cancelled, Detection, raise_if
from . import haze, shift, sun
from .cloud import Sky
from .patch import Patch, Scales, cut
from .shift import Moved

EXPLAINS = 0.5  # of the energy: more than is left
TALLEST_M = 15.0  # that leans: stacks, sheds, trees; a tower is not told
LARGEST_REACH_PX = 24
LEAST_ALIKE = 5  # candidates that must move one way before a lean is thought of without view angles
ONE_WAY = 0.01  # chance of as common a direction (Rayleigh)
WITHIN_DEG = 25.0


@dataclass(frozen=True)
class Explained:
    """The best explanation: one of `explained.REASONS`, its share of the energy, and the pixels of a move."""

    reason: str
    share: float
    moved_px: float | None = None


def with_explanations(
    pair: ScenePair, detections: Sequence[Detection], cancelled: Cancelled | None = None
) -> list[Detection]:
    """
    Put the best explanation into the terms of detections, and lower the score of those it explains.

    The statistic d becomes d (1 - share) where the share is above `EXPLAINS`; the score is d / (d + t) as before.
    Radar is left as it is: speckle has no texture to move.

    Parameters
    ----------
    pair
        Registered and normalised.
    detections
        Of that pair.
    cancelled
        Asked between detections.

    Returns
    -------
    list of Detection
        In the order given. Terms: `explained_share`; above `EXPLAINS` also `explained_by` and, for moves,
        `explained_px`.
    """
    if "sar" in (pair.before.acquisition.sensor, pair.after.acquisition.sensor) or not pair.valid.any():
        return list(detections)
    found, moves = [], []
    scales, ways = Scales.of(pair), _Ways.of(pair)
    sky = Sky.of(pair, scales)
    for one in detections:
        raise_if(cancelled)
        patch = cut(pair, scales, one.polygon, ways.reach_px)
        best = _best(patch, ways, sky.twin(one.polygon))
        found.append(best)
        unsolved = ways.lean_px is None and best.share <= EXPLAINS
        moves.append(shift.moved_anywhere(patch) if unsolved else None)
    found = _leaning_alike(found, moves)
    return [_told(one, explained) for one, explained in zip(detections, found, strict=True)]


@dataclass(frozen=True)
class _Ways:
    """What can move in a pair: pixels right and down a metre of height for shadows and for lean; None if unknown."""

    gsd_m: float
    shadow_px: tuple[float, float] | None
    lean_px: tuple[float, float] | None
    reach_px: int

    @classmethod
    def of(cls, pair: ScenePair) -> "_Ways":
        before, after = pair.before.acquisition, pair.after.acquisition
        shadow = sun.shadow_moves(pair.grid, before.sun, after.sun)
        lean = _lean(pair.grid, before.view, after.view)
        reaches = [haze.soft_reach_px(pair.grid.mean_gsd_m)]
        if shadow is not None:
            reaches.append(int(np.ceil(sun.shadow_reach_px(shadow))) + 1)
        if lean is not None:
            reaches.append(int(np.ceil(TALLEST_M * np.hypot(*lean))) + 1)
        return cls(pair.grid.mean_gsd_m, shadow, lean, min(max(reaches), LARGEST_REACH_PX))


def _lean(grid: Grid, before: View | None, after: View | None) -> tuple[float, float] | None:
    """Return pixels right and down by which the top of a thing one metre high moves between two views."""
    if before is None or after is None or before.azimuth_deg is None or after.azimuth_deg is None:
        return None
    tops = []
    for view in (before, after):
        azimuth, lean = np.radians(view.azimuth_deg or 0.0), np.tan(np.radians(view.off_nadir_deg))
        tops.append(-np.array([np.sin(azimuth), np.cos(azimuth)]) * lean)
    right, down = grid.pixels_of_metres(tops[1] - tops[0]) - grid.pixels_of_metres([0.0, 0.0])
    return float(right), float(down)


def _best(patch: Patch, ways: _Ways, twin: float) -> Explained:
    moved = shift.misregistered(patch)
    found = [
        Explained(REGISTRATION, moved.share, float(np.hypot(moved.right_px, moved.down_px))),
        Explained(HAZE, max(haze.soft(patch, ways.gsd_m), twin)),
    ]
    if ways.shadow_px is not None:
        found.append(Explained(SHADOW, sun.shadow_moved(patch, ways.shadow_px)))
    if ways.lean_px is not None:
        lean = shift.leaning(patch, ways.lean_px, TALLEST_M)
        found.append(Explained(LEAN, lean.share, float(np.hypot(lean.right_px, lean.down_px))))
    return max(found, key=lambda one: one.share)


def _leaning_alike(found: list[Explained], moves: list[Moved | None]) -> list[Explained]:
    """Take a common direction of moves for the lean of things that a change of view makes."""
    far = [
        at
        for at, one in enumerate(moves)
        if one is not None and one.share > EXPLAINS and np.hypot(one.right_px, one.down_px) > 1
    ]
    if len(far) < LEAST_ALIKE:
        return found
    ways = np.array([np.arctan2(one.down_px, one.right_px) for at in far if (one := moves[at]) is not None])
    mean = np.exp(1j * ways).mean()
    if np.exp(-len(far) * abs(mean) ** 2) > ONE_WAY:
        return found
    changed = list(found)
    for at, way in zip(far, ways, strict=True):
        one = moves[at]
        if one is not None and abs(np.angle(np.exp(1j * way) / mean)) < np.radians(WITHIN_DEG):
            changed[at] = Explained(LEAN, one.share, float(np.hypot(one.right_px, one.down_px)))
    return changed


def _told(one: Detection, explained: Explained) -> Detection:
    share = round(float(np.clip(explained.share, 0.0, 1.0)), 3)
    terms = dict(one.terms) | {SHARE: share}
    if share <= EXPLAINS:
        return replace(one, terms=terms)
    terms[BY] = explained.reason
    if explained.moved_px is not None:
        terms[MOVED_PX] = round(explained.moved_px, 2)
    left = one.score * (1.0 - share)  # d (1 - share) / (d (1 - share) + t) with d / t = score / (1 - score)
    return replace(one, score=round(left / (left + 1.0 - one.score), 6), terms=terms)
