"""Chips of both dates, and the sheet on which many places are judged at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from napari.components import ViewerModel

from depotwatch.annotate.errors import ReviewError
from depotwatch.annotate.review import Review
from depotwatch.imagery.scene import Scene
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer.chips import beside, chips
from depotwatch.plugins.viewer.session import Session
from depotwatch.plugins.viewer.shown import Shown

if TYPE_CHECKING:
    import napari
    from pytestqt.qtbot import QtBot

MakeViewer = Callable[..., "napari.Viewer"]


@pytest.fixture
def session(review_project: Path, before: Scene, after: Scene) -> Iterator[Session]:
    with Project.open(review_project) as project:
        made = Session(ViewerModel(), project, Review(project, "Ada"))
        made.show(Shown(before, before.sha256, after, after.sha256, None, project.comparisons()[0]))
        yield made
        made.close()


def test_a_chip_is_the_ground_around_the_place_on_each_date(session: Session) -> None:
    stage = session.stage
    assert stage is not None and stage.after is not None
    outline = stage.outline_of("a1")
    assert outline is not None
    parts = chips(stage, "a1", 96)
    assert len(parts) == 2
    row, column = (int(value) for value in outline.mean(axis=0))  # 1 m a pixel
    for chip, layer in zip(parts, (stage.before, stage.after), strict=True):
        assert chip.shape == (96, 96, 3)
        assert np.abs(chip[48, 48].astype(int) - layer.data[row, column, :3]).max() <= 40
    both = beside(parts)
    assert both.shape[0] == 96 and both.shape[1] > 2 * 96
    assert chips(stage, "nowhere", 96) == ()


def test_the_outline_is_drawn_in_the_colour_of_its_kind(session: Session) -> None:
    assert session.stage is not None
    chip = chips(session.stage, "a0", 120)[0]
    colour = session.review.kinds["storage-pit"].colour
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    assert (np.abs(chip.astype(int) - wanted).max(axis=-1) < 12).sum() > 40


def test_several_are_judged_at_once_a_step_each(session: Session) -> None:
    review = session.review
    review.judge(["a0", "a2"], "rejected", "season")
    assert {one.id: review.verdict_of(one.id) for one in review.queue()}["a2"] == "rejected"
    assert review.current is not None and review.current.id == "a1"
    review.undo()
    assert review.verdict_of("a2") == "unreviewed" and review.verdict_of("a0") == "rejected"
    with pytest.raises(ReviewError, match="A rejection has no reason"):
        review.judge(["a1"], "rejected")
    with pytest.raises(ReviewError, match="takes no reason"):
        review.judge(["a1"], "accepted", "season")


@pytest.mark.viewer
def test_marked_pictures_are_judged_from_the_sheet(
    make_napari_viewer_proxy: MakeViewer, review_project: Path, qtbot: "QtBot"
) -> None:
    from qtpy.QtCore import QItemSelectionModel, Qt
    from qtpy.QtWidgets import QPushButton

    from depotwatch.plugins.viewer.launch import records_dock, review_dock

    viewer = make_napari_viewer_proxy(show=True)
    dock = review_dock(viewer)
    dock.open_project(review_project, "Ada")
    qtbot.waitUntil(lambda: not dock.busy, timeout=60_000)
    desk = records_dock(viewer).desk
    assert desk is not None
    desk.tabs.setCurrentIndex(3)
    model = desk.sheet.model()
    assert model.rowCount() == 4
    picture = model.index(0, 0).data(Qt.ItemDataRole.DecorationRole)
    assert picture.width() > picture.height() > 50
    assert dock.session is not None and dock.session.stage is not None
    dock.session.stage.restretch(2.0, 60.0)
    assert model.index(0, 0).data(Qt.ItemDataRole.DecorationRole).toImage() != picture.toImage()
    for row in (1, 3):
        desk.sheet.selectionModel().select(model.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    next(one for one in desk.findChildren(QPushButton) if one.text().startswith("✓")).click()
    with Project.open(review_project, read_only=True) as project:
        assert {one.annotation for one in project.verdicts()} == {"a1", "a3"}
