"""A bench as tables for people: what was found of how much, what was measured and counted, and what was not tested."""

from dataclasses import dataclass
from math import isnan

from .lines import SECTIONS, Interval, share
from .operating import at_rate
from .scoring import LEVEL, Tally

ASKED_PER_KM2, ASKED_AS_SOIL_PER_KM2 = 2.0, 10.0  # at which the recall is asked for


@dataclass(frozen=True, slots=True)
class BenchRow:
    """
    One kind at one pixel size.

    Parameters
    ----------
    gsd_m, kind
        What.
    changed
        Pooled over the pairs with changes.
    null
        Pooled over the pairs in which nothing changed; empty where none were compared.
    untested
        None, or why the pairs cannot show this kind.
    refused
        Pairs that the comparison refused; their objects count as missed.
    """

    gsd_m: float
    kind: str
    changed: Tally
    null: Tally
    untested: str | None
    refused: int

    @property
    def asked_per_km2(self) -> float:
        """False alarms per square kilometre at which the recall is asked for."""
        return ASKED_AS_SOIL_PER_KM2 if self.kind.endswith("soil") else ASKED_PER_KM2


@dataclass(frozen=True, slots=True)
class BenchTable:
    """
    What a bench found.

    Parameters
    ----------
    rows
        One a pixel size and kind.
    name
        Of the cases.
    seconds
        Wall time of making and comparing together.
    """

    rows: tuple[BenchRow, ...]
    name: str
    seconds: float

    def to_text(self) -> str:
        """Return the tables as lines of text, intervals at the level named in the heading."""
        changed, null = (max((getattr(row, which).area_km2 for row in self.rows), default=0.0) for which in WHICH)
        without = f" and {null:.2f} km² without" if null else ""
        lines = [
            f"{self.name}: up to {changed:.2f} km² with changes{without}.",
            f"Matched one to one; {LEVEL:.0%} intervals.",
            "",
            *_found(self.rows),
        ]
        for heading, tell in SECTIONS:
            told = [f"{_head(row)}{line}" for row in self.rows if row.untested is None for line in tell(row.changed)]
            lines += ["", f"{HEAD}{heading}", *told] if told else []
        lines += ["", f"Made and compared in {self.seconds:.0f} s. Detectors share no code with the renderer."]
        return "\n".join(lines)


WHICH = ("changed", "null")
HEAD = f"{'GSD':>5}  {'kind':<16}"
FOUND = (
    f"{HEAD}{'found':<12}{'recall':<16}{'precision':<16}{'false per km²':<15}{'where unchanged':<17}"
    f"{'recall at asked rate':<38}altered"
)


def _found(rows: tuple[BenchRow, ...]) -> list[str]:
    return [FOUND, *(_find(row) for row in rows)]


def _find(row: BenchRow) -> str:
    if row.untested is not None:
        return f"{_head(row)}not testable: {row.untested}"
    one = row.changed
    asked = at_rate(one, row.asked_per_km2)
    cut = "the whole list" if asked.whole else f"score {asked.score:.2f}"
    found, altered = f"{one.found} of {one.there}", f"{one.altered_found} of {one.altered}"
    recall = f"{share(asked.recall)} at {asked.per_km2:g}: {cut}"
    text = (
        f"{_head(row)}{found:<12}{share(one.recall):<16}{share(one.precision):<16}{_rate(one.false_per_km2):<15}"
        f"{_rate(row.null.false_per_km2):<17}{recall:<38}{altered}"
    )
    return f"{text}  ({row.refused} pairs refused)" if row.refused else text


def _head(row: BenchRow) -> str:
    return f"{row.gsd_m:>3g} m  {row.kind:<16}"


def _rate(interval: Interval) -> str:
    low, best, high = interval
    return "–" if isnan(best) else f"{best:.1f} {low:.1f}–{high:.1f}"
