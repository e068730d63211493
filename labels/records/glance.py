"""A glance: one stretch of time in which a part of a scene stood on an analyst's screen."""

from dataclasses import dataclass

SHOWN = ("before", "after", "both")


@dataclass(frozen=True, slots=True)
class Glance:
    """
    What was on the screen while the view rested.

    Parameters
    ----------
    analyst
        Name the analyst works under.
    before, after
        Scene ids; `after` is None for one scene alone.
    shown
        One of `SHOWN`: which date was seen; "before" for one scene alone.
    left, top, right, bottom
        Of the view, in (column, row) of the before scene's file, pixel corners at integers.
    scale
        Screen pixels per pixel of the before scene: 1 is native, less is zoomed out.
    seconds
        How long.
    time
        When it ended, UTC, ISO 8601.
    """

    analyst: str
    before: str
    after: str | None
    shown: str
    left: float
    top: float
    right: float
    bottom: float
    scale: float
    seconds: float
    time: str
