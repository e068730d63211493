"""One of the two views on which matching points are clicked: an image to zoom and pan, and numbered marks on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from qtpy.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap, QTransform, QWheelEvent
from qtpy.QtWidgets import QGraphicsItem, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

SAME_PLACE_PX, GRIP_PX = 4, 11
MARK_PX, CROSS_PX = 9.0, 14.0
LARGEST_PX = 8192  # sides of what Qt draws; a larger image is shown thinned
STEP_PX, FINE_PX = 20.0, 1.0  # of the keyboard's cross, on screen
ZOOM_STEP, MOST_ZOOM = 1.25, 40.0
FINE, SUSPECT, HINT, CROSS = "#009E73", "#D55E00", "#56B4E9", "#F2F2F2"


@dataclass(frozen=True)
class Mark:
    """
    A numbered mark.

    Parameters
    ----------
    number
        Of the match, from 0; shown from 1.
    x, y
        Pixels of the image.
    wrong
        Shown in the colour of a warning.
    off
        (x, y) in pixels where the fit puts it; a line goes there. None for none.
    """

    number: int
    x: float
    y: float
    wrong: bool = False
    off: tuple[float, float] | None = None


class MatchView(QGraphicsView):
    """
    An image with marks. Coordinates are pixels of the image, upper left corner 0, 0.

    Notes
    -----
    `clicked(x, y)` tells a click, or the space bar at the cross; `moved(number, x, y)` a mark that was dragged.
    The wheel and + and - zoom, a drag pans, arrows move the cross (with Shift by a pixel of the screen).
    """

    clicked = Signal(float, float)
    moved = Signal(int, float, float)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setScene(QGraphicsScene(self))
        self.setBackgroundBrush(QColor("#15171b"))
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        for policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._image, self._over = QGraphicsPixmapItem(), QGraphicsPixmapItem()
        self._over.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        for item in (self._image, self._over):
            self.scene().addItem(item)
        self._marks: list[Mark] = []
        self._hint: QPointF | None = None
        self._cross: QPointF | None = None
        self._pressed: tuple[QPointF, int | None] | None = None
        self._last = QPointF()

    def show_image(self, shown: NDArray[np.uint8]) -> None:
        """Show red, green, blue, alpha, uint8 (rows, columns, 4), whole in the view."""
        _fill(self._image, shown)
        rows, columns = shown.shape[:2]
        self.scene().setSceneRect(-columns, -rows, 3 * columns, 3 * rows)
        self._cross = QPointF(columns / 2, rows / 2)
        self.fit()

    def fit(self) -> None:
        """Fit the image into the view."""
        self.fitInView(self._image.sceneBoundingRect(), Qt.AspectRatioMode.KeepAspectRatio)

    def show_over(self, shown: NDArray[np.uint8] | None, placed: NDArray[np.float64] | None, opacity: float) -> None:
        """Lay another image over this one by an affine (2, 3) from its pixels to these; None takes it away."""
        self._over.setVisible(shown is not None and placed is not None)
        if shown is None or placed is None:
            return
        thinned = _fill(self._over, shown)
        (a, b, c), (d, e, f) = placed
        self._over.setTransform(QTransform(a * thinned, d * thinned, b * thinned, e * thinned, c, f))
        self._over.setScale(1.0)
        self._over.setOpacity(opacity)

    def show_marks(self, marks: Sequence[Mark], hint: tuple[float, float] | None = None) -> None:
        """Show numbered marks, and a ring where the next one is expected."""
        self._marks = list(marks)
        self._hint = None if hint is None else QPointF(*hint)
        self.viewport().update()

    def look_at(self, x: float, y: float) -> None:
        """Bring a place into view, if it is not."""
        if not self._seen().contains(QPointF(x, y)):
            self.centerOn(x, y)

    def on_screen(self, x: float, y: float) -> QPointF:
        """Return where a place of the image is drawn, pixels of the view."""
        return QPointF(self.viewportTransform().map(QPointF(x, y)))

    def _seen(self) -> QRectF:
        return QRectF(self.mapToScene(self.viewport().rect()).boundingRect())

    def _at(self, position: QPointF) -> QPointF:
        inverse, _ = self.viewportTransform().inverted()
        return QPointF(inverse.map(position))

    def _mark_at(self, position: QPointF) -> int | None:
        near = [(QLineF(self.on_screen(one.x, one.y), position).length(), one.number) for one in self._marks]
        distance, number = min(near, default=(GRIP_PX + 1.0, -1))
        return number if distance <= GRIP_PX else None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102 (Qt's)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (event.position(), self._mark_at(event.position()))
            self._last = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102 (Qt's)
        if self._pressed is None:
            return
        start, number = self._pressed
        if number is not None:
            at = self._at(event.position())
            self._marks = [Mark(one.number, at.x(), at.y()) if one.number == number else one for one in self._marks]
            self.viewport().update()
        elif QLineF(start, event.position()).length() >= SAME_PLACE_PX:
            by = event.position() - self._last
            for bar, step in ((self.horizontalScrollBar(), by.x()), (self.verticalScrollBar(), by.y())):
                bar.setValue(bar.value() - round(step))
        self._last = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102 (Qt's)
        if self._pressed is None:
            return
        (start, number), self._pressed = self._pressed, None
        still = QLineF(start, event.position()).length() < SAME_PLACE_PX
        at = self._at(event.position())
        if number is not None and not still:
            self.moved.emit(number, at.x(), at.y())
        elif still and number is None:
            self.clicked.emit(at.x(), at.y())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102 (Qt's)
        self._zoom(ZOOM_STEP if event.angleDelta().y() > 0 else 1 / ZOOM_STEP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cross, click at it, zoom; other keys go on to the window."""
        step = FINE_PX if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP_PX
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        key = Qt.Key(event.key())
        if key in ways and self._cross is not None:
            right, down = ways[key]
            self._cross = self._at(self.on_screen(self._cross.x(), self._cross.y()) + QPointF(right, down) * step)
            self.look_at(self._cross.x(), self._cross.y())
            self.viewport().update()
        elif key == Qt.Key.Key_Space and self._cross is not None:
            self.clicked.emit(self._cross.x(), self._cross.y())
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._zoom(1 / ZOOM_STEP if key == Qt.Key.Key_Minus else ZOOM_STEP)
        elif key == Qt.Key.Key_Home:
            self.fit()
        else:
            event.ignore()

    def drawForeground(self, painter: QPainter, _rect: QRectF | object) -> None:
        """Draw the marks in pixels of the screen, whatever the zoom."""
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for one in self._marks:
            self._draw(painter, one)
        if self._hint is not None:
            painter.setPen(QPen(QColor(HINT), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self.on_screen(self._hint.x(), self._hint.y()), MARK_PX + 4, MARK_PX + 4)
        if self.hasFocus() and self._cross is not None:
            at = self.on_screen(self._cross.x(), self._cross.y())
            painter.setPen(QPen(QColor(CROSS), 1))
            painter.drawLine(at - QPointF(CROSS_PX, 0), at + QPointF(CROSS_PX, 0))
            painter.drawLine(at - QPointF(0, CROSS_PX), at + QPointF(0, CROSS_PX))
        painter.restore()

    def _draw(self, painter: QPainter, one: Mark) -> None:
        at, colour = self.on_screen(one.x, one.y), QColor(SUSPECT if one.wrong else FINE)
        if one.off is not None:
            painter.setPen(QPen(QColor(SUSPECT), 2))
            painter.drawLine(at, self.on_screen(*one.off))
        painter.setPen(QPen(QColor("white"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 3.0, 3.0)
        beside = at + QPointF(MARK_PX, -MARK_PX)
        painter.setBrush(colour)
        painter.drawEllipse(beside, MARK_PX, MARK_PX)
        box = QRectF(beside.x() - MARK_PX, beside.y() - MARK_PX, 2 * MARK_PX, 2 * MARK_PX)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(one.number + 1))

    def _zoom(self, factor: float) -> None:
        if self.transform().m11() * factor < MOST_ZOOM:
            self.scale(factor, factor)


def _fill(item: QGraphicsPixmapItem, shown: NDArray[np.uint8]) -> float:
    """Put pixels, thinned where they are many, into an item; return by how much it was thinned."""
    thinned = max(1, -(-max(shown.shape[:2]) // LARGEST_PX))
    pixels = np.ascontiguousarray(shown[::thinned, ::thinned])
    rows, columns = pixels.shape[:2]
    image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    item.setPixmap(QPixmap.fromImage(image.copy()))
    item.setScale(float(thinned))
    item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable, False)
    return float(thinned)
