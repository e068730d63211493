"""Long work off the main thread: progress and results come back as Qt signals, and the work can be told to stop."""

import threading
from collections.abc import Callable
from typing import Any

from qtpy.QtCore import QObject, Signal

from ...annotate.errors import AnnotateError
from ...imagery.errors import CancelledError, ImageryError
from ...labels.errors import LabelsError
from ..errors import PluginsError

Progress = Callable[[float, float, str], None]
Cancelled = Callable[[], bool]
Work = Callable[[Progress, Cancelled], Any]

EXPECTED = (AnnotateError, ImageryError, LabelsError, PluginsError, OSError)
"""What a user can do something about; anything else is a fault of ours and goes to napari's own report of errors."""


class Job(QObject):
    """
    One piece of work in a thread.

    Parameters
    ----------
    work
        Takes `progress(done, total, what)` and `cancelled()`, and touches neither widgets nor layers.

    Notes
    -----
    Signals: `progressed` (done, total, what), then one of `done` (result), `failed` (sentence) or `stopped`.

    A thread that Python waits for when it ends: one that is cut off in the midst of compiled code aborts the process. A
    thread of Python's own, not napari's `create_worker`: that one takes threads from Qt's pool, and pyproj 3.7, whose
    contexts belong to Python's threads, crashes in the second job of such a thread.
    """

    progressed = Signal(float, float, str)
    done = Signal(object)
    failed = Signal(str)
    stopped = Signal(str)
    _ended = Signal()

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self._stop = threading.Event()
        self._abandoned = False
        self._outcome: tuple[str, Any] = ("broken", None)
        self._ended.connect(self._deliver)

    def start(self) -> None:
        """Start the work; returns at once."""
        threading.Thread(target=self._run, name="depotwatch job").start()  # as a daemon it would end in compiled code

    def cancel(self) -> None:
        """Ask the work to stop; `stopped` tells when it has."""
        self._stop.set()

    def abandon(self) -> None:
        """Ask the work to stop and tell nobody any more: the window is going."""
        self._abandoned = True
        self.cancel()

    def _run(self) -> None:
        try:
            self._outcome = ("done", self._work(self._report, self._stop.is_set))
        except CancelledError:
            self._stop.set()
        except EXPECTED as error:
            self._outcome = ("failed", " ".join(str(error).split()))
        finally:
            self._ended.emit()

    def _report(self, done: float, total: float, what: str) -> None:
        if not self._stop.is_set():
            self.progressed.emit(float(done), float(total), what)

    def _deliver(self) -> None:
        how, result = self._outcome
        if self._abandoned:
            return
        if self._stop.is_set():
            self.stopped.emit("Stopped.")
        elif how == "done":
            self.done.emit(result)
        else:
            self.failed.emit(result or "This did not work, and it is our fault: napari's message has the details.")
