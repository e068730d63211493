"""The first page of the dock: open a project, compare two images, or look at the embedded case."""

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...imagery.formats import DRIVERS
from .controls import rich_label, row_of
from .request import PairRequest

IMAGES = f"Images ({' '.join(f'*{suffix}' for suffix in DRIVERS)})"
PROJECTS = "depotwatch projects (*.gpkg)"
WHAT_IT_IS = (
    "Compare two dates of a depot or port, decide what changed, and tie it to what was reported.<br>"
    "Open a project, or drop two images or a project on this window."
)


class StartPage(QWidget):
    """Asks for a project (`project_chosen`: a path), two images (`pair_chosen`: a PairRequest), a search, or a case."""

    project_chosen = Signal(object)
    pair_chosen = Signal(object)
    search_chosen = Signal()
    sample_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before, self._after = QLineEdit(), QLineEdit()
        self._before_date, self._after_date, self._gsd = QLineEdit(), QLineEdit(), QLineEdit()
        for field in (self._before_date, self._after_date):
            field.setPlaceholderText("from the file, or 2023-10-16")
        self._gsd.setPlaceholderText("from the file, or metres")
        self.message = rich_label()
        layout = QVBoxLayout(self)
        layout.addWidget(rich_label(f"<h3>depotwatch</h3>{WHAT_IT_IS}"))
        layout.addWidget(_button("Open a project…", self._open_project))
        layout.addWidget(self._pair_box())
        layout.addWidget(_button("Find public imagery of a site…", self.search_chosen.emit))
        layout.addWidget(_button("Show the embedded synthetic case", self.sample_chosen.emit))
        layout.addWidget(self.message)
        layout.addStretch(1)

    def _pair_box(self) -> QGroupBox:
        box = QGroupBox("Compare two images")
        form = QFormLayout(box)
        form.addRow("before", row_of(self._before, _button("…", lambda: self._browse(self._before))))
        form.addRow("its date", self._before_date)
        form.addRow("after", row_of(self._after, _button("…", lambda: self._browse(self._after))))
        form.addRow("its date", self._after_date)
        form.addRow("pixel size", self._gsd)
        form.addRow(_button("Compare", self._compare))
        return box

    def offer(self, before: Path, after: Path) -> None:
        """Fill in a pair for the user to confirm."""
        self._before.setText(str(before))
        self._after.setText(str(after))

    def _open_project(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Open a project", "", PROJECTS)
        if path:
            self.project_chosen.emit(Path(path))

    def _browse(self, field: QLineEdit) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Choose an image", field.text(), IMAGES)
        if path:
            field.setText(path)

    def _compare(self) -> None:
        gsd = self._gsd.text().strip().replace(",", ".")
        if not self._before.text().strip() or not self._after.text().strip():
            self.message.setText("Choose both images first.")
        elif gsd and not gsd.replace(".", "", 1).isdigit():
            self.message.setText(f"{gsd!r} is no pixel size; write metres, as in 0.5.")
        else:
            before, after = Path(self._before.text().strip()), Path(self._after.text().strip())
            dates = self._before_date.text().strip(), self._after_date.text().strip()
            self.pair_chosen.emit(PairRequest(before, after, *dates, float(gsd) if gsd else None))


class BusyPage(QWidget):
    """Says how far a job is, and lets one stop it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what, self._bar = rich_label(), QProgressBar()
        self.stop = QPushButton("Stop")
        layout = QVBoxLayout(self)
        for widget in (self._what, self._bar, self.stop):
            layout.addWidget(widget)
        layout.addStretch(1)

    def begin(self, what: str) -> None:
        """Start with a bar that only shows that something is going on."""
        self._what.setText(what)
        self._bar.setRange(0, 0)

    def show_progress(self, done: float, total: float, what: str) -> None:
        """Show how far `what` is."""
        self._what.setText(what)
        self._bar.setRange(0, 100 if total else 0)
        self._bar.setValue(round(100 * done / total) if total else 0)


def _button(text: str, clicked: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.clicked.connect(lambda: clicked())
    return button
