"""The candidate queue as a table: what, how it changed, how large, how strong, and what was decided."""

from collections.abc import Sequence

from qtpy.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from qtpy.QtGui import QColor, QKeyEvent, QPixmap
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ...annotate.review import Review
from ...labels.records import Annotation
from . import ink
from .ticks import tick, tick_words

COLUMNS = ("", "kind", "change", "size", "score")
SWATCH_PX = 11
Index = QModelIndex | QPersistentModelIndex


class QueueModel(QAbstractTableModel):
    """
    The shown part of the review's queue; asks the review for everything and keeps only the order.

    Parameters
    ----------
    review
        Knows the verdicts and the kinds.
    """

    def __init__(self, review: Review, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._review = review
        self._order: tuple[Annotation, ...] = ()
        self._rows: dict[str, int] = {}
        self._swatches = {name: _swatch(kind.colour) for name, kind in review.kinds.items()}

    def set_order(self, annotations: Sequence[Annotation]) -> None:
        """Show these places, in this order."""
        same = annotations is self._order or [one.id for one in annotations] == [one.id for one in self._order]
        if not same:
            self.beginResetModel()
            self._rows = {one.id: row for row, one in enumerate(annotations)}
        self._order = tuple(annotations)
        if not same:
            self.endResetModel()
        elif self._order:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, len(COLUMNS) - 1))

    def row_of(self, annotation_id: str | None) -> int | None:
        """Return the row of a place, or None."""
        return None if annotation_id is None else self._rows.get(annotation_id)

    def id_at(self, row: int) -> str:
        """Return the annotation id of a row."""
        return self._order[row].id

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102 (Qt's)
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102 (Qt's)
        return len(COLUMNS)

    def headerData(  # noqa: D102 (Qt's)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        shown = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return COLUMNS[section] if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102 (Qt's)
        one = self._order[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(one)[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 1:
            return self._swatches.get(one.kind)
        if role == Qt.ItemDataRole.ForegroundRole and self._review.verdict_of(one.id) == "rejected":
            return QColor(ink.on(self._owner, ink.GREY))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            centred = Qt.AlignmentFlag.AlignCenter if index.column() in (0, 4) else Qt.AlignmentFlag.AlignLeft
            return Qt.AlignmentFlag.AlignVCenter | centred
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{tick_words(self._review, one.id)}. {one.note}".strip()
        return None

    def _words(self, one: Annotation) -> tuple[str, ...]:
        kind = self._review.kinds.get(one.kind)
        size = f"{one.shape.length_m:.0f} × {one.shape.width_m:.0f} m"
        score = f"{one.score:.2f}" if one.score is not None else "drawn" if one.origin == "analyst" else ""
        return tick(self._review, one.id), kind.title if kind else one.kind, one.change, size, score


class QueueView(QTableView):
    """The table; a click selects a place, Ctrl or Shift mark several, and every key goes to the viewer's own table."""

    picked = Signal(str)

    def __init__(self, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAccessibleName("candidate queue")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(0)  # of what is in view: a thousand rows would be asked at every decision
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.clicked.connect(self._clicked)

    def sizeHintForColumn(self, column: int) -> int:
        """As wide as what is in view; before anything is, Qt would ask every row of the queue."""
        return super().sizeHintForColumn(column) if self.isVisible() else 0

    def show_current(self, annotation_id: str | None) -> None:
        """Mark the row of the current place and scroll to it."""
        row = self._model.row_of(annotation_id)
        if row is None:
            self.clearSelection()
            return
        index = self._model.index(row, 0)
        if self.selectionModel().currentIndex().row() == row and self.selectionModel().isRowSelected(row):
            return  # and what else is marked stays marked
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def chosen(self) -> tuple[str, ...]:
        """Return the ids of the marked rows: one, or several after clicks with Ctrl or Shift."""
        return tuple(self._model.id_at(index.row()) for index in self.selectionModel().selectedRows())

    def _clicked(self, index: QModelIndex) -> None:
        if len(self.selectionModel().selectedRows()) == 1:
            self.picked.emit(self._model.id_at(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the dock, which hands it to the viewer: a table would search for letters."""
        event.ignore()


def _swatch(colour: str) -> QPixmap:
    pixmap = QPixmap(SWATCH_PX, SWATCH_PX)
    pixmap.fill(QColor(colour))
    return pixmap
