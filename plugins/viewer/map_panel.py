"""The change map: thresholds and methods to try on it, and one of them applied as a new comparison."""

from collections.abc import Callable

from qtpy.QtGui import QHideEvent, QShowEvent
from qtpy.QtWidgets import QVBoxLayout, QWidget

from ...imagery.change import METHODS
from ...imagery.scene import ChangeMap
from . import opening
from .controls import quiet_button, quiet_combo, rich_label, row_of
from .exceeding import Exceeding
from .histogram import Histogram
from .session import Session
from .still_label import StillLabel
from .worker import Cancelled, Job, Progress

WAITING, NONE = "Counting what stands above every level…", "This comparison has no change map."
AWAITED = "The change map is being worked out…"
AUTO = "auto"


class MapPanel(QWidget):
    """
    Shows what a threshold or a method would give; nothing is stored until it is applied as a new comparison.

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
        self.histogram, self.words, self.why = Histogram(), StillLabel(), rich_label()
        self.method = quiet_combo([(AUTO, AUTO), *((name, name) for name in METHODS)])
        self.usual = quiet_button("Null's", "Put the threshold where the null of this map puts it", self._to_usual)
        self.back = quiet_button("Back", "Show the map of the comparison again", self.show_map)
        self.apply = quiet_button("Apply", "Compare again with this: a new comparison; verdicts stay", self._apply)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(3)
        for widget in (
            row_of(rich_label("method"), self.method),
            self.histogram,
            self.words,
            row_of(self.usual, self.back, self.apply),
            self.why,
        ):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.histogram.moved.connect(self._show)
        self.method.activated.connect(lambda _: self._try_method())

    def show_map(self) -> None:
        """Take up the change map that the stage shows; it is worked through when the panel is first seen."""
        change = self._own_map()
        self.method.setCurrentIndex(self.method.findData(self._own_method()))
        stage = self._session.stage
        self._take_up(change, AWAITED if stage is not None and stage.shown.awaits_map else NONE)
        if self._session.stage is not None:
            self._session.stage.try_threshold(None)
        if change is not None and self.isVisible():
            self._count_objects(change)

    def let_go(self) -> None:
        """Tell no more of what is being worked through."""
        if self._job is not None:
            self._job.abandon()
            self._job = None

    def showEvent(self, event: QShowEvent) -> None:
        """Work through the map, and show what stands above the threshold."""
        super().showEvent(event)
        change = self._own_map()
        if self._exceeding is not None:
            self._show(self.histogram.score)
        elif change is not None and self._job is None:
            self._count_objects(change)

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the canvas back as it was."""
        super().hideEvent(event)
        if self._session.stage is not None:
            self._session.stage.try_threshold(None)

    def _own_map(self) -> ChangeMap | None:
        stage = self._session.stage
        return None if stage is None else stage.shown.change

    def _own_method(self) -> str:
        comparison = None if self._session.stage is None else self._session.stage.shown.comparison
        return AUTO if comparison is None else str(comparison.settings.get("method") or comparison.method or AUTO)

    def _take_up(self, change: ChangeMap | None, words: str = NONE) -> None:
        self.let_go()
        self._exceeding = None
        self.histogram.show_map(None, words if change is None else WAITING)
        self.words.setText("")
        self.why.setText("" if change is None else self._why(change))
        self.method.setEnabled(self._own_map() is not None)
        self._offer()

    def _why(self, change: ChangeMap) -> str:
        """Return which method this is and why, what auto would choose, and where the threshold comes from."""
        choice = None if self._session.stage is None else self._session.stage.shown.choice
        words = f"Method <b>{change.method}</b>, as asked for."
        if choice is not None and self.method.currentData() == AUTO:
            words = f"Auto chose <b>{choice.name}</b>. {choice.reason}"
        elif choice is not None:
            words += f" Auto would choose <b>{choice.name}</b>. {choice.reason}"
        return f"{words}<br>{change.null.explanation}."

    def _count_objects(self, change: ChangeMap) -> None:
        self._run(lambda _progress, _cancelled: Exceeding.of(change))

    def _try_method(self) -> None:
        stage, method = self._session.stage, self.method.currentData()
        if stage is None or stage.shown.change is None:
            return
        if method == self._own_method():
            self.show_map()
            return
        self._take_up(None, f"Scoring the pair by {method}…")
        work = opening.trying(stage.shown, method)
        self._run(lambda progress, cancelled: Exceeding.of(work(progress, cancelled)))

    def _run(self, work: Callable[[Progress, Cancelled], Exceeding]) -> None:
        job = self._job = Job(work)
        job.done.connect(self._arrived)
        job.failed.connect(self._failed)
        job.start()

    def _arrived(self, exceeding: Exceeding) -> None:
        self._job, self._exceeding = None, exceeding
        self.why.setText(self._why(exceeding.change))
        self.histogram.show_map(exceeding)
        self._show(self.histogram.score)

    def _failed(self, sentence: str) -> None:
        self._job = None
        self.histogram.show_map(None, sentence)

    def _to_usual(self) -> None:
        if self._exceeding is not None:
            self.histogram.move_to(self._exceeding.usual)

    def _show(self, score: float) -> None:
        if self._exceeding is None or self._session.stage is None:
            return
        peaks = self._exceeding.peaks(score)
        self.words.setText(self._exceeding.words(score, len(peaks)))
        self._offer()
        if self.isVisible():
            self._session.stage.try_threshold(score, peaks, self._exceeding.change)

    def _offer(self) -> None:
        """Let what differs from the comparison be applied, or taken back."""
        exceeding, own = self._exceeding, self._own_map()
        differs = exceeding is not None and (exceeding.change is not own or self.histogram.score != 0.5)
        self.back.setEnabled(differs)
        self.apply.setEnabled(differs)
        self.usual.setEnabled(exceeding is not None and self.histogram.score != exceeding.usual)

    def _apply(self) -> None:
        if self._exceeding is not None:
            score = self.histogram.score
            threshold = None if score == self._exceeding.usual else self._exceeding.statistic(score)
            self._session.compare_again(self.method.currentData(), threshold)
