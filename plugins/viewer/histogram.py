"""The histogram of a change map with its null drawn in, and a threshold to drag."""

import numpy as np
from qtpy.QtCore import QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from qtpy.QtWidgets import QSizePolicy, QWidget

from . import ink
from .exceeding import HIGHEST, LOWEST, Doubles, Exceeding

SEEN_COLOUR, NULL_COLOUR, LINE_COLOUR, TEXT_COLOUR = "#56B4E9", "#E69F00", "#FFFFFF", "#C8CDD4"
HEIGHT_PX, FOOT_PX, STEP = 130, 16, 0.01


class Histogram(QWidget):
    """
    Pixels by score on a logarithmic scale; the line is the threshold, moved by the mouse or by ← and →.

    Notes
    -----
    `moved` carries the score at every step.
    """

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exceeding: Exceeding | None = None
        self.words = ""  # in the place of a map
        self.score = 0.5
        self.setMinimumHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("threshold of the change map")
        self.setToolTip(
            "blue: pixels of this map; orange: where nothing changed, and the threshold that gives; drag the white line"
        )

    def show_map(self, exceeding: Exceeding | None, words: str = "", score: float = 0.5) -> None:
        """Show another map, or words in its place."""
        self._exceeding, self.words, self.score = exceeding, words, score
        self.update()

    def move_to(self, score: float) -> None:
        """Put the threshold at a score."""
        self.score = float(np.clip(score, LOWEST, HIGHEST))
        self.update()
        self.moved.emit(self.score)

    def sizeHint(self) -> QSize:  # noqa: D102 (Qt's)
        return QSize(320, HEIGHT_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102 (Qt's)
        self.move_to(event.position().x() / max(self.width(), 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102 (Qt's)
        self.move_to(event.position().x() / max(self.width(), 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by a step with the arrows; leave every other key to the dock."""
        steps = {Qt.Key.Key_Left: -STEP, Qt.Key.Key_Right: STEP}
        if event.key() in steps:
            self.move_to(self.score + steps[Qt.Key(event.key())])
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102 (Qt's)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._exceeding is None:
            painter.setPen(QColor(ink.on(self, TEXT_COLOUR)))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.words)
            return
        top = np.log10(max(float(self._exceeding.seen.max()), 10.0) * 1.5)
        painter.fillPath(self._bars(self._exceeding.seen, top), QColor(SEEN_COLOUR))
        painter.setPen(QPen(QColor(ink.on(self, NULL_COLOUR)), 2.0))
        painter.drawPolyline(self._curve(self._exceeding.expected, top))
        self._draw_threshold(painter)

    def _heights(self, counts: Doubles, top: float) -> Doubles:
        return np.clip(np.log10(np.maximum(counts, 1.0)) / top, 0.0, 1.0) * (self.height() - FOOT_PX)

    def _bars(self, counts: Doubles, top: float) -> QPainterPath:
        foot, width = self.height() - FOOT_PX, self.width() / len(counts)
        path = QPainterPath(QPointF(0.0, foot))
        for number, height in enumerate(self._heights(counts, top)):
            path.lineTo(number * width, foot - height)
            path.lineTo((number + 1) * width, foot - height)
        path.lineTo(self.width(), foot)
        return path

    def _curve(self, counts: Doubles, top: float) -> list[QPointF]:
        foot, width = self.height() - FOOT_PX, self.width() / len(counts)
        heights = self._heights(counts, top)
        return [QPointF((n + 0.5) * width, foot - heights[n]) for n in np.flatnonzero(np.isfinite(counts))]

    def _draw_threshold(self, painter: QPainter) -> None:
        if self._exceeding is not None:
            usual = self._exceeding.usual * self.width()
            painter.setPen(QPen(QColor(ink.on(self, NULL_COLOUR)), 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(usual, 0.0), QPointF(usual, self.height() - FOOT_PX))
        x, height = self.score * self.width(), self.height() - FOOT_PX
        painter.setPen(QPen(QColor(ink.on(self, LINE_COLOUR)), 2.0))
        painter.drawLine(QPointF(x, 0.0), QPointF(x, height))
        painter.setPen(QColor(ink.on(self, TEXT_COLOUR)))
        for score in (0.0, 0.25, 0.5, 0.75, 1.0):
            place = QRectF(score * (self.width() - 30), height, 30, FOOT_PX)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{score:g}")
