"""A bench as a table for people: what was found of how much, with intervals, and what could not be tested."""

from dataclasses import dataclass
from math import isnan

from .scoring import LEVEL, Tally

Interval = tuple[float, float, float]


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


@dataclass(frozen=True, slots=True)
class BenchTable:
    """
    What a bench found.

    Parameters
    ----------
    rows
        One a pixel size and kind.
    seeds
        Cases that were rendered.
    extent_m
        Side of each case, metres.
    seconds
        Wall time of rendering and comparing together.
    """

    rows: tuple[BenchRow, ...]
    seeds: tuple[int, ...]
    extent_m: float
    seconds: float

    def to_text(self) -> str:
        """Return the table as lines of text, intervals at the level named in the heading."""
        nulls = any(row.null.area_km2 for row in self.rows)
        area = (self.extent_m / 1000) ** 2 * len(self.seeds)
        lines = [
            f"Synthetic cases, seeds {', '.join(map(str, self.seeds))}: {area:.2f} km² with changes"
            f"{f' and {area:.2f} km² without' if nulls else ''}.",
            f"Matched one to one; {LEVEL:.0%} intervals; containers: median of proposed over true, and how often the "
            "interval holds.",
            f"{'GSD':>5}  {'kind':<16}{'found':<10}{'recall':<16}{'precision':<16}{'false per km²':<15}"
            f"{'where unchanged':<17}{'altered':<9}containers",
        ]
        lines += [_line(row) for row in self.rows]
        lines.append(f"Rendered and compared in {self.seconds:.0f} s. Detectors share no code with the renderer.")
        return "\n".join(lines)


def _line(row: BenchRow) -> str:
    head = f"{row.gsd_m:>3g} m  {row.kind:<16}"
    if row.untested is not None:
        return f"{head}not testable: {row.untested}"
    one = row.changed
    found, altered = f"{one.found} of {one.there}", f"{one.altered_found} of {one.altered}"
    text = (
        f"{head}{found:<10}{_share(one.recall):<16}{_share(one.precision):<16}{_rate(one.false_per_km2):<15}"
        f"{_rate(row.null.false_per_km2):<17}{altered:<9}{_count(one)}"
    )
    return f"{text}  ({row.refused} pairs refused)" if row.refused else text


def _share(interval: Interval) -> str:
    low, best, high = interval
    return "–" if isnan(best) else f"{best:.2f} {low:.2f}–{high:.2f}"


def _rate(interval: Interval) -> str:
    low, best, high = interval
    return "–" if isnan(best) else f"{best:.0f} {low:.0f}–{high:.0f}"


def _count(one: Tally) -> str:
    held, of = one.count_held
    if not of:
        return "–"
    ratio = "–" if one.count_ratio is None else f"{one.count_ratio:.2f}"
    return f"{ratio}, {held} of {of}"
