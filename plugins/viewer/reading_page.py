"""How the project is read: blind or not, which ground was looked at, and what the analyst's own reading would miss."""

import time

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from .controls import quiet_button, rich_label, row_of
from .session import Session

BEAT_MS = 500  # how often the screen is looked at
BLIND_TIP = (
    "See each place as the machine proposed it, and nothing that others decided, wrote, drew or corrected, until you "
    "have decided the place yourself. The journal keeps which decisions were made blind."
)


class ReadingPage(QWidget):
    """
    Switches of the reading; the review holds what they say.

    Parameters
    ----------
    session
        Whose review is read.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.blind = QCheckBox("read blind: others' decisions hidden")
        self.blind.setToolTip(BLIND_TIP)
        self.blind.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._blind_words = rich_label()
        self._looked = rich_label()
        self._hatch = quiet_button(
            "Hatch what was not looked at",
            "Ground counts as looked at once it was on the screen for a second on both dates, at native zoom or closer",
            lambda: session.act("looked"),
        )
        self._beat = QTimer(self)
        self._beat.timeout.connect(self._look)
        self._beat.start(BEAT_MS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.addWidget(self.blind)
        layout.addWidget(self._blind_words)
        layout.addWidget(self._looked)
        layout.addWidget(row_of(self._hatch))
        layout.addStretch(1)
        self.blind.clicked.connect(lambda on: session.attempt(lambda: session.review.read_blind(bool(on))))
        self.show_reading()

    def show_reading(self) -> None:
        """Show how the project is read now."""
        blind = self._session.review.blind
        self.blind.setChecked(blind)
        self._blind_words.setText(
            "What others did at a place is shown once you have decided it; their drawings when you end the blind "
            "reading."
            if blind
            else ""
        )
        if self._session.looking is not None:
            self._looked.setText(self._session.looking.words())

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
