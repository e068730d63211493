"""A series as it is kept: one row a date and kind, one row for each annotation with its brackets."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """
    One kind at one site on one date.

    Parameters
    ----------
    site, scene, kind
        Site id, scene id, name of the kind.
    time
        Of the scene, ISO 8601.
    seen
        Share of the site that the scene covers, times its share with data: 0 to 1.
    searched
        "present" where the scene alone was searched, "changes" where only pairs were; None where the kind could not be
        seen.
    low, best, high, level, unit
        Of the estimate; None where there is none, and `high` where nothing bounds it.
    reason
        Why there is none, or what it leaves out.
    since
        Time of the earlier scene that can show the kind; None for the first.
    appeared_low, appeared_best, appeared_high, vanished_low, vanished_best, vanished_high
        How many came and went since then; None where not counted.
    head
        Hash of the journal's last entry when this was worked out: where it is not the project's, this may be out of
        date.
    """

    site: str
    scene: str
    kind: str
    time: str
    seen: float
    searched: str | None
    low: int | None
    best: int | None
    high: int | None
    level: float | None
    unit: str | None
    reason: str
    since: str | None
    appeared_low: int | None
    appeared_best: int | None
    appeared_high: int | None
    vanished_low: int | None
    vanished_best: int | None
    vanished_high: int | None
    head: str


@dataclass(frozen=True, slots=True)
class StayRow:
    """
    One stay at one place, as it is seen by one annotation that is this place.

    Parameters
    ----------
    site, annotation, number
        Site id, annotation id, and which stay of that place it is, from 0.
    kind, verdict
        Name of the kind; unreviewed, accepted, unsure or disputed.
    last_absent, first_present, last_present, first_absent
        Times of the scenes that bracket it, ISO 8601; None where no scene shows the place without it.
    hidden_before, hidden_after
        The days inside the brackets on which it could not be seen, and why; empty for none.
    head
        As for `SeriesRow`.
    """

    site: str
    annotation: str
    number: int
    kind: str
    verdict: str
    last_absent: str | None
    first_present: str
    last_present: str
    first_absent: str | None
    hidden_before: str
    hidden_after: str
    head: str
