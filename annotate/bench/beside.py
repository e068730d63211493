"""Candidates beside a known truth, named one by one: what was found, what was missed, and what is not there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...imagery.synthetic import TruthObject
from ...labels.records import Candidate
from .scoring import assign

Pair = tuple[Candidate, TruthObject]


@dataclass(frozen=True, slots=True)
class Beside:
    """
    One kind beside its truth.

    Parameters
    ----------
    kind
        The kind.
    there
        Objects that really changed.
    found
        Pairs of a candidate and the object that it is, one to one.
    noticed
        Pairs of a candidate of a kind that has no truth ("unknown") and an object that was not found otherwise.
    missed
        Objects that no candidate is.
    false_alarms
        Candidates of the kind that are no object.
    """

    kind: str
    there: tuple[TruthObject, ...]
    found: tuple[Pair, ...]
    noticed: tuple[Pair, ...]
    missed: tuple[TruthObject, ...]
    false_alarms: tuple[Candidate, ...]


def beside_truth(candidates: Iterable[Candidate], truth: Sequence[TruthObject]) -> tuple[Beside, ...]:
    """Set candidates beside the truth, for each kind that it has, by the rule of the bench."""
    proposed = tuple(candidates)
    kinds = tuple(dict.fromkeys(thing.kind for thing in truth))
    changed = [thing for thing in truth if thing.change != "persisted"]
    found = {
        kind: _pairs([one for one in proposed if one.kind == kind], [thing for thing in changed if thing.kind == kind])
        for kind in kinds
    }
    met = {id(thing) for pairs in found.values() for _, thing in pairs}
    others = [one for one in proposed if one.kind not in kinds]
    noticed = _pairs(others, [thing for thing in changed if id(thing) not in met])
    met |= {id(thing) for _, thing in noticed}
    taken = {id(one) for pairs in found.values() for one, _ in pairs}
    return tuple(
        Beside(
            kind=kind,
            there=tuple(thing for thing in changed if thing.kind == kind),
            found=found[kind],
            noticed=tuple(pair for pair in noticed if pair[1].kind == kind),
            missed=tuple(thing for thing in changed if thing.kind == kind and id(thing) not in met),
            false_alarms=tuple(one for one in proposed if one.kind == kind and id(one) not in taken),
        )
        for kind in kinds
    )


def _pairs(proposed: Sequence[Candidate], objects: Sequence[TruthObject]) -> tuple[Pair, ...]:
    return tuple((proposed[row], objects[column]) for row, column in assign(proposed, objects))
