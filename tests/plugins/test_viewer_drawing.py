"""Boxes, lengths, counts, corners moved, places parted and joined: clicks on a real project. Without Qt."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from napari.components import ViewerModel
from shapely import Polygon, box
from shapely.affinity import translate

from depotwatch.annotate.draw.snapping import Snapped
from depotwatch.annotate.review import Review
from depotwatch.imagery.scene import Scene
from depotwatch.labels.project import Project
from depotwatch.labels.records import Count
from depotwatch.plugins.viewer import keeping
from depotwatch.plugins.viewer.readout import NAME
from depotwatch.plugins.viewer.session import Session
from depotwatch.plugins.viewer.shown import Shown
from depotwatch.plugins.viewer.sketch import Sketch

Said = list[tuple[str, bool]]


@pytest.fixture
def said() -> Said:
    return []


@pytest.fixture
def session(review_project: Path, before: Scene, after: Scene, said: Said) -> Iterator[Session]:
    with Project.open(review_project) as project:
        made = Session(ViewerModel(), project, Review(project, "Ada"))
        made.say = lambda sentence, wrong: said.append((sentence, wrong))
        made.show(Shown(before, before.sha256, after, after.sha256, None, project.comparisons()[0]))
        yield made
        made.close()


def click(session: Session, *corners_px: tuple[float, float]) -> None:
    assert session.stage is not None and session.drawing is not None
    for y, x in session.stage.frame.world(corners_px):
        session.drawing.click(y, x)


@given(
    st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
    st.floats(0, 360),
    st.floats(3, 60),
    st.floats(3, 60),
    st.floats(-30, 30),
)
def test_a_box_has_the_sides_that_were_clicked(
    start: tuple[float, float], turn: float, length: float, width: float, along: float
) -> None:
    first = np.array(start)
    side = np.array([-np.cos(np.radians(turn)), np.sin(np.radians(turn))])
    across = np.array([-side[1], side[0]])
    third = first + along * side + width * across
    sketch = Sketch("box", [tuple(first), tuple(first + length * side), tuple(third)])
    corners = sketch.outline()
    assert sketch.complete
    sides = np.hypot(*np.diff(np.vstack([corners, corners[:1]]), axis=0).T)
    assert sides == pytest.approx([length, width, length, width], rel=1e-6, abs=1e-6)
    assert f"{length * width:,.0f} m²" in sketch.words()


def test_a_box_is_kept_at_its_third_click_and_says_its_size(session: Session, said: Said) -> None:
    session.act("box")
    click(session, (100, 20), (124, 20))
    assert session.drawing is not None and session.drawing.active
    click(session, (110, 32))
    assert not session.drawing.active
    drawn = session.review.current
    assert drawn is not None and drawn.origin == "analyst"
    assert (drawn.shape.length_m, drawn.shape.width_m) == pytest.approx((24, 12), rel=0.01)
    assert "24.0 × 12.0 m, 288 m²" in said[-1][0]


def test_the_view_does_not_move_under_the_hand_when_a_place_is_kept(session: Session) -> None:
    centre = session.viewer.scene.camera.center
    session.act("box")
    click(session, (100, 20), (124, 20), (110, 32))
    assert session.review.current is not None and session.review.current.origin == "analyst"
    assert session.viewer.scene.camera.center == centre
    session.act("previous")
    assert session.viewer.scene.camera.center != centre


def test_a_line_is_seen_with_the_pointer_on_its_last_click(session: Session) -> None:
    session.act("line")
    click(session, (10, 10), (10, 50))
    hover(session, 10, 50)
    assert session.stage is not None
    (path,) = session.stage.drawing.data
    assert len(path) == 2


def test_a_click_on_the_first_corner_ends_a_polygon_and_backspace_takes_a_corner_back(session: Session) -> None:
    session.viewer.scene.camera.zoom = 10.0
    session.act("polygon")
    click(session, (100, 20), (112, 20), (112, 50))
    session.act("back")
    click(session, (112, 26), (100, 26), (100.2, 20.2))
    assert session.review.current is not None
    assert session.review.current.shape.area_m2 == pytest.approx(72, rel=0.01)


def test_a_refused_outline_stays_to_be_put_right(session: Session, said: Said) -> None:
    session.viewer.scene.camera.zoom = 10.0
    session.act("polygon")
    click(session, (100, 20), (112, 26), (112, 20), (100, 26))
    session.act("finish")
    assert said[-1][1]
    assert session.drawing is not None and session.drawing.active
    for _ in range(3):
        session.act("back")
    click(session, (112, 20), (112, 26), (100, 26))
    session.act("finish")
    assert session.review.current is not None and session.review.current.origin == "analyst"


def readout(session: Session) -> str:
    found = session.viewer.canvas.overlays.get(NAME)
    return "" if found is None else str(found.text)


def hover(session: Session, column: float, row: float) -> None:
    assert session.stage is not None
    ((y, x),) = session.stage.frame.world([(column, row)])
    for callback in session.viewer.mouse_move_callbacks:
        callback(session.viewer, SimpleNamespace(position=(y, x)))


@pytest.mark.parametrize(
    ("tool", "corners", "last", "measured"),
    [
        ("polygon", [(100, 20), (124, 20)], (124, 32), "24.0 × 12.0 m · 144 m² · heading 90° · this side 12.0 m"),
        ("box", [(100, 20), (124, 20)], (110, 32), "24.0 × 12.0 m · 288 m² · heading 90°"),
        ("line", [(10, 10), (10, 50)], (40, 50), "70.0 m in all · this part 30.0 m, heading 90°"),
        ("count", [(20, 20)], (23, 24), "1 counted · 5.0 m from the last"),
    ],
)
def test_every_tool_measures_while_it_draws(
    session: Session, tool: str, corners: list[tuple[float, float]], last: tuple[float, float], measured: str
) -> None:
    session.act(tool)
    click(session, *corners)
    hover(session, *last)
    assert readout(session) == measured
    session.act("give_up")
    assert readout(session) == ""


def test_a_line_across_a_place_tells_its_pieces_before_it_parts_it(session: Session) -> None:
    assert session.review.current is not None
    left, top, _, bottom = session.review.current.shape.pixels.bounds
    session.act("split")
    click(session, (left + 4, top - 5))
    hover(session, left + 4, bottom + 5)
    assert readout(session) == "pieces of 96 + 48 m²"


def test_a_flaw_is_told_while_it_is_drawn(session: Session) -> None:
    session.act("polygon")
    click(session, (100, 20), (112, 26), (112, 20))
    hover(session, 100, 26)
    assert "sides 1–2 and 3–4 cross" in readout(session)
    hover(session, 108, 18)
    assert "m²" in readout(session)
    click(session, (108, -40))
    session.act("finish")
    assert "40.0 m beyond the image" in readout(session)
    assert session.drawing is not None and session.drawing.active


def test_a_half_drawn_outline_outlives_another_tool_escape_and_a_restart(session: Session, said: Said) -> None:
    session.act("polygon")
    click(session, (100, 20), (112, 20))
    session.act("line")
    assert said[-1][1] and "half drawn" in said[-1][0]
    session.act("give_up")
    assert session.stage is not None
    session.show(session.stage.shown)  # as when the project is opened again
    session.act("resume")
    click(session, (112, 32), (100, 32))
    session.act("finish")
    assert session.review.current is not None
    assert session.review.current.shape.area_m2 == pytest.approx(144, rel=0.01)
    session.act("resume")
    assert said[-1][1] and "No drawing" in said[-1][0]


def test_a_hole_stays_when_corners_are_moved_and_a_drag_is_taken_back(session: Session) -> None:
    assert session.stage is not None and session.review.current is not None
    left, top, right, bottom = session.review.current.shape.pixels.bounds
    hole = box(left + 4, top + 4, right - 4, bottom - 4).exterior.coords
    outline = box(left, top, right, bottom).exterior.coords
    session.review.reshape(session.review.current.id, Polygon(outline, [hole]))
    middle, wall = session.stage.frame.world([((left + right) / 2, (top + bottom) / 2), (left + 2, top + 2)])
    assert session.stage.annotation_at(tuple(wall)) == session.review.current.id
    assert session.stage.annotation_at(tuple(middle)) is None  # the hole is seen as one
    session.act("edit")
    layer = session.stage.drawing
    assert layer.nshapes == 2
    layer.remove([1])
    session.act("back")
    assert layer.nshapes == 2
    session.act("finish")
    assert len(session.review.current.shape.pixels.interiors) == 1


def test_what_is_drawn_and_what_is_selected_is_snapped_and_taken_back(
    session: Session, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def nudge(outline: Polygon, change: str, _before: Scene, after: Scene | None) -> Snapped:
        asked.append(f"{change} {'alone' if after is None else 'both'}")
        return Snapped(translate(outline, 2, 0), True, 2.0, 3.0)

    monkeypatch.setattr(keeping, "snap", nudge)
    session.act("polygon")
    click(session, (100, 20), (112, 20))
    session.act("snap")
    assert said[-1][1] and "three corners" in said[-1][0]
    click(session, (112, 32), (100, 32))
    session.act("snap")
    assert said[-1] == ("Snapped to the edges: corners moved by 2.0 m at most (3.0 m allowed).", False)
    assert len(session.viewer.layers["clicks"].data) == 4
    session.act("back")
    session.act("snap")
    session.act("finish")
    drawn = session.review.current
    assert drawn is not None and drawn.shape.pixels.bounds == pytest.approx((102, 20, 114, 32))
    session.act("snap")
    assert session.review.current is not None
    assert session.review.current.shape.pixels.bounds == pytest.approx((104, 20, 116, 32))
    session.act("undo")
    assert session.review.current.shape.pixels.bounds == pytest.approx((102, 20, 114, 32))
    session.act("edit")
    session.act("snap")
    session.act("back")
    session.act("finish")
    assert session.review.current.shape.pixels.bounds == pytest.approx((102, 20, 114, 32))
    assert set(asked) == {"appeared both"}


def test_where_no_object_stands_out_the_place_stays_and_that_is_said(
    session: Session, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "snap", lambda outline, *_: Snapped(outline, False, 0.0, 3.0))
    head = session.project.head
    session.act("snap")
    assert said[-1][1] and "No object stands out within 3.0 m" in said[-1][0]
    assert session.project.head == head


def test_a_half_edited_outline_is_taken_up_again_with_its_hole(session: Session) -> None:
    assert session.stage is not None and session.review.current is not None
    left, top, right, bottom = session.review.current.shape.pixels.bounds
    hole = box(left + 4, top + 4, right - 4, bottom - 4).exterior.coords
    session.review.reshape(session.review.current.id, Polygon(box(left, top, right, bottom).exterior.coords, [hole]))
    session.act("edit")
    layer = session.stage.drawing
    rings = [np.asarray(ring).copy() for ring in layer.data]
    rings[0] += 3.0
    layer.data = rings
    session.act("give_up")
    session.show(session.stage.shown)
    session.act("resume")
    assert session.stage.drawing.nshapes == 2
    session.act("finish")
    moved = session.review.current.shape.pixels
    assert (
        moved.bounds == pytest.approx((left + 3, top + 3, right + 3, bottom + 3), abs=0.01)
        and len(moved.interiors) == 1
    )


def test_a_length_is_said_and_not_kept(session: Session, said: Said) -> None:
    head = session.project.head
    session.act("line")
    click(session, (10, 10), (10, 50))
    session.act("finish")
    assert "40.0 m" in said[-1][0] and "heading 0°" in said[-1][0]
    assert session.project.head == head


def test_clicks_on_the_selected_place_are_its_count(session: Session) -> None:
    assert session.review.current is not None
    centre = session.review.current.shape.pixels.centroid
    session.act("count")
    click(session, (centre.x - 2, centre.y), (centre.x + 2, centre.y), (centre.x, centre.y + 2))
    assert len(session.viewer.layers["clicks"].data) == 3
    session.act("finish")
    assert session.review.current.count == Count(3, 3, 3)
    assert len(session.viewer.layers["clicks"].data) == 0


def test_boxes_are_counted_slot_by_slot_with_clicks_and_arrows_and_kept(session: Session, said: Said) -> None:
    session.act("stack")
    assert said[-1][1] and "This is a storage pit" in said[-1][0]
    session.decide("select", "a1")
    head = session.project.head
    session.act("stack")
    assert session.drawing is not None and session.drawing.stacking and session.stage is not None
    shown = session.stage.drawing
    number = shown.nshapes
    assert f"of {number} slots filled" in readout(session)
    session.act("previous")
    session.act("next")
    first = readout(session)
    assert "said by you" in first
    session.drawing.click(*np.asarray(shown.data[0]).mean(axis=0))
    assert readout(session) != first
    session.act("back")
    assert readout(session) == first and session.review.current is not None and session.review.current.id == "a1"
    assert session.project.head == head
    session.drawing.click(*np.asarray(shown.data[0]).mean(axis=0))
    kept = readout(session)
    session.act("finish")
    assert said[-1][0] == f"Kept, counted by you: {kept}."
    assert shown.nshapes == 0 and session.review.counted_by("a1") is not None
    session.act("stack")
    assert readout(session) == kept
    session.act("give_up")
    session.act("undo")
    assert session.review.current.count is None and session.review.counted_by("a1") is None


def test_clicks_elsewhere_become_a_place_that_holds_them(session: Session) -> None:
    assert session.drawing is not None
    session.drawing.kind = "container-stack"
    session.act("count")
    click(session, (120, 120), (126, 120), (126, 124))
    session.act("finish")
    drawn = session.review.current
    assert drawn is not None and drawn.origin == "analyst"
    assert (drawn.kind, drawn.count) == ("container-stack", Count(3, 3, 3))


def test_corners_are_moved_and_kept(session: Session) -> None:
    assert session.stage is not None and session.review.current is not None
    old = session.review.current.shape.area_m2
    session.act("edit")
    layer = session.stage.drawing
    assert layer.mode == "direct" and session.viewer.layers.selection.active is layer
    assert set(layer.selected_data) == {0}  # else napari takes the first drag for a selection
    moved = np.asarray(layer.data[0]).copy()
    moved[np.argmax(moved.sum(axis=1))] += 4.0
    layer.data = [moved]
    session.act("finish")
    assert session.review.current.shape.area_m2 > old
    assert layer.nshapes == 0


def test_a_place_is_parted_along_a_line(session: Session, said: Said) -> None:
    assert session.review.current is not None
    place = session.review.current
    left, top, _, bottom = place.shape.pixels.bounds
    session.act("split")
    click(session, (left + 4, top - 5), (left + 4, top - 1))
    session.act("finish")
    assert said[-1][1] and "parts nothing" in said[-1][0]
    click(session, (left + 4, bottom + 5))
    session.act("finish")
    areas = {one.id: one.shape.area_m2 for one in session.review.queue() if one.kind == place.kind}
    assert areas[place.id] == pytest.approx(8 * 12, rel=0.02)
    drawn = session.review.current
    assert drawn is not None and drawn.id != place.id
    assert areas[drawn.id] == pytest.approx(4 * 12, rel=0.02)


def test_marked_places_become_one_and_the_others_its_duplicates(session: Session, said: Said) -> None:
    session.act("merge")
    assert said[-1][1]
    session.marked = lambda: ("a0", "a2")
    session.act("merge")
    whole = session.review.standing.annotations["a0"]
    assert whole.shape.pixels.covers(session.review.standing.annotations["a2"].shape.pixels)
    verdict = session.review.my_verdict("a2")
    assert verdict is not None and (verdict.value, verdict.reason) == ("rejected", "duplicate")


def test_nothing_is_edited_or_parted_where_nothing_is_selected(session: Session, said: Said) -> None:
    for _ in range(4):
        session.act("accept")
    session.review._current = None  # as when the queue is empty
    session.act("edit")
    assert said[-1][1] and "select a place" in said[-1][0]
