"""How a project is read in the window: blind, and who decided and wrote what."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("napari")
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QLabel, QLineEdit

from depotwatch.annotate.review import Review
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer.desk import ReviewDesk
from depotwatch.plugins.viewer.dock import ReviewDock
from depotwatch.plugins.viewer.launch import review_dock
from depotwatch.plugins.viewer.ticks import tick, tick_words

if TYPE_CHECKING:
    import napari
    from pytestqt.qtbot import QtBot

WAIT_MS = 60_000
MakeViewer = Callable[..., "napari.Viewer"]


@pytest.fixture
def read_by_ada(review_project: Path) -> Path:
    """Return the project after Ada rejected a0, wrote about it, and accepted a1."""
    with Project.open(review_project) as project:
        ada = Review(project, "Ada")
        ada.remark("a <b>shadow</b>, surely")
        ada.reject("shadow")
        ada.accept()
    return review_project


def test_ones_own_verdict_is_told_apart_from_that_of_others(read_by_ada: Path) -> None:
    with Project.open(read_by_ada) as project:
        ada, bo = Review(project, "Ada"), Review(project, "Bo")
        assert [tick(ada, one) for one in ("a0", "a1", "a2")] == ["✗", "✓", "○"]
        assert [tick(bo, one) for one in ("a0", "a1", "a2")] == ["(✗)", "(✓)", "○"]
        assert tick_words(bo, "a0") == "not decided by you · Ada: rejected (shadow)"
        bo.accept()
        assert tick(bo, "a0") == "✓≠" and tick_words(bo, "a0") == "you: accepted · Ada: rejected (shadow)"
        bo.read_blind(True)
        assert tick(bo, "a1") == "○" and tick_words(bo, "a1") == "not decided by you"


@pytest.fixture
def dock(make_napari_viewer_proxy: MakeViewer, read_by_ada: Path, qtbot: "QtBot") -> ReviewDock:
    """Return the dock in which Bo begins a blind reading."""
    made = review_dock(make_napari_viewer_proxy(show=True))
    made.open_project(read_by_ada, "Bo", blind=True)
    qtbot.waitUntil(lambda: not made.busy, timeout=WAIT_MS)
    return made


def desk_of(dock: ReviewDock) -> ReviewDesk:
    return dock.findChildren(ReviewDesk)[0]


def words_of(dock: ReviewDock) -> str:
    return " ".join(label.text() for label in desk_of(dock).findChildren(QLabel))


@pytest.mark.viewer
def test_the_window_hides_the_first_reading_until_it_is_ended_there(dock: ReviewDock) -> None:
    desk, session = desk_of(dock), dock.session
    assert session is not None and session.stage is not None
    model = desk.queue.model()
    assert [model.index(row, 0).data() for row in range(4)] == ["○"] * 4
    assert session.stage.outlines["unreviewed"].nshapes == 4
    assert (desk.progress.value(), desk.progress.maximum()) == (0, 4)
    assert "Bo, blind" in desk.head.text() and "Ada" not in words_of(dock) and "surely" not in words_of(dock)
    session.act("unsure")
    assert model.index(0, 0).data() == "?≠"
    desk.reading.blind.click()
    assert [model.index(row, 0).data() for row in range(4)] == ["?≠", "(✓)", "○", "○"]
    assert session.stage.outlines["accepted"].nshapes == 1 and "blind" not in desk.head.text()


@pytest.mark.viewer
def test_remarks_are_a_thread_with_names_and_none_takes_the_place_of_another(dock: ReviewDock) -> None:
    desk, session = desk_of(dock), dock.session
    assert session is not None
    desk.reading.blind.click()
    session.decide("select", "a0")
    assert "<b>Ada</b>" in words_of(dock) and "a &lt;b&gt;shadow&lt;/b&gt;, surely" in words_of(dock)
    field = desk.place.findChildren(QLineEdit)[-1]
    field.setFocus()
    QTest.keyClicks(field, "no, a pit")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "surely" in words_of(dock) and "<b>Bo</b>" in words_of(dock) and "no, a pit" in words_of(dock)
    assert field.text() == ""
    session.act("undo")
    assert "surely" in words_of(dock) and "no, a pit" not in words_of(dock)


@pytest.mark.viewer
def test_a_remark_that_says_too_much_is_kept_and_that_is_said_gently(dock: ReviewDock) -> None:
    session = dock.session
    assert session is not None
    session.decide("select", "a0")
    field = desk_of(dock).place.findChildren(QLineEdit)[-1]
    field.setFocus()
    QTest.keyClicks(field, "12 pits are visible")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "12 pits are visible" in {one.text for one in session.review.thread("a0")}
    assert "Kept. “12 pits” says that none was missed; write an interval" in words_of(dock)
    QTest.keyClicks(field, "at least 12 pits are visible")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "says that none was missed" not in words_of(dock)


@pytest.mark.viewer
def test_a_blind_reading_goes_on_when_the_project_is_opened_again(
    make_napari_viewer_proxy: MakeViewer, read_by_ada: Path, qtbot: "QtBot"
) -> None:
    dock = review_dock(make_napari_viewer_proxy())
    dock.open_project(read_by_ada, "Bo", blind=True)
    qtbot.waitUntil(lambda: not dock.busy, timeout=WAIT_MS)
    assert dock.session is not None and dock.session.review.blind
    dock.open_project(read_by_ada, "Bo")
    qtbot.waitUntil(lambda: not dock.busy, timeout=WAIT_MS)
    assert dock.session is not None and dock.session.review.blind
