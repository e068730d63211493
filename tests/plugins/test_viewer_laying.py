"""The two views on which a picture is laid on the map: clicks, drags, typed numbers, a preview, and what follows."""

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QTableWidgetItem
from rasterio.errors import NotGeoreferencedWarning

from depotwatch.annotate.laying import points_beside
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.scene import Scene
from depotwatch.plugins.viewer.laying_dock import LayingDock
from depotwatch.plugins.viewer.match_view import MatchView
from depotwatch.plugins.viewer.request import PairRequest

NO_KEY = Qt.KeyboardModifier.NoModifier
PLACES = [(20.0, 25.0), (130.0, 20.0), (25.0, 128.0), (120.0, 122.0)]
"""(column, row) of the map, whose pixels are 1 m; the picture is half a metre finer and starts at (10, 8)."""


def in_picture(column: float, row: float) -> tuple[float, float]:
    return (column - 10) * 2, (row - 8) * 2


@pytest.fixture
def picture(after: Scene, tmp_path: Path) -> Path:
    """Return a picture without georeference of a part of the after scene, twice as fine."""
    part = after.pixels[:3, 8:148, 10:150].repeat(2, axis=1).repeat(2, axis=2)
    shown = np.clip(part / part.max() * 255, 0, 255).astype(np.uint8)
    path = tmp_path / "released.png"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", driver="PNG", count=3, height=280, width=280, dtype="uint8") as dataset:
            dataset.write(shown)
    return path


@pytest.fixture
def dock(qtbot: QtBot, picture: Path, rendered: tuple[Path, Path], tmp_path: Path) -> Iterator[LayingDock]:
    on_map = shutil.copy(rendered[0], tmp_path / "map.tif")
    made = LayingDock(ViewerModel())
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.open_picture(picture)
    made.open_map(Path(on_map))
    qtbot.waitUntil(lambda: "no " not in made._names[0].text() + made._names[1].text(), timeout=20_000)
    yield made


def screen(view: MatchView, x: float, y: float) -> QPoint:
    return view.on_screen(x, y).toPoint()


def click(view: MatchView, x: float, y: float) -> None:
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NO_KEY, screen(view, x, y))


def click_all(dock: LayingDock, number: int = len(PLACES)) -> None:
    for column, row in PLACES[:number]:
        click(dock.picture_view, *in_picture(column, row))
        click(dock.map_view, column, row)


def test_points_clicked_in_turn_lay_the_picture_and_show_how_well(qtbot: QtBot, dock: LayingDock) -> None:
    click(dock.picture_view, 200, 60)
    assert "on the map" in dock.words.text() and not dock._save.isEnabled()
    click(dock.map_view, 110, 38)
    click_all(dock)
    assert dock.laying is not None and len(dock.laying.whole) == 5
    laid = dock.laying.laid()
    assert laid is not None and laid.grid.gsd_m == pytest.approx((0.5, 0.5), rel=0.03)
    assert laid.rms_m < 1.0  # a pixel of the map on the screen
    assert dock.table.rowCount() == 5
    cells = [dock.table.item(4, column) for column in range(6)]
    assert all(cell is not None and cell.text() for cell in cells)
    assert dock._save.isEnabled()


def test_a_mark_is_dragged_and_a_number_typed_and_both_are_taken_back(qtbot: QtBot, dock: LayingDock) -> None:
    click_all(dock)
    assert dock.laying is not None
    was = dock.laying.matches
    view, (x, y) = dock.map_view, PLACES[1]
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, NO_KEY, screen(view, x, y))
    QTest.mouseMove(view.viewport(), screen(view, x - 10, y + 10))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, NO_KEY, screen(view, x - 10, y + 10))
    assert dock.laying.matches[1] != was[1] and len(dock.laying.matches) == 4
    dock.table.setItem(0, 0, QTableWidgetItem("33,5"))
    picture = dock.laying.matches[0].picture
    assert picture is not None and picture[0] == 33.5
    dock.table.setItem(0, 1, QTableWidgetItem("here"))
    assert "no number" in dock.message.text()
    for _ in range(2):
        dock.take_back()
    assert dock.laying.matches == was


