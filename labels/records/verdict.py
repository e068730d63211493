"""A verdict: one analyst's decision on one annotation."""

from collections.abc import Iterable
from dataclasses import dataclass

VERDICTS = ("accepted", "rejected", "unsure")
REASONS = ("shadow", "season", "parallax", "cloud", "registration", "sensor", "routine", "duplicate", "other")


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    One analyst's standing decision; a later one by the same analyst replaces it, the journal keeps both.

    Parameters
    ----------
    annotation
        Annotation id.
    analyst
        Name the analyst works under.
    value
        One of `VERDICTS`.
    reason
        One of `REASONS` for a rejection, else None.
    note
        Free words.
    time
        UTC, ISO 8601.
    adjudicates
        True where this one settles a dispute between analysts.
    """

    annotation: str
    analyst: str
    value: str
    reason: str | None
    note: str
    time: str
    adjudicates: bool = False


def resolve(verdicts: Iterable[Verdict]) -> str:
    """
    Return what stands for one annotation.

    Returns
    -------
    str
        "unreviewed"; else the adjudicated value; else the one all analysts gave; else "disputed".
    """
    given = list(verdicts)
    if not given:
        return "unreviewed"
    settled = [verdict for verdict in given if verdict.adjudicates]
    if settled:
        return max(settled, key=lambda verdict: verdict.time).value
    values = {verdict.value for verdict in given}
    return values.pop() if len(values) == 1 else "disputed"
