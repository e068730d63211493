"""Words that change at every step, and move nothing around them."""

from qtpy.QtCore import QSize
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QSizePolicy, QWidget

from .controls import RichLabel


class StillLabel(QWidget):
    """
    Rich text on ground that grows with it and never shrinks, until it is given another width.

    Notes
    -----
    A label has the whole window laid out anew, and painted three times, whenever its words change.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._label = RichLabel(parent=self)  # in no layout, which would hear of every change

    def setText(self, words: str) -> None:
        """Show words."""
        self._label.setText(words)
        self._make_room(self.height())

    def text(self) -> str:
        """Return the words, as they are coloured for the theme."""
        return self._label.text()

    def sizeHint(self) -> QSize:  # noqa: D102 (Qt's)
        return self._label.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the words the width, and the height that they take in it."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._make_room(0)

    def _make_room(self, least: int) -> None:
        height = max(least, self._label.heightForWidth(self.width()))
        self._label.resize(self.width(), height)
        if height != self.height():
            self.setFixedHeight(height)
