"""Controls that a click does not leave the keyboard with, so that the review's keys go on working."""

from collections.abc import Callable, Iterable

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget


def quiet_combo(items: Iterable[tuple[str, str]]) -> QComboBox:
    """Return a combo box of (text, value)."""
    combo = QComboBox()
    combo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    for text, value in items:
        combo.addItem(text, value)
    return combo


def quiet_button(text: str, tip: str, clicked: Callable[[], object] | None = None) -> QPushButton:
    """Return a button."""
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if clicked is not None:
        button.clicked.connect(lambda: clicked())
    return button


def row_of(*widgets: QWidget) -> QWidget:
    """Return the widgets in one row."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    return row


def rich_label(text: str = "") -> QLabel:
    """Return a label of rich text that breaks its lines."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label
