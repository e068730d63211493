"""The plugin as napari's users expect it: menus, commands, writer, settings, no private API, a clean close."""

import ast
import importlib
import json
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("napari")
from napari.settings import get_plugin_settings
from npe2 import PluginManifest
from qtpy.QtCore import Qt, QThread
from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

from depotwatch.annotate.review import Review
from depotwatch.labels.project import Project
from depotwatch.plugins.errors import ViewerError
from depotwatch.plugins.viewer import commands, opening
from depotwatch.plugins.viewer.desk import ReviewDesk
from depotwatch.plugins.viewer.dock import ReviewDock
from depotwatch.plugins.viewer.launch import review_dock
from depotwatch.plugins.viewer.preferences import Preferences, read_preferences
from depotwatch.plugins.viewer.session import Session
from depotwatch.plugins.viewer.worker import Cancelled, Progress
from depotwatch.plugins.viewer.writer import FullLayerData, write_places

if TYPE_CHECKING:
    import napari
    from pytestqt.qtbot import QtBot

MakeViewer = Callable[..., "napari.Viewer"]
ROOM = Path(opening.__file__).parent
WAIT_MS = 60_000


@pytest.fixture
def manifest() -> PluginManifest:
    read: PluginManifest = PluginManifest.from_file(ROOM.parent / "napari.yaml")
    return read


@pytest.fixture
def viewer(make_napari_viewer_proxy: MakeViewer) -> "napari.Viewer":
    return make_napari_viewer_proxy(show=True)


@pytest.fixture
def dock(viewer: "napari.Viewer", review_project: Path, qtbot: "QtBot") -> ReviewDock:
    made = review_dock(viewer)
    made.open_project(review_project, "Ada")
    qtbot.waitUntil(lambda: not made.busy, timeout=WAIT_MS)
    return made


def session_of(dock: ReviewDock) -> Session:
    assert dock.session is not None and dock.session.stage is not None
    return dock.session


def test_every_command_is_there_to_be_called_and_has_a_title_of_its_own(manifest: PluginManifest) -> None:
    given = manifest.contributions.commands or []
    for command in given:
        module, _, name = str(command.python_name).partition(":")
        assert callable(getattr(importlib.import_module(module), name))
    titles = [command.title for command in given]
    assert len(set(titles)) == len(titles) and all(title[0].isupper() for title in titles)


def test_the_manifest_contributes_only_to_menus_that_napari_lets_plugins_fill(manifest: PluginManifest) -> None:
    from napari._app_model.constants import MenuId

    assert set(manifest.contributions.menus) == {
        "napari/layers/annotate",
        "napari/layers/register",
        "napari/layers/filter",
        "napari/file/io_utilities",
    }
    assert set(manifest.contributions.menus) <= MenuId.contributables()


