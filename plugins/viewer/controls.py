"""Controls that a click does not leave the keyboard with, so that the review's keys go on working."""

from collections.abc import Callable, Iterable, Mapping

from qtpy.QtCore import Qt
from qtpy.QtGui import QBrush, QColor
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

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
