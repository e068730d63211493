"""How the project is read: blind or not, which ground was looked at, and what the analyst's own reading would miss."""

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from .controls import rich_label
from .session import Session

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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.addWidget(self.blind)
        layout.addWidget(self._blind_words)
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
