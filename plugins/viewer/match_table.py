"""The matching points in a table: both sides of each, how far each is off, and numbers that can be typed."""

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QColor, QKeyEvent
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from ...annotate.laying import Laid, Match

HEAD = ("column", "row", "latitude", "longitude", "residual, m", "left out, m")
TIPS = (
    "of the picture, from its upper left corner",
    "of the picture, from its upper left corner",
    "degrees north",
    "degrees east",
    "how far the fit puts it from here",
    "how far the other points alone put it from here",
)
TYPED = 4  # the first columns
WRONG = QColor("#FF9B6A")


class MatchTable(QTableWidget):
    """
    One row a match.

    Notes
    -----
    `typed(row, picture, place)` tells a side that was typed, each a pair or None; `removed(row)` the Delete key.
    """

    typed = Signal(int, object, object)
    removed = Signal(int)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEAD), parent)
        self.setHorizontalHeaderLabels(HEAD)
        for column, tip in enumerate(TIPS):
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setToolTip(tip)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName("matching points")
        self.itemChanged.connect(self._changed)

    def show_matches(self, matches: tuple[Match, ...], laid: Laid | None) -> None:
        """Show matches, and how far each is off."""
        self.blockSignals(True)
        self.setRowCount(len(matches))
        for row, one in enumerate(matches):
            column, line = one.picture or (None, None)
            lon, lat = one.place or (None, None)
            off = (None, None) if laid is None else (laid.residual_m.get(row), laid.left_out_m.get(row))
            wrong = laid is not None and laid.suspect == row
            for at, (value, digits) in enumerate(zip((column, line, lat, lon, *off), (1, 1, 6, 6, 2, 2), strict=True)):
                item = QTableWidgetItem("" if value is None else f"{value:.{digits}f}")
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if at >= TYPED:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                if wrong:
                    item.setForeground(WRONG)
                self.setItem(row, at, item)
        self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 (Qt's)
        if event.key() == Qt.Key.Key_Delete and self.currentRow() >= 0:
            self.removed.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def _changed(self, item: QTableWidgetItem) -> None:
        row, first = item.row(), 0 if item.column() < 2 else 2
        texts = [cell.text().strip() if (cell := self.item(row, first + at)) else "" for at in (0, 1)]
        if not all(texts):
            return
        try:
            one, other = (float(text.replace(",", ".")) for text in texts)
        except ValueError:
            self.refused.emit(f"{item.text()!r} is no number; write it as in 33.9012.")
            return
        self.typed.emit(row, (one, other) if first == 0 else None, None if first == 0 else (other, one))
