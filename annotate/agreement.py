"""How far two analysts agree on the places that both decided."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from ..labels.journal import Entry
from ..labels.records import Verdict
from .recall import LEVEL, jeffreys


@dataclass(frozen=True, slots=True)
class Agreement:
    """
    Two analysts on the places that both decided.

    Parameters
    ----------
    first, second
        Their names.
    places, same
        How many both decided, and on how many of these their verdicts are the same; reasons do not matter.
    blind
        On how many of these at least one of them decided without seeing the other's verdict, as the journal says.
    share
        Low, best and high of the share that is the same, at `LEVEL`, by Jeffreys' prior.
    kappa
        Cohen's kappa (1960): 1 where all is the same, 0 where it is what chance would give; None where chance alone
        would make all the same.
    """

    first: str
    second: str
    places: int
    same: int
    blind: int
    share: tuple[float, float, float]
    kappa: float | None

    @property
    def words(self) -> str:
        """All of it in a sentence."""
        low, best, high = self.share
        kappa = "" if self.kappa is None else f", Cohen's kappa {self.kappa:.2f}"
        return (
            f"{self.first} and {self.second} both decided {self.places:,}, {self.blind:,} of them blind, and say the "
            f"same of {self.same:,}: {best:.0%} ({low:.0%} to {high:.0%} at {LEVEL:.0%}){kappa}."
        )


def agreements(verdicts: Mapping[str, Mapping[str, Verdict]], entries: Iterable[Entry]) -> tuple[Agreement, ...]:
    """
    Return the agreement of every two analysts who decided some place both.

    Parameters
    ----------
    verdicts
        By annotation id, then by analyst.
    entries
        The journal, which says what was decided blind.
    """
    blind = set[tuple[str, str]]()
    for entry in entries:
        if entry.action == "verdict":
            key = str(entry.payload["annotation"]), entry.analyst
            (blind.add if entry.payload.get("blind") is True else blind.discard)(key)
    analysts = sorted({name for given in verdicts.values() for name in given})
    found = (_between(first, second, verdicts, blind) for first, second in combinations(analysts, 2))
    return tuple(one for one in found if one.places)


def _between(
    first: str, second: str, verdicts: Mapping[str, Mapping[str, Verdict]], blind: set[tuple[str, str]]
) -> Agreement:
    both = {name: given for name, given in verdicts.items() if first in given and second in given}
    pairs = Counter((given[first].value, given[second].value) for given in both.values())
    places, same = len(both), sum(number for (one, other), number in pairs.items() if one == other)
    unseen = sum((name, first) in blind or (name, second) in blind for name in both)
    kappa = _kappa(pairs, places, same) if places else None
    return Agreement(first, second, places, same, unseen, jeffreys(same, places), kappa)


def _kappa(pairs: Mapping[tuple[str, str], int], places: int, same: int) -> float | None:
    ones, others = Counter[str](), Counter[str]()
    for (one, other), number in pairs.items():
        ones[one] += number
        others[other] += number
    chance = sum(ones[value] * others[value] for value in ones) / places**2
    return None if chance == 1 else (same / places - chance) / (1 - chance)
