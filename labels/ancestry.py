"""Which journal entries were there when another was written: in a journal of two chains, not all with lower numbers."""

from collections import Counter
from collections.abc import Iterable

from .journal import Entry


class Ancestry:
    """
    Who could know of what.

    Entries are taken together in runs that no fork and no merge interrupts, so that few sets say it for all of them.

    Parameters
    ----------
    entries
        Of one journal, in the order of their numbers.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        ordered = tuple(entries)
        followers = Counter(parent for entry in ordered for parent in entry.parents)
        self._place: dict[str, tuple[int, int]] = {}
        self._before: list[frozenset[int]] = []
        for entry in ordered:
            runs = [self._place[parent][0] for parent in entry.parents if parent in self._place]
            if len(runs) == len(entry.parents) == 1 and followers[entry.parents[0]] == 1:
                run = runs[0]
            else:
                run = len(self._before)
                self._before.append(frozenset(runs).union(*(self._before[one] for one in runs)))
            self._place[entry.hash] = (run, entry.seq)

    def knew(self, entry: Entry, of: Entry) -> bool:
        """Return True where one entry was written in a journal that held the other."""
        (run, seq), (other, number) = self._place[entry.hash], self._place[of.hash]
        return number <= seq if run == other else other in self._before[run]

    def apart(self, one: Entry, other: Entry) -> bool:
        """Return True where neither entry was written in a journal that held the other."""
        return not self.knew(one, other) and not self.knew(other, one)
