"""While a project is open: takes in what others do, brings back deleted layers, remembers how one looks at it."""

from qtpy.QtCore import QByteArray, QObject, QTimer
from qtpy.QtWidgets import QDockWidget, QMainWindow, QWidget

from ...annotate import sentences
from .controls import main_window_of
from .last_view import LastView
from .session import Session

BEAT_MS = 1000


class Attendant(QObject):
    """
    Attends to one session until `end`.

    Parameters
    ----------
    dock
        The widget that the session is shown in.
    session
        Open.
    last
        How the analyst last saw it, where that is known.
    """

    def __init__(self, dock: QWidget, session: Session, last: LastView | None) -> None:
        super().__init__(dock)
        self._dock, self._session = dock, session
        self._kept = self._seen = last
        self._over = False
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._tick)
        session.viewer.layers.events.removed.connect(self._removed)

    @property
    def records(self) -> bool:
        """Whether claims, counts and series were open when the analyst was last here."""
        return self._kept is None or self._kept.records

    def begin(self) -> None:
        """Look at the session as it was last looked at, and attend to it from now on."""
        if self._kept is not None:
            window = self._window()
            if window is not None and self._kept.layout:
                window.restoreState(QByteArray.fromBase64(self._kept.layout.encode()))
                self._show_dock()
            self._kept.show_on(self._session)
        self._beat.start()

    def end(self) -> None:
        """Attend no more, and keep how it is looked at; no widget is touched, since Qt may have deleted them all."""
        self._over = True
        self._session.viewer.layers.events.removed.disconnect(self._removed)
        seen = self._seen
        docks = ("", True, "") if seen is None else (seen.layout, seen.records, seen.page)
        self._keep(LastView.of(self._session, *docks))

    def _tick(self) -> None:
        if self._over:
            self._beat.stop()
            self.deleteLater()
            return
        self._session.attempt(self._take_in)
        seen = self._look()
        if seen == self._seen:  # nothing moves any more
            self._session.attempt(lambda: self._keep(seen))
        self._seen = seen or self._seen

    def _take_in(self) -> None:
        review = self._session.review
        news = review.catch_up()
        if news:
            self._session.say(sentences.news(news, review.analyst), False)

    def _look(self) -> LastView | None:
        window = self._window()
        if window is None:
            return LastView.of(self._session)
        layout = bytes(window.saveState().toBase64().data()).decode()
        return LastView.of(self._session, layout, self._session.records_open(), self._session.page())

    def _keep(self, view: LastView | None) -> None:
        if view is not None and view != self._kept:
            view.keep(self._session.project, self._session.review.analyst)
            self._kept = view

    def _removed(self, _event: object = None) -> None:
        QTimer.singleShot(0, self, self._put_back)  # when napari has done with the list

    def _put_back(self) -> None:
        if not self._over and self._window() is not None:
            self._session.put_back()

    def _show_dock(self) -> None:
        """Have the dock itself in sight, also where it was hidden when the project was left."""
        around = self._dock.parentWidget()
        if isinstance(around, QDockWidget):
            around.show()
            around.raise_()

    def _window(self) -> QMainWindow | None:
        window = main_window_of(self._dock)
        return window if window is not None and window.isVisible() else None
