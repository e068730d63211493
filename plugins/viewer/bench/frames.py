"""A napari window whose frames are waited for: how long something takes until it is painted."""

import os
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtOpenGLWidgets import QOpenGLWidget
from qtpy.QtWidgets import QApplication, QWidget

from ...errors import ViewerError

if TYPE_CHECKING:
    import napari

MOST_S = 120.0
PAUSE_S = 0.001
MOST_QUIET_S = 3.0
QUIET_S = 0.4  # without a frame, after which all is painted, and what waits for the keys to rest is done


class Frames:
    """
    The frames of a viewer's canvas.

    Parameters
    ----------
    viewer
        With a window that is shown.
    """

    def __init__(self, viewer: "napari.Viewer") -> None:
        self.viewer = viewer
        self.canvas = _canvas()
        self._last = 0.0
        self.number = 0
        self.canvas.frameSwapped.connect(self._swapped)

    def _swapped(self) -> None:
        self._last = perf_counter()
        self.number += 1

    def until(self, ready: Callable[[], bool]) -> None:
        """
        Let the window work until something is so.

        Raises
        ------
        ViewerError
            If it is not so within two minutes.
        """
        start = perf_counter()
        while not ready():
            if perf_counter() - start > MOST_S:
                raise ViewerError(
                    "The window did not get there within two minutes; run the benchmark on a free machine."
                )
            _work()

    def seconds(self, act: Callable[[], object]) -> float:
        """Return how long it takes from an act to the end of the first frame after it."""
        self.settle()
        start = perf_counter()
        act()
        return self.painted() - start

    def painted(self) -> float:
        """Paint what there is, and return when that was done, by the clock of `perf_counter`."""
        before = self.number
        self.canvas.update()
        self.until(lambda: self.number > before)
        return self._last

    def settle(self) -> None:
        """Let the window paint all that is still to be painted."""
        rest = perf_counter()
        while perf_counter() - max(rest, self._last) < QUIET_S and perf_counter() - rest < MOST_QUIET_S:
            _work()
        self.painted()  # what came last may not be yet, on a busy machine


def _work() -> None:
    """Let the window work, and other threads: a loop without a pause would keep them from it."""
    QApplication.processEvents()
    sleep(PAUSE_S)


def _canvas() -> QOpenGLWidget:
    found = [one for top in QApplication.topLevelWidgets() for one in _canvases(top)]
    if not found:
        raise ViewerError("napari shows no canvas; run the benchmark where there is a display, as under xvfb-run.")
    return found[0]


def _canvases(top: QWidget) -> Sequence[QOpenGLWidget]:
    return [one for one in top.findChildren(QOpenGLWidget) if one.isVisible()]


@contextmanager
def uploads() -> Iterator[list[tuple[int, ...]]]:
    """Count the textures that are sent to the graphics card inside: the list holds the shape of each."""
    from vispy.gloo.texture import BaseTexture  # type: ignore[import-untyped]

    sent: list[tuple[int, ...]] = []
    plain = BaseTexture.set_data

    def counted(self: object, data: np.ndarray, *rest: object, **named: object) -> object:
        sent.append(np.shape(data))
        return plain(self, data, *rest, **named)

    BaseTexture.set_data = counted
    try:
        yield sent
    finally:
        BaseTexture.set_data = plain


def peak_mib() -> float:
    """Return the largest resident memory of this process so far, MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def bytes_read() -> int | None:
    """Return how many bytes this process has read from files so far; None where the system does not say."""
    about = Path(f"/proc/{os.getpid()}/io")
    if not about.is_file():
        return None
    return next(int(line.split()[1]) for line in about.read_text().splitlines() if line.startswith("rchar"))


def p95(seconds: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return float(np.percentile(seconds, 95))
