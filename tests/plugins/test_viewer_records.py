"""Claims, counts and series under the canvas of a real window."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("napari")
from qtpy.QtCore import QItemSelectionModel, Qt
from qtpy.QtWidgets import QPushButton
from shapely import box

from depotwatch.annotate.series import series_of
from depotwatch.labels.project import Project
from depotwatch.labels.records import Site
from depotwatch.plugins.viewer.desk import ReviewDesk
from depotwatch.plugins.viewer.dock import ReviewDock
from depotwatch.plugins.viewer.launch import records_dock, review_dock
from depotwatch.plugins.viewer.record_rows import stay_rows
from depotwatch.plugins.viewer.records import RecordsDesk
from depotwatch.plugins.viewer.session import Session

if TYPE_CHECKING:
    import napari
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.viewer
MakeViewer = Callable[..., "napari.Viewer"]


@pytest.fixture
def viewer(make_napari_viewer_proxy: MakeViewer) -> "napari.Viewer":
    return make_napari_viewer_proxy(show=True)


@pytest.fixture
def dock(viewer: "napari.Viewer", review_project: Path, qtbot: "QtBot") -> ReviewDock:
    with Project.open(review_project) as project:
        project.put_site(Site("yard", "The yard", None))
    made = review_dock(viewer)
    made.open_project(review_project, "Ada")
    qtbot.waitUntil(lambda: not made.busy, timeout=60_000)
    return made


@pytest.fixture
def records(viewer: "napari.Viewer", dock: ReviewDock) -> RecordsDesk:
    desk = records_dock(viewer).desk
    assert desk is not None
    return desk


def cells(desk: RecordsDesk, name: str) -> list[list[str]]:
    model = getattr(desk, name).model()
    return [[model.index(row, one).data() for one in range(model.columnCount())] for row in range(model.rowCount())]


def click(desk: RecordsDesk, title: str) -> None:
    next(button for button in desk.findChildren(QPushButton) if button.text() == title).click()


def session_of(dock: ReviewDock) -> Session:
    assert dock.session is not None and dock.session.stage is not None
    return dock.session


def test_marked_places_are_tied_to_the_chosen_claim_and_light_up_and_the_ledger_follows(
    dock: ReviewDock, records: RecordsDesk
) -> None:
    session, queue = session_of(dock), dock.findChildren(ReviewDesk)[0].queue
    click(records, "supports")  # before any claim is chosen
    assert session.review.citations_of("a0") == ()
    records.claims.selectRow(0)
    rows = QItemSelectionModel.SelectionFlag.Rows | QItemSelectionModel.SelectionFlag.Select
    queue.selectionModel().select(queue.model().index(2, 0), rows)
    click(records, "supports")
    with Project.open(session.project.path, read_only=True) as project:
        assert {(one.annotation, one.relation) for one in project.citations()} == {
            ("a0", "supports"),
            ("a2", "supports"),
        }
    assert cells(records, "claims")[0][4] == "2 · 0 · 0"
    assert session.stage is not None
    assert session.viewer.layers["tied to the claim"].nshapes == 2
    click(records, "untie")
    assert cells(records, "claims")[0][4] == "0 · 0 · 0"
    assert session.viewer.layers["tied to the claim"].nshapes == 0


def test_claims_of_the_selected_place_stand_out(dock: ReviewDock, records: RecordsDesk, qtbot: "QtBot") -> None:
    session = session_of(dock)
    session.review.cite("claim", "context", annotation_id="a1")
    session.decide("select", "a1")
    bold = records.claims.model().index(0, 1)
    qtbot.waitUntil(lambda: bold.data(Qt.ItemDataRole.FontRole) is not None, timeout=10_000)
    session.decide("select", "a0")
    qtbot.waitUntil(lambda: bold.data(Qt.ItemDataRole.FontRole) is None, timeout=10_000)


def test_counts_follow_a_verdict_and_say_what_cannot_be_counted(
    dock: ReviewDock, records: RecordsDesk, qtbot: "QtBot"
) -> None:
    records.tabs.setCurrentIndex(1)
    before = cells(records, "counts")
    assert any("too coarse for rail cars" in row[-1] and row[4] == "no number" for row in before)
    session_of(dock).act("accept")
    qtbot.waitUntil(lambda: cells(records, "counts") != before, timeout=10_000)
    records.by["verdict"].setChecked(True)
    assert {row[2] for row in cells(records, "counts")} >= {"accepted", "unreviewed"}


def test_what_stays_at_a_site_lights_up_its_places(dock: ReviewDock, records: RecordsDesk) -> None:
    session = session_of(dock)
    for place in ("a0", "a2"):
        session.review.select(place)
        session.act("accept")
    found = series_of(session.review.standing, Site("all", "Everywhere", box(-180, -85, 180, 85)), session.review.kinds)
    rows = stay_rows(found, session.review.kinds)
    records.stays.show_rows(rows)
    pits = next(row for row in rows if row.cells[0].endswith("storage pits"))
    records.stays.picked.emit(pits.key)
    assert session.viewer.layers["tied to the claim"].nshapes == len(pits.key.split()) == 2


def test_the_series_page_says_what_is_missing(records: RecordsDesk) -> None:
    records.tabs.setCurrentIndex(2)
    assert cells(records, "series") == []
    assert records.site.currentText() == "The yard"


def test_closing_the_project_empties_the_dock(viewer: "napari.Viewer", dock: ReviewDock, records: RecordsDesk) -> None:
    dock.shut()
    assert records_dock(viewer).desk is None
