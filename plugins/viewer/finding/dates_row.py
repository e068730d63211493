"""A row of dates with a small picture of the area on each."""

from collections.abc import Mapping, Sequence

import numpy as np
from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import QIcon, QImage, QKeyEvent, QPixmap
from qtpy.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from ....imagery.catalog.pairs import Seen
from ....imagery.catalog.preview import Picture
from ....imagery.errors import ImageryError
from ..controls import leave_on_escape
from .choice import about, card

PICTURE_PX, SCROLLBAR_PX = 96, 14
CARD_PX = QSize(116, 152)


class DatesRow(QListWidget):
    """
    Dates in a row, one of which is chosen; `picked` carries its number.

    Parameters
    ----------
    title
        For those who hear the window.
    """

    picked = Signal(int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
        self.setGridSize(CARD_PX)
        self.setUniformItemSizes(True)
        self.setFixedHeight(CARD_PX.height() + SCROLLBAR_PX)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentRowChanged.connect(self._picked)

    def show_dates(self, dates: Sequence[Seen], pictures: Mapping[str, Picture | ImageryError]) -> None:
        """Show other dates; none is chosen of them."""
        self.blockSignals(True)
        self.clear()
        for one in dates:
            picture = pictures.get(one.found.id)
            item = QListWidgetItem(_icon(picture), card(one))
            trouble = f"\nno picture: {picture}" if isinstance(picture, ImageryError) else ""
            item.setToolTip(about(one) + trouble)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.addItem(item)
        self.setCurrentRow(-1)
        self.blockSignals(False)

    def choose(self, number: int) -> None:
        """Mark the date of that number as chosen; -1 for none."""
        self.blockSignals(True)
        self.setCurrentRow(number)
        self.blockSignals(False)
        if number >= 0:
            self.scrollToItem(self.item(number))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by the arrow keys; Escape gives the keyboard back to the review."""
        if event.key() == Qt.Key.Key_Escape:
            leave_on_escape(self, event)
        else:
            super().keyPressEvent(event)

    def _picked(self, number: int) -> None:
        if number >= 0:
            self.picked.emit(number)


def _icon(picture: Picture | ImageryError | None) -> QIcon:
    """Return a picture on a square, dark where there is none, so that every card is as high."""
    square = np.full((PICTURE_PX, PICTURE_PX, 3), 40, dtype=np.uint8)
    if isinstance(picture, np.ndarray):
        share = PICTURE_PX / max(picture.shape[:2])
        rows = (np.arange(round(picture.shape[0] * share)) / share).astype(int).clip(0, picture.shape[0] - 1)
        columns = (np.arange(round(picture.shape[1] * share)) / share).astype(int).clip(0, picture.shape[1] - 1)
        shown = picture[np.ix_(rows, columns)]
        top, left = (PICTURE_PX - shown.shape[0]) // 2, (PICTURE_PX - shown.shape[1]) // 2
        square[top : top + shown.shape[0], left : left + shown.shape[1]] = shown
    image = QImage(square.tobytes(), PICTURE_PX, PICTURE_PX, 3 * PICTURE_PX, QImage.Format.Format_RGB888)
    icon, pixmap = QIcon(), QPixmap.fromImage(image.copy())
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # a chosen picture keeps its colours
        icon.addPixmap(pixmap, mode)
    return icon
