"""Nothing is lost: how one looked at a project, deleted layers, and what another window does meanwhile."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("napari")
from napari.components import ViewerModel
from qtpy.QtCore import Qt
from qtpy.QtOpenGLWidgets import QOpenGLWidget
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QDockWidget, QMainWindow, QWidget

from depotwatch.annotate.review import Review
from depotwatch.annotate.sift import Sift
from depotwatch.imagery.scene import Scene
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer.desk import ReviewDesk
from depotwatch.plugins.viewer.dock import ReviewDock
from depotwatch.plugins.viewer.last_view import LastView, last_view
from depotwatch.plugins.viewer.launch import RECORDS, finding_dock, records_dock, records_shown, review_dock
from depotwatch.plugins.viewer.session import Session
from depotwatch.plugins.viewer.shown import Shown

if TYPE_CHECKING:
    import napari
    from pytestqt.qtbot import QtBot

MakeViewer = Callable[..., "napari.Viewer"]
WAIT_MS = 60_000


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def session(review_project: Path, before: Scene, after: Scene, said: list[str]) -> Iterator[Session]:
    with Project.open(review_project) as project:
        made = Session(ViewerModel(), project, Review(project, "Ada"))
        made.say = lambda sentence, _wrong: said.append(sentence)
        made.show(Shown(before, before.sha256, after, after.sha256, None, project.comparisons()[0]))
        yield made
        made.close()


def test_a_view_is_kept_with_the_project_and_looked_at_again(session: Session) -> None:
    assert session.stage is not None
    session.review.select("a2")
    session.compare_by("swipe")
    session.act("outlines")
    session.stage.restretch(5, 90)
    session.viewer.scene.camera.zoom, session.viewer.scene.camera.center = 7.5, (0.0, 40.0, 60.0)
    seen = LastView.of(session, "docks", records=False)
    assert seen is not None
    seen.keep(session.project, "Ada")
    session.review.select("a0")
    session.compare_by("one", toggle=False)
    session.act("outlines")
    session.viewer.scene.camera.zoom = 1.0
    again = last_view(session.project, "Ada")
    assert again == seen
    assert again is not None and last_view(session.project, "Bob") is None
    again.show_on(session)
    assert LastView.of(session, "docks", records=False) == seen


def test_the_curtain_hangs_where_it_was_left(session: Session) -> None:
    assert session.comparing is not None
    session.act("swipe")
    session.comparing.move_to(40.0)
    kept = LastView.of(session)
    session.act("swipe")
    assert kept is not None
    kept.keep(session.project, "Ada")
    again = last_view(session.project, "Ada")
    assert again is not None
    again.show_on(session)
    assert session.comparing.mode == "swipe"
    assert session.comparing.edge_m == pytest.approx(40.0)
    session.act("swipe")
    assert LastView.of(session) != kept


def test_a_view_that_cannot_be_read_is_none(session: Session) -> None:
    session.project.set_preference("view of Ada", '{"of another": "version"}')
    assert last_view(session.project, "Ada") is None


@pytest.mark.parametrize("mode", ["one", "swipe", "side"])
def test_deleted_layers_come_back_where_they_were_with_all_on_them(
    session: Session, said: list[str], mode: str
) -> None:
    session.act(mode) if mode != "one" else None
    stage, viewer = session.stage, session.viewer
    assert stage is not None
    names, shapes = [layer.name for layer in viewer.layers], stage.outlines["unreviewed"].nshapes
    for layer in (stage.before, stage.outlines["unreviewed"], *(viewer.layers[-1:] if mode != "one" else ())):
        layer.locked = False
        viewer.layers.remove(layer)
    session.put_back()
    assert [layer.name for layer in viewer.layers] == names
    assert stage.outlines["unreviewed"].nshapes == shapes == 4
    assert all(layer.locked for layer in stage.all_layers) and "back" in said[-1]
    session.act("accept")
    assert stage.outlines["unreviewed"].nshapes == 3
    said.clear()
    session.put_back()
    assert said == []


def open_in(viewer: "napari.Viewer", path: Path, qtbot: "QtBot", analyst: str = "Ada") -> ReviewDock:
    dock = review_dock(viewer)
    dock.open_project(path, analyst)
    qtbot.waitUntil(lambda: not dock.busy, timeout=WAIT_MS)
    assert dock.session is not None and dock.session.stage is not None, dock.start.message.text()
    return dock


@pytest.mark.viewer
def test_reopening_restores_place_filter_mode_camera_and_docks(
    make_napari_viewer_proxy: MakeViewer, review_project: Path, qtbot: "QtBot"
) -> None:
    viewer = make_napari_viewer_proxy(show=True)
    dock = open_in(viewer, review_project, qtbot)
    session = dock.session
    assert session is not None
    session.sift(Sift(kind="storage-pit", order="place"))
    session.review.select("a2")
    session.compare_by("blend")
    viewer.scene.camera.center, viewer.scene.camera.zoom = (0.0, 33.0, 44.0), 6.0
    viewer.window.remove_dock_widget(records_dock(viewer))
    session.open_page("Map")
    window = dock.window()
    qtbot.waitUntil(lambda: last_view(session.project, "Ada") == LastView.of(session, *_docks(dock)), timeout=10_000)
    dock.shut()
    dock.open_project(review_project, "Ada")
    qtbot.waitUntil(lambda: not dock.busy, timeout=WAIT_MS)
    again = dock.session
    assert again is not None and again.review.current is not None and again.comparing is not None
    assert again.review.sift == Sift(kind="storage-pit", order="place") and again.review.current.id == "a2"
    assert again.comparing.mode == "blend"
    assert np.allclose(viewer.scene.camera.center[-2:], (33.0, 44.0)) and viewer.scene.camera.zoom == 6.0
    assert not records_shown(viewer) and window.isVisible()
    assert again.page() == "Map"


@pytest.mark.viewer
def test_another_window_has_the_docks_where_they_were_left(
    make_napari_viewer_proxy: MakeViewer, review_project: Path, qtbot: "QtBot"
) -> None:
    def layer_list(dock: ReviewDock) -> QDockWidget:
        return next(one for one in dock.window().findChildren(QDockWidget) if one.objectName() == "layer list")

    dock = open_in(make_napari_viewer_proxy(show=True), review_project, qtbot)
    assert layer_list(dock).isVisible() and dock.session is not None
    session = dock.session
    qtbot.waitUntil(lambda: last_view(session.project, "Ada") is not None, timeout=10_000)
    shown = last_view(session.project, "Ada")
    layer_list(dock).hide()
    qtbot.waitUntil(lambda: last_view(session.project, "Ada") != shown, timeout=10_000)
    dock.shut()
    again = open_in(make_napari_viewer_proxy(show=True), review_project, qtbot)
    assert not layer_list(again).isVisible()


def _docks(dock: ReviewDock) -> tuple[str, bool, str]:
    assert dock.session is not None
    kept = last_view(dock.session.project, "Ada")
    return ("", True, "") if kept is None else (kept.layout, dock.session.records_open(), dock.session.page())


@pytest.mark.viewer
def test_a_layer_deleted_in_the_window_is_back_at_once_and_its_keys_work(
    make_napari_viewer_proxy: MakeViewer, review_project: Path, qtbot: "QtBot"
) -> None:
    viewer = make_napari_viewer_proxy(show=True)
    dock = open_in(viewer, review_project, qtbot)
    assert dock.session is not None and dock.session.stage is not None
    stage = dock.session.stage
    viewer.layers.select_all()
    for layer in stage.all_layers:
        layer.locked = False
    viewer.layers.remove_selected()
    qtbot.waitUntil(lambda: len(viewer.layers) == len(stage.all_layers), timeout=10_000)
    assert "back" in dock.findChildren(ReviewDesk)[0].message.text()
    for layer in (stage.before, stage.outlines["unreviewed"]):
        stage.activate(layer)
        QTest.keyClick(dock.window().findChildren(QOpenGLWidget)[0], Qt.Key.Key_Y)
    assert dock.session.review.progress == (2, 4)


@pytest.mark.viewer
def test_what_another_window_does_is_shown_and_told_here(
    make_napari_viewer_proxy: MakeViewer, review_project: Path, qtbot: "QtBot"
) -> None:
    dock = open_in(make_napari_viewer_proxy(show=True), review_project, qtbot)
    desk, session = dock.findChildren(ReviewDesk)[0], dock.session
    assert session is not None and session.stage is not None
    with Project.open(review_project) as elsewhere:
        other = Review(elsewhere, "Bob")
        other.accept()
        other.draw("storage-pit", other.queue()[0].shape.pixels.buffer(1.0).envelope, other.queue()[0].before)
    qtbot.waitUntil(lambda: "2 steps by Bob" in desk.message.text(), timeout=10_000)
    assert session.stage.outlines["accepted"].nshapes == 2
    assert desk.queue.model().rowCount() == 5


@pytest.mark.viewer
@pytest.mark.parametrize("first", [records_dock, finding_dock])
def test_what_lies_under_the_canvas_shares_its_room_as_tabs(
    first: Callable[["napari.Viewer"], QWidget],
    make_napari_viewer_proxy: MakeViewer,
    qtbot: "QtBot",
) -> None:
    viewer = make_napari_viewer_proxy(show=True)
    review_dock(viewer)
    first(viewer)
    records, finding = records_dock(viewer).parentWidget(), finding_dock(viewer).parentWidget()
    window = viewer.window.dock_widgets[RECORDS].window()
    assert isinstance(window, QMainWindow) and isinstance(records, QDockWidget) and isinstance(finding, QDockWidget)
    qtbot.waitUntil(lambda: finding in window.tabifiedDockWidgets(records), timeout=5_000)
    last = records if first is finding_dock else finding
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty(), timeout=5_000)
