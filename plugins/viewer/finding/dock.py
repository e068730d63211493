"""The dock that finds two public dates of a site, fetches them and has them compared."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from napari.components import ViewerModel
from napari.layers import Shapes
from qtpy.QtCore import QSize, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget
from shapely import Polygon

from ....annotate.errors import AnnotateError
from ....annotate.finding import sites_of
from ....annotate.site_area import keep_area
from ....imagery.catalog.pairs import Pair, Seen
from ....imagery.remote.reach import Terms
from ..controls import leave_on_escape, quiet_button, quiet_combo, rich_label
from ..lane import Lane
from ..leaving import LeavingWidget
from ..request import PairRequest
from ..session import Session
from ..worker import EXPECTED
from .choice import Asked, Choice, Strip
from .dates_row import DatesRow
from .form import SHAPE, SearchForm
from .works import bringing, searching

HOW = "Name a site and two days: dates are shown with the sky over the site, the best pair chosen for you to change."
FOLDER = "imagery"
SHOWN_PAIRS = 20
HEIGHT_PX, TITLE_PX = 430, 46


class FindingDock(LeavingWidget):
    """
    Searches, shows, lets choose, and fetches.

    Parameters
    ----------
    viewer
        The napari viewer, or a ViewerModel.
    session_of
        Returns the session of the open project, or None.
    terms
        On which terms servers are reached.

    Notes
    -----
    `compare_wanted` carries a `PairRequest` when both dates have come.
    """

    compare_wanted = Signal(object)

    def __init__(
        self,
        viewer: ViewerModel,
        session_of: Callable[[], Session | None] = lambda: None,
        terms: Terms = Terms(),  # noqa: B008 (frozen)
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewer, self._session_of, self._terms = viewer, session_of, terms
        self._lane = Lane()
        self.choice: Choice | None = None
        self.form = SearchForm(self._drawn_area)
        self.befores, self.afters = DatesRow("dates before"), DatesRow("dates after")
        self.pairs, self.words, self.bar = quiet_combo(()), rich_label(HOW), QProgressBar()
        self.pairs.setAccessibleName("pairs, best first")
        self.fetch = quiet_button("Fetch and compare", "Fetch the area of both dates, and compare them", self._fetch)
        self.stop = quiet_button("Stop", "Stop searching or fetching; what has come is kept", self._lane.cancel)
        self._lay_out()
        self.form.asked.connect(self._search)
        self.form.area_wanted.connect(self._keep_area)
        self.pairs.activated.connect(lambda number: self._take_pair(number))
        self.befores.picked.connect(lambda number: self._take(before=number))
        self.afters.picked.connect(lambda number: self._take(after=number))
        self._idle()
        self.offer_sites()

    @property
    def busy(self) -> bool:
        """True while a search or a fetch runs."""
        return self._lane.busy

    def offer_sites(self) -> None:
        """Offer the sites of the open project and of the cited reports."""
        session = self._session_of()
        sites = sites_of(None if session is None else session.project)
        on_ground = session is not None and session.stage is not None and session.stage.frame.grid.crs is not None
        self.form.offer({id: site for id, site in sites.items() if site.area is not None or on_ground}, on_ground)

    def sizeHint(self) -> QSize:
        """High enough for two rows of dates."""
        return QSize(super().sizeHint().width(), HEIGHT_PX)

    def undocked(self) -> None:
        """Stop what runs."""
        self._lane.abandon()

    def window_gone(self) -> None:
        """Stop what runs."""
        self._lane.abandon()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keyboard back to the review on Escape; hand every key on."""
        leave_on_escape(self, event)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        for title, row in (("before", self.befores), ("after", self.afters)):
            line = QHBoxLayout()
            label = QLabel(title)
            label.setFixedWidth(TITLE_PX)
            line.addWidget(label)
            line.addWidget(row, 1)
            right.addLayout(line)
        last = QHBoxLayout()
        last.addWidget(self.pairs, 1)
        last.addWidget(self.fetch)
        last.addWidget(self.stop)
        right.addLayout(last)
        right.addWidget(self.words)
        right.addWidget(self.bar)
        right.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 4)
        layout.addWidget(self.form)
        layout.addLayout(right, 1)

    def _search(self, asked: Asked) -> None:
        self._begin("Asking the catalogue")
        self._lane.start(searching(asked, self._terms), self._found, self._told, self._progressed)

    def _found(self, strip: Strip) -> None:
        self._idle()
        self.choice = Choice(strip)
        self.befores.show_dates(strip.befores, strip.pictures)
        self.afters.show_dates(strip.afters, strip.pictures)
        self.pairs.clear()
        for number, pair in enumerate(strip.found.pairs[:SHOWN_PAIRS], start=1):
            self.pairs.addItem(_title(number, pair))
        self._show_choice()

    def _take_pair(self, number: int) -> None:
        if self.choice is not None:
            self.choice.take_pair(self.choice.strip.found.pairs[number])
            self._show_choice()

    def _take(self, before: int | None = None, after: int | None = None) -> None:
        if self.choice is None:
            return
        if before is not None:
            self.choice.before = self.choice.strip.befores[before]
        if after is not None:
            self.choice.after = self.choice.strip.afters[after]
        self._show_choice()

    def _show_choice(self) -> None:
        choice = self.choice
        if choice is None:
            return
        self.befores.choose(_at(choice.strip.befores, choice.before))
        self.afters.choose(_at(choice.strip.afters, choice.after))
        pair = choice.pair
        shown = choice.strip.found.pairs[:SHOWN_PAIRS]
        self.pairs.setCurrentIndex(shown.index(pair) if pair in shown else -1)
        unread = [f"{id} was left out: {why}" for id, why in choice.strip.found.unread.items()]
        self.words.setText("<br>".join((choice.words, *choice.strip.found.notes, *unread)))
        self.fetch.setEnabled(pair is not None)

    def _fetch(self) -> None:
        choice, session = self.choice, self._session_of()
        if choice is None or choice.pair is None:
            return
        project = None if session is None else session.project.path
        folder = self._folder(project)
        if folder is None:
            return
        asked = choice.strip.asked
        self._begin("Fetching both dates")
        work = bringing(asked, choice.pair, folder / asked.site.id, project, self._terms)
        self._lane.start(work, self._fetched, self._told, self._progressed)

    def _folder(self, project: Path | None) -> Path | None:
        """Return where images go: beside the open project, else where the user says."""
        if project is not None:
            return project.parent / FOLDER
        chosen = QFileDialog.getExistingDirectory(self, "Where should the images go?")
        return Path(chosen) if chosen else None

    def _fetched(self, request: PairRequest) -> None:
        self._idle()
        self.words.setText(f"Fetched {request.before.name} and {request.after.name}; comparing them.")
        self.compare_wanted.emit(request)

    def _keep_area(self, site: str) -> None:
        session = self._session_of()
        if session is None:
            return
        try:
            kept = keep_area(session.project, site, self.form.area(), session.review.analyst)
        except EXPECTED as error:
            self.form.message.setText(str(error))
            return
        self.form.message.setText(f"The area is now that of {kept.name}.")
        self.offer_sites()

    def _drawn_area(self, which: str) -> Polygon:
        """Return what the window shows, or the selected shape, in longitude and latitude."""
        session = self._session_of()
        if session is None or session.stage is None or session.stage.frame.grid.crs is None:
            raise AnnotateError("Open a project with images that lie on the map first; then its window shows an area.")
        if which == SHAPE:
            corners = _selected_shape(self._viewer)
        else:
            centre, zoom = np.array(self._viewer.scene.camera.center[-2:]), self._viewer.scene.camera.zoom
            half = np.array(self._viewer.canvas.size) / 2 / zoom
            corners = centre + half * np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]])
        grid = session.stage.frame.grid
        return Polygon(np.column_stack(grid.lonlat(*session.stage.frame.pixels(corners).T)))

    def _begin(self, what: str) -> None:
        self.words.setText(what)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.stop.setEnabled(True)
        for control in (self.form.search, self.fetch):
            control.setEnabled(False)

    def _idle(self) -> None:
        self.bar.hide()
        self.stop.setEnabled(False)
        self.form.search.setEnabled(True)
        self.fetch.setEnabled(self.choice is not None and self.choice.pair is not None)

    def _told(self, sentence: str) -> None:
        self._idle()
        self.words.setText(sentence)

    def _progressed(self, done: float, total: float, what: str) -> None:
        self.words.setText(what)
        self.bar.setRange(0, 100 if total else 0)
        self.bar.setValue(round(100 * done / total) if total else 0)


def _at(dates: tuple[Seen, ...], one: Seen | None) -> int:
    return dates.index(one) if one in dates else -1


def _title(number: int, pair: Pair) -> str:
    days = f"{pair.before.found.time[:10]} / {pair.after.found.time[:10]}"
    return f"{number}.  {days}  ·  {pair.worth:.2f}  ·  {pair.before.clear.words}, {pair.after.clear.words}"


def _selected_shape(viewer: ViewerModel) -> np.ndarray:
    """Return the corners of the one selected shape, (n, 2), (y, x) metres."""
    layer = viewer.layers.selection.active
    chosen = sorted(layer.selected_data) if isinstance(layer, Shapes) else []
    if not isinstance(layer, Shapes) or len(chosen) != 1:
        raise AnnotateError("Select one polygon of a shapes layer first; draw one with napari's own tools.")
    return np.array([layer.data_to_world(corner)[-2:] for corner in layer.data[chosen[0]]])
