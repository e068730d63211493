"""A threshold or a method that was tried on the change map, applied as a new comparison."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("napari")
from napari.components import ViewerModel

from depotwatch.annotate import Settings, compare
from depotwatch.imagery.errors import RegistrationError
from depotwatch.labels.project import Project
from depotwatch.labels.records import Comparison
from depotwatch.plugins.viewer.desk import ReviewDesk
from depotwatch.plugins.viewer.dock import ReviewDock
from depotwatch.plugins.viewer.map_panel import MapPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.viewer
WAIT_MS = 120_000


@pytest.fixture
def project(rendered: tuple[Path, Path], tmp_path: Path) -> Path:
    path = tmp_path / "compared.gpkg"
    compare(*rendered, path, Settings(analyst="Ada"))
    return path


@pytest.fixture
def dock(project: Path, qtbot: "QtBot") -> ReviewDock:
    made = ReviewDock(ViewerModel())
    qtbot.addWidget(made)
    made.open_project(project, "Ada")
    qtbot.waitUntil(lambda: not made.busy, timeout=WAIT_MS)
    made.show()
    qtbot.waitUntil(lambda: not made.mapping, timeout=WAIT_MS)
    return made


def panel_of(dock: ReviewDock, qtbot: "QtBot") -> MapPanel:
    """Return the panel, on screen, with its map worked through."""
    desk = dock.findChildren(ReviewDesk)[0]
    desk.show_page("Map")
    panel = desk.map
    qtbot.waitUntil(lambda: "objects of" in panel.words.text(), timeout=WAIT_MS)
    return panel


def comparisons(path: Path) -> tuple[Comparison, ...]:
    with Project.open(path, read_only=True) as store:
        return store.comparisons()


def shown(dock: ReviewDock) -> Comparison:
    assert dock.session is not None and dock.session.stage is not None
    comparison = dock.session.stage.shown.comparison
    assert comparison is not None
    return comparison


def test_the_page_says_that_the_map_is_being_worked_out_and_then_shows_it(project: Path, qtbot: "QtBot") -> None:
    dock = ReviewDock(ViewerModel())
    qtbot.addWidget(dock)
    dock.open_project(project, "Ada")
    qtbot.waitUntil(lambda: not dock.busy, timeout=WAIT_MS)
    dock.show()
    panel = dock.findChildren(ReviewDesk)[0].map
    assert dock.mapping
    assert "being worked out" in panel.histogram.words
    qtbot.waitUntil(lambda: not dock.mapping, timeout=WAIT_MS)
    panel_of(dock, qtbot)
    assert panel.histogram.words == ""


def test_where_the_map_cannot_be_worked_out_the_page_says_so(
    project: Path, qtbot: "QtBot", monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RegistrationError("The two dates do not lie on each other.")

    monkeypatch.setattr("depotwatch.plugins.viewer.opening.score_change", refuse)
    dock = ReviewDock(ViewerModel())
    qtbot.addWidget(dock)
    dock.open_project(project, "Ada")
    qtbot.waitUntil(lambda: not dock.busy and not dock.mapping, timeout=WAIT_MS)
    desk = dock.findChildren(ReviewDesk)[0]
    assert "do not lie on each other" in desk.message.text()
    assert "no change map" in desk.map.histogram.words


def test_a_drag_is_a_view_until_it_is_applied_and_verdicts_stay(
    dock: ReviewDock, project: Path, qtbot: "QtBot"
) -> None:
    panel, session = panel_of(dock, qtbot), dock.session
    assert session is not None
    old = shown(dock)
    session.act("accept")
    (judged,) = session.project.verdicts()
    assert "Auto chose" in panel.why.text()
    assert not panel.apply.isEnabled()
    panel.histogram.move_to(0.6)
    assert len(comparisons(project)) == 1
    assert panel.apply.isEnabled()
    panel.apply.click()
    qtbot.waitUntil(lambda: not dock.busy and shown(dock).id != old.id and not dock.mapping, timeout=WAIT_MS)
    new = shown(dock)
    assert old.threshold is not None
    assert new.threshold == pytest.approx(1.5 * old.threshold, rel=1e-3)
    assert {one.id for one in comparisons(project)} == {old.id, new.id}
    assert session.project.verdicts() == (judged,)
    assert session.review.verdict_of(judged.annotation) == "accepted"
    proposed = {one.annotation for one in session.project.candidates(new.id)} | {judged.annotation}
    assert {one.id for one in session.queue()} == proposed
    usual = panel_of(dock, qtbot)
    usual.usual.click()
    assert usual.histogram.score == pytest.approx(0.4, abs=0.01)


def test_another_method_is_tried_as_a_view_and_says_what_auto_would_choose(
    dock: ReviewDock, project: Path, qtbot: "QtBot"
) -> None:
    panel, session = panel_of(dock, qtbot), dock.session
    assert session is not None and session.stage is not None and session.stage.change_map is not None
    pixels = session.stage.change_map.data
    panel.method.setCurrentIndex(panel.method.findData("mad"))
    panel.method.activated.emit(panel.method.currentIndex())
    qtbot.waitUntil(lambda: "Method <b>mad</b>" in panel.why.text() and panel.apply.isEnabled(), timeout=WAIT_MS)
    assert f"Auto would choose <b>{shown(dock).method}</b>" in panel.why.text()
    assert session.stage.change_map.data is not pixels
    assert len(comparisons(project)) == 1
    panel.back.click()
    assert session.stage.change_map.data is pixels
    assert panel.method.currentData() == "auto"


def test_a_moved_image_is_said_in_a_sentence_and_the_review_goes_on(
    dock: ReviewDock, project: Path, rendered: tuple[Path, Path], qtbot: "QtBot", monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(dock, qtbot)
    panel.histogram.move_to(0.6)
    away = rendered[1].rename(rendered[1].with_suffix(".away"))
    try:
        panel.apply.click()
        qtbot.waitUntil(lambda: not dock.busy, timeout=WAIT_MS)
    finally:
        away.rename(rendered[1])
    desk = dock.findChildren(ReviewDesk)[0]
    assert "is not there" in desk.message.text()
    assert len(comparisons(project)) == 1
    assert desk.isVisible()
