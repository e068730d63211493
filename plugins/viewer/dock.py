"""The dock: opens projects and compares images in the background, and shows the review when they are there."""

import os
from pathlib import Path

from napari.components import ViewerModel
from qtpy.QtCore import QEvent, QObject, Signal
from qtpy.QtGui import QHideEvent, QShowEvent
from qtpy.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QInputDialog,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...annotate.reading.planting_round import Begun
from ...annotate.review import Review
from ...labels.export import FORMATS
from ...labels.project import Project
from ...labels.records import Annotation, Comparison, SceneRecord
from ..errors import ViewerError
from . import opening
from .attendant import Attendant
from .caption import date_words
from .controls import main_window_of, quiet_combo
from .desk import ReviewDesk
from .last_view import LastView, last_view
from .own_keys import OwnKeys, read_own_keys
from .preferences import read_preferences
from .request import PairRequest
from .session import Session, newest_first
from .shown import Shown
from .start import BusyPage, StartPage
from .worker import EXPECTED, Job, Work

ANALYST_VARIABLE, ANALYST_PREFERENCE = "DEPOTWATCH_ANALYST", "analyst"
LEAST_WIDTH_PX = 420


class ReviewDock(QWidget):
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
        self._job: Job | None = None
        self._map_job: Job | None = None
        self._date_job: Job | None = None
        self._attendant: Attendant | None = None
        self._closing = False
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
        self.start.sample_chosen.connect(self.compare_synthetic_case)
        self._busy.stop.clicked.connect(self._cancel)
        self._pairs.activated.connect(lambda _: self._load_shown(self._pairs.currentData()))
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._quit)

    @property
    def session(self) -> Session | None:
        """The open project, or None."""
        return self._session

    @property
    def busy(self) -> bool:
        """True while a job runs that the review waits for."""
        return self._job is not None

    @property
    def mapping(self) -> bool:
        """True while the change map is worked out, behind the review."""
        return self._map_job is not None

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
        name = analyst or os.environ.get(ANALYST_VARIABLE) or project.preference(ANALYST_PREFERENCE)
        set_by_user = read_preferences()
        name = name or set_by_user.analyst or self._ask_name()
        if not name:
            project.close()
            self._back_to_start("A review needs your name: the journal keeps who decided what.")
            return
        if project.preference(ANALYST_PREFERENCE) is None:
            project.set_preference(ANALYST_PREFERENCE, name)
        last, comparisons = last_view(project, name), newest_first(project)
        wanted = _seen_last(project, last, comparisons)
        self._load(path, wanted, name)  # reads pixels while the review reads records
        review, (own_keys, self._trouble) = Review(project, name), _own_keys()
        if blind:
            review.read_blind(True)
        self._session = Session(self._viewer, project, review, own_keys, set_by_user.zoom_to_places)
        self._trouble = self._trouble or own_keys.left_out(self._session.keyboard.usual)
        self._session.want = self._load_for
        self._session.compare_again = self._compare_again
        self._session.fetch = self._fetch
        self._session.plant, self._session.reload = self._plant, self._reload
        self._attendant = Attendant(self, self._session, last)
        self._offer_pairs(self._session, comparisons)

    def compare(self, request: PairRequest) -> None:
        """Compare two images in a project beside them, and open it."""
        self._run(f"Comparing {request.before.name} and {request.after.name}", opening.comparing(request))

    def compare_synthetic_case(self) -> None:
        """Render and compare the embedded case in a temporary project, and open it."""
        self._run("Rendering the synthetic depot and port", opening.rendering())

    def begin_anew(self) -> None:
        """Close the project, and show the first page."""
        self._back_to_start("")

    def export(self) -> None:
        """Ask for a file, and write the places of the project to it in the background."""
        if self._session is None or self.busy:
            return
        project = self._session.project.path
        endings = ";;".join(f"{name} (*{kind.suffix})" for name, kind in FORMATS.items())
        proposed = project.with_suffix(next(iter(FORMATS.values())).suffix)
        file, _ = QFileDialog.getSaveFileName(self, "Export the places", str(proposed), endings)
        if file:
            self._run(f"Writing {Path(file).name}", opening.exporting(project, Path(file)))

    def shut(self, canvas: bool = True) -> None:
        """Stop what runs, close the project, give back keys and (with `canvas`) layers."""
        for job in (self._job, self._map_job, self._date_job):
            if job is not None:
                job.abandon()
        self._job = self._map_job = self._date_job = None
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

    def event(self, event: QEvent) -> bool:
        """Close the project when napari takes the dock away: it tells in no other way."""
        if event.type() == QEvent.Type.ParentChange and self.parent() is None and self._session is not None:
            self.shut()
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
        """Close the project with the window, while everything in it is still there."""
        super().hideEvent(event)
        window = main_window_of(self)
        if self._closing and (window is None or not window.isVisible()):
            self.shut(canvas=False)

    def _quit(self) -> None:
        self.shut(canvas=False)

    def _load(self, path: Path, wanted: str | None, analyst: str) -> None:
        self._run(f"Opening {path.name}", opening.loading(path, wanted, analyst))

    def _load_shown(self, wanted: str) -> None:
        if self._session is not None:
            self._load(self._session.project.path, wanted, self._session.review.analyst)

    def _load_for(self, annotation: Annotation) -> None:
        if self._session is None or self.busy:
            return
        for comparison in newest_first(self._session.project):
            if {annotation.before, annotation.after or annotation.before} <= {comparison.before, comparison.after}:
                self._load_shown(comparison.id)
                return
        self._load_shown(annotation.before)

    def _compare_again(self, method: str, threshold: float | None) -> None:
        """Compare the pair that is shown once more, as a new comparison."""
        session = self._session
        comparison = None if session is None or session.stage is None else session.stage.shown.comparison
        if session is not None and comparison is not None:
            work = opening.again(session.project.path, comparison.id, session.review.analyst, method, threshold)
            self._run("Comparing again", work)

    def _plant(self, asked: int) -> None:
        """Plant things in the pair that is shown, to measure its reader."""
        session = self._session
        comparison = None if session is None or session.stage is None else session.stage.shown.comparison
        if session is not None and comparison is not None:
            work = opening.planting(session.project.path, comparison.id, session.review.analyst, asked)
            self._run("Planting things to measure what you find", work)

    def _reload(self) -> None:
        """Show anew what is shown, as where things were planted in it or taken away."""
        stage = None if self._session is None else self._session.stage
        if stage is not None:
            self._load_shown(stage.shown.comparison.id if stage.shown.comparison else stage.shown.before_id)

    def _run(self, what: str, work: Work) -> None:
        if self.busy:
            return
        job = self._job = Job(work)
        self._busy.begin(what)
        self._pages.setCurrentWidget(self._busy)
        job.progressed.connect(self._busy.show_progress)
        job.done.connect(self._arrived)
        job.failed.connect(self._tell)
        job.stopped.connect(self._tell)
        job.start()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _arrived(self, result: Shown | Path | str | Begun) -> None:
        self._job = None
        if isinstance(result, str):
            self._tell(result, wrong=False)
            return
        if isinstance(result, Begun):
            if self._session is not None:
                review = self._session.review
                self._session.attempt(lambda: review.begin_round(result.round, result.shown))
                self._reload()
            return
        if isinstance(result, Path):
            self.open_project(result)
        elif self._session is not None:
            if result.comparison is not None and self._pairs.findData(result.comparison.id) < 0:
                self._session.review.refresh()
                self._offer_pairs(self._session, newest_first(self._session.project))
            self._session.show(result)
            self._work_out_map(result)
            first = self._desk is None
            if self._desk is None:
                self._desk = ReviewDesk(self._session)
                self._pages.addWidget(self._desk)
                self._show_records()
                self.opened.emit(self._session)
            self._desk.show_all()
            if first and self._attendant is not None:
                self._attendant.begin()
            if self._trouble:
                self._desk.say(self._trouble, True)
            self._pages.setCurrentWidget(self._desk)
            shown = result.comparison.id if result.comparison else result.before_id
            self._pairs.setCurrentIndex(self._pairs.findData(shown))

    def _work_out_map(self, shown: Shown) -> None:
        if self._map_job is not None:
            self._map_job.abandon()
            self._map_job = None
        if shown.awaits_map:
            job = self._map_job = Job(opening.mapping(shown))
            job.done.connect(self._mapped)
            job.failed.connect(self._not_mapped)
            job.start()

    def _mapped(self, shown: Shown) -> None:
        self._map_job = None
        if self._session is not None and self._desk is not None:
            self._session.add_map(shown)
            self._desk.show_map()

    def _fetch(self, record: SceneRecord) -> None:
        """Read another date of the site, behind the review."""
        session = self._session
        if session is None or session.stage is None or session.dates is None:
            return
        if self._date_job is not None:
            self._date_job.abandon()
        job = self._date_job = Job(opening.dating(session.project.path, session.stage.shown, record))
        job.done.connect(session.dates.put)
        job.failed.connect(session.dates.failed)
        job.start()

    def _not_mapped(self, sentence: str) -> None:
        self._map_job = None
        if self._desk is not None:
            self._desk.say(sentence, True)

    def _show_records(self) -> None:
        """Have claims, counts and series under the canvas, where there is a window to hold them."""
        from .launch import records_dock, records_shown

        if self._session is None or not hasattr(self._viewer, "window"):
            return
        self._session.records_open = lambda: records_shown(self._viewer)
        if self._attendant is None or self._attendant.records:
            records_dock(self._viewer).follow(self)

    def _tell(self, sentence: str, wrong: bool = True) -> None:
        self._job = None
        if self._desk is not None and self._session is not None and self._session.stage is not None:
            self._pages.setCurrentWidget(self._desk)
            self._desk.say(sentence, wrong)
        else:
            self._back_to_start(sentence)

    def _back_to_start(self, sentence: str) -> None:
        self.shut()
        self.start.message.setText(sentence)
        self._pages.setCurrentWidget(self.start)

    def _offer_pairs(self, session: Session, comparisons: tuple[Comparison, ...]) -> None:
        """List the pairs and scenes that were searched, and the scenes that are in none of them."""
        scenes = {scene.id: scene for scene in session.project.scenes()}
        compared = {scene for one in comparisons for scene in (one.before, one.after)}
        self._pairs.clear()
        for one in comparisons:
            first = date_words(scenes[one.before].time)
            words = f"{scenes[one.before].name}, {first}"
            if one.after is not None:
                words = f"{first} → {date_words(scenes[one.after].time)}"
            self._pairs.addItem(words, one.id)
        for scene in scenes.values():
            if scene.id not in compared:
                self._pairs.addItem(f"{scene.name}, {date_words(scene.time)}", scene.id)
        self._pairs.setVisible(self._pairs.count() > 1)

    def _ask_name(self) -> str:
        name, given = QInputDialog.getText(self, "depotwatch", "Your name, for the journal of decisions:")
        return name.strip() if given else ""


def _seen_last(project: Project, last: LastView | None, comparisons: tuple[Comparison, ...]) -> str | None:
    """Return what was shown when the project was left, if it is still offered, else the newest comparison."""
    compared = {scene for one in comparisons for scene in (one.before, one.after)}
    offered = {one.id for one in comparisons} | {scene.id for scene in project.scenes()} - compared
    if last is not None and last.shown in offered:
        return last.shown
    return comparisons[0].id if comparisons else None


def _own_keys() -> tuple[OwnKeys, str]:
    """Return the keys that the user changed, and why they cannot be had."""
    try:
        return read_own_keys(), ""
    except ViewerError as error:
        return OwnKeys(), str(error)
