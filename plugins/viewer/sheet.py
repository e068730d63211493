"""The sheet: chips of many places at once, to be marked and judged together."""

from collections import OrderedDict
from collections.abc import Sequence

from qtpy.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from qtpy.QtGui import QColor, QImage, QKeyEvent, QPixmap
from qtpy.QtWidgets import QAbstractItemView, QListView, QWidget

from ...labels.records import Annotation
from . import ink
from .chips import Chip, beside, chips
from .session import Session
from .ticks import tick

SIDE_PX = 92
KEPT = 600  # pictures in memory
Index = QModelIndex | QPersistentModelIndex


class SheetModel(QAbstractListModel):
    """
    One picture a place, made when it is first looked at.

    Parameters
    ----------
    session
        Whose queue it shows.
    """

    def __init__(self, session: Session, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._session = session
        self._places: tuple[Annotation, ...] = ()
        self._pictures: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    def set_order(self, places: Sequence[Annotation]) -> None:
        """Show these places, in this order."""
        if [one.id for one in places] != [one.id for one in self._places]:
            self.beginResetModel()
            self._places = tuple(places)
            self.endResetModel()
        elif places:
            self._places = tuple(places)
            self.dataChanged.emit(self.index(0), self.index(len(places) - 1))

    def id_at(self, row: int) -> str:
        """Return the annotation id of a row."""
        return self._places[row].id

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102 (Qt's)
        return 0 if parent.isValid() else len(self._places)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102 (Qt's)
        one = self._places[index.row()]
        review = self._session.review
        if role == Qt.ItemDataRole.DisplayRole:
            kind = review.kinds.get(one.kind)
            return f"{tick(review, one.id)} {kind.title if kind else one.kind}"
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(one)
        if role == Qt.ItemDataRole.ForegroundRole and review.my_verdict(one.id) is not None:
            return QColor(ink.on(self._owner, ink.GREY))
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{one.change}, {one.shape.length_m:.0f} × {one.shape.width_m:.0f} m, score {one.score or 0:.2f}"
        return None

    def _picture(self, one: Annotation) -> QPixmap | None:
        stage = self._session.stage
        if stage is None:
            return None
        key = one.id, one.kind, one.shape, stage.shown.before_id, stage.shown.after_id, stage.percents
        if key not in self._pictures:
            parts = chips(stage, one.id, SIDE_PX)
            if not parts:
                return None
            self._pictures[key] = picture_of(beside(parts))
            if len(self._pictures) > KEPT:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(key)
        return self._pictures[key]


class SheetView(QListView):
    """The pictures in rows; `opened` tells a place that is double-clicked, and every key goes to the viewer's table."""

    opened = Signal(str)

    def __init__(self, model: SheetModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places = model
        self.setModel(model)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(2 * SIDE_PX + 4, SIDE_PX))
        self.setSpacing(4)
        self.setAccessibleName("sheet of places")
        self.doubleClicked.connect(lambda index: self.opened.emit(model.id_at(index.row())))

    def chosen(self) -> tuple[str, ...]:
        """Return the ids of the marked pictures, in the order of the queue."""
        return tuple(self._places.id_at(row) for row in sorted(index.row() for index in self.selectedIndexes()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the dock, which hands it to the viewer."""
        event.ignore()


def picture_of(chip: Chip) -> QPixmap:
    """Return an image (rows, columns, 3) as Qt draws it."""
    rows, columns = chip.shape[:2]
    return QPixmap.fromImage(QImage(chip.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy())
