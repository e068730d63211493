"""The stages of a comparison: one log line, one progress call and one stopwatch each."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from ..imagery.errors import CancelledError

log = logging.getLogger("depotwatch")

STAGES = ("read", "register", "normalise", "score", "detect", "save")
IMPLANTS = "implants"


class Clock:
    """
    Called with a stage, it is the context that the stage runs in.

    Parameters
    ----------
    progress
        Called with (done, total, what).
    cancelled
        Asked before each stage; True raises CancelledError.
    stages
        In their order.
    """

    def __init__(
        self,
        progress: Callable[[int, int, str], None] | None,
        cancelled: Callable[[], bool],
        stages: tuple[str, ...] = STAGES,
    ) -> None:
        self._progress, self._cancelled, self._stages = progress, cancelled, stages
        self._spent = dict.fromkeys(stages, 0.0)
        self._start, self._now = perf_counter(), 0

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Run a stage, unless the user asked to stop."""
        if self._cancelled():
            doing = "search for implants" if stage == IMPLANTS else stage
            left = "the comparison is kept without them" if stage == IMPLANTS else "nothing was kept"
            raise CancelledError(f"The comparison was cancelled before it could {doing}; {left}.")
        log.info("%s", stage)
        self._now = self._stages.index(stage)
        if self._progress is not None:
            self._progress(self._now, len(self._stages), stage)
        start = perf_counter()
        yield
        self._spent[stage] = perf_counter() - start

    def within(self, done: int, total: int, what: str) -> None:
        """Pass on what the stage that runs is at."""
        if self._progress is not None:
            self._progress(self._now, len(self._stages), what)

    def seconds(self) -> dict[str, float]:
        """Return what each stage took, and all together."""
        if self._progress is not None:
            self._progress(len(self._stages), len(self._stages), "done")
        return {**self._spent, "total": perf_counter() - self._start}
