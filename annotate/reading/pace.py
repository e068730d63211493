"""How fast an analyst decides, and how long the rest will take at that."""

from collections import deque

RECENT = 30  # decisions that the pace is of
PAUSE_S = 60.0  # a longer gap is a break, and counts as this long


class Pace:
    """The pace of the latest decisions; a clock that never goes back tells the times."""

    def __init__(self) -> None:
        self._gaps: deque[float] = deque(maxlen=RECENT)
        self._last: float | None = None

    def decided(self, now: float) -> None:
        """Take note of a decision, at some seconds of the clock."""
        if self._last is not None:
            self._gaps.append(min(now - self._last, PAUSE_S))
        self._last = now

    @property
    def per_minute(self) -> float | None:
        """Decisions a minute; None before there were two."""
        seconds = sum(self._gaps)
        return 60 * len(self._gaps) / seconds if seconds > 0 else None

    def words(self, decided: int, total: int) -> str:
        """Return how far the queue is, how fast it goes, and how long the rest will take."""
        words = [f"{decided:,} of {total:,} decided"]
        rate = self.per_minute
        if rate is not None:
            words.append(f"{rate:.0f} a minute" if rate >= 1 else f"{60 * rate:.0f} an hour")
            if total > decided:
                words.append(f"about {_span((total - decided) / rate)} left")
        return " · ".join(words)


def _span(minutes: float) -> str:
    if minutes < 1:
        return "a minute"
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.0f} h"
