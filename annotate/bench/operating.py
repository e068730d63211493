"""Recall against false alarms: the curve of a ranked list, and where it stands at an asked rate of false alarms."""

from collections.abc import Sequence
from dataclasses import dataclass

from .scoring import Tally, wilson


@dataclass(frozen=True, slots=True)
class Operating:
    """
    Recall where the list is cut at a rate of false alarms.

    Parameters
    ----------
    per_km2
        False alarms per square kilometre that were allowed.
    score
        Least score kept; 1 where nothing can be kept.
    found, there
        Objects found by the proposals kept, and objects in all.
    whole
        True where the whole list stays below the rate: the tool proposed no more, so recall might be had for less.
    """

    per_km2: float
    score: float
    found: int
    there: int
    whole: bool

    @property
    def recall(self) -> tuple[float, float, float]:
        """Low, best, high (Wilson)."""
        return wilson(self.found, self.there)


def curve(ranked: Sequence[tuple[float, int]]) -> list[tuple[float, int, int]]:
    """
    Return the score, objects found and false alarms at every cut of a list, from the strictest.

    Parameters
    ----------
    ranked
        Score, and how many objects the proposal is; equal scores are kept or cut together.
    """
    cuts: list[tuple[float, int, int]] = []
    found = false = 0
    for score, objects in sorted(ranked, reverse=True):
        found, false = found + objects, false + (objects == 0)
        if cuts and cuts[-1][0] == score:
            cuts.pop()
        cuts.append((score, found, false))
    return cuts


def at_rate(tally: Tally, per_km2: float) -> Operating:
    """Return the recall of the longest list with no more false alarms per square kilometre than asked."""
    allowed = per_km2 * tally.area_km2
    kept = [cut for cut in curve(tally.ranked) if cut[2] <= allowed]
    score, found, _ = kept[-1] if kept else (1.0, 0, 0)
    return Operating(per_km2, score, found, tally.there, sum(objects == 0 for _, objects in tally.ranked) <= allowed)
