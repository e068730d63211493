"""Stepping through the dates of a site: what is seen, and what the canvas says of it. Without Qt."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from napari.components import ViewerModel

from depotwatch.annotate.remember import record_of
from depotwatch.annotate.review import Review
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.scene import Scene
from depotwatch.labels.project import Project
from depotwatch.plugins.viewer import caption, opening
from depotwatch.plugins.viewer.session import Session
from depotwatch.plugins.viewer.shown import Shown

YEARS = ("2020", "2040")


@pytest.fixture
def project(review_project: Path, rendered: tuple[Path, Path]) -> Path:
    """Return the project of the pair with an earlier and a later date, darker, at twice the pixel size."""
    with rasterio.open(rendered[0]) as source:
        pixels, profile = source.read(), source.profile
    profile |= {"height": 75, "width": 75, "transform": profile["transform"] @ Affine.scale(2.0)}
    with Project.open(review_project) as store:
        for number, year in enumerate(YEARS):
            file = review_project.with_name(f"{year}.tif")
            with rasterio.open(file, "w", **profile) as out:
                out.write((pixels[:, ::2, ::2] * (0.8 - 0.2 * number)).astype(pixels.dtype))
                out.update_tags(DEPOTWATCH_SYNTHETIC="1", SYNTHETIC="YES")
            scene = read_scene(file, ReadOptions(time=f"{year}-05-01", credit=f"credit of {year}"))
            store.add_scene(record_of(scene, review_project.parent))
    return review_project


@pytest.fixture
def session(project: Path, before: Scene, after: Scene) -> Iterator[Session]:
    with Project.open(project) as store:
        made = Session(ViewerModel(), store, Review(store, "Ada"))
        made.say = lambda sentence, wrong: said.append(sentence)
        made.show(Shown(before, before.sha256, after, after.sha256, None, store.comparisons()[0]))

        def fetch(record: object) -> None:
            assert made.stage is not None and made.dates is not None
            made.dates.put(opening.dating(project, made.stage.shown, record)(lambda *_: None, lambda: False))  # type: ignore[arg-type]

        made.fetch = fetch
        yield made
        made.close()
    said.clear()


said: list[str] = []


def words(session: Session, name: str) -> str:
    text: str = session.viewer.canvas.overlays[name].text
    return text


def test_every_date_is_named_with_its_credit_and_pixel_size_while_it_is_seen(session: Session) -> None:
    stage = session.stage
    assert stage is not None and stage.after is not None
    own, name = stage.after.data, stage.after.name
    session.act("date_after")
    assert words(session, caption.HEADLINE) == "DATE 4 OF 4  2040-05-01"
    assert "date 4 of 4 2040-05-01" in words(session, caption.DATES)
    assert "credit of 2040" in words(session, caption.CREDIT) and "2 m" in words(session, caption.CREDIT)
    assert stage.after.extent.world[1] == pytest.approx(stage.before.extent.world[1], abs=1.5)
    session.act("date_after")
    assert "last of 4" in said[-1]
    session.act("date_before")
    assert words(session, caption.HEADLINE).startswith("AFTER")
    assert (stage.after.name, stage.other) == (name, None) and np.array_equal(stage.after.data, own)
    session.act("date_before")
    assert words(session, caption.HEADLINE).startswith("BEFORE") and not stage.after.visible
    session.act("date_before")
    assert words(session, caption.HEADLINE) == "DATE 1 OF 4  2020-05-01"


def test_dates_go_by_one_stretch_and_follow_when_it_changes(session: Session) -> None:
    stage = session.stage
    assert stage is not None and stage.after is not None
    session.act("date_after")
    dark = stage.after.data[..., :3].mean()
    assert dark < 0.8 * stage.before.data[..., :3].mean()
    stage.restretch(2.0, 60.0)
    assert stage.after.data.shape == (75, 75, 4) and stage.after.data[..., :3].mean() > dark


def test_swipe_and_sides_show_the_date_that_was_stepped_to(session: Session) -> None:
    stage = session.stage
    assert stage is not None and session.comparing is not None
    session.act("swipe")
    session.act("date_after")
    assert session.viewer.layers["after, behind the curtain"].texture.shape[:2] == (75, 75)
    assert words(session, caption.HEADLINE) == "BEFORE and DATE 4 OF 4"
    session.act("date_before")
    session.act("date_before")  # past the before date, which is seen already
    assert words(session, caption.HEADLINE) == "BEFORE and DATE 1 OF 4"
    session.act("red-cyan")
    assert "one grid" in said[-1]


def test_nothing_is_drawn_on_a_date_that_was_not_compared(session: Session) -> None:
    session.act("date_after")
    session.act("polygon")
    assert session.drawing is not None and not session.drawing.active
    assert "go back to the compared ones" in said[-1]
    session.act("accept")  # judging goes on
    assert len(session.project.verdicts()) == 1


def test_a_project_of_one_pair_says_that_there_is_no_more(review_project: Path, before: Scene, after: Scene) -> None:
    with Project.open(review_project) as store:
        session = Session(ViewerModel(), store, Review(store, "Ada"))
        session.say = lambda sentence, wrong: said.append(sentence)
        session.show(Shown(before, before.sha256, after, after.sha256, None, store.comparisons()[0]))
        session.act("date_after")
        assert "last of 2" in said[-1]
        session.close()
    said.clear()


def test_a_scene_searched_alone_is_seen_beside_other_dates(project: Path, before: Scene) -> None:
    with Project.open(project) as store:
        session = Session(ViewerModel(), store, Review(store, "Ada"))
        session.show(Shown(before, before.sha256))
        stage = session.stage
        assert stage is not None and session.dates is not None
        active = session.viewer.layers.selection.active
        (earlier, *_) = session.dates.records
        session.dates.put(opening.dating(project, stage.shown, earlier)(lambda *_: None, lambda: False))
        assert words(session, caption.DATES).startswith("this scene ")
        assert session.viewer.layers.selection.active is active
        session.act("swipe")
        assert words(session, caption.HEADLINE) == "THIS SCENE and DATE 1 OF 4"
        session.close()
