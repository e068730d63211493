"""How far two analysts agree on the places that both decided."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from ..labels.journal import Entry
from ..labels.records import Verdict
from .read_alone import Alone, read_alone
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
        On how many of these at least one of them decided without seeing the other's verdict, as the journal says: in a
        blind reading, or in a file of their own before both were merged.
    share
        Low, best and high of the share that is the same, at `LEVEL`, by Jeffreys' prior.
    kind
        The kind of these places; None for places of all kinds.
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
    kind: str | None = None

    @property
    def words(self) -> str:
        """All of it in a sentence."""
        low, best, high = self.share
        kappa = "" if self.kappa is None else f", Cohen's kappa {self.kappa:.2f}"
        where = "" if self.kind is None else f"{self.kind}: "
        return (
            f"{where}{self.first} and {self.second} both decided {self.places:,}, {self.blind:,} of them blind, and "
            f"say the same of {self.same:,}: {best:.0%} ({low:.0%} to {high:.0%} at {LEVEL:.0%}){kappa}."
        )


def agreements(
    verdicts: Mapping[str, Mapping[str, Verdict]],
    entries: Iterable[Entry],
    kinds: Mapping[str, str] | None = None,
) -> tuple[Agreement, ...]:
    """
    Return the agreement of every two analysts who decided some place both.

    What counts is what each found: where one of them settled a dispute, what they had said before it.

    Parameters
    ----------
    verdicts
        By annotation id, then by analyst.
    entries
        The journal, which says what was decided blind.
    kinds
        By annotation id, where agreement is wanted for each kind apart.
    """
    found = read_alone(verdicts, entries)
    analysts = sorted({name for given in found.verdicts.values() for name in given})
    groups: dict[str | None, list[str]] = {}
    for name in found.verdicts:
        if kinds is None or name in kinds:
            groups.setdefault(None if kinds is None else kinds[name], []).append(name)
    each = (
        _between(pair, kind, groups[kind], found)
        for kind in sorted(groups, key=str)
        for pair in combinations(analysts, 2)
    )
    return tuple(one for one in each if one.places)


def _between(pair: tuple[str, str], kind: str | None, names: Iterable[str], found: Alone) -> Agreement:
    first, second = pair
    both = {name: given for name in names if first in (given := found.verdicts[name]) and second in given}
    pairs = Counter((given[first].value, given[second].value) for given in both.values())
    places, same = len(both), sum(number for (one, other), number in pairs.items() if one == other)
    steps = [(found.steps.get((name, first)), found.steps.get((name, second))) for name in both]
    unseen = sum(one is not None and other is not None and found.unseen(one, other) for one, other in steps)
    kappa = _kappa(pairs, places, same) if places else None
    return Agreement(first, second, places, same, unseen, jeffreys(same, places), kappa, kind)


def _kappa(pairs: Mapping[tuple[str, str], int], places: int, same: int) -> float | None:
    ones, others = Counter[str](), Counter[str]()
    for (one, other), number in pairs.items():
        ones[one] += number
        others[other] += number
    chance = sum(ones[value] * others[value] for value in ones) / places**2
    return None if chance == 1 else (same / places - chance) / (1 - chance)
