"""Two dates on one canvas: curtain, sides, red against cyan, blend; stretch; where north is. Without Qt."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from affine import Affine
from napari.components import ViewerModel
from napari.layers import Shapes
from rasterio.crs import CRS

from depotwatch.annotate.review import Review
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Scene
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer.curtain import HANDLE_PX, STEP
from depotwatch.plugins.viewer.frame import Frame
from depotwatch.plugins.viewer.session import Session
from depotwatch.plugins.viewer.shown import Shown
from depotwatch.plugins.viewer.whereabouts import NAME, north_words

if TYPE_CHECKING:
    import napari
    from pytestqt.qtbot import QtBot

    MakeViewer = Callable[..., "napari.Viewer"]


@pytest.fixture
def session(review_project: Path, before: Scene, after: Scene) -> Iterator[Session]:
    project = Project.open(review_project)
    made = Session(ViewerModel(), project, Review(project, "Ada"))
    with project:
        made.show(Shown(before, before.sha256, after, after.sha256, None, project.comparisons()[0]))
        yield made
        made.close()


def names(session: Session) -> list[str]:
    return [layer.name for layer in session.viewer.layers]


def test_the_curtain_follows_keys_and_mouse_and_uploads_no_pixels(session: Session) -> None:
    own = names(session)
    session.act("swipe")
    assert session.comparing is not None
    assert session.stage is not None and session.stage.after is not None
    assert not session.stage.after.visible
    curtain = session.viewer.layers["after, behind the curtain"]
    texture, start = curtain.texture, curtain.experimental_clipping_planes[0].position[-1]
    session.act("later")
    moved = curtain.experimental_clipping_planes[0].position[-1]
    assert moved - start == pytest.approx(STEP * session.viewer.canvas.size[1] / session.viewer.scene.camera.zoom)
    for name in ("curtain", "handle"):
        left, right = (plane.position[-1] for plane in session.viewer.layers[name].experimental_clipping_planes[2:])
        assert (left + right) / 2 == pytest.approx(moved)
    drag(session, moved, 40.0)
    assert curtain.experimental_clipping_planes[0].position[-1] == pytest.approx(40.0)
    assert curtain.texture is texture
    assert session.viewer.scene.camera.mouse_pan
    session.act("swipe")
    assert names(session) == own
    assert session.stage.after.visible


def test_a_step_moves_planes_that_are_there_and_lays_line_and_handle_anew_only_where_they_end(session: Session) -> None:
    session.act("swipe")
    bars = [session.viewer.layers[name] for name in ("curtain", "handle")]
    planes = [plane for bar in bars for plane in bar.experimental_clipping_planes]
    laid: list[str] = []
    for bar in bars:
        bar.events.set_data.connect(lambda _event: laid.append("again"))
    session.act("later")
    assert not laid
    for _ in range(12):
        session.act("later")
        for bar in bars:
            left, right = (plane.position[-1] for plane in bar.experimental_clipping_planes[2:])
            assert bar.vertices[:, 1].min() <= left < right <= bar.vertices[:, 1].max()
    assert len(laid) < 12
    assert [plane for bar in bars for plane in bar.experimental_clipping_planes] == planes
    session.viewer.scene.camera.zoom *= 4
    left, right = (plane.position[-1] for plane in bars[1].experimental_clipping_planes[2:])
    assert (right - left) * session.viewer.scene.camera.zoom == pytest.approx(HANDLE_PX[0])


def drag(session: Session, start_m: float, end_m: float) -> None:
    event = SimpleNamespace(type="mouse_press", position=(5.0, start_m), pos=(0, 0), modifiers=())
    going = [callback(session.viewer, event) for callback in session.viewer.mouse_drag_callbacks]
    for step in going:
        if step is not None:
            next(step, None)
    event.type, event.position, event.pos = "mouse_move", (5.0, end_m), (50, 0)
    for step in going:
        next(step, None)
    event.type = "mouse_release"
    for step in going:
        next(step, None)


def test_a_drag_away_from_the_edge_moves_the_view_and_not_the_curtain(session: Session) -> None:
    session.act("swipe")
    curtain = session.viewer.layers["after, behind the curtain"]
    start = curtain.experimental_clipping_planes[0].position[-1]
    drag(session, start + 60.0, 20.0)
    assert curtain.experimental_clipping_planes[0].position[-1] == start


@pytest.mark.viewer
def test_behind_the_curtain_hangs_the_after_date_as_it_lies(
    make_napari_viewer_proxy: "MakeViewer", review_project: Path, qtbot: "QtBot"
) -> None:
    from depotwatch.plugins.viewer.launch import review_dock

    viewer = make_napari_viewer_proxy(show=True)
    dock = review_dock(viewer)
    dock.open_project(review_project, "Ada")
    qtbot.waitUntil(lambda: not dock.busy and not dock.mapping, timeout=60_000)
    session = dock.session
    assert session is not None and session.stage is not None and session.comparing is not None
    session.act("outlines")
    session.act("whole")

    def seen() -> np.ndarray:
        qtbot.wait(300)
        whole = np.asarray(viewer.screenshot(canvas_only=True, flash=False), dtype=np.int16)[..., :3]
        row, column = (size // 2 for size in whole.shape[:2])  # a line of words more in a dock leaves the middle
        return whole[row - 80 : row + 80, column - 140 : column + 140]

    session.act("earlier")
    before_date = seen()
    session.act("later")
    after_date = seen()
    session.act("swipe")
    session.comparing.move_to(0.0)
    behind = seen()
    assert np.abs(behind - after_date).mean() < 0.5 * np.abs(behind - before_date).mean()
    assert np.abs(behind - after_date).mean() < 4.0


def test_side_by_side_shows_every_place_on_both_dates_as_it_is_decided(session: Session) -> None:
    session.act("side")
    stage = session.stage
    assert stage is not None
    grid = session.viewer.canvas.grid
    assert grid.enabled
    order = list(session.viewer.layers)
    left, right = order[: grid.stride], order[grid.stride :]
    assert left[0] is stage.before
    assert right[0] is stage.after
    assert len(right) == len(left)

    def shapes(half: list[object]) -> list[list[list[float]]]:
        return [np.asarray(one).tolist() for layer in half if isinstance(layer, Shapes) for one in layer.data]

    assert shapes(left) == shapes(right)
    assert len(shapes(left)) == 5  # four places and the box around the selected one
    session.act("accept")
    session.act("unsure")
    assert shapes(left) == shapes(right)
    session.act("side")
    assert not grid.enabled
    session.act("accept")  # and no twin is left behind
    assert len(session.viewer.layers) == len(stage.all_layers)


def test_red_is_what_only_the_before_date_shows(session: Session, before: Scene) -> None:
    session.act("red-cyan")
    stage = session.stage
    assert stage is not None and stage.after is not None
    shown = session.viewer.layers["before red, after cyan"].data.astype(int)
    darker = stage.before.data[..., :3].mean(-1) > stage.after.data[..., :3].mean(-1) + 20
    assert darker.any()
    assert (shown[darker][:, 0] > shown[darker][:, 1]).all()
    assert (shown[..., 1] == shown[..., 2]).all()


def test_red_and_cyan_need_one_grid(review_project: Path, before: Scene, after: Scene) -> None:
    said: list[str] = []
    elsewhere = Grid(after.grid.shape, after.grid.transform @ Affine.translation(3, 0), after.grid.crs)
    after = replace(after, grid=elsewhere)
    with Project.open(review_project) as project:
        session = Session(ViewerModel(), project, Review(project, "Ada"))
        session.say = lambda sentence, wrong: said.append(sentence)
        session.show(Shown(before, before.sha256, after, after.sha256, None, project.comparisons()[0]))
        session.act("red-cyan")
        assert "one grid" in said[-1]
        assert session.comparing is not None
        modes = [session.comparing.mode]
        session.act("swipe")
        modes.append(session.comparing.mode)
        assert modes == ["one", "swipe"]
        session.close()


def test_one_scene_alone_says_that_comparing_needs_two(review_project: Path, before: Scene) -> None:
    said: list[str] = []
    with Project.open(review_project) as project:
        session = Session(ViewerModel(), project, Review(project, "Ada"))
        session.say = lambda sentence, wrong: said.append(sentence)
        session.show(Shown(before, before.sha256))
        session.act("swipe")
        assert "two dates" in said[-1]
        session.close()


def test_arrows_show_before_and_after_and_change_the_share_that_shines_through(session: Session) -> None:
    assert session.stage is not None and session.stage.after is not None
    after = session.stage.after
    session.act("earlier")
    assert not after.visible
    session.act("later")
    assert after.visible
    session.act("blend")
    share = after.opacity
    session.act("later")
    assert after.opacity == pytest.approx(share + STEP)
    session.act("blend")
    assert after.opacity == 1.0


def test_one_stretch_goes_over_both_dates(session: Session) -> None:
    stage = session.stage
    assert stage is not None and stage.after is not None
    level = [layer.data[..., :3].mean() for layer in (stage.before, stage.after)]
    stage.restretch(2.0, 60.0)
    brighter = [layer.data[..., :3].mean() for layer in (stage.before, stage.after)]
    assert brighter[0] > level[0]
    assert brighter[1] > level[1]


@pytest.mark.parametrize(("turn_deg", "words"), [(0, "N ↑"), (90, "N ← 90° left of up"), (-30, "N ↗ 30° right of up")])
def test_the_arrow_points_to_north_on_a_turned_grid(turn_deg: float, words: str) -> None:
    transform = Affine.translation(400_000, 3_900_000) @ Affine.rotation(-turn_deg) @ Affine.scale(1, -1)
    grid = Grid((100, 100), transform, CRS.from_epsg(32636))
    assert north_words(Frame(grid)).split(" ")[1] == words.split(" ")[1]
    if turn_deg:
        assert words.split(" ", 3)[3] in north_words(Frame(grid))


def test_the_corner_says_where_the_pointer_is(session: Session, before: Scene) -> None:
    lon, lat = (float(value) for value in before.grid.lonlat(10, 20))
    event = SimpleNamespace(position=(20.0, 10.0))
    for callback in session.viewer.mouse_move_callbacks:
        callback(session.viewer, event)
    text = session.viewer.canvas.overlays[NAME].text
    assert f"{lat:.5f}° N" in text
    assert f"{-lon:.5f}° W" in text
