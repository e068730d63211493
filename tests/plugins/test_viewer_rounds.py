"""Rounds that measure a reading, begun, answered and ended in the window."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("napari")
from qtpy.QtWidgets import QLabel

from depotwatch.annotate.reading.tiles import TILE
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer import opening
from depotwatch.plugins.viewer.desk import ReviewDesk
from depotwatch.plugins.viewer.dock import ReviewDock
from depotwatch.plugins.viewer.launch import review_dock
from depotwatch.plugins.viewer.measuring import CHIP_PX
from depotwatch.plugins.viewer.reading_page import ReadingPage
from depotwatch.plugins.viewer.session import Session

if TYPE_CHECKING:
    import napari
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.viewer
WAIT_MS = 60_000
MakeViewer = Callable[..., "napari.Viewer"]


@pytest.fixture
def dock(
    make_napari_viewer_proxy: MakeViewer, review_project: Path, qtbot: "QtBot", monkeypatch: pytest.MonkeyPatch
) -> ReviewDock:
    monkeypatch.setattr(opening, "new_seed", lambda: 3)
    made = review_dock(make_napari_viewer_proxy(show=True))
    made.open_project(review_project, "Ada")
    qtbot.waitUntil(lambda: not made.busy, timeout=WAIT_MS)
    return made


def session_of(dock: ReviewDock) -> Session:
    assert dock.session is not None and dock.session.stage is not None
    return dock.session


def page_of(dock: ReviewDock) -> ReadingPage:
    return dock.findChildren(ReviewDesk)[0].reading


def words_of(page: ReadingPage) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if not label.isHidden())


def test_things_are_planted_after_they_were_announced_and_revealed_at_the_end(
    dock: ReviewDock, review_project: Path, qtbot: "QtBot"
) -> None:
    page, asked = page_of(dock), list[str]()
    before = np.array(session_of(dock).stage.shown.after.pixels)  # type: ignore[union-attr]

    def refuse(sentence: str) -> bool:
        asked.append(sentence)
        return False

    page.confirm = refuse
    page.begin["implant"].click()
    assert "synthetic" in asked[0] and not dock.busy
    page.confirm = lambda _: True
    page.begin["implant"].click()
    qtbot.waitUntil(lambda: not dock.busy and session_of(dock).stage.shown.planted, timeout=WAIT_MS)  # type: ignore[union-attr]
    session, page = session_of(dock), page_of(dock)
    assert session.stage is not None and session.stage.shown.after is not None
    assert not np.array_equal(session.stage.shown.after.pixels, before)
    assert all("SYNTHETIC" in layer.name for layer in (session.stage.before, session.stage.after) if layer is not None)
    assert "PARTLY SYNTHETIC" in dock.findChildren(ReviewDesk)[0].head.text() and "round is running" in words_of(page)
    kept = len(session.project.annotations())
    for one in session.queue():
        session.decide("select", one.id)
        session.act("accept")
    assert len(session.project.verdicts()) == kept == len(session.project.annotations())
    (planted,) = session.review.rounds()
    for one in session.queue():
        if one.id not in {label.id for label in session.project.annotations()}:
            session.decide("select", one.id)
            session.decide("reject", "other")
    page.end["implant"].click()
    qtbot.waitUntil(lambda: not dock.busy and not session_of(dock).stage.shown.planted, timeout=WAIT_MS)  # type: ignore[union-attr]
    assert np.array_equal(session_of(dock).stage.shown.after.pixels, before)  # type: ignore[union-attr]
    assert "planted (synthetic) things:" in words_of(page_of(dock)) and len(session_of(dock).queue()) == kept
    with Project.open(review_project, read_only=True) as project:
        (one_round,) = project.probe_rounds("Ada")
        assert one_round.synthetic and one_round.outcome is not None and one_round.id == planted.id
    missed = page_of(dock).missed
    assert not missed.isHidden() and missed.pixmap().height() == CHIP_PX * len(one_round.outcome["missed"])  # type: ignore[arg-type]


def test_random_tiles_are_gone_through_by_the_same_keys(dock: ReviewDock) -> None:
    session, page = session_of(dock), page_of(dock)
    page.begin["tile"].click()
    queue = session.queue()
    assert queue and all(one.kind == TILE for one in queue) and session.review.current is not None
    assert f"0 of {len(queue)} random tiles" in words_of(page)
    assert dock.findChildren(ReviewDesk)[0].sieve.kind.currentText() == "random tiles"
    tile = session.review.current
    session.act("accept")
    assert session.drawing is not None and session.drawing.active
    corner = np.array(tile.shape.pixels.bounds[:2]) + 5
    for offset in ((0, 0), (15, 0), (15, 15), (0, 15)):
        session.drawing.click(*session.stage.frame.world([corner + offset])[0])  # type: ignore[union-attr]
    session.act("finish")
    assert session.review.verdict_of(tile.id) == "accepted" and len(session.project.annotations()) == 5
    page.end["tile"].click()
    assert "1 held something" in words_of(page) and len(session.queue()) == 5
    session.decide("select", "a0")
    session.act("accept")
    assert session.review.verdict_of("a0") == "accepted"


def test_no_says_that_a_tile_holds_nothing_without_asking_for_a_reason(dock: ReviewDock) -> None:
    session, page = session_of(dock), page_of(dock)
    page.begin["tile"].click()
    (tile, *_) = session.queue()
    session.act("reject")
    assert session.review.verdict_of(tile.id) == "rejected" and session.project.verdicts() == ()
    assert not dock.findChildren(ReviewDesk)[0].reasons.isVisible()
    page.end["tile"].click()
    assert "0 held something" in words_of(page)
