"""How many things of a stated size a disturbed area has room for: an area in other words, never a count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from ...kind import Kind

TWO_SIDED_90 = 1.645
FULL_ERROR = 0.15  # of the area: how well a wholly turned pixel is known


@dataclass(frozen=True, slots=True)
class Capacity:
    """
    Room for things of one size.

    Parameters
    ----------
    low, best, high
        How many fit; not rounded, so that several places can be added up.
    unit, size_m
        "pits", and length and width of one.
    """

    low: float
    best: float
    high: float
    unit: str
    size_m: tuple[float, float]

    @property
    def words(self) -> str:
        """The sentence that may stand in a table: "area equivalent to 2-4 pits of 25 × 20 m, if pits"."""
        return equivalent(self.low, self.high, self.unit, self.size_m)

    def terms(self) -> Mapping[str, float | str | bool]:
        """Return it as terms of a candidate, with the rule behind each bound."""
        apart = "touching", "with usual ground between them", "far apart"
        return {
            "fits_low": floor(self.low),
            "fits_best": round(self.best, 2),
            "fits_high": ceil(self.high),
            "fits_least": round(self.low, 2),
            "fits_most": round(self.high, 2),
            "fits_unit": self.unit,
            "fits_length_m": self.size_m[0],
            "fits_width_m": self.size_m[1],
            "fits_rule_low": f"least area by its 90 % error, {self.unit} {apart[2]}, rounded down",
            "fits_rule_best": f"soft area, {self.unit} {apart[1]}",
            "fits_rule_high": f"greatest area by its 90 % error, {self.unit} {apart[0]}, rounded up",
            "fits_words": self.words,
        }


def capacity(kind: Kind, area_m2: float, error_m2: float) -> Capacity | None:
    """
    Return how many things fit on an area, by the size and spacing that the kind states; None where it states none.

    Parameters
    ----------
    kind
        Of the area.
    area_m2, error_m2
        Soft area, and its standard error from noise.
    """
    if kind.fits_m is None:
        return None
    spread = TWO_SIDED_90 * (error_m2**2 + (FULL_ERROR * area_m2) ** 2) ** 0.5
    least, usual, most = (_plot_m2(kind.fits_m, apart) for apart in kind.fits_apart_m)
    best = area_m2 / usual
    low, high = max(area_m2 - spread, 0.0) / most, (area_m2 + spread) / least
    return Capacity(low, best, high, kind.fits_unit, kind.fits_m)


def room_of(terms: Mapping[str, object]) -> Capacity | None:
    """Return what the terms of a candidate say, as `Capacity.terms` wrote it; None where they say nothing."""
    names = ("fits_least", "fits_best", "fits_most", "fits_length_m", "fits_width_m")
    low, best, high, length, width = (terms.get(name) for name in names)
    numbers = [one for one in (low, best, high, length, width) if isinstance(one, int | float)]
    if len(numbers) < len(names):
        return None
    return Capacity(numbers[0], numbers[1], numbers[2], str(terms["fits_unit"]), (numbers[3], numbers[4]))


def rooms_words(rooms: Sequence[Capacity]) -> str:
    """Return the words for several places together, "" for none; their errors are taken to go together."""
    if not rooms:
        return ""
    first = rooms[0]
    alike = [one for one in rooms if (one.unit, one.size_m) == (first.unit, first.size_m)]
    words = equivalent(sum(one.low for one in alike), sum(one.high for one in alike), first.unit, first.size_m)
    return words if len(alike) == len(rooms) else f"{words}; {len(rooms) - len(alike)} measured otherwise are left out"


def equivalent(low: float, high: float, unit: str, size_m: tuple[float, float]) -> str:
    """Return the words for room from low to high, rounded outwards."""
    least, most = floor(low), ceil(high)
    number = f"{least:,}" if least == most else f"{least:,}–{most:,}"
    return f"area equivalent to {number} {unit} of {size_m[0]:g} × {size_m[1]:g} m, if {unit}"


def _plot_m2(size_m: tuple[float, float], apart_m: float) -> float:
    return (size_m[0] + apart_m) * (size_m[1] + apart_m)
