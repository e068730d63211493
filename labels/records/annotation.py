"""An annotation: a place that is kept, born of a candidate or drawn."""

from dataclasses import dataclass

from .candidate import Count, Shape

ORIGINS = ("machine", "analyst")


@dataclass(frozen=True, slots=True)
class Annotation:
    """
    A place that is kept.

    Parameters
    ----------
    id
        Stable over re-runs; the id of the first candidate, or a random one for a drawing.
    kind, change, state
        As for a candidate; an analyst may have corrected them.
    shape
        Outline and size; an analyst may have corrected it.
    origin
        "machine" or "analyst": who first proposed it.
    site
        Site id, or None.
    before, after
        Scene ids; `after` is None for what is there on a single scene.
    score
        Of the candidate it was born of; None for a drawing.
    count
        How many it holds; None where not countable.
    note
        The analyst's words about the place.
    withdrawn
        True for a drawing its analyst took back: kept for the record, shown and counted nowhere.
    """

    id: str
    kind: str
    change: str
    state: str
    shape: Shape
    origin: str
    site: str | None
    before: str
    after: str | None
    score: float | None
    count: Count | None
    note: str = ""
    withdrawn: bool = False
