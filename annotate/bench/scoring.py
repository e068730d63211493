"""Proposals against the truth: strictly one to one, so that nothing is found twice and nothing excused."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, norm

from ...imagery.synthetic import TruthObject
from ...labels.records import Candidate, Count
from ..one_to_one import one_to_one

LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class Seen:
    """
    One object that appeared or vanished, and whether it was found.

    Parameters
    ----------
    length_m, contrast
        Of the object; see `TruthObject`.
    form
        Of a pit: its shape and wear; empty for other kinds.
    found
        Whether a proposal is it.
    """

    length_m: float
    contrast: float
    form: str
    found: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """
    One kind in one or more pairs.

    Parameters
    ----------
    there, found
        Objects that appeared or vanished; those of them that a proposal is.
    altered, altered_found
        Objects that were changed where they stand; those of them that a proposal is, whatever change it says.
    proposed, false
        Proposals of the kind; those that are no changed object.
    area_km2
        Ground compared, square kilometres.
    counts
        For each stack found: containers really there, most on top of one another, and the count proposed.
    ranked
        For each proposal, but those of altered objects: its score, and how many objects it is (0: a false alarm).
    lengths
        For each object found: its length, and the length proposed, metres.
    states
        For each object found whose state is known: that state (empty, filled), and the state proposed.
    altered_said
        Of `altered_found`, those proposed as altered and not as something new or gone.
    objects
        Each object that appeared or vanished.
    rooms
        For each area that says how many objects would fit (low, best, high): how many lie on it, and those three.
    """

    there: int = 0
    found: int = 0
    altered: int = 0
    altered_found: int = 0
    proposed: int = 0
    false: int = 0
    area_km2: float = 0.0
    counts: tuple[tuple[int, int, Count], ...] = ()
    ranked: tuple[tuple[float, int], ...] = ()
    lengths: tuple[tuple[float, float], ...] = ()
    states: tuple[tuple[str, str], ...] = ()
    altered_said: int = 0
    objects: tuple[Seen, ...] = ()
    rooms: tuple[tuple[int, float, float, float], ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        """Pool two tallies of the same kind."""
        return Tally(*(getattr(self, name) + getattr(other, name) for name in Tally.__slots__))

    @property
    def recall(self) -> tuple[float, float, float]:
        """Share of the objects found: low, best, high (Wilson)."""
        return wilson(self.found, self.there)

    @property
    def precision(self) -> tuple[float, float, float]:
        """Share of the proposals that are changed objects: low, best, high (Wilson)."""
        return wilson(self.proposed - self.false, self.proposed)

    @property
    def false_per_km2(self) -> tuple[float, float, float]:
        """False alarms per square kilometre: low, best, high (Garwood)."""
        return garwood(self.false, self.area_km2)


def tally(candidates: Sequence[Candidate], truth: Sequence[TruthObject], kind: str, area_km2: float) -> Tally:
    """
    Score one kind in one pair.

    A proposal is an object by the rule of `one_to_one`. An altered object excuses one proposal of any change, and
    enters its own line instead of the recall.

    Parameters
    ----------
    candidates
        Of the comparison; outlines in pixels of the before grid.
    truth
        Of the case; the same pixels.
    kind
        Which kind to score.
    area_km2
        Valid ground of the pair.
    """
    proposed = [one for one in candidates if one.kind == kind]
    objects = [thing for thing in truth if thing.kind == kind and thing.change != "persisted"]
    pairs = assign(proposed, objects)
    plain = {row: objects[column] for row, column in pairs if objects[column].change != "altered"}
    altered = sum(thing.change == "altered" for thing in objects)
    counts = tuple(
        (thing.boxes, thing.tiers, count)
        for thing, count in ((thing, proposed[row].count) for row, thing in plain.items())
        if count is not None and thing.boxes is not None and thing.tiers is not None
    )
    excused = {row for row, _ in pairs} - set(plain)
    return Tally(
        there=len(objects) - altered,
        found=len(plain),
        altered=altered,
        altered_found=len(excused),
        proposed=len(proposed),
        false=len(proposed) - len(pairs),
        area_km2=area_km2,
        counts=counts,
        ranked=tuple((one.score, int(row in plain)) for row, one in enumerate(proposed) if row not in excused),
        lengths=tuple((thing.length_m, proposed[row].shape.length_m) for row, thing in plain.items()),
        states=tuple(
            (thing.state, proposed[row].state) for row, thing in plain.items() if thing.state in ("empty", "filled")
        ),
        altered_said=sum(proposed[row].change == "altered" for row in excused),
        objects=looks(objects, list(plain.values())),
    )


def looks(objects: Sequence[TruthObject], found: Sequence[TruthObject]) -> tuple[Seen, ...]:
    """Return what the objects that appeared or vanished are like, and which of them were found."""
    known = {id(thing) for thing in found}
    return tuple(
        Seen(thing.length_m, thing.contrast, thing.form, id(thing) in known)
        for thing in objects
        if thing.change != "altered"
    )


def wilson(hits: int, trials: int, level: float = LEVEL) -> tuple[float, float, float]:
    """Return low, best and high of a share (Wilson 1927, JASA 22:209); NaN as best, and 0 to 1, without trials."""
    if not trials:
        return 0.0, float("nan"), 1.0
    z, share = float(norm.ppf((1 + level) / 2)), hits / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * float(np.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)))
    return max(middle - half, 0.0), share, min(middle + half, 1.0)


def garwood(events: int, exposure: float, level: float = LEVEL) -> tuple[float, float, float]:
    """Return low, best and high of a Poisson rate (Garwood 1936, Biometrika 28:437)."""
    if exposure <= 0:
        return 0.0, float("nan"), float("inf")
    low = float(chi2.ppf((1 - level) / 2, 2 * events)) / 2 if events else 0.0
    high = float(chi2.ppf((1 + level) / 2, 2 * events + 2)) / 2
    return low / exposure, events / exposure, high / exposure


def assign(proposed: Sequence[Candidate], objects: Sequence[TruthObject]) -> list[tuple[int, int]]:
    """Return which proposal (index) is which object (index) of the same kind, one to one, by the rule of `tally`."""
    return one_to_one([(one.change, one.shape.pixels) for one in proposed], objects)
