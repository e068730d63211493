"""Vessels against a length that someone states: which of them it fits, at what their ends show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .detect import Detection
from .detect.vessel.vessel import TWO_SIDED_90, length_agrees

VESSEL = "vessel"
Z, AGREES = "length_z", "length_agrees"
LEVEL = 0.9  # of the interval of a length: so many vessels of the given length are said to agree


@dataclass(frozen=True, slots=True)
class LengthMatch:
    """
    How many vessels may be of a given length.

    Parameters
    ----------
    given_m
        The length that is stated, metres.
    vessels, agree
        Those that were measured, and those whose interval of 90 % holds it.
    """

    given_m: float
    vessels: int
    agree: int

    @property
    def sentence(self) -> str:
        """What that says, for a reader."""
        if not self.vessels:
            return f"no vessel was found to match against {self.given_m:g} m"
        vessels = "1 vessel" if self.vessels == 1 else f"{self.vessels} vessels"
        return f"{self.agree} of {vessels} may be {self.given_m:g} m long, by the 90% interval of what was measured"


def with_given_length(found: Sequence[Detection], given_m: float | None) -> list[Detection]:
    """
    Say of each vessel how its length compares with a given one.

    Parameters
    ----------
    found
        Of all kinds; other than vessels stay as they are.
    given_m
        Metres; None for none.

    Returns
    -------
    list
        In the same order. Vessels have the terms `length_z`, by how many standard errors they are longer (one pixel at
        each end), and `length_agrees`, whether a vessel of the given length measures so far from it at least once in
        ten times.
    """
    return list(found) if given_m is None else [_compared(one, given_m) for one in found]


def _compared(one: Detection, given_m: float) -> Detection:
    length, high = one.terms.get("length_m"), one.terms.get("length_high_m")
    if one.kind != VESSEL or not isinstance(length, int | float) or not isinstance(high, int | float):
        return one
    sigma = (high - length) / TWO_SIDED_90
    agrees = length_agrees(length, sigma, given_m) >= 1 - LEVEL
    return replace(one, terms={**one.terms, Z: round((length - given_m) / sigma, 2), AGREES: agrees})


def matched(terms: Iterable[Mapping[str, object]], given_m: float | None) -> LengthMatch | None:
    """Return how many of the candidates of these terms agree with a given length; None where none is given."""
    if given_m is None:
        return None
    told = [bool(one[AGREES]) for one in terms if AGREES in one]
    return LengthMatch(given_m, len(told), sum(told))
