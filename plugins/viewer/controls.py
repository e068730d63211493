"""Controls that a click does not leave the keyboard with, so that the review's keys go on working."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QBrush, QColor, QKeyEvent
from qtpy.QtWidgets import QAbstractItemView, QComboBox, QHBoxLayout, QLabel, QMainWindow, QPushButton, QWidget

from . import ink

GREY = QColor("#8a8a8a")


def quiet_combo(items: Iterable[tuple[str, str]]) -> QComboBox:
    """Return a combo box of (text, value)."""
    combo = QComboBox()
    combo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    for text, value in items:
        combo.addItem(text, value)
    return combo


def grey_out(combo: QComboBox, reasons: Mapping[str, str]) -> None:
    """Show items in grey, with the reason on hovering: they can be chosen all the same."""
    for row in range(combo.count()):
        reason = reasons.get(combo.itemData(row))
        combo.setItemData(row, None if reason is None else QBrush(GREY), Qt.ItemDataRole.ForegroundRole)
        combo.setItemData(row, reason, Qt.ItemDataRole.ToolTipRole)


def quiet_button(text: str, tip: str, clicked: Callable[[], object] | None = None) -> QPushButton:
    """Return a button."""
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if clicked is not None:
        button.clicked.connect(lambda: clicked())
    return button


@contextmanager
def painted_once(window: QWidget | None) -> Iterator[None]:
    """Paint a window once after what is done inside, and not at every step of it."""
    if window is None:
        yield
        return
    window.setUpdatesEnabled(False)
    try:
        yield
    finally:
        window.setUpdatesEnabled(True)


def row_of(*widgets: QWidget) -> QWidget:
    """Return the widgets in one row."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    return row


class RichLabel(QLabel):
    """Rich text that breaks its lines, in colours that can be read on napari's theme, also after it changes."""

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setText(words)

    def setText(self, words: str) -> None:
        """Show words."""
        self._words = words
        super().setText(ink.themed(self, words))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange, QEvent.Type.ParentChange):
            shown = ink.themed(self, self._words)
            if shown != self.text():
                super().setText(shown)


def rich_label(text: str = "") -> QLabel:
    """Return a label of rich text that breaks its lines."""
    return RichLabel(text)


def leave_on_escape(within: QWidget, event: QKeyEvent) -> None:
    """
    Take the keyboard from a control inside a widget on Escape, so that the review's keys are heard again.

    Every other key, and Escape from a table, is left to whoever is above: it may give a drawing up.
    """
    holder = within.focusWidget()
    event.ignore()
    if event.key() == Qt.Key.Key_Escape and holder is not None and holder.hasFocus():
        holder.clearFocus()
        event.setAccepted(not isinstance(holder, QAbstractItemView))


def main_window_of(widget: QWidget) -> QMainWindow | None:
    """Return the main window that a widget belongs to, also where its dock floats; None where it is in none."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QMainWindow):
        above = above.parentWidget()
    return above
