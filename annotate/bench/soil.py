"""Pits too small for the pixels: found where disturbed soil is proposed on them, counted by how many would fit."""

from collections.abc import Iterator, Sequence
from math import isnan, nan

import numpy as np
from scipy.optimize import linear_sum_assignment

from ...imagery.synthetic import TruthObject
from ...labels.records import Candidate
from ..matching import iou
from ..one_to_one import LEAST_IOU, near
from .scoring import Tally, looks

SOIL, PIT = "disturbed-soil", "storage-pit"


def tally_soil(candidates: Sequence[Candidate], truth: Sequence[TruthObject], area_km2: float) -> Tally:
    """
    Score pits by the disturbed soil proposed on them.

    A proposal is a pit where the centres lie within half the pit's width of one another, the outlines overlap by at
    least `LEAST_IOU`, or its outline holds the pit's centre. It is at most as many pits as it says would fit, one
    where it says nothing, so an outline around everything finds no more than it claims. What it calls the change is
    left out: a pit that was levelled is soil that appeared. Soil turned for anything but a pit is a false alarm.
    """
    proposed = [one for one in candidates if one.kind == SOIL]
    objects = [thing for thing in truth if thing.kind == PIT and thing.change != "persisted"]
    owner = [row for row, one in enumerate(proposed) for _ in range(claimed(one))]
    gain = np.zeros((len(owner), len(objects)))
    for place, row in enumerate(owner):
        gain[place] = [_agreement(proposed[row], thing) for thing in objects]
    taken: dict[int, list[TruthObject]] = {}
    for place, column in zip(*linear_sum_assignment(gain, maximize=True), strict=True):
        if gain[place, column] > 0:
            taken.setdefault(owner[place], []).append(objects[column])
    hits = {row: sum(thing.change != "altered" for thing in things) for row, things in taken.items()}
    altered = sum(thing.change == "altered" for thing in objects)
    found = sum(hits.values())
    return Tally(
        there=len(objects) - altered,
        found=found,
        altered=altered,
        altered_found=sum(map(len, taken.values())) - found,
        proposed=len(proposed),
        false=len(proposed) - len(taken),
        area_km2=area_km2,
        ranked=tuple((one.score, hits.get(row, 0)) for row, one in enumerate(proposed) if hits.get(row) != 0),
        objects=looks(objects, [thing for things in taken.values() for thing in things]),
        rooms=tuple(_rooms(proposed, objects)),
    )


def claimed(one: Candidate) -> int:
    """Return how many pits a proposal of soil says would fit, at most; one where it does not say."""
    room = one.terms.get("fits_high")
    return max(1, int(room)) if isinstance(room, int | float) else 1


def _rooms(proposed: Sequence[Candidate], objects: Sequence[TruthObject]) -> Iterator[tuple[int, float, float, float]]:
    for one in proposed:
        told = [one.terms.get(f"fits_{word}") for word in ("low", "best", "high")]
        low, best, high = (float(number) if isinstance(number, int | float) else nan for number in told)
        if not isnan(low + best + high):
            yield sum(_agreement(one, thing) > 0 for thing in objects), low, best, high


def _agreement(candidate: Candidate, thing: TruthObject) -> float:
    outline = candidate.shape.pixels
    overlap = iou(outline, thing.polygon)
    if not near(outline, thing) and overlap < LEAST_IOU and not outline.contains(thing.polygon.centroid):
        return 0.0
    return (1.0 if thing.change == "altered" else 4.0) + overlap
