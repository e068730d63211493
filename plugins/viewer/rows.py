"""Rows of words as a Qt table: what is shown is worked out elsewhere, and shown anew as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from qtpy.QtGui import QColor, QFont, QKeyEvent
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from . import ink

Index = QModelIndex | QPersistentModelIndex
MOVING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True)
class TableRow:
    """
    One row.

    Parameters
    ----------
    key
        What a click on it stands for.
    cells
        Texts, as many as the table has columns.
    tip
        Shown when the pointer rests on it.
    colour
        "#RRGGBB" of the first cell; None for the usual one.
    strong
        In bold: it concerns what is selected elsewhere.
    """

    key: str
    cells: tuple[str, ...]
    tip: str = ""
    colour: str | None = None
    strong: bool = False


class RowsModel(QAbstractTableModel):
    """A table of `TableRow`s under fixed headings."""

    def __init__(self, head: Sequence[str], view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._head = tuple(head)
        self.rows: tuple[TableRow, ...] = ()

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Show other rows; the place in the table is kept where there are as many."""
        if len(rows) != len(self.rows):
            self.beginResetModel()
            self.rows = tuple(rows)
            self.endResetModel()
        elif rows:
            self.rows = tuple(rows)
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._head) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102 (Qt's)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102 (Qt's)
        return len(self._head)

    def headerData(  # noqa: D102 (Qt's)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        shown = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._head[section] if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102 (Qt's)
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip
        if role == Qt.ItemDataRole.ForegroundRole and row.colour and index.column() == 0:
            return QColor(ink.on(self._view, row.colour))
        if role == Qt.ItemDataRole.FontRole and row.strong:
            font = QFont()
            font.setBold(True)
            return font
        return None


class RowsView(QTableView):
    """
    The table; its `wide` columns share what room is left.

    Notes
    -----
    The signal `picked` tells the key of a row that is clicked, or gone to by the keyboard after Tab.

    A click leaves the keyboard where it is, so that the review's keys go on working; after Tab the keys that move
    work in the table, and every other one still goes to the viewer's own table.
    """

    picked = Signal(str)

    def __init__(self, head: Sequence[str], wide: Sequence[int], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = RowsModel(head, self)
        self.setModel(self._rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in wide:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.clicked.connect(lambda index: self.picked.emit(self._rows.rows[index.row()].key))

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Show these rows; where others are in bold than before, see to it that one of them is in sight."""
        before = {row.key for row in self._rows.rows if row.strong}
        self._rows.show_rows(rows)
        strong = [at for at, row in enumerate(rows) if row.strong]
        if strong and {rows[at].key for at in strong} != before and not any(self._sees(at) for at in strong):
            self.scrollTo(self._rows.index(strong[0], 0))

    def _sees(self, row: int) -> bool:
        return 0 <= self.rowViewportPosition(row) <= self.viewport().height() - self.rowHeight(row)

    @property
    def chosen(self) -> str | None:
        """Key of the selected row."""
        index = self.selectionModel().currentIndex()
        return self._rows.rows[index.row()].key if index.isValid() and index.row() < len(self._rows.rows) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another row; leave every other key to the dock, which hands it to the viewer."""
        if event.key() not in MOVING:
            event.ignore()
            return
        super().keyPressEvent(event)
        if self.chosen is not None:
            self.picked.emit(self.chosen)
