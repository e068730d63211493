"""A threshold tried on a change map: objects as labelling finds them, beside what chance would show."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from napari.components import ViewerModel

from depotwatch.annotate.review import Review
from depotwatch.imagery.change import score_change
from depotwatch.imagery.normalise import normalise
from depotwatch.imagery.null import level_at
from depotwatch.imagery.register import register
from depotwatch.imagery.scene import ChangeMap, Scene
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer.exceeding import HIGHEST, LEVELS, LOWEST, Exceeding
from depotwatch.plugins.viewer.session import Session
from depotwatch.plugins.viewer.shown import Shown

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture(scope="module")
def change(before: Scene, after: Scene) -> ChangeMap:
    found = score_change(normalise(register(before, after)))
    return found.at(float(np.nanquantile(found.statistic, 0.9)), 1.0)  # so low that something is above it


@pytest.fixture
def session(review_project: Path, before: Scene, after: Scene, change: ChangeMap) -> Iterator[Session]:
    with Project.open(review_project) as project:
        made = Session(ViewerModel(), project, Review(project, "Ada"))
        comparison = replace(project.comparisons()[0], threshold=change.threshold)
        made.show(Shown(before, before.sha256, after, after.sha256, change, comparison))
        yield made
        made.close()


@pytest.mark.parametrize("score", np.linspace(LOWEST, HIGHEST, LEVELS)[[0, 40, 60, 90, 150]].tolist())
def test_marks_are_the_objects_that_labelling_the_whole_map_finds(change: ChangeMap, score: float) -> None:
    exceeding = Exceeding.of(change)
    above = (np.nan_to_num(change.score) >= score).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(above, connectivity=8)
    large = {label for label in range(1, len(stats)) if stats[label, cv2.CC_STAT_AREA] >= 4}
    peaks = exceeding.peaks(score)
    assert {int(labels[row, column]) for row, column in peaks} == large
    assert len(peaks) == len(large)
    assert len(large) > 0 or score > 0.6


def test_false_alarms_follow_the_null_of_the_map(change: ChangeMap) -> None:
    exceeding = Exceeding.of(change)
    level = level_at(change.null, 3.0)
    assert exceeding.false_alarms_per_km2(level / (level + change.threshold)) == pytest.approx(3.0, rel=0.02)
    assert exceeding.seen.sum() == np.isfinite(change.score).sum()
    rates = [exceeding.false_alarms_per_km2(score) for score in (0.4, 0.5, 0.6)]
    assert rates == sorted(rates, reverse=True)


def test_trying_a_threshold_stores_nothing_and_leaves_the_map_as_it_was(session: Session, change: ChangeMap) -> None:
    stage = session.stage
    assert stage is not None and stage.change_map is not None
    head, pixels = session.project.head, stage.change_map.data
    peaks = Exceeding.of(change).peaks(0.45)
    stage.try_threshold(0.45, peaks)
    pins = session.viewer.layers["above the threshold"]
    assert pins.visible
    assert len(peaks) > 0
    tips = pins.vertices.reshape(-1, 3, 2)[:, 2]
    px_m = 1 / session.viewer.scene.camera.zoom
    assert np.abs(tips - stage.frame.world(peaks[:, ::-1] + 0.5)).max() < 3 * px_m
    assert stage.change_map.contrast_limits == pytest.approx([0.0, 0.9])
    assert stage.change_map.visible
    stage.try_threshold(None)
    assert not pins.visible
    assert stage.change_map.contrast_limits == [0.0, 1.0]
    assert stage.change_map.data is pixels
    assert session.project.head == head


def test_pins_keep_their_size_on_screen_and_point_on_both_halves(session: Session, change: ChangeMap) -> None:
    stage, camera = session.stage, session.viewer.scene.camera
    assert stage is not None
    session.act("side")
    stage.try_threshold(0.45, Exceeding.of(change).peaks(0.45))
    halves = [layer for layer in session.viewer.layers if layer.name.startswith("above the threshold")]
    assert len(halves) == 2
    for zoom in (camera.zoom, 4 * camera.zoom):
        camera.zoom = zoom
        for half in halves:
            base, other, _ = half.vertices[:3]
            assert half.visible
            assert np.linalg.norm(other - base) * zoom == pytest.approx(8.0, rel=0.25)


@pytest.mark.viewer
def test_the_line_follows_the_mouse_and_the_arrows_and_stays_in_range(qtbot: "QtBot", change: ChangeMap) -> None:
    from qtpy.QtCore import QPoint, Qt
    from qtpy.QtTest import QTest

    from depotwatch.plugins.viewer.histogram import STEP, Histogram

    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(400, 130)
    histogram.show_map(Exceeding.of(change))
    said: list[float] = []
    histogram.moved.connect(said.append)
    QTest.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=QPoint(260, 40))
    assert said[-1] == pytest.approx(0.65)
    QTest.keyClick(histogram, Qt.Key.Key_Left)
    assert said[-1] == pytest.approx(0.65 - STEP)
    QTest.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=QPoint(2, 40))
    assert said[-1] == LOWEST
    shown = histogram.grab().toImage()
    line, beside = (shown.pixelColor(int(LOWEST * 400) + away, 30).lightness() for away in (0, 5))
    assert abs(line - beside) > 50


def test_a_map_that_arrives_while_its_date_is_deleted_comes_back_with_it(session: Session) -> None:
    stage = session.stage
    assert stage is not None and stage.after is not None and stage.change_map is not None
    shown, viewer = stage.shown, session.viewer
    for layer in (stage.change_map, stage.after):
        layer.locked = False
        viewer.layers.remove(layer)
    session.add_map(shown)
    assert stage.after not in viewer.layers
    session.put_back()
    at = viewer.layers.index(stage.after)
    assert viewer.layers[at + 1] is stage.change_map
