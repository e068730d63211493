"""The keys as the user changes them: kept, refused where they clash, given back."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("napari")
from napari.settings import get_settings
from qtpy.QtCore import Qt
from qtpy.QtOpenGLWidgets import QOpenGLWidget
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QPushButton

from depotwatch.annotate.kinds import load_kinds
from depotwatch.plugins.errors import ViewerError
from depotwatch.plugins.viewer import keys
from depotwatch.plugins.viewer.desk import ReviewDesk
from depotwatch.plugins.viewer.dock import ReviewDock
from depotwatch.plugins.viewer.launch import review_dock
from depotwatch.plugins.viewer.own_keys import OwnKeys, canonical, config_folder, napari_keys, read_own_keys

if TYPE_CHECKING:
    import napari
    from pytestqt.qtbot import QtBot

USUAL = (*keys.KEYS, *keys.kind_keys(load_kinds()))
MakeViewer = Callable[..., "napari.Viewer"]


@pytest.fixture
def dock(make_napari_viewer_proxy: MakeViewer, review_project: Path, qtbot: "QtBot") -> ReviewDock:
    made = review_dock(make_napari_viewer_proxy(show=True))
    made.open_project(review_project, "Ada")
    qtbot.waitUntil(lambda: not made.busy, timeout=60_000)
    return made


def key_of(action: str, own: OwnKeys) -> str:
    return next(key.key for key in own.table(USUAL) if key.action == action)


def test_a_changed_key_is_kept_for_the_user_and_can_be_given_back() -> None:
    own = OwnKeys().changed(USUAL, "accept", "Ctrl+G", {}).changed(USUAL, "kind:vessel", "Alt+h", {})
    own.keep()
    assert read_own_keys() == own
    assert (key_of("accept", own), key_of("kind:vessel", own)) == ("Control-G", "Alt-H")
    assert key_of("accept", own.without(USUAL, "accept")) == "Y"
    assert own.without(USUAL) == OwnKeys()


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("N", "N is the key of “reject"),
        ("Ctrl+Shift+Z", r"Ctrl\+Shift\+Z is the key of “redo"),
        ("V", "V is napari's key of “toggle selected visibility"),
        ("3", "3 is napari's key of “delete selected shapes"),
        ("Ctrl+O", r"Ctrl\+O is napari's key of “Open File\(s\)"),
        ("Tab", "'Tab' cannot be a key"),
    ],
)
def test_a_key_that_means_something_already_is_refused_by_name(wanted: str, sentence: str) -> None:
    elsewhere = napari_keys(get_settings().shortcuts.shortcuts, [("Ctrl+O", "&Open File(s)...")])
    with pytest.raises(ViewerError, match=sentence):
        OwnKeys().changed(USUAL, "accept", wanted, elsewhere)


def test_a_key_that_another_action_gave_up_is_free_and_its_own_is_not_to_be_had_again() -> None:
    own = OwnKeys().changed(USUAL, "swipe", "Alt+W", {}).changed(USUAL, "accept", "S", {"S": "activate select mode"})
    assert key_of("accept", own) == "S"
    with pytest.raises(ViewerError, match="S is the key of “accept"):
        own.without(USUAL, "swipe")


def test_a_change_that_a_later_version_takes_is_left_out_and_told() -> None:
    own = OwnKeys({"accept": "N", "gone": "W"})
    assert key_of("accept", own) == "Y"
    assert own.left_out(USUAL).startswith("N is not the key of “accept")
    assert OwnKeys({"accept": ";", "gone": "W"}).left_out(USUAL) == ""


def test_a_file_of_keys_that_cannot_be_read_is_named() -> None:
    OwnKeys({"accept": "G"}).keep()
    (path,) = config_folder().rglob("keys.json")
    path.write_text("no keys")
    with pytest.raises(ViewerError, match=r"keys\.json"):
        read_own_keys()


@pytest.mark.parametrize(
    ("qt", "napari"), [("Ctrl+Shift+z", "Control-Shift-Z"), ("Return", "Enter"), ("Shift+PgDown", "Shift-PageDown")]
)
def test_keys_as_qt_writes_them_are_understood(qt: str, napari: str) -> None:
    assert canonical(qt) == canonical(napari) == napari


@pytest.mark.viewer
def test_a_key_pressed_in_the_help_works_at_once_on_every_layer_and_the_old_one_no_more(dock: ReviewDock) -> None:
    session, panel = dock.session, dock.findChildren(ReviewDesk)[0].keys
    assert session is not None and session.stage is not None
    canvas = dock.window().findChildren(QOpenGLWidget)[0]
    session.act("help")
    assert panel.isVisible()
    row = next(at for at in range(panel.rows.model().rowCount()) if panel.rows.model().index(at, 0).data() == "Y")
    panel.rows.selectRow(row)
    panel.field.setFocus()
    QTest.keyClick(panel.field, Qt.Key.Key_N)
    panel.field.editingFinished.emit()
    assert "is the key of “reject" in panel.words.text() and session.keyboard.own == OwnKeys()
    QTest.keyClick(panel.field, Qt.Key.Key_Semicolon)
    panel.field.editingFinished.emit()
    assert panel.rows.model().index(row, 0).data() == ";"
    assert any(button.text().endswith("Accept  ;") for button in dock.findChildren(QPushButton))
    for layer in (session.stage.outlines["unreviewed"], session.stage.before):
        session.stage.activate(layer)
        QTest.keyClick(canvas, Qt.Key.Key_Y)
        QTest.keyClick(canvas, Qt.Key.Key_Semicolon)
    assert session.review.progress == (2, 4)
    assert read_own_keys().changes == {"accept": ";"}
    panel.findChildren(QPushButton)[1].click()
    QTest.keyClick(canvas, Qt.Key.Key_Y)
    assert session.review.progress == (3, 4)


@pytest.mark.viewer
def test_no_usual_key_is_one_of_a_menu_which_would_take_it_first(dock: ReviewDock) -> None:
    in_menus = dock.findChildren(ReviewDesk)[0].keys.napari_keys()
    assert in_menus["Control-O"].startswith("Open File")
    taken = {key.key: in_menus[key.key] for key in USUAL if key.key in in_menus}
    assert not any(words[0].isupper() for words in taken.values()), taken  # as menus write them
