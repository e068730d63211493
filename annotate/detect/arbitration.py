"""One place, one kind: the best evidence keeps a place, the rest give way."""

from collections.abc import Sequence

from shapely import STRtree, prepare

from .detection import Detection

OVERLAP = 0.3  # of the smaller outline, above which two detections are one place
MARGIN = 0.15  # of an object's size: its apron and shadow belong to it


def arbitrate(specific: Sequence[Detection], general: Sequence[Detection]) -> list[Detection]:
    """
    Keep one detection a place.

    Parameters
    ----------
    specific
        Of the shape detectors; the highest score wins, whatever the kind and change.
    general
        Disturbed soil and unknown; they keep what no specific one explains.

    Returns
    -------
    list of Detection
        Strongest first.
    """
    kept: list[Detection] = []
    for one in sorted(specific, key=_rank):
        if all(shared(one, other) <= OVERLAP for other in kept):
            kept.append(one)
    return sorted([*kept, *_unexplained(general, kept)], key=_rank)


def one_a_place(found: Sequence[Detection], shared: float) -> list[Detection]:
    """Keep, of one kind's outlines that share so much of the smaller one, the largest: it has the whole edge."""
    kept: list[Detection] = []
    for one in sorted(found, key=lambda each: (-each.polygon.area, each.polygon.bounds)):
        if all(
            one.polygon.intersection(other.polygon).area < shared * min(one.polygon.area, other.polygon.area)
            for other in kept
        ):
            kept.append(one)
    return kept


def _rank(one: Detection) -> tuple[float, str, tuple[float, float, float, float]]:
    return -one.score, one.kind, one.polygon.bounds


def shared(one: Detection, other: Detection) -> float:
    """Return how much of the smaller outline two detections share."""
    least = min(one.polygon.area, other.polygon.area)
    return float(one.polygon.intersection(other.polygon).area / least) if least > 0 else 0.0


def _unexplained(general: Sequence[Detection], kept: Sequence[Detection]) -> list[Detection]:
    """Drop what lies mostly on a kept object: its shadow, its apron, one of its walls."""
    around = [one.polygon.buffer(MARGIN * one.polygon.area**0.5) for one in kept]
    for area in around:
        prepare(area)
    tree = STRtree(around)
    return [
        one
        for one in general
        if not any(
            around[place].intersection(one.polygon).area > 0.5 * one.polygon.area for place in tree.query(one.polygon)
        )
    ]
