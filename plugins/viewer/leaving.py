"""A widget that can tell when it goes: with its dock, with the window, or with the application."""

from qtpy.QtCore import QEvent, QObject
from qtpy.QtGui import QHideEvent, QShowEvent
from qtpy.QtWidgets import QApplication, QWidget

from .controls import main_window_of


class LeavingWidget(QWidget):
    """What is in a dock, and has to let go of things while they are all still there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._closing = False
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._quit)

    def undocked(self) -> None:
        """Let go: the dock was taken away, and the window stays."""
        raise NotImplementedError

    def window_gone(self) -> None:
        """Let go: the window closes, with all that is in it."""
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        """Take note when napari takes the dock away: it tells in no other way."""
        if event.type() == QEvent.Type.ParentChange and self.parent() is None:
            self.undocked()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Be told when the window is going to close."""
        super().showEvent(event)
        window = main_window_of(self)
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take note that the window was asked to close; it may still decline."""
        self._closing = self._closing or event.type() == QEvent.Type.Close
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Go with the window, while everything in it is still there."""
        super().hideEvent(event)
        window = main_window_of(self)
        if self._closing and (window is None or not window.isVisible()):
            self.window_gone()

    def _quit(self) -> None:
        self.window_gone()
