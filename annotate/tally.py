"""The objects of one group by what was decided, and the sentences that say how they are counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..labels.records import Count

NOT_INCLUDED = "objects neither proposed nor drawn are not included, so draw those you see"
UNCOUNTED = Count(low=1, best=None, high=None)


@dataclass(frozen=True, slots=True)
class Tally:
    """
    The objects of one group, by what was decided.

    Parameters
    ----------
    accepted
        How many each accepted outline holds.
    doubtful
        The same for those judged unsure, disputed between analysts, or drawn and not yet judged.
    unreviewed
        The same for machine proposals nobody judged.
    rejected
        Machine proposals rejected.
    right
        Machine proposals accepted: with `rejected`, what the precision of the unreviewed ones is judged from.
    open_machine
        Machine proposals among `doubtful`.
    """

    accepted: tuple[Count, ...]
    doubtful: tuple[Count, ...]
    unreviewed: tuple[Count, ...]
    rejected: int
    right: int
    open_machine: int = 0

    @classmethod
    def of(cls, counts: Sequence[Count | None], verdicts: Sequence[str], drawn: Sequence[bool] = ()) -> "Tally":
        """Sort objects by verdict; `drawn` marks those an analyst drew (none of them if empty)."""
        by_hand = list(drawn) or [False] * len(counts)
        held = [UNCOUNTED if count is None else count for count in counts]
        rows = list(zip(held, verdicts, by_hand, strict=True))
        doubtful = [row for row in rows if row[1] in ("unsure", "disputed") or (row[1] == "unreviewed" and row[2])]
        return cls(
            accepted=tuple(count for count, verdict, _ in rows if verdict == "accepted"),
            doubtful=tuple(count for count, _, _ in doubtful),
            unreviewed=tuple(count for count, verdict, hand in rows if verdict == "unreviewed" and not hand),
            rejected=sum(verdict == "rejected" and not hand for _, verdict, hand in rows),
            right=sum(verdict == "accepted" and not hand for _, verdict, hand in rows),
            open_machine=sum(not hand for _, _, hand in doubtful),
        )

    def _decided(self) -> str:
        hand = len(self.accepted) - self.right
        return f"{len(self.accepted)} accepted" + (f" ({hand} of them drawn)" if hand > 0 else "")

    def rule_low(self, x_low: int, right: int, wrong: int, level: float) -> str:
        """Say in one sentence what the low bound is made of."""
        rule = self._decided()
        if self.unreviewed:
            chance = f"{50 * (1 + level):.3g} %"
            rule += (
                f", and at least {x_low} of {len(self.unreviewed)} unreviewed at {chance}, {_reviewed(right, wrong)}"
            )
        if any(one.low != one.high for one in self.accepted):
            rule += "; each outline enters with its lower count"
        return rule + "."

    def rule_best(self, x_best: int, right: int, wrong: int) -> str:
        """Say in one sentence what the best count is made of."""
        rule = self._decided()
        if self.unreviewed:
            rule += f", and {x_best} of {len(self.unreviewed)} unreviewed as the median, {_reviewed(right, wrong)}"
        if any(one.best is None for one in [*self.accepted, *self.unreviewed]):
            rule += "; outlines without a best count enter with their lower one"
        return rule + "."

    def rule_high(self, x_high: int, false_alarms: float | None) -> str:
        """Say in one sentence what the high bound is made of."""
        rule = self._decided()
        if self.doubtful:
            rule += f", {len(self.doubtful)} unsure, disputed or drawn without a verdict"
        if self.unreviewed:
            rule += f", and at most {x_high} of {len(self.unreviewed)} unreviewed"
            if false_alarms is not None:
                rule += f" with {false_alarms:.3g} false alarms expected over the comparison"
        if any(one.high is None for one in [*self.accepted, *self.doubtful, *self.unreviewed]):
            rule += "; some outlines have no upper count"
        return f"{rule}; {NOT_INCLUDED}."


def _reviewed(right: int, wrong: int) -> str:
    if right + wrong == 0:
        return "none was reviewed, so Jeffreys' prior alone speaks"
    right_so_far = f"{right} of {right + wrong} reviewed that were right"
    return f"judged by the {right_so_far}; strong ones come first, so this leans high"
