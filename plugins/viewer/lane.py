"""A lane for background work: one job at a time, forgotten as soon as it has ended or is given up."""

from collections.abc import Callable
from typing import Any

from .worker import Job, Work

Tell = Callable[[str], object]


class Lane:
    """One job or none, and nobody hears of a job that another took the place of."""

    def __init__(self) -> None:
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        """True while a job runs."""
        return self._job is not None

    def start(
        self,
        work: Work,
        done: Callable[[Any], object],
        told: Tell,
        progressed: Callable[[float, float, str], object] | None = None,
    ) -> None:
        """
        Give up the job that runs, and start another.

        Parameters
        ----------
        work
            Touches neither widgets nor layers.
        done
            Called with the result.
        told
            Called with a sentence when the work failed or was stopped.
        progressed
            Called with (done, total, what).
        """
        self.abandon()
        job = self._job = Job(work)
        if progressed is not None:
            job.progressed.connect(progressed)
        job.done.connect(lambda result: self._ended(done, result))
        job.failed.connect(lambda sentence: self._ended(told, sentence))
        job.stopped.connect(lambda sentence: self._ended(told, sentence))
        job.start()

    def cancel(self) -> None:
        """Ask the job to stop; `told` is called when it has."""
        if self._job is not None:
            self._job.cancel()

    def abandon(self) -> None:
        """Ask the job to stop and hear of it no more."""
        if self._job is not None:
            self._job.abandon()
        self._job = None

    def _ended(self, tell: Callable[[Any], object], result: object) -> None:
        self._job = None
        tell(result)
