"""Settling disputes in the window: the queue of disputed places, and a verdict that says who and why."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("napari")
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from depotwatch.annotate.review import Review
from depotwatch.annotate.sift import Sift
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer.desk import ReviewDesk
from depotwatch.plugins.viewer.dock import ReviewDock
from depotwatch.plugins.viewer.launch import review_dock

if TYPE_CHECKING:
    import napari
    from pytestqt.qtbot import QtBot

WAIT_MS = 60_000


@pytest.fixture
def dock(make_napari_viewer_proxy: Callable[..., "napari.Viewer"], review_project: Path, qtbot: "QtBot") -> ReviewDock:
    """Return the dock in which Cleo opens what Ada and Bo read; they disagree on a0 and a1."""
    with Project.open(review_project) as project:
        Review(project, "Ada").judge(["a0", "a1", "a2"], "accepted")
        bo = Review(project, "Bo")
        bo.select("a0")
        bo.reject("shadow", "no <b>wall</b>")
        bo.judge(["a1"], "unsure")
        bo.judge(["a2"], "accepted")
    made = review_dock(make_napari_viewer_proxy(show=True))
    made.open_project(review_project, "Cleo")
    qtbot.waitUntil(lambda: not made.busy, timeout=WAIT_MS)
    return made


def desk_of(dock: ReviewDock) -> ReviewDesk:
    return dock.findChildren(ReviewDesk)[0]


@pytest.mark.viewer
def test_disputed_places_are_gone_through_and_settled_by_keys(dock: ReviewDock) -> None:
    desk, session = desk_of(dock), dock.session
    assert session is not None
    session.sift(Sift(verdict="disputed"))
    assert [one.id for one in session.queue()] == ["a0", "a1"]
    session.decide("select", "a0")
    panel = desk.place.dispute
    assert panel.isVisible()
    assert "Bo" in panel.words.text() and "no &lt;b&gt;wall&lt;/b&gt;" in panel.words.text()
    session.act("settle")
    assert panel.window().focusWidget() is panel.verdict
    QTest.keyClicks(panel.verdict, "rejected: sh")
    assert panel.verdict.currentData() == "rejected shadow"
    panel.why.setFocus()
    QTest.keyClick(panel.why, Qt.Key.Key_Return)
    assert "say why" in desk.message.text()
    assert session.review.verdict_of("a0") == "disputed"
    QTest.keyClicks(panel.why, "no wall on either side")
    QTest.keyClick(panel.why, Qt.Key.Key_Return)
    assert session.review.verdict_of("a0") == "rejected"
    assert [one.id for one in session.queue()] == ["a1"]
    assert session.review.current is not None and session.review.current.id == "a1"
    assert panel.why.text() == "" and panel.isVisible()
    (last,) = [one for one in session.project.verdicts("a0") if one.adjudicates]
    assert (last.analyst, last.reason, last.note) == ("Cleo", "shadow", "no wall on either side")
    session.act("undo")
    assert session.review.verdict_of("a0") == "disputed"


@pytest.mark.viewer
def test_a_reason_that_says_too_much_is_kept_and_that_is_said(dock: ReviewDock) -> None:
    desk, session = desk_of(dock), dock.session
    assert session is not None
    session.decide("select", "a0")
    desk.place.dispute.why.setText("It contains ammunition.")
    QTest.keyClick(desk.place.dispute.why, Qt.Key.Key_Return)
    assert session.review.verdict_of("a0") == "accepted"
    assert "Kept. “contains ammunition” says what is inside" in desk.message.text()


@pytest.mark.viewer
def test_a_settled_place_says_by_whom_and_keeps_what_others_said(dock: ReviewDock) -> None:
    desk, session = desk_of(dock), dock.session
    assert session is not None
    session.review.adjudicate("a1", "accepted", None, "seen on the third date")
    session.decide("select", "a1")
    words = desk.place.dispute.words.text()
    assert desk.place.dispute.isVisible()
    assert "Settled by Cleo" in words and "seen on the third date" in words and "unsure" in words


@pytest.mark.viewer
def test_where_all_agree_nothing_is_to_be_settled(dock: ReviewDock) -> None:
    desk, session = desk_of(dock), dock.session
    assert session is not None
    session.decide("select", "a2")
    assert not desk.place.dispute.isVisible()
    session.act("settle")
    assert "nothing to settle" in desk.message.text()
    session.decide("select", "a0")
    session.review.read_blind(True)
    assert not desk.place.dispute.isVisible()