@pytest.mark.viewer
def test_the_settings_page_has_the_name_and_a_review_goes_by_it(
    viewer: "napari.Viewer", review_project: Path, qtbot: "QtBot", monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_preferences() == Preferences()
    monkeypatch.delenv("DEPOTWATCH_ANALYST", raising=False)
    settings = get_plugin_settings("depotwatch").review
    monkeypatch.setattr(settings, "analyst", "Grace")
    monkeypatch.setattr(settings, "flicker_hz", 4.0)
    dock = review_dock(viewer)
    dock.open_project(review_project)
    qtbot.waitUntil(lambda: not dock.busy, timeout=WAIT_MS)
    assert session_of(dock).review.analyst == "Grace"
    assert dock.findChildren(ReviewDesk)[0].see.rate.currentData() == "4.0"


@pytest.mark.viewer
def test_our_layers_are_saved_as_geojson_from_the_records(
    dock: ReviewDock, viewer: "napari.Viewer", tmp_path: Path
) -> None:
    session_of(dock).act("accept")
    stage = session_of(dock).stage
    assert stage is not None
    viewer.layers.selection = {stage.outlines["accepted"]}
    assert viewer.layers.save(str(tmp_path / "places.geojson"), selected=True, plugin="depotwatch")
    (feature,) = json.loads((tmp_path / "places.geojson").read_text())["features"]
    assert (feature["id"], feature["properties"]["verdict"]) == ("a0", "accepted")
    mine: FullLayerData = ([], {"name": "mine", "metadata": {}}, "shapes")
    with pytest.raises(ViewerError, match="“mine” holds no places"):
        write_places(str(tmp_path / "no.geojson"), [mine])
    assert not (tmp_path / "no.geojson").exists()


@pytest.mark.viewer
def test_whoever_reads_blind_is_given_no_file_with_what_others_decided(
    dock: ReviewDock, viewer: "napari.Viewer", tmp_path: Path, qtbot: "QtBot", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napari.current_viewer", lambda: viewer)
    file = tmp_path / "places.geojson"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    session = session_of(dock)
    session.act("accept")
    session.review.read_blind(True)

    def save() -> None:
        stage = session_of(dock).stage
        assert stage is not None
        write_places(str(file), [stage.outlines["accepted"].as_layer_data_tuple()])

    with pytest.raises(ViewerError, match="end the blind reading first"):
        save()
    commands.export()
    write_places()
    qtbot.waitUntil(lambda: not dock.busy, timeout=WAIT_MS)
    assert "end the blind reading first" in dock.findChildren(ReviewDesk)[0].message.text()
    assert not file.exists()
    session.review.read_blind(False)
    save()
    assert json.loads(file.read_text())["features"][0]["id"] == "a0"


@pytest.mark.viewer
def test_commands_do_what_the_keys_do_and_export_asks_for_a_file(
    dock: ReviewDock, viewer: "napari.Viewer", tmp_path: Path, qtbot: "QtBot", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napari.current_viewer", lambda: viewer)
    commands.accept()
    commands.undo()
    commands.redo()
    assert session_of(dock).review.progress == (1, 4)
    for name, sentence in (("places.csv", "Wrote 4 places"), ("places.doc", "names no format")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        commands.export()
        qtbot.waitUntil(lambda: not dock.busy, timeout=WAIT_MS)
        assert sentence in dock.findChildren(ReviewDesk)[0].message.text()
    assert (tmp_path / "places.csv").is_file() and not (tmp_path / "places.doc").exists()
    commands.close()
    assert dock.session is None
    said: list[str] = []
    monkeypatch.setattr("napari.utils.notifications.show_info", said.append)
    commands.accept()
    assert "No project is under review" in said[0]


@pytest.mark.viewer
def test_closing_the_window_in_the_midst_of_work_ends_the_work_and_its_thread(
    make_napari_viewer_proxy: MakeViewer, review_project: Path, qtbot: "QtBot", monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def slow(_progress: Progress, cancelled: Cancelled) -> None:
        begun.set()
        while not cancelled():
            QThread.msleep(5)

    monkeypatch.setattr(opening, "loading", lambda *_: slow)
    viewer = make_napari_viewer_proxy(show=True)
    dock = review_dock(viewer)
    dock.open_project(review_project, "Ada")
    qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)
    viewer.window.remove_dock_widget(dock)
    qtbot.waitUntil(
        lambda: not any(thread.name == "depotwatch job" for thread in threading.enumerate()), timeout=10_000
    )
    with Project.open(review_project) as project:
        assert Review(project, "Ada").progress == (0, 4)


CLOSE_WHEN_BUSY = """
import sys, time
import napari
from qtpy.QtCore import QTimer
from depotwatch.plugins.viewer import opening
from depotwatch.plugins.viewer.launch import open_review, review_dock

def loading(*_):
    def work(progress, cancelled):
        while not cancelled():
            time.sleep(0.05)
        print("work ended", flush=True)
    return work

opening.loading = loading
viewer = open_review(sys.argv[1], "Ada", block=False)
dock = review_dock(viewer)
QTimer.singleShot(500, lambda: (print(dock.busy, flush=True), viewer.window.close()))
napari.run()
"""


@pytest.mark.viewer
def test_closing_the_window_while_it_opens_a_project_ends_the_program_without_a_word(review_project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CLOSE_WHEN_BUSY, str(review_project)], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout.split("\n")[0]) == (0, "True"), done.stderr
    assert not any(word in done.stderr for word in ("Traceback", "Error", "QThread"))
    assert [path.name for path in review_project.parent.glob("pair.gpkg*")] == ["pair.gpkg"]


@pytest.mark.viewer
def test_no_private_part_of_napari_is_touched(
    dock: ReviewDock, viewer: "napari.Viewer", review_project: Path, qtbot: "QtBot"
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        session = session_of(dock)
        for key in session.keyboard.table:
            if key.action not in ("reject", "help"):
                session.act(key.action)
        session.put_back()
        session.compare_by("one", toggle=False)
        dock.shut()
        dock.open_project(review_project, "Ada")
        qtbot.waitUntil(lambda: not dock.busy, timeout=WAIT_MS)
        assert session_of(dock).viewer is not None


def test_private_names_are_used_of_ourselves_alone() -> None:
    own = {"self", "cls"}
    for file in ROOM.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
                assert isinstance(node.value, ast.Name) and node.value.id in own, f"{file.name}:{node.lineno}"
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("napari"):
                assert not any(part.startswith("_") for part in str(node.module).split(".")), file.name


@pytest.mark.viewer
def test_every_control_can_be_reached_by_the_keyboard(dock: ReviewDock) -> None:
    desk = dock.findChildren(ReviewDesk)[0]
    unreachable = [
        f"{type(one).__name__} {one.toolTip() or one.objectName()}"
        for kind in (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView, QAbstractSlider)
        for one in desk.findChildren(kind)
        if one.isVisibleTo(desk) and not one.focusPolicy().value & Qt.FocusPolicy.TabFocus.value and not inner(one)
    ]
    assert unreachable == []


def inner(widget: QWidget) -> bool:
    """Return True for a part of another control, as the list of a combo box."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QComboBox | QAbstractItemView | QTabBar | QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return isinstance(widget, QScrollBar)
