"""Keeps note of what stands on the analyst's screen: views that rest become glances, whatever draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...labels.journal import utc_now
from ...labels.records import Glance

IDLE_S = 60.0  # without a move, a key or a decision: nobody may be sitting there
MOST_STEP_S = 2.0  # between two looks at the screen; a longer gap is a machine that slept


@dataclass(frozen=True, slots=True)
class View:
    """
    A part of the canvas that shows one date, or both.

    Parameters
    ----------
    shown
        before, after or both.
    left, top, right, bottom
        In (column, row) of the before scene's file, pixel corners at integers.
    scale
        Screen pixels per pixel of the before scene.
    """

    shown: str
    left: float
    top: float
    right: float
    bottom: float
    scale: float


class Watch:
    """
    Turns views, told from time to time, into glances; a view that is seen moving leaves none.

    Parameters
    ----------
    analyst
        Who looks.
    before, after
        Scene ids; `after` is None for one scene alone.
    """

    def __init__(self, analyst: str, before: str, after: str | None) -> None:
        self._who = (analyst, before, after)
        self._views: tuple[View, ...] = ()
        self._seconds = 0.0
        self._last: float | None = None
        self._stirred: float | None = None
        self._sign: object = None
        self._glances: list[Glance] = []

    def see(self, views: Sequence[View], now: float, sign: object = None) -> None:
        """
        Be told what is on the screen.

        Parameters
        ----------
        views
            None of them where nothing can be seen, as when the window is hidden.
        now
            Seconds of a clock that never goes back.
        sign
            Of life: whatever differs when the analyst did something, as the pointer's place or a count of keys.
        """
        rests = tuple(views) == self._views
        if not rests or sign != self._sign or self._stirred is None:
            self._stirred, self._sign = now, sign
        if not rests:
            self._end()
            self._views = tuple(views)
        elif self._last is not None and now - self._stirred <= IDLE_S:
            self._seconds += min(now - self._last, MOST_STEP_S)
        self._last = now

    def take(self) -> tuple[Glance, ...]:
        """Return the glances since the last time, with that of the view that is still resting."""
        self._end()
        found, self._glances = tuple(self._glances), []
        return found

    def _end(self) -> None:
        """Close the glances of the views so far."""
        if self._seconds > 0:
            seconds, time = round(self._seconds, 3), utc_now()
            analyst, before, after = self._who
            for one in self._views:
                rest = (one.left, one.top, one.right, one.bottom, one.scale, seconds, time)
                self._glances.append(Glance(analyst, before, after, one.shown, *rest))
        self._seconds = 0.0
