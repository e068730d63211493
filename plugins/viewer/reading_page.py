"""How the project is read: blind or not, which ground was looked at, and what the analyst's own reading would miss."""

import time
from collections.abc import Callable
from dataclasses import replace
from html import escape

import numpy as np
from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QCheckBox, QLabel, QMessageBox, QPushButton, QSpinBox, QVBoxLayout, QWidget

from ...annotate.reading.tiles import TILE
from .controls import quiet_button, rich_label, row_of
from .session import Session
from .sheet import picture_of

BEAT_MS = 500  # how often the screen is looked at
PLANTED, TILES = (1, 10, 50), (1, 40, 500)  # least, usual and most that can be asked for
BLIND_TIP = (
    "See each place as the machine proposed it, and nothing that others decided, wrote, drew or corrected, until you "
    "have decided the place yourself. The journal keeps which decisions were made blind."
)
BLIND_WORDS = "What others did at a place is shown once you have decided it, their drawings when you end this."
LOOKED_TIP = "Ground counts as looked at once it was on the screen for a second on both dates, at native zoom or closer"
PLANT_WORDS = (
    "Pits and container stacks that are not there (synthetic) will be drawn into both dates as you see them. Some "
    "will be in the queue, others not. Judge and draw as always: what you decide about them is kept apart, is never "
    "exported and never counted. When you end the round, you are told how many of them you found. Begin?"
)
TILE_TIP = "Random tiles on which nothing was proposed: what you find there says how much was missed everywhere else"


class ReadingPage(QWidget):
    """
    Switches of the reading; the review holds what they say.

    Parameters
    ----------
    session
        Whose review is read.

    Notes
    -----
    `confirm(sentence)` is asked before things are planted.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.confirm: Callable[[str], bool] = self._ask
        self.blind = QCheckBox("read blind: others' decisions hidden")
        self.blind.setToolTip(BLIND_TIP)
        self.blind.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._blind_words, self._looked, self._results = rich_label(BLIND_WORDS), rich_label(), rich_label()
        self._agreement, self.missed = rich_label(), QLabel()
        self.missed.hide()
        self._running = {role: rich_label() for role in ("implant", "tile")}
        self._asked = {"implant": _spin(PLANTED), "tile": _spin(TILES)}
        self.begin = {
            "implant": quiet_button("Plant so many of each kind", PLANT_WORDS, self._plant),
            "tile": quiet_button("Look through so many random tiles", TILE_TIP, self._sample),
        }
        self.end: dict[str, QPushButton] = {
            "implant": quiet_button("End and reveal", "Say what was planted, and take it away", self._reveal),
            "tile": quiet_button("End the sample", "Say what the tiles tell of the others", lambda: self._end("tile")),
        }
        self._lay_out()
        self._beat = QTimer()  # outlives the widgets, which Qt may have deleted when this lets go
        self._beat.timeout.connect(self._look)
        self._beat.start(BEAT_MS)
        self.blind.clicked.connect(lambda on: session.attempt(lambda: session.review.read_blind(bool(on))))
        self.show_reading()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.addWidget(_head("Second reading"))
        layout.addWidget(self.blind)
        layout.addWidget(self._blind_words)
        layout.addWidget(self._agreement)
        layout.addWidget(_head("Ground looked at"))
        layout.addWidget(self._looked)
        layout.addWidget(quiet_button("Hatch what was not looked at", LOOKED_TIP, lambda: self._session.act("looked")))
        for role, title in (("implant", "What do I find? Planted things"), ("tile", "What was missed? Random tiles")):
            layout.addWidget(_head(title))
            layout.addWidget(self._running[role])
            layout.addWidget(row_of(self._asked[role], self.begin[role]))
            layout.addWidget(self.end[role])
        layout.addWidget(self._results)
        layout.addWidget(self.missed)
        layout.addStretch(1)

    def show_reading(self) -> None:
        """Show how the project is read now."""
        blind = self._session.review.blind
        self.blind.setChecked(blind)
        self._blind_words.setVisible(blind)
        if self.isVisible():
            self._show_agreement()
        if self._session.looking is not None and self.isVisible():
            self._looked.setText(self._session.looking.words())
        self.show_rounds()

    def _show_agreement(self) -> None:
        """Show how far analysts agree and what both missed, unless they are hidden."""
        review = self._session.review
        said = [] if review.blind else [one.words for one in review.agreement()]
        said += [] if review.blind else [one.words for one in review.missed()]
        self._agreement.setText("<br>".join(map(escape, said)))
        self._agreement.setVisible(bool(said))

    def show_rounds(self) -> None:
        """Show which rounds run, and what came of those that ended."""
        measuring = self._session.measuring
        if measuring is None:
            return
        for role, words in self._running.items():
            runs = measuring.running(role) is not None
            words.setText(measuring.words(role))
            words.setVisible(runs)
            self.end[role].setVisible(runs)
            for one in (self._asked[role], self.begin[role]):
                one.setVisible(not runs)
        if measuring.running("implant") is not None:
            self.missed.hide()
        self._results.setText("<br>".join(f"<b>{day}</b>&nbsp; {words}" for day, words in measuring.results()))

    def let_go(self) -> None:
        """Take note of nothing more."""
        self._beat.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is known now."""
        super().showEvent(event)
        if self._session.looking is not None:
            self._session.attempt(self._session.looking.keep)
        self.show_reading()

    def _look(self) -> None:
        looking, window = self._session.looking, self.window()
        if looking is not None:
            visible = window.isVisible() and not window.isMinimized()
            self._session.attempt(lambda: looking.look(time.monotonic(), visible))

    def _plant(self) -> None:
        if self.confirm(PLANT_WORDS):
            self._session.plant(self._asked["implant"].value())

    def _sample(self) -> None:
        measuring, session = self._session.measuring, self._session
        if measuring is not None:
            session.attempt(lambda: measuring.begin_tiles(self._asked["tile"].value(), session.sift))

    def _reveal(self) -> None:
        self._end("implant")
        measuring, stage = self._session.measuring, self._session.stage
        pictures = [] if measuring is None or stage is None else measuring.missed(stage)
        self.missed.setVisible(bool(pictures))
        if pictures:
            self.missed.setPixmap(picture_of(np.vstack(pictures)))
            self.missed.setToolTip("Synthetic: what was planted and you did not find, before and after")
        self._session.reload()

    def _end(self, role: str) -> None:
        measuring, session = self._session.measuring, self._session
        if measuring is not None:
            session.attempt(lambda: session.say(measuring.end(role), False))
            if session.review.sift.kind == TILE and measuring.running("tile") is None:
                session.sift(replace(session.review.sift, kind=None))
            self.show_rounds()

    def _ask(self, sentence: str) -> bool:
        answer = QMessageBox.question(self, "depotwatch", sentence)
        return bool(answer == QMessageBox.StandardButton.Yes)


def _head(text: str) -> QLabel:
    return rich_label(f"<b>{text}</b>")


def _spin(limits: tuple[int, int, int]) -> QSpinBox:
    spin = QSpinBox()
    spin.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    spin.setRange(limits[0], limits[2])
    spin.setValue(limits[1])
    return spin
