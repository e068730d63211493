"""What waits until the keys rest: it must not come between a key and the frame that shows what it did."""

from collections.abc import Callable

from qtpy.QtCore import QTimer

REST_MS = 250  # without a key


class Rest:
    """
    Works that are done once the keys rest, each once, however often it was asked for.

    Notes
    -----
    `ready` tells, when the time has come, whether the works are still wanted; the window sets it.
    """

    def __init__(self) -> None:
        self.ready: Callable[[], bool] = lambda: True
        self._works: list[Callable[[], None]] = []
        self._timer = QTimer()  # outlives the widgets
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._do)
        self._drawn = QTimer()  # of no time: what is asked to be drawn is drawn before a timer that it starts
        self._drawn.setSingleShot(True)
        self._drawn.timeout.connect(self._timer.start)

    def later(self, work: Callable[[], None]) -> None:
        """Do something when the keys rest from now on."""
        self._works.append(work)
        self._timer.stop()  # else it might end before the frame of this key, on a busy machine
        self._drawn.start()

    def stop(self) -> None:
        """Wait no more."""
        self._drawn.stop()
        self._timer.stop()

    def _do(self) -> None:
        works, self._works = dict.fromkeys(self._works), []
        if self.ready():
            for work in works:
                work()
