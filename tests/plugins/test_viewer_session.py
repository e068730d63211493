"""Keys, review and canvas together, on a real project. Without Qt."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.utils.key_bindings import KeymapProvider
from shapely import Polygon

from depotwatch.annotate.kinds import REVIEW_KEYS, load_kinds
from depotwatch.annotate.review import Review
from depotwatch.annotate.sift import Sift
from depotwatch.imagery.scene import Scene
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer import keys
from depotwatch.plugins.viewer.own_keys import OwnKeys
from depotwatch.plugins.viewer.session import Session
from depotwatch.plugins.viewer.shown import Shown


@pytest.fixture
def viewer() -> ViewerModel:
    return ViewerModel()


@pytest.fixture
def said() -> list[tuple[str, bool]]:
    return []


@pytest.fixture
def session(
    review_project: Path, before: Scene, after: Scene, viewer: ViewerModel, said: list[tuple[str, bool]]
) -> Iterator[Session]:
    project = Project.open(review_project)
    made = Session(viewer, project, Review(project, "Ada"))
    made.say = lambda sentence, wrong: said.append((sentence, wrong))
    with project:
        made.show(Shown(before, before.sha256, after, after.sha256, None, project.comparisons()[0]))
        yield made
        made.close()


def verdicts_on_disk(session: Session) -> dict[str, tuple[str, str | None]]:
    with Project.open(session.project.path, read_only=True) as seen:
        return {one.annotation: (one.value, one.reason) for one in seen.verdicts()}


def names_of(session: Session, look: str) -> int:
    assert session.stage is not None
    return int(session.stage.outlines[look].nshapes)


def press(provider: KeymapProvider, key: str) -> None:
    """Call what a layer or viewer has bound to a key."""
    found = {str(bound): action for bound, action in provider.keymap.items()}
    found[key](provider)


def draw(session: Session, corners_px: list[tuple[float, float]]) -> None:
    """Click the corners, then Enter."""
    assert session.stage is not None and session.drawing is not None
    for y, x in session.stage.frame.world(corners_px):
        session.drawing.click(y, x)
    session.act("finish")


def test_the_strongest_undecided_place_is_selected_and_verdicts_go_down_the_queue(session: Session) -> None:
    assert session.review.current is not None and session.review.current.id == "a0"
    session.act("accept")
    session.decide("reject", "shadow")
    session.act("unsure")
    assert verdicts_on_disk(session) == {
        "a0": ("accepted", None),
        "a1": ("rejected", "shadow"),
        "a2": ("unsure", None),
    }
    assert session.review.current.id == "a3"
    assert {look: names_of(session, look) for look in ("accepted", "rejected", "unsure", "unreviewed")} == {
        "accepted": 1,
        "rejected": 1,
        "unsure": 1,
        "unreviewed": 1,
    }


def test_undo_and_redo_change_file_and_canvas_and_say_so(session: Session, said: list[tuple[str, bool]]) -> None:
    session.act("accept")
    session.act("undo")
    assert verdicts_on_disk(session) == {} and names_of(session, "accepted") == 0
    session.act("redo")
    assert verdicts_on_disk(session) == {"a0": ("accepted", None)} and names_of(session, "accepted") == 1
    assert len(said) == 2 and not any(wrong for _, wrong in said)


def test_what_cannot_be_done_is_said_and_changes_nothing(session: Session, said: list[tuple[str, bool]]) -> None:
    session.act("undo")
    session.act("change_map")
    assert [wrong for _, wrong in said] == [True, False]
    assert "still being worked out" in said[1][0]
    assert session.stage is not None
    session.stage.shown = replace(session.stage.shown, note="It cannot be made.")
    session.act("change_map")
    assert said[2][1] and "no change map" in said[2][0]
    assert verdicts_on_disk(session) == {}


def test_next_and_previous_walk_the_list_and_stop_at_its_ends(session: Session) -> None:
    walked = []
    for action in ("previous", "next", "next", "next", "next", "previous"):
        session.act(action)
        assert session.review.current is not None
        walked.append(session.review.current.id)
    assert walked == ["a0", "a1", "a2", "a3", "a3", "a2"]


def test_a_kind_key_corrects_the_selected_place_and_its_colour(session: Session) -> None:
    session.act("kind:vessel")
    assert session.review.current is not None and session.review.current.kind == "vessel"
    assert session.stage is not None
    blue = int(load_kinds()["vessel"].colour[5:7], 16) / 255
    colours = session.stage.outlines["unreviewed"].edge_color
    assert any(np.isclose(colour[2], blue, atol=0.01) for colour in colours)


def test_every_key_works_whichever_of_our_layers_is_active(session: Session, viewer: ViewerModel) -> None:
    assert session.stage is not None
    for provider in (viewer, *session.stage.all_layers):
        assert {str(key) for key in provider.keymap} >= {"Y", "N", "Q", "F", "Ctrl+Z", "Ctrl+Shift+Z", "Down", "Up"}
    press(session.stage.drawing, "Y")
    press(session.stage.before, "Q")
    assert verdicts_on_disk(session) == {"a0": ("accepted", None), "a1": ("unsure", None)}


def test_keys_work_with_an_image_of_the_analysts_own_active_and_its_own_keys_stay(
    session: Session, viewer: ViewerModel
) -> None:
    own = viewer.add_image(np.zeros((4, 4)), name="a map of my own")
    assert {str(key) for key in own.keymap} == {"O", "Y"}
    press(own, "Y")
    assert verdicts_on_disk(session) == {"a0": ("accepted", None)}
    session.keyboard.change(OwnKeys({"accept": "Z"}))
    assert {str(key) for key in own.keymap} == {"O", "Z"}
    session.close()
    assert not own.keymap


@pytest.mark.parametrize("purpose", ["polygon", "count", "edit"])
def test_drawing_takes_clicks_and_keys_from_a_layer_of_the_analysts_own(
    session: Session, viewer: ViewerModel, purpose: str
) -> None:
    assert session.stage is not None
    own = viewer.add_shapes(name="notes of my own")
    viewer.layers.selection.active = own
    session.act(purpose)
    assert viewer.layers.selection.active in session.stage.all_layers


def test_keys_that_would_delete_or_edit_outlines_are_blocked_and_those_of_corners_free_on_the_drawing(
    session: Session,
) -> None:
    assert session.stage is not None
    bound = {str(key): does for key, does in session.stage.outlines["unreviewed"].keymap.items()}
    for key in ("Delete", "3", "A", "Ctrl+A", "X"):
        assert bound[key] is keys.nothing
        assert {str(known): does for known, does in session.stage.drawing.keymap.items()}[key] is keys.nothing
    assert not set(keys.CORNER_KEYS) & {str(known) for known in session.stage.drawing.keymap}


def test_no_key_means_two_things_and_kinds_keep_theirs() -> None:
    table = (*keys.KEYS, *keys.kind_keys(load_kinds()))
    assert len({key.key for key in table}) == len(table)
    assert {key.action for key in table} >= {f"kind:{name}" for name, kind in load_kinds().items() if kind.key}


def test_every_letter_of_the_review_is_refused_to_a_kind_of_the_users_own() -> None:
    assert set(REVIEW_KEYS) == {key.key.lower() for key in keys.KEYS if len(key.key) == 1}


def test_a_drawing_is_kept_accepted_and_on_the_pixels_where_it_was_drawn(session: Session, viewer: ViewerModel) -> None:
    assert session.drawing is not None and session.stage is not None
    session.drawing.kind = "container-stack"
    session.act("polygon")
    assert session.drawing.active
    draw(session, [(100, 20), (112, 20), (112, 26), (100, 26)])
    with Project.open(session.project.path, read_only=True) as seen:
        drawn = [one for one in seen.annotations() if one.origin == "analyst"]
    assert [one.kind for one in drawn] == ["container-stack"]
    assert drawn[0].shape.area_m2 == pytest.approx(72, rel=0.01)
    assert drawn[0].shape.pixels.bounds == pytest.approx((100, 20, 112, 26), abs=1e-3)
    assert session.stage.drawing.nshapes == 0 and not session.drawing.active
    assert names_of(session, "accepted") == 1
    session.act("undo")
    assert names_of(session, "accepted") == 0


def test_no_verdict_is_given_while_an_outline_is_being_drawn(session: Session, said: list[tuple[str, bool]]) -> None:
    session.act("polygon")
    session.act("accept")
    assert verdicts_on_disk(session) == {} and said[-1][1]


def test_escape_gives_a_half_drawn_outline_up(session: Session) -> None:
    assert session.stage is not None and session.drawing is not None
    session.act("polygon")
    session.drawing.click(20.0, 30.0)
    press(session.stage.before, "Escape")
    assert not session.drawing.active
    assert session.review.progress == (0, 4)


def test_an_outline_that_crosses_itself_is_refused_with_a_sentence(
    session: Session, said: list[tuple[str, bool]]
) -> None:
    session.act("polygon")
    draw(session, [(100, 20), (112, 26), (112, 20), (100, 26)])
    assert said[-1][1] and session.review.progress == (0, 4)


def test_a_place_can_be_outlined_anew_and_that_undone(session: Session) -> None:
    assert session.drawing is not None and session.review.current is not None
    old = session.review.current.shape.area_m2
    session.drawing.start("polygon", redraw=session.review.current)
    draw(session, [(20, 30), (40, 30), (40, 50), (20, 50)])
    assert session.review.current.shape.area_m2 == pytest.approx(400, rel=0.01)
    session.act("undo")
    assert session.review.current.shape.area_m2 == pytest.approx(old, rel=0.01)


@pytest.mark.parametrize(("dragged_px", "selected"), [(1, "a2"), (30, "a0")])
def test_a_click_selects_the_place_under_it_and_a_drag_does_not(
    session: Session, viewer: ViewerModel, squares: list[Polygon], dragged_px: int, selected: str
) -> None:
    assert session.stage is not None and session.review.current is not None
    centre = squares[2].centroid
    y, x = session.stage.frame.world([[centre.x, centre.y]])[0]
    event = SimpleNamespace(type="mouse_press", pos=np.array([50, 50]), position=(y, x))
    steps = viewer.mouse_drag_callbacks[-1](viewer, event)
    next(steps)
    event.type, event.pos = "mouse_move", np.array([50 + dragged_px, 50])
    next(steps)
    event.type = "mouse_release"
    next(steps, None)
    assert session.review.current.id == selected


def test_closing_gives_back_keys_layers_and_the_file(session: Session, viewer: ViewerModel) -> None:
    session.close()
    assert not viewer.keymap and not viewer.layers
    assert viewer.mouse_drag_callbacks == ViewerModel().mouse_drag_callbacks
    with Project.open(session.project.path) as again:
        assert again.title == "A pair"


def test_the_part_of_the_queue_that_is_gone_through_is_there_again_after_a_restart(
    session: Session, before: Scene, after: Scene
) -> None:
    session.sift(Sift(kind="storage-pit", order="place"))
    assert [one.id for one in session.queue()] == ["a0", "a2"]
    session.act("accept")
    assert session.review.current is not None and session.review.current.id == "a2"
    with Project.open(session.project.path) as again:
        other = Session(ViewerModel(), again, Review(again, "Ada"))
        assert other.review.sift == Sift(kind="storage-pit", order="place")
        other.close()
