"""What stands on the canvas: coordinates, stretch, layers and words. Without Qt."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine
from napari.components import ViewerModel
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely import box

from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.pictures.stretch import Stretch
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, ChangeMap, Null, Scene
from depotwatch.labels.project import Project
from depotwatch.labels.records import Annotation
from depotwatch.plugins.viewer import caption, marks
from depotwatch.plugins.viewer.frame import Frame
from depotwatch.plugins.viewer.shown import Shown
from depotwatch.plugins.viewer.stage import Stage

UTM = CRS.from_epsg(32636)
NORTHING = 3_900_000.0


def grid_at(metres_px: float, side: int = 100) -> Grid:
    return Grid((side, side), Affine(metres_px, 0, 400_000.0, 0, -metres_px, NORTHING), UTM)


def with_pixels(scene: Scene, pixels: NDArray[np.floating[Any]]) -> Scene:
    return replace(scene, pixels=pixels.astype(np.float32))


def change_map_of(scene: Scene) -> ChangeMap:
    score = np.full(scene.mask.shape, 0.2, dtype=np.float32)
    score[40:60, 40:60], score[:10] = 0.8, np.nan
    null = Null(np.array([0.1, 1.0]), np.array([1e-6, 1e-9]), np.array([1.0, 1e-3]), "made by hand")
    return ChangeMap(scene.grid, score, "texture", 1.0, null, 0.5, score)


@pytest.fixture
def viewer() -> ViewerModel:
    return ViewerModel()


@pytest.fixture
def stage(before: Scene, after: Scene, viewer: ViewerModel) -> Stage:
    shown = Shown(before, before.sha256, after, after.sha256, change_map_of(before))
    return Stage(viewer, shown, load_kinds(), synthetic=True)


@pytest.fixture
def places(review_project: Path) -> Iterator[dict[str, Annotation]]:
    with Project.open(review_project, read_only=True) as project:
        yield {one.id: one for one in project.annotations()}


def test_canvas_metres_keep_a_half_metre_pixel_apart_in_float32_however_far_north() -> None:
    frame = Frame(grid_at(0.5, 4000))
    corners = frame.world([[3999, 3999], [4000, 4000]]).astype(np.float32)
    assert np.allclose(np.diff(corners, axis=0), 0.5, rtol=2e-3)
    assert frame.world([[0, 0]]).tolist() == [[0.0, 0.0]]


def test_pixels_and_metres_of_the_canvas_are_each_others_inverse() -> None:
    frame = Frame(grid_at(3.0))
    outline = np.array([[1.5, 2.0], [30.25, 2.0], [30.25, 99.0]])
    assert np.allclose(frame.pixels(frame.world(outline)), outline)
    assert np.all(np.diff(frame.world([[0, 0], [0, 10]])[:, 0]) > 0)  # rows go down


@pytest.mark.parametrize("metres_px", [1.0, 2.0, 5.0])
def test_an_image_of_another_pixel_size_covers_the_same_ground(metres_px: float) -> None:
    frame = Frame(grid_at(1.0, 100))
    side = int(100 / metres_px)
    affine = frame.placement(grid_at(metres_px, side))
    corner = affine @ [-0.5, -0.5, 1.0]
    opposite = affine @ [side - 0.5, side - 0.5, 1.0]
    assert np.allclose(corner[:2], 0.0, atol=1e-3)
    assert np.allclose(opposite[:2], frame.size_m, rtol=1e-3)


def test_a_place_of_another_grid_is_found_by_its_ground_position(before: Scene, places: dict[str, Annotation]) -> None:
    coarse = Grid((75, 75), before.grid.transform @ Affine.scale(2.0), before.grid.crs)
    own = Frame(before.grid).outline(places["a0"].shape, before.sha256)
    other = Frame(coarse).outline(places["a0"].shape, "another scene")
    assert own is not None and other is not None
    assert np.allclose(own, other, atol=0.05)
    nowhere = Frame(Grid.without_crs((75, 75), 1.0, 1.0))
    assert nowhere.outline(places["a0"].shape, "another scene") is None


def test_equal_pixels_look_equal_on_both_dates(before: Scene, after: Scene) -> None:
    stretch = Stretch.of(before)
    halved = with_pixels(after, np.where(np.arange(150)[:, None] < 75, before.pixels, after.pixels))
    assert np.array_equal(stretch.apply(halved)[:75], stretch.apply(before)[:75])
    assert stretch.suits(after)


def test_red_green_and_blue_are_found_by_name_and_no_data_is_transparent(before: Scene) -> None:
    mask = before.mask.copy()
    mask[:, :5] = False
    scene = replace(before, bands=("B02", "B03", "B04", "B08"), mask=mask)
    stretch = Stretch.of(scene)
    assert stretch.bands == (2, 1, 0)
    shown = stretch.apply(scene)
    assert (shown[:, :5, 3] == 0).all() and (shown[:, 5:, 3] == 255).all()


def test_a_scene_in_other_units_gets_a_stretch_of_its_own_and_says_so(
    before: Scene, after: Scene, viewer: ViewerModel
) -> None:
    bright = with_pixels(after, after.pixels * 50)
    stage = Stage(viewer, Shown(before, "b", bright, "a"), load_kinds())
    assert stage.after is not None and "own stretch" in stage.after.name
    grey = stage.after.data[..., :3]
    assert 50 < np.median(grey) < 205


def test_radar_is_shown_grey_in_decibels(before: Scene) -> None:
    speckle = np.random.default_rng(0).gamma(4.0, 1.0, (1, 150, 150))
    scene = replace(with_pixels(before, speckle), bands=("vv",), acquisition=Acquisition(sensor="sar"))
    stretch = Stretch.of(scene)
    assert stretch.decibel and stretch.bands == (0,)
    shown = stretch.apply(scene)
    assert np.array_equal(shown[..., 0], shown[..., 2])
    assert not stretch.suits(replace(scene, acquisition=Acquisition(sensor="optical")))


def test_every_layer_is_in_metres_and_the_change_map_is_off_at_first(stage: Stage, viewer: ViewerModel) -> None:
    assert {tuple(map(str, layer.units)) for layer in viewer.layers} == {("meter", "meter")}
    assert stage.change_map is not None and not stage.change_map.visible
    assert stage.toggle_change_map() and stage.change_map.visible
    assert viewer.canvas.overlays.scale_bar.visible


def test_the_change_map_shows_change_and_leaves_the_rest_of_the_scene_visible(stage: Stage) -> None:
    assert stage.change_map is not None
    unchanged, changed, unknown = stage.change_map.colormap.map(np.array([0.1, 0.9, np.nan]))
    assert unchanged[3] == 0 and unknown[3] == 0 and changed[3] == 1


def test_both_dates_stand_on_the_canvas_and_the_headline_follows_the_flicker(
    before: Scene, after: Scene, stage: Stage, viewer: ViewerModel
) -> None:
    overlays = viewer.canvas.overlays
    earlier, later = caption.date_words(before.acquisition.time), caption.date_words(after.acquisition.time)
    assert earlier in overlays[caption.DATES].text and later in overlays[caption.DATES].text
    assert overlays[caption.HEADLINE].text == f"AFTER  {later}"
    stage.flicker()
    assert overlays[caption.HEADLINE].text == f"BEFORE  {earlier}"
    assert overlays[caption.HEADLINE].visible


def test_synthetic_scenes_say_so_and_observed_ones_do_not(
    before: Scene, after: Scene, stage: Stage, viewer: ViewerModel
) -> None:
    assert "SYNTHETIC" in viewer.canvas.overlays[caption.SYNTHETIC].text
    stage.clear()
    observed = [replace(s, acquisition=replace(s.acquisition, synthetic=False)) for s in (before, after)]
    Stage(viewer, Shown(observed[0], "b", observed[1], "a"), load_kinds())
    assert caption.SYNTHETIC not in viewer.canvas.overlays


def test_a_verdict_moves_one_outline_and_leaves_the_others(stage: Stage, places: dict[str, Annotation]) -> None:
    stage.place_all((one, "unreviewed") for one in places.values())
    others = [stage.outlines["unreviewed"].data[at].copy() for at in (0, 2, 3)]
    stage.place(places["a1"], "accepted")
    assert [layer.nshapes for layer in stage.outlines.values()] == [0, 3, 0, 1]
    assert all(np.array_equal(a, b) for a, b in zip(others, stage.outlines["unreviewed"].data, strict=True))
    stage.place(places["a1"], "disputed")
    assert stage.outlines["accepted"].nshapes == 0 and stage.outlines["unsure"].nshapes == 1


def test_an_outline_lies_on_the_pixels_it_was_made_from_in_the_colour_of_its_kind(
    stage: Stage, places: dict[str, Annotation]
) -> None:
    stage.place(places["a2"], "unreviewed")
    layer = stage.outlines["unreviewed"]
    rows_columns = layer.data[0] / stage.frame.grid.gsd_m
    assert {tuple(corner) for corner in rows_columns[:, ::-1].round(3)} == set(
        places["a2"].shape.pixels.exterior.coords
    )
    wanted = [int(load_kinds()["storage-pit"].colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    assert np.allclose(layer.edge_color[0][:3], wanted, atol=0.01)


def test_a_point_inside_an_outline_finds_the_place_also_after_others_moved(
    stage: Stage, places: dict[str, Annotation]
) -> None:
    stage.place_all((one, "unreviewed") for one in places.values())
    stage.place(places["a0"], "rejected")
    for name in ("a0", "a1", "a3"):
        centre = places[name].shape.pixels.centroid
        y, x = stage.frame.world([[centre.x, centre.y]])[0]
        assert stage.annotation_at((y, x)) == name
    assert stage.annotation_at((1.0, 1.0)) is None


def test_selecting_brings_a_place_to_the_middle_and_boxes_it(
    stage: Stage, viewer: ViewerModel, places: dict[str, Annotation]
) -> None:
    stage.place_all((one, "unreviewed") for one in places.values())
    stage.select("a3")
    outline = stage.outlines["unreviewed"].data[3]
    assert np.allclose(viewer.scene.camera.center[1:], outline.mean(axis=0))
    on_screen = np.ptp(outline, axis=0).max() * viewer.scene.camera.zoom / min(viewer.canvas.size)
    assert 0.05 < on_screen < 0.6
    selected = next(layer for layer in viewer.layers if layer.name == "selected")
    assert selected.nshapes == 1
    assert (selected.data[0].min(axis=0) < outline.min(axis=0)).all()
    stage.select(None)
    assert selected.nshapes == 0


def test_lines_keep_their_width_on_screen(stage: Stage, viewer: ViewerModel, places: dict[str, Annotation]) -> None:
    stage.place_all((one, "unreviewed") for one in places.values())
    for zoom in (0.5, 5.0, 40.0):
        viewer.scene.camera.zoom = zoom
        width = stage.outlines["unreviewed"].edge_width[0] * zoom
        assert marks.LINE_PX / 1.3 < width < marks.LINE_PX * 1.3


def test_clearing_leaves_other_peoples_layers_alone(stage: Stage, viewer: ViewerModel) -> None:
    theirs = viewer.add_points([[1, 1]], units=("m", "m"))
    stage.clear()
    assert list(viewer.layers) == [theirs]
    assert not any(name.startswith("depotwatch") for name in viewer.canvas.overlays)
    viewer.scene.camera.zoom = 3.0


def test_a_single_scene_stands_alone(before: Scene, viewer: ViewerModel) -> None:
    stage = Stage(viewer, Shown(before, before.sha256), load_kinds())
    stage.flicker()
    assert stage.before.visible and stage.after is None
    assert viewer.canvas.overlays[caption.HEADLINE].text == stage.caption.before


def test_leaving_a_long_list_waits_until_the_keys_rest_and_is_shown_at_once(
    stage: Stage, places: dict[str, Annotation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("depotwatch.plugins.viewer.outlines.LARGE", 2)
    waiting: list[Callable[[], None]] = []
    stage.rest = waiting.append
    stage.place_all((one, "unreviewed") for one in places.values())
    candidates, accepted = stage.outlines["unreviewed"], stage.outlines["accepted"]
    stage.place(places["a1"], "accepted")
    stage.place(places["a2"], "accepted")
    assert (candidates.nshapes, accepted.nshapes) == (4, 2)  # below, what they were
    assert named(stage, places) == set(places)
    stage.place(places["a1"], "unreviewed")  # as by an undo before the keys rest
    assert (candidates.nshapes, accepted.nshapes) == (3, 1)
    for work in waiting:
        work()
    assert (candidates.nshapes, accepted.nshapes) == (3, 1)
    assert named(stage, places) == set(places)


def test_what_comes_to_a_long_list_is_seen_at_once_and_is_put_there_when_the_keys_rest(
    stage: Stage, viewer: ViewerModel, places: dict[str, Annotation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("depotwatch.plugins.viewer.outlines.LARGE", 1)
    waiting: list[Callable[[], None]] = []
    stage.rest = waiting.append
    verdicts = dict(zip(places, ("unreviewed", "unreviewed", "rejected", "rejected"), strict=True))
    stage.place_all((one, verdicts[one.id]) for one in places.values())
    first, second = (one for one, verdict in verdicts.items() if verdict == "unreviewed")
    rejected, selected = stage.outlines["rejected"], viewer.layers["selected"]
    kept = rejected.data[0].copy()
    stage.place(places[first], "rejected")
    stage.select(second)
    assert (rejected.nshapes, selected.nshapes) == (2, 2)
    outline = stage.outline_of(first)
    assert outline is not None and np.allclose(selected.data[1], outline)
    assert selected.edge_color[1][3] == pytest.approx(marks.LOOKS["rejected"].opacity, abs=0.01)
    assert named(stage, places) == set(places)
    for work in waiting:
        work()
    assert (stage.outlines["unreviewed"].nshapes, rejected.nshapes, selected.nshapes) == (1, 3, 1)
    assert np.array_equal(rejected.data[0], kept) and np.allclose(rejected.data[2], outline)
    assert np.allclose(selected.edge_color[0], 1.0)
    stage.place(places[second], "rejected")
    stage.place(places[second], "unreviewed")  # as by an undo before the keys rest
    assert (stage.outlines["unreviewed"].nshapes, rejected.nshapes) == (1, 3)
    assert named(stage, places) == set(places)
    stage.select(None)
    assert selected.nshapes == 0


def named(stage: Stage, places: dict[str, Annotation]) -> set[str | None]:
    """Return what a click into the middle of each place finds."""
    outlines = [outline for one in places if (outline := stage.outline_of(one)) is not None]
    return {stage.annotation_at(tuple(np.mean(outline, axis=0))) for outline in outlines}


def test_a_layer_is_seen_only_while_it_holds_something_and_stays_hidden_where_the_analyst_hid_it(
    stage: Stage, places: dict[str, Annotation]
) -> None:
    candidates, accepted = stage.outlines["unreviewed"], stage.outlines["accepted"]
    assert not candidates.visible and not stage.drawing.visible
    stage.place_all((one, "unreviewed") for one in places.values())
    assert candidates.visible and not accepted.visible
    stage.place(places["a1"], "accepted")
    assert accepted.visible
    candidates.visible = False
    stage.place(places["a2"], "accepted")
    assert not candidates.visible and accepted.visible
    stage.toggle_outlines()
    stage.place(places["a3"], "rejected")
    assert not accepted.visible and not stage.outlines["rejected"].visible
    stage.toggle_outlines()
    assert all(stage.outlines[look].visible for look in ("unreviewed", "accepted", "rejected"))
    stage.activate(stage.drawing)
    assert stage.drawing.visible
    stage.end_drawing()
    assert not stage.drawing.visible


def test_outlines_of_many_places_are_those_of_each(before: Scene, places: dict[str, Annotation]) -> None:
    frame, shapes = Frame(before.file_grid), [one.shape for one in places.values()]
    left, top, *_ = shapes[0].pixels.bounds
    holed = shapes[0].pixels.difference(box(left + 3, top + 3, left + 6, top + 6))
    shapes.insert(1, replace(shapes[0], pixels=holed))
    shapes.insert(2, replace(shapes[1], scene="another"))
    shapes.append(replace(shapes[0], scene="another", ground=None))
    for one, outline in zip(shapes, frame.outlines(shapes, before.sha256), strict=True):
        alone = frame.outline(one, before.sha256)
        assert (outline is None) == (alone is None)
        assert outline is None or alone is None or np.array_equal(outline, alone)
