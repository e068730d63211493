"""The change map: a threshold to try on it, why its method was chosen, and what chance alone would show."""

from qtpy.QtGui import QHideEvent, QShowEvent
from qtpy.QtWidgets import QVBoxLayout, QWidget

from .controls import rich_label
from .exceeding import Exceeding
from .histogram import Histogram
from .session import Session
from .worker import Cancelled, Job, Progress

WAITING, NONE = "counting what stands above every level…", "This comparison has no change map."


class MapPanel(QWidget):
    """
    Shows what a threshold would give; nothing is stored, and the candidates stay those of the comparison.

    Parameters
    ----------
    session
        Whose change map is tried.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._exceeding: Exceeding | None = None
        self._job: Job | None = None
        self.histogram, self.words, self.method = Histogram(), rich_label(), rich_label()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        for widget in (self.histogram, self.words, self.method):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.histogram.moved.connect(self._show)

    def show_map(self) -> None:
        """Take up the change map that the stage shows; it is worked through when the panel is first seen."""
        self.let_go()
        self._exceeding = None
        self.histogram.show_map(None)
        self.words.setText(NONE)
        stage = self._session.stage
        change = None if stage is None else stage.shown.change
        if change is not None:
            self.method.setText(f"Method <b>{change.method}</b>. {change.reason}<br>{change.null.explanation}.")
            self.words.setText(WAITING)
            if self.isVisible():
                self._start()

    def let_go(self) -> None:
        """Tell no more of what is being worked through."""
        if self._job is not None:
            self._job.abandon()
            self._job = None

    def showEvent(self, event: QShowEvent) -> None:
        """Work through the map, and show what stands above the threshold."""
        super().showEvent(event)
        if self._exceeding is None:
            self._start()
        else:
            self._show(self.histogram.score)

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the canvas back as it was."""
        super().hideEvent(event)
        if self._session.stage is not None:
            self._session.stage.try_threshold(None)

    def _start(self) -> None:
        stage = self._session.stage
        change = None if stage is None else stage.shown.change
        if change is None or self._job is not None:
            return

        def work(_progress: Progress, _cancelled: Cancelled) -> Exceeding:
            return Exceeding.of(change)

        self._job = Job(work)
        self._job.done.connect(self._arrived)
        self._job.failed.connect(self.words.setText)
        self._job.start()

    def _arrived(self, exceeding: Exceeding) -> None:
        self._job, self._exceeding = None, exceeding
        self.histogram.show_map(exceeding)
        self._show(self.histogram.score)

    def _show(self, score: float) -> None:
        if self._exceeding is None or self._session.stage is None:
            return
        self.words.setText(self._exceeding.words(score))
        self._session.stage.try_threshold(score, self._exceeding.peaks(score))