def test_a_point_is_removed_with_delete_and_everything_works_from_the_keyboard(qtbot: QtBot, dock: LayingDock) -> None:
    click_all(dock, 3)
    dock.table.setCurrentCell(1, 0)
    QTest.keyClick(dock.table, Qt.Key.Key_Delete)
    assert dock.laying is not None and len(dock.laying.matches) == 2
    for view in (dock.picture_view, dock.map_view):
        QTest.keyClick(view, Qt.Key.Key_Right)
        QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClick(view, Qt.Key.Key_Plus)
        QTest.keyClick(view, Qt.Key.Key_Space)
    assert len(dock.laying.whole) == 3
    dock.activateWindow()
    qtbot.waitUntil(dock.isActiveWindow)
    dock.map_view.setFocus()
    QTest.keyClick(dock.map_view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(dock.laying.whole) == 2


def test_saved_points_read_as_gcp_and_come_back_with_the_picture(qtbot: QtBot, dock: LayingDock, picture: Path) -> None:
    click_all(dock)
    QTest.mouseClick(dock._save, Qt.MouseButton.LeftButton)
    scene = read_scene(picture, ReadOptions(gcp=points_beside(picture)))
    assert scene.grid.crs is not None and scene.grid.gsd_m == pytest.approx((0.5, 0.5), rel=0.03)
    dock.open_picture(picture)
    qtbot.waitUntil(lambda: "kept beside" in dock.message.text(), timeout=20_000)
    assert dock.laying is not None and len(dock.laying.whole) == 4


def test_both_images_go_to_be_compared_with_the_points(qtbot: QtBot, dock: LayingDock, picture: Path) -> None:
    wanted: list[PairRequest] = []
    dock.compare_wanted.connect(wanted.append)
    dock.compare()
    assert not wanted and "at least 3" in dock.message.text()
    click_all(dock)
    dock.date.setText("2023-10-16")
    dock.compare()
    dock.order.setCurrentIndex(1)
    dock.compare()
    later, earlier = wanted
    assert (later.after, later.after_date, later.gcp) == (picture, "2023-10-16", points_beside(picture))
    assert (earlier.before, earlier.before_date, earlier.after) == (picture, "2023-10-16", later.before)


def test_the_preview_lies_where_the_points_say(qtbot: QtBot, dock: LayingDock) -> None:
    click_all(dock)
    dock.preview.setChecked(True)
    over = dock.map_view._over
    assert over.isVisible()
    corner = over.mapToScene(*in_picture(60.0, 70.0))
    assert (corner.x(), corner.y()) == pytest.approx((60.0, 70.0), abs=1.5)
    dock.preview.setChecked(False)
    assert not over.isVisible()


def test_what_has_no_place_is_no_map_and_what_has_one_needs_no_points(
    qtbot: QtBot, dock: LayingDock, picture: Path, rendered: tuple[Path, Path]
) -> None:
    dock.open_map(picture)
    qtbot.waitUntil(lambda: "nothing can be laid on it" in dock.message.text(), timeout=20_000)
    dock.open_picture(rendered[0])
    qtbot.waitUntil(lambda: "needs no points" in dock.message.text(), timeout=20_000)
    dock.keep()
    assert "No project" in dock.message.text()
    dock.use_project()
    assert "No project" in dock.message.text()
    assert dock._names[0].text() == picture.name


def test_a_window_that_goes_while_an_image_is_read_leaves_nobody_waiting(qtbot: QtBot, picture: Path) -> None:
    made = LayingDock(ViewerModel())
    made.open_picture(picture)
    jobs = made._jobs
    made.deleteLater()
    qtbot.waitUntil(lambda: all(job._abandoned for job in jobs), timeout=20_000)
    qtbot.wait(200)  # the image arrives, and is not shown
