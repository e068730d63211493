"""Laying a released picture on the map: two views, a table of matching points, a preview, and what becomes of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from napari.components import ViewerModel
from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import (
    QApplication,
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSlider,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ...annotate.errors import AnnotateError
from ...annotate.laid_scene import keep_laid
from ...annotate.laying import Laying, kept_matches, points_beside
from ...imagery.errors import ImageryError
from ...labels.errors import LabelsError
from ..errors import ViewerError
from .controls import quiet_button, quiet_combo, rich_label, row_of
from .loaded import Loaded, expected, loading, marks_of, turn_words
from .match_table import MatchTable
from .match_view import MatchView
from .request import PairRequest
from .session import Session
from .start import IMAGES
from .worker import Job

WRONG_COLOUR, FINE_COLOUR = "#FF9B8A", "#B9C0C8"
HOW = "Click a point in one view and the same point in the other. Drag a mark to move it; the wheel zooms, a drag pans."


class LayingDock(QWidget):
    """
    Two views on which matching points are clicked.

    Parameters
    ----------
    viewer
        The napari viewer, or a ViewerModel.
    session_of
        Returns the session of the open project, or None.

    Notes
    -----
    `compare_wanted` carries a `PairRequest` of the picture, with its points, and the image on the map.
    """

    compare_wanted = Signal(object)

    def __init__(
        self,
        viewer: ViewerModel,
        session_of: Callable[[], Session | None] = lambda: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewer, self._session_of = viewer, session_of
        self._picture: Loaded | None = None
        self._map: Loaded | None = None
        self.laying: Laying | None = None
        self._jobs: list[Job] = []
        self.picture_view, self.map_view = MatchView("picture"), MatchView("map")
        self.table, self.message, self.words = MatchTable(), rich_label(), rich_label(HOW)
        self._names = QLabel("no picture yet"), QLabel("no image on the map yet")
        self.preview, self.opacity = QCheckBox("preview"), QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(60)
        self.date = QLineEdit()
        self.date.setPlaceholderText("from the file, or 2023-10-16")
        self.order = quiet_combo((("picture is the later date", "after"), ("picture is the earlier date", "before")))
        self.order.setMinimumContentsLength(22)
        jobs = self._jobs
        self.destroyed.connect(lambda: _abandon(jobs))
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(lambda: _abandon(jobs))
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        views = QSplitter(Qt.Orientation.Horizontal)
        self._project = quiet_button("Scene of the review", "Take the scene that the review shows", self.use_project)
        heads = (
            (quiet_button("Picture…", "Choose the released picture", self.ask_picture),),
            (quiet_button("Image on the map…", "Choose an image with a georeference", self.ask_map), self._project),
        )
        for number, (view, name, buttons) in enumerate(
            zip((self.picture_view, self.map_view), self._names, heads, strict=True)
        ):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(row_of(*buttons, name))
            column.addWidget(view, 1)
            views.addWidget(side)
            views.setStretchFactor(number, 1)
        views.setSizes([1000, 1000])
        self._back = quiet_button("Take back", "Take the last point or move back (Ctrl+Z)", self.take_back)
        self._remove = quiet_button("Remove", "Take the marked point away (Delete)", self._remove_marked)
        self._save = quiet_button("Save points", "Write the points beside the picture, as --gcp reads them", self.save)
        self._compare = quiet_button("Compare both", "Save the points and compare the two images", self.compare)
        self._keep = quiet_button("Add to the project", "Keep the picture as a scene where it was laid", self.keep)
        right = QGridLayout()
        right.addWidget(self.words, 0, 0, 1, 2)
        right.addWidget(row_of(self.preview, self.opacity), 1, 0, 1, 2)
        right.addWidget(row_of(self._back, self._remove), 2, 0, 1, 2)
        right.addWidget(row_of(QLabel("taken on"), self.date), 3, 0)
        right.addWidget(self.order, 3, 1)
        right.addWidget(row_of(self._save, self._keep, self._compare), 4, 0, 1, 2)
        right.addWidget(self.message, 5, 0, 1, 2)
        right.setRowStretch(5, 1)
        lower = QWidget()
        row = QHBoxLayout(lower)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.table, 3)
        row.addLayout(right, 2)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(views)
        split.addWidget(lower)
        split.setSizes([520, 220])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(4, 4, 4, 4)
        outer.addWidget(split)

    def _connect(self) -> None:
        self.picture_view.clicked.connect(lambda x, y: self._do(lambda laying: laying.on_picture(x, y)))
        self.map_view.clicked.connect(lambda x, y: self._do(lambda laying: laying.on_map(*self._lonlat(x, y))))
        self.picture_view.moved.connect(lambda n, x, y: self._do(lambda laying: laying.move(n, picture=(x, y))))
        self.map_view.moved.connect(lambda n, x, y: self._do(lambda laying: laying.move(n, place=self._lonlat(x, y))))
        self.table.typed.connect(lambda n, picture, place: self._do(lambda laying: laying.move(n, picture, place)))
        self.table.removed.connect(lambda n: self._do(lambda laying: laying.remove(n)))
        self.table.refused.connect(lambda sentence: self.say(sentence, True))
        self.table.currentCellChanged.connect(lambda row, *_: self._look_at(row))
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        undo.activated.connect(self.take_back)
        self.preview.toggled.connect(lambda _: self._show())
        self.opacity.valueChanged.connect(lambda _: self._show_over())

    def ask_picture(self) -> None:
        """Ask for the picture."""
        path, _ = QFileDialog.getOpenFileName(self, "Choose the released picture", "", IMAGES)
        if path:
            self.open_picture(Path(path))

    def ask_map(self) -> None:
        """Ask for an image on the map."""
        path, _ = QFileDialog.getOpenFileName(self, "Choose an image with a georeference", "", IMAGES)
        if path:
            self.open_map(Path(path))

    def open_picture(self, path: Path) -> None:
        """Show a picture on the left, with the points that were kept beside it."""
        self._load(path, self._take_picture)

    def open_map(self, path: Path) -> None:
        """Show an image with a georeference on the right."""
        self._load(path, self._take_map)

    def use_project(self) -> None:
        """Show the first scene of the review on the right."""
        session = self._session_of()
        if session is None or session.stage is None:
            self.say("No project is under review; open one, or choose an image on the map.", True)
            return
        self._take_map(Loaded.of(session.stage.shown.before))

    def take_back(self) -> None:
        """Take the last point or move back."""
        if self.laying is not None and not self.laying.back():
            self.say("There is nothing to take back.", True)
        self._show()

    def save(self) -> Path | None:
        """Write the points beside the picture; return where, or None where that is refused."""
        if self.laying is None or self._picture is None:
            self.say("Choose the picture first.", True)
            return None
        file = points_beside(self._picture.path)
        if not self._attempt(lambda laying: laying.save(file)):
            return None
        self.say(f"Saved: {file.name}, beside the picture. On the command line: --gcp {file.name}", False)
        return file

    def compare(self) -> None:
        """Save the points, and have both images compared."""
        if self._map is None:
            self.say("Choose the image on the map first.", True)
            return
        points = self.save()
        if points is None or self._picture is None:
            return
        picture, image, date = self._picture.path, self._map.path, self.date.text().strip()
        later = self.order.currentData() == "after"
        request = PairRequest(image, picture, after_date=date) if later else PairRequest(picture, image, date)
        self.compare_wanted.emit(replace(request, gcp=points))

    def keep(self) -> None:
        """Save the points, and keep the picture as a scene of the open project."""
        session = self._session_of()
        if session is None:
            self.say("No project is under review; open one, or compare both images.", True)
            return
        points = self.save()
        if points is None or self._picture is None:
            return
        path, time = self._picture.path, self.date.text().strip() or None
        project, analyst = session.project, session.review.analyst
        try:
            record = keep_laid(project, analyst, path, points, time)
        except (AnnotateError, ImageryError, LabelsError, ViewerError) as error:
            self.say(" ".join(str(error).split()), True)
            return
        self.say(f"Kept in {project.path.name}: {record.name}, {record.gsd_y_m:.3g} × {record.gsd_x_m:.3g} m.", False)

    def say(self, sentence: str, wrong: bool) -> None:
        """Show a sentence."""
        self.message.setText(sentence)
        self.message.setStyleSheet(f"color: {WRONG_COLOUR if wrong else FINE_COLOUR}")

    def _load(self, path: Path, take: Callable[[Loaded], None]) -> None:
        """Read an image in a thread."""
        job = Job(loading(path))
        self._jobs.append(job)
        job.done.connect(take)
        job.failed.connect(lambda sentence: self.say(sentence, True))
        job.start()
        self.say(f"Reading {path.name} …", False)

    def _take_picture(self, loaded: Loaded) -> None:
        if loaded.scene.grid.crs is not None:
            self.say(
                f"{loaded.path.name} has a georeference of its own; it needs no points, compare it as it is.", True
            )
            return
        self._picture = loaded
        self._names[0].setText(loaded.path.name)
        self.picture_view.show_image(loaded.shown)
        try:
            matches = kept_matches(loaded.path)
        except ImageryError as error:
            matches = ()
            self.say(str(error), True)
        else:
            self.say("The points kept beside the picture are shown." if matches else "", False)
        self.laying = Laying(loaded.scene.grid.shape, matches)
        self._show()

    def _take_map(self, loaded: Loaded) -> None:
        if loaded.scene.grid.crs is None:
            self.say(f"{loaded.path.name} has no georeference, so nothing can be laid on it; choose another.", True)
            return
        self._map = loaded
        self._names[1].setText(loaded.path.name)
        self.map_view.show_image(loaded.shown)
        self.say("", False)
        self._show()

    def _lonlat(self, x: float, y: float) -> tuple[float, float]:
        if self._map is None:
            raise ViewerError("Choose the image on the map first.")
        return self._map.lonlat(x, y)

    def _do(self, step: Callable[[Laying], object]) -> None:
        if self.laying is None:
            self.say("Choose the picture first.", True)
        elif self._attempt(step):
            self.say("", False)
        self._show()

    def _attempt(self, step: Callable[[Laying], object]) -> bool:
        assert self.laying is not None
        try:
            step(self.laying)
        except (AnnotateError, ImageryError, ViewerError) as error:
            self.say(" ".join(str(error).split()), True)
            return False
        return True

    def _remove_marked(self) -> None:
        row = self.table.currentRow()
        if row < 0:
            self.say("Mark a point in the table first.", True)
        else:
            self._do(lambda laying: laying.remove(row))

    def _look_at(self, row: int) -> None:
        if self.laying is None or not 0 <= row < len(self.laying.matches):
            return
        one = self.laying.matches[row]
        if one.picture is not None:
            self.picture_view.look_at(*one.picture)
        if one.place is not None and self._map is not None:
            self.map_view.look_at(*self._map.pixel(one.place))

    def _show(self) -> None:
        """Show everything as it is now."""
        laying = self.laying
        ready = laying is not None and laying.laid() is not None
        for button in (self._save, self._compare, self._keep):
            button.setEnabled(ready)
        self._project.setEnabled(self._session_of() is not None)
        if laying is None:
            return
        laid = laying.laid()
        self.words.setText(f"{laying.words}<br><i>{turn_words(laying)}</i>")
        self.table.show_matches(laying.matches, laid)
        views = (self.picture_view, self.map_view)
        both = marks_of(laying, laid, self._map), expected(laying, laid, self._map)
        for view, marks, hint in zip(views, *both, strict=True):
            view.show_marks(marks, hint)
            if hint is not None:
                view.look_at(*hint)
        self._show_over()

    def _show_over(self) -> None:
        laid = None if self.laying is None else self.laying.laid()
        if laid is None or self._picture is None or self._map is None or not self.preview.isChecked():
            self.map_view.show_over(None, None, 0.0)
        else:
            self.map_view.show_over(self._picture.shown, self._map.placed(laid), self.opacity.value() / 100)


def _abandon(jobs: list[Job]) -> None:
    """Have no image arrive in a window that is gone."""
    for job in jobs:
        job.abandon()
