"""How many boxes a block holds: bounds, each with the rule behind it."""

from dataclasses import dataclass

import numpy as np
import scipy.ndimage

from ...imagery.scene import Floats
from ...labels.records import Count
from .boxes import Rectangle
from .lattice import FINE_M, GAP_M, HEIGHT_M, LENGTHS_M, PITCHES_M, WIDTH_M, Comb
from .shadow import ShadowHeight

CLEAR_COMB = 3.0  # standard errors; the largest of a hundred pitches and phases reaches 2.5 by chance
TIGHTEST_M2 = (LENGTHS_M[0] + 0.05) * (WIDTH_M + 0.05)
LOOSEST_M2 = (LENGTHS_M[1] + GAP_M) * PITCHES_M[1]
END_REACH_M = 0.75  # how well the outline places the ends
CLEAR_END = 1.25  # an edge between box ends stands this far above the rest of the profile
OUTLINE_M = 1.0  # that blur and shadow may add to an outline


@dataclass(frozen=True)
class Bounds:
    """The count, and the rules and inputs of its bounds."""

    count: Count
    terms: dict[str, float | str | bool]


@dataclass(frozen=True)
class Block:
    """
    A block as its pixels show it.

    Parameters
    ----------
    rectangle
        Its outline.
    fill
        Share of the outline that changed and is lit.
    comb
        Across the boxes.
    across_m, along_m
        Extent in the direction of the comb, and along the boxes.
    ends
        Edge profile along the boxes, float32, in steps of `FINE_M`.
    """

    rectangle: Rectangle
    fill: float
    comb: Comb
    across_m: float
    along_m: float
    ends: Floats

    @property
    def covered_m2(self) -> float:
        """Area that changed and is lit, square metres."""
        return self.fill * self.rectangle.area_m2


def count_boxes(block: Block, height: ShadowHeight | None, resolvable: bool) -> Bounds:
    """
    Bound the number of boxes of a block; a best number only where a comb of boxes is resolved.

    Parameters
    ----------
    block
        What was seen.
    height
        From the shadow; None leaves the tiers, and with them the upper bound, open.
    resolvable
        Whether the pixel size can show single boxes.
    """
    tiers, tiers_high = _tiers(height)
    most = max(1, int(np.ceil(block.rectangle.area_m2 / TIGHTEST_M2)))
    high = None if tiers_high is None else most * tiers_high
    best, rule_best = None, "none: no comb of boxes is resolved"
    if resolvable and block.comb.contrast >= CLEAR_COMB:
        rows = max(1, int((block.along_m - OUTLINE_M + GAP_M) / (LENGTHS_M[1] + GAP_M)))
        low = max(1, int(block.comb.resolved * rows * min(1.0, block.fill)))
        rule_low = "filled slots with an edge on both sides, in rows of the longer box, one tier"
        slots = block.comb.slots * _rows(block) * min(1.0, block.fill / 0.8)
        best = round(max(1.0, slots) * (tiers or 1.0))
        best = max(low, best if high is None else min(best, high))
        rule_best = "slots of the fitted comb by rows of box ends, by tiers from the shadow where there is one"
    else:
        low = max(1, int(block.covered_m2 / LOOSEST_M2))
        rule_low = "covered area at the loosest packing of the longer box, one tier"
    high = None if high is None else max(high, low)
    terms = _terms(block, height) | {"rule_low": rule_low, "rule_best": rule_best}
    tiers_low = None if height is None else _tiers_low(height)
    return Bounds(Count(low, best, high, tiers_low, tiers_high), terms)


def _terms(block: Block, height: ShadowHeight | None) -> dict[str, float | str | bool]:
    terms: dict[str, float | str | bool] = {
        "comb_pitch_m": round(block.comb.pitch_m, 2),
        "comb_slots": float(block.comb.slots),
        "comb_resolved": float(block.comb.resolved),
        "rows": float(_rows(block)),
        "covered_m2": round(block.covered_m2, 1),
        "rule_high": "outline at the tightest packing of the shorter box, by the most tiers the shadow allows"
        if height
        else "none: without a shadow the tiers are not known",
    }
    if height is not None:
        terms |= {"shadow_height_m": round(height.best_m, 2), "shadow_share": round(height.share, 3)}
    return terms


def _tiers(height: ShadowHeight | None) -> tuple[float | None, int | None]:
    """Return best and most tiers."""
    if height is None:
        return None, None
    best = max(1.0, height.best_m / HEIGHT_M)
    return best, max(_tiers_low(height), int(np.ceil(height.high_m / HEIGHT_M - 0.35)))


def _tiers_low(height: ShadowHeight) -> int:
    """Return the fewest tiers of the side that casts the shadow; what stands behind it may be lower."""
    return max(1, int(np.floor(height.low_m / HEIGHT_M + 0.35)))


def _rows(block: Block) -> int:
    """Return rows of boxes as clear edges between box ends show them; where there are none, as the longer box gives."""
    short, long = (max(1, round((block.along_m + GAP_M) / (length + GAP_M))) for length in LENGTHS_M)
    if block.along_m < 0.8 * LENGTHS_M[1] or short == long:
        return short
    lines = np.arange(long + 1) / long * block.along_m
    places = np.arange(1, short) / short * block.along_m
    own = [place for place in places if np.abs(lines - place).min() > 2.0]  # ends that only the shorter box has
    if not own:
        return long
    near = scipy.ndimage.maximum_filter1d(block.ends, 2 * round(END_REACH_M / FINE_M) + 1)
    strength = np.mean([near[int(np.clip(place / FINE_M, 0, len(near) - 1))] for place in own])
    return short if strength > CLEAR_END * float(np.median(near)) else long
