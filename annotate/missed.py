"""
How many things two independent readings missed, from how many of those that each drew the other drew too.

Chapman's estimator (1951, University of California Publications in Statistics 1, 131-160): of N things one analyst
draws n1 and the other n2, m of them both; (n1 + 1)(n2 + 1) / (m + 1) - 1 is N, nearly without bias. The interval holds
every N under which so few and so many in common are likely enough, by the hypergeometric distribution. Things differ in
how easily they are seen, so what one saw the other saw too more often than chance would have it: N is a lower bound.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

from ..labels.journal import Entry
from ..labels.project import Project
from ..labels.records import Annotation
from .matching import match
from .read_alone import Alone, read_alone
from .recall import LEVEL
from .standing import Standing, what_stands

LARGEST = 1_000_000  # more than this is no bound worth saying
Dates = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Missed:
    """
    What two analysts drew of one kind, of what no detector proposed, and how many there are at least.

    Parameters
    ----------
    kind
        Its name.
    first, second
        The analysts.
    drew, other_drew, both
        How many each of them drew, and how many of these are the same.
    missed
        How many neither drew: low, best and high at `LEVEL`; `high` is None where nothing bounds it. None where the
        readings were not independent. Always a lower bound.
    reason
        Why there is no estimate.
    """

    kind: str
    first: str
    second: str
    drew: int
    other_drew: int
    both: int
    missed: tuple[int, int, int | None] | None
    reason: str = ""

    @property
    def words(self) -> str:
        """All of it in a sentence or two."""
        said = (
            f"{self.kind}: of what no detector proposed {self.first} drew {self.drew:,} and {self.second} "
            f"{self.other_drew:,}, {self.both:,} of them both."
        )
        if self.missed is None:
            return f"{said} {self.reason}"
        low, best, high = self.missed
        end = "or more" if high is None else f"to {high:,}"
        return (
            f"{said} Neither drew at least about {best:,} more ({low:,} {end} at {LEVEL:.0%}; Chapman 1951): a lower "
            "bound, as what is hard to see is missed by both."
        )


def chapman(drew: int, other_drew: int, both: int) -> tuple[int, int, int | None]:
    """
    Return how many there are in all: low, best and high at `LEVEL`; `high` is None where nothing bounds it.

    Raises
    ------
    ValueError
        If more are common than either drew.
    """
    from scipy.stats import hypergeom  # takes half a second to import

    if not 0 <= both <= min(drew, other_drew):
        raise ValueError(f"{both} in common of {drew} and {other_drew} cannot be.")
    seen, tail = drew + other_drew - both, (1 - LEVEL) / 2
    best = (drew + 1) * (other_drew + 1) / (both + 1) - 1
    low = _first(seen, lambda total: hypergeom.cdf(both, total, drew, other_drew) >= tail)
    over = _first(seen, lambda total: hypergeom.sf(both - 1, total, drew, other_drew) < tail)
    high = None if over is None else max(over - 1, seen)
    return seen if low is None else low, max(round(best), seen), high


def missed_by_both(project: Project, standing: Standing | None = None) -> tuple[Missed, ...]:
    """
    Return what each two analysts missed of each kind that either of them drew, on dates that both of them read.

    Counted is what was drawn and not rejected, where neither could see the other's drawings: in blind readings, or each
    in a file of their own before both were merged.
    """
    stands = standing or what_stands(project)
    found = read_alone(stands.verdicts, project.journal())
    analysts = sorted({analyst for _, analyst in found.drawn})
    return tuple(one for pair in combinations(analysts, 2) for one in _of_two(pair, found, stands))


def _of_two(pair: tuple[str, str], found: Alone, standing: Standing) -> list[Missed]:
    read = [
        {_dates(standing.annotations[name]) for name, who in found.steps if who == one and name in standing.annotations}
        for one in pair
    ]
    drawn = [
        {
            name: entry
            for (name, who), entry in found.drawn.items()
            if who == one and _counts(standing, name) and _dates(standing.annotations[name]) in read[0] & read[1]
        }
        for one in pair
    ]
    kinds = sorted({standing.annotations[name].kind for names in drawn for name in names})
    return [_of_kind(kind, pair, drawn, found, standing) for kind in kinds]


def _of_kind(
    kind: str, pair: tuple[str, str], drawn: list[dict[str, Entry]], found: Alone, standing: Standing
) -> Missed:
    ours, theirs = ([name for name in names if standing.annotations[name].kind == kind] for names in drawn)
    both = len(set(ours) & set(theirs)) + _alike(ours, theirs, standing.annotations)
    counts = kind, pair[0], pair[1], len(ours), len(theirs), both
    seen = [
        f"{pair[at]} drew in sight of what {pair[1 - at]} had drawn"
        for at in (0, 1)
        if any(not found.alone(one, other) for one in drawn[at].values() for other in drawn[1 - at].values())
    ]
    if seen:
        return Missed(*counts, None, f"{' and '.join(seen)}, so this tells of no more: let both read blind.")
    in_all = chapman(len(ours), len(theirs), both)
    union = len(ours) + len(theirs) - both
    low, best, high = in_all
    return Missed(*counts, (low - union, best - union, None if high is None else high - union))


def _alike(ours: list[str], theirs: list[str], annotations: Mapping[str, Annotation]) -> int:
    """Return how many of what only one and only the other drew are one thing, as in blind readings of one file."""
    sides = ((ours, theirs), (theirs, ours))
    alone = [[annotations[name] for name in names if name not in others] for names, others in sides]
    count = 0
    for dates in {_dates(one) for one in alone[0]}:
        here = [[one for one in side if _dates(one) == dates] for side in alone]
        count += sum(name is not None for name in match(here[0], here[1]))
    return count


def _counts(standing: Standing, name: str) -> bool:
    one = standing.annotations.get(name)
    return one is not None and one.origin == "analyst" and standing.verdict_of(name) != "rejected"


def _dates(one: Annotation) -> Dates:
    return one.before, one.after


def _first(start: int, holds: Callable[[int], bool]) -> int | None:
    """Return the first number from `start` on for which something holds that then goes on to hold; None for none."""
    if holds(start):
        return start
    step = 1
    while not holds(start + step):
        step *= 2
        if step > LARGEST:
            return None
    low, high = start + step // 2, start + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
