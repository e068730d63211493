"""Dissent: what an analyst found that is not what stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dissent:
    """
    One analyst's finding at a place beside what stands there: kept and exported, never averaged away.

    Parameters
    ----------
    annotation
        Annotation id.
    analyst
        Whose it is.
    field
        "verdict", or what of the place they put otherwise: kind, state, note, count, shape or withdrawn.
    value
        What they say, JSON values only; of a verdict its value.
    stands
        What stands, JSON values only; of a verdict nobody settled "disputed".
    reason
        Of a rejection, else None.
    note
        Their words.
    time
        UTC, ISO 8601.
    """

    annotation: str
    analyst: str
    field: str
    value: object
    stands: object
    reason: str | None
    note: str
    time: str
