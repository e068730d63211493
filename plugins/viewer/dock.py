"""The dock: opens projects and compares images in the background, and shows the review when they are there."""

from pathlib import Path

from napari.components import ViewerModel
from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QInputDialog,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...annotate.exports import FORMATS
from ...annotate.reading.planting_round import Begun
from ...annotate.review import Review
from ...labels.project import Project
from ..errors import ViewerError
from . import marks, opening
from .analyst import analyst_of
from .attendant import Attendant
from .controls import main_window_of, painted_once, quiet_combo
from .desk import ReviewDesk
from .errands import Errands, load
from .lane import Lane
from .last_view import last_view
from .leaving import LeavingWidget
from .offer import Offer
from .own_keys import OwnKeys, read_own_keys
from .preferences import read_preferences
from .request import PairRequest
from .session import Session
from .shown import Shown
from .start import BusyPage, StartPage
from .uncollected import uncollected
from .worker import EXPECTED, Work

LEAST_WIDTH_PX = 420


class ReviewDock(LeavingWidget):
    """
    depotwatch in napari.

    Parameters
    ----------
    viewer
        The napari viewer, or a ViewerModel.

    Notes
    -----
    The signal `opened` carries the session when a project's scenes are shown, and None when it is closed.
    """

    opened = Signal(object)

    def __init__(self, viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._session: Session | None = None
        self._desk: ReviewDesk | None = None
        self._lane = Lane()  # for what the review waits for
        self._errands: Errands | None = None
        self._attendant: Attendant | None = None
        self._trouble = ""  # with what the user keeps, to be told when the project is there
        self.start, self._busy, self._pages = StartPage(), BusyPage(), QStackedWidget()
        self._pairs: QComboBox = quiet_combo(())
        self._pairs.hide()
        self._pages.addWidget(self.start)
        self._pages.addWidget(self._busy)
        self.setMinimumWidth(LEAST_WIDTH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.addWidget(self._pairs)
        layout.addWidget(self._pages)
        self.start.project_chosen.connect(self.open_project)
        self.start.pair_chosen.connect(self.compare)
        self.start.search_chosen.connect(self.find_imagery)
        self.start.sample_chosen.connect(self.compare_synthetic_case)
        self._busy.stop.clicked.connect(lambda: self._lane.cancel())
        self._pairs.activated.connect(lambda _: self._show_chosen())

    @property
    def session(self) -> Session | None:
        """The open project, or None."""
        return self._session

    @property
    def busy(self) -> bool:
        """True while a job runs that the review waits for."""
        return self._lane.busy

    @property
    def mapping(self) -> bool:
        """True while the change map is worked out, behind the review."""
        return self._errands is not None and self._errands.mapping

    def open_project(self, path: Path, analyst: str | None = None, blind: bool = False) -> None:
        """
        Open a project and show its newest comparison.

        Parameters
        ----------
        path
            The project.
        analyst
            Name the journal keeps; else DEPOTWATCH_ANALYST, else as the project remembers, else as napari's settings
            have it, else asked for.
        blind
            Begin a blind reading: what others decided is hidden until the analyst has decided too, or ends it.
        """
        self.shut()
        try:
            project = Project.open(path)
        except EXPECTED as error:
            self._back_to_start(str(error))
            return
        preferences = read_preferences()
        name = analyst_of(project, analyst, preferences, lambda: self._ask_name())
        if not name:
            project.close()
            self._back_to_start("A review needs your name: the journal keeps who decided what.")
            return
        last, offer = last_view(project, name), Offer.of(project)
        wanted = offer.first(None if last is None else last.shown)
        load(self._run, path, wanted, name)  # reads pixels while the review reads records
        with uncollected():
            review, (own_keys, self._trouble) = Review(project, name), _own_keys()
            marks.first_layer()
        if blind:
            review.read_blind(True)
        self._session = Session(self._viewer, project, review, own_keys, preferences.zoom_to_places)
        self._trouble = self._trouble or own_keys.left_out(self._session.keyboard.usual)
        self._errands = Errands(self._session, self._run, self._show_map)
        self.destroyed.connect(self._errands.end)  # a window that was never shown closes without a word
        self._attendant = Attendant(self, self._session, last)
        self._list(offer)

    def compare(self, request: PairRequest) -> None:
        """Compare two images in a project beside them, and open it."""
        self._run(f"Comparing {request.before.name} and {request.after.name}", opening.comparing(request))

    def compare_synthetic_case(self) -> None:
        """Render and compare the embedded case in a temporary project, and open it."""
        self._run("Rendering the synthetic depot and port", opening.rendering())

    def find_imagery(self) -> None:
        """Show the dock that finds public imagery, where there is a window to hold it."""
        from .launch import finding_dock

        if hasattr(self._viewer, "window"):
            finding_dock(self._viewer)

    def begin_anew(self) -> None:
        """Close the project, and show the first page."""
        self._back_to_start("")

    def export(self) -> None:
        """Ask for a file, and write the places of the project to it in the background."""
        if self._session is None or self.busy:
            return
        project, analyst = self._session.project.path, self._session.review.analyst
        plain = [(format.name, ending) for format in FORMATS.values() for ending in format.endings]
        endings = ";;".join(f"{name} (*{ending})" for name, ending in plain)
        proposed = project.with_suffix(plain[0][1])
        file, _ = QFileDialog.getSaveFileName(self, "Export the places", str(proposed), endings)
        if file:
            self._run(f"Writing {Path(file).name}", opening.exporting(project, Path(file), analyst))

    def shut(self, canvas: bool = True) -> None:
        """Stop what runs, close the project, give back keys and (with `canvas`) layers."""
        self._lane.abandon()
        if self._errands is not None:
            self._errands.end()
            self._errands = None
        if self._desk is not None:
            self._desk.let_go()
            if canvas:
                self._pages.removeWidget(self._desk)
                self._desk.deleteLater()
            self._desk = None
        if self._attendant is not None:
            self._attendant.end()
            self._attendant = None
        if self._session is not None:
            if canvas:
                self.opened.emit(None)
            self._session.close(canvas)
            self._session = None

    def undocked(self) -> None:
        """Close the project when napari takes the dock away."""
        if self._session is not None:
            self.shut()

    def window_gone(self) -> None:
        """Close the project with the window."""
        self.shut(canvas=False)

    def _show_chosen(self) -> None:
        if self._errands is not None:
            self._errands.show(self._pairs.currentData())

    def _run(self, what: str, work: Work) -> None:
        if self.busy:
            return
        self._busy.begin(what)
        self._pages.setCurrentWidget(self._busy)
        self._lane.start(work, self._arrived, self._tell, self._busy.show_progress)

    def _arrived(self, result: Shown | Path | str | Begun) -> None:
        if isinstance(result, str):
            self._tell(result, wrong=False)
        elif isinstance(result, Path):
            self.open_project(result)
        elif self._session is not None and self._errands is not None:
            if isinstance(result, Begun):
                review = self._session.review
                self._session.attempt(lambda: review.begin_round(result.round, result.shown))
                self._errands.reload()
            else:
                with painted_once(main_window_of(self)), uncollected():
                    self._show(result, self._session, self._errands)

    def _show(self, shown: Shown, session: Session, errands: Errands) -> None:
        if shown.comparison is not None and self._pairs.findData(shown.comparison.id) < 0:
            session.review.refresh()
            self._list(Offer.of(session.project))
        session.show(shown)
        errands.work_out_map(shown)
        first = self._desk is None
        if self._desk is None:
            self._desk = ReviewDesk(session)
            self._pages.addWidget(self._desk)
            self._show_records()
            self.opened.emit(session)
        self._desk.show_all()
        if first and self._attendant is not None:
            self._attendant.begin()
        if self._trouble:
            self._desk.say(self._trouble, True)
        self._pages.setCurrentWidget(self._desk)
        self._pairs.setCurrentIndex(self._pairs.findData(shown.comparison.id if shown.comparison else shown.before_id))

    def _show_map(self) -> None:
        if self._desk is not None:
            self._desk.show_map()

    def _show_records(self) -> None:
        """Have claims, counts and series under the canvas, where there is a window to hold them."""
        from .launch import records_dock, records_shown

        if self._session is None or not hasattr(self._viewer, "window"):
            return
        self._session.records_open = lambda: records_shown(self._viewer)
        if self._attendant is None or self._attendant.records:
            records_dock(self._viewer).follow(self)

    def _tell(self, sentence: str, wrong: bool = True) -> None:
        if self._desk is not None and self._session is not None and self._session.stage is not None:
            self._pages.setCurrentWidget(self._desk)
            self._desk.say(sentence, wrong)
        else:
            self._back_to_start(sentence)

    def _back_to_start(self, sentence: str) -> None:
        self.shut()
        self.start.message.setText(sentence)
        self._pages.setCurrentWidget(self.start)

    def _list(self, offer: Offer) -> None:
        """List what can be shown, where there is a choice."""
        self._pairs.clear()
        for words, shown in offer.titles():
            self._pairs.addItem(words, shown)
        self._pairs.setVisible(self._pairs.count() > 1)

    def _ask_name(self) -> str:
        name, given = QInputDialog.getText(self, "depotwatch", "Your name, for the journal of decisions:")
        return name.strip() if given else ""


def _own_keys() -> tuple[OwnKeys, str]:
    """Return the keys that the user changed, and why they cannot be had."""
    try:
        return read_own_keys(), ""
    except ViewerError as error:
        return OwnKeys(), str(error)
