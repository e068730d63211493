"""What is on the screen becomes ground looked at, without anything done per frame."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel

from depotwatch.annotate.reading.ground import looked_at
from depotwatch.annotate.review import Review
from depotwatch.imagery.scene import Scene
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer.looking import KEEP_S, Looking
from depotwatch.plugins.viewer.session import Session
from depotwatch.plugins.viewer.shown import Shown


@pytest.fixture
def session(review_project: Path, before: Scene, after: Scene) -> Iterator[Session]:
    with Project.open(review_project) as project:
        made = Session(ViewerModel(), project, Review(project, "Ada"))
        made.viewer.canvas.size = (600, 800)
        made.show(Shown(before, before.sha256, after, after.sha256, None, project.comparisons()[0]))
        yield made
        made.close()


def looking_of(session: Session) -> Looking:
    assert session.looking is not None
    return session.looking


def look_for(session: Session, seconds: float, start: float = 0.0) -> None:
    for tick in range(int(seconds * 2) + 1):
        looking_of(session).look(start + tick / 2)


def see(session: Session, y_m: float, x_m: float, zoom: float) -> None:
    session.viewer.scene.camera.center = (0.0, y_m, x_m)
    session.viewer.scene.camera.zoom = zoom


def test_the_view_is_told_in_pixels_of_the_scene_with_its_date_and_scale(session: Session) -> None:
    see(session, 75.0, 75.0, 10.0)
    (view,) = looking_of(session).views()
    assert view.shown == "after" and view.scale == pytest.approx(10.0, rel=0.06)
    assert (view.left, view.right) == pytest.approx((35.0, 115.0), abs=0.3)
    assert (view.top, view.bottom) == pytest.approx((45.0, 105.0), abs=0.3)
    session.act("flicker")
    assert looking_of(session).views()[0].shown == "before"


def test_a_curtain_shows_one_date_on_each_side_and_halves_show_half_the_width(session: Session) -> None:
    see(session, 75.0, 75.0, 10.0)
    session.act("swipe")
    first, second = looking_of(session).views()
    assert (first.shown, second.shown) == ("before", "after")
    assert first.right == second.left == pytest.approx(75.0, abs=0.3)
    session.act("side")
    (view,) = looking_of(session).views()
    assert view.shown == "both" and view.right - view.left == pytest.approx(40.0, abs=0.3)


def test_ground_is_looked_at_when_both_dates_were_seen_and_is_kept_in_batches(session: Session) -> None:
    see(session, 75.0, 75.0, 3.5)
    look_for(session, 5)
    assert session.project.journal() == () and session.project.glances() == ()
    looking_of(session).keep()
    assert "0% of the area on both dates, at native zoom or closer; at 100% more on one" in looking_of(session).words()
    session.act("flicker")
    look_for(session, KEEP_S, start=5)
    assert [entry.action for entry in session.project.journal()] == ["looked"] * 2
    assert len(session.project.glances()) == 2
    (seen,) = looked_at(session.project).values()
    assert seen.share({"Ada"}) == 1.0
    assert looking_of(session).words() == "You looked at 100% of the area on both dates, at native zoom or closer."


def test_what_is_zoomed_out_or_hidden_is_not_looked_at(session: Session) -> None:
    see(session, 75.0, 75.0, 0.5)
    session.act("blend")
    look_for(session, 5)
    for tick in range(20):
        looking_of(session).look(5 + tick / 2, visible=False)
    looking_of(session).keep()
    assert all(one.scale < 1 for one in session.project.glances())
    (seen,) = looked_at(session.project).values()
    assert seen.share() == 0.0


def test_the_ground_not_looked_at_is_hatched_on_request_and_the_hatching_follows(session: Session) -> None:
    stage = session.stage
    assert stage is not None
    active = session.viewer.layers.selection.active
    session.act("looked")
    layer = session.viewer.layers["not looked at"]
    assert session.viewer.layers.selection.active is active
    assert np.all(layer.extent.world[1] >= stage.before.extent.world[1]) and np.all(layer.data[..., 3] > 0)
    assert session.viewer.layers.index(layer) < session.viewer.layers.index(stage.outlines["unreviewed"])
    see(session, 50.0, 50.0, 10.0)
    session.act("blend")
    look_for(session, 3)
    looking_of(session).keep()
    alpha = session.viewer.layers["not looked at"].data[..., 3]
    assert alpha[24, 24] == 0 and np.all(alpha[72:, 72:] > 0)
    session.act("looked")
    assert "not looked at" not in session.viewer.layers and len(session.viewer.layers) > 0
    session.act("looked")
    session.viewer.layers["not looked at"].locked = False
    session.viewer.layers.remove("not looked at")
    session.act("looked")
    assert "not looked at" in session.viewer.layers


def test_looking_is_kept_when_the_project_is_closed(review_project: Path, before: Scene, after: Scene) -> None:
    with Project.open(review_project) as project:
        session = Session(ViewerModel(), project, Review(project, "Ada"))
        session.show(Shown(before, before.sha256, after, after.sha256, None, project.comparisons()[0]))
        look_for(session, 3)
        session.close()
    with Project.open(review_project, read_only=True) as again:
        assert len(again.glances()) == 1
