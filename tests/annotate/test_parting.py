"""Places parted and joined: all of it or nothing, holes and pieces as they are, and one undo for the whole."""

from collections.abc import Callable

import numpy as np
import pytest
from shapely import Polygon, box

from depotwatch.annotate.draw.parting import join, joined_count, part
from depotwatch.annotate.errors import ReviewError
from depotwatch.annotate.review import Review
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project
from depotwatch.labels.records import Count

Make = Callable[..., Project]
STACKS = [("container-stack", "appeared", score) for score in (0.9, 0.8, 0.7)]
COMB = Polygon([(0, 0), (30, 0), (30, 40), (20, 40), (20, 10), (10, 10), (10, 40), (0, 40)])
RING = Polygon(box(0, 0, 40, 40).exterior.coords, [box(10, 10, 30, 30).exterior.coords])


@pytest.fixture
def project(project_with: Make) -> Project:
    return project_with(STACKS, held=Count(2, 3, 4, 1, 2))


@pytest.fixture
def review(project: Project) -> Review:
    return Review(project, "Ada")


def everything(project: Project) -> tuple[object, ...]:
    return project.annotations(), project.verdicts()


def line(*points: tuple[float, float]) -> np.ndarray:
    return np.array(points, dtype=np.float64)


def test_a_line_through_two_prongs_makes_three_places(review: Review) -> None:
    review.reshape("p1-0", COMB)
    pieces = part(review, "p1-0", line((-5, 20), (35, 20)))
    assert [one.shape.pixels.area for one in pieces] == [500, 200, 200]
    assert pieces[0].id == "p1-0" and {one.origin for one in pieces[1:]} == {"analyst"}
    assert all(one.count is None for one in pieces)


def test_a_ring_is_parted_through_its_hole(review: Review) -> None:
    review.reshape("p1-0", RING)
    pieces = part(review, "p1-0", line((20, -5), (20, 45)))
    assert [one.shape.pixels.area for one in pieces] == [600, 600]
    beside = part(review, pieces[0].id, line((-5, 5), (45, 5)))
    assert sum(one.shape.pixels.area for one in beside) == 600


def test_a_hole_beside_the_line_stays_a_hole(review: Review) -> None:
    review.reshape("p1-0", RING)
    first, _ = part(review, "p1-0", line((35, -5), (35, 45)))
    assert len(first.shape.pixels.interiors) == 1


def test_parting_is_undone_and_done_again_as_one_step(review: Review, project: Project) -> None:
    as_it_was = everything(project)
    part(review, "p1-0", line((5, -5), (5, 45)))
    parted = everything(project)
    assert review.undo() == "Undone: the parting of p1-0."
    assert everything(project) == as_it_was
    review = Review(project, "Ada")  # as after a restart
    assert review.redo() == "Done again: the parting of p1-0."
    assert everything(project) == parted
    assert verify_chain(project.journal()) is None


def test_undo_after_parting_goes_on_to_the_step_before_it(review: Review, project: Project) -> None:
    review.accept()
    as_it_was = everything(project)
    part(review, "p1-0", line((5, -5), (5, 45)))
    review.undo()
    assert everything(project) == as_it_was
    assert "verdict accepted" in review.undo()


def test_a_line_that_ends_inside_parts_nothing_and_changes_nothing(review: Review, project: Project) -> None:
    head = project.head
    with pytest.raises(ReviewError, match="parts nothing"):
        part(review, "p1-0", line((5, -5), (5, 5)))
    assert project.head == head


def test_what_fails_half_way_leaves_nothing_behind(
    review: Review, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_it_was, head = everything(project), project.head

    def refuse(*_: object, **__: object) -> None:
        raise ReviewError("no")

    monkeypatch.setattr(review, "draw", refuse)
    with pytest.raises(ReviewError, match="no"):
        part(review, "p1-0", line((5, -5), (5, 45)))
    assert (everything(project), project.head) == (as_it_was, head)
    assert review.standing.annotations["p1-0"].shape.pixels.area == 100
    review.select("p1-0")
    review.accept()
    assert len(project.journal()) == 1


def test_joined_places_touching_have_their_union_and_hold_what_all_hold(review: Review) -> None:
    review.reshape("p1-1", Polygon([(10, 0), (20, 0), (20, 10), (10, 10)]))
    whole, apart = join(review, ("p1-0", "p1-1"))
    assert not apart and whole.shape.pixels.area == pytest.approx(200)
    assert whole.count == Count(4, 6, 8, 1, 2)
    verdict = review.my_verdict("p1-1")
    assert verdict is not None and (verdict.value, verdict.reason) == ("rejected", "duplicate")


def test_a_hole_that_joined_places_enclose_stays_one(review: Review) -> None:
    review.reshape("p1-0", Polygon([(0, 0), (30, 0), (30, 10), (10, 10), (10, 20), (30, 20), (30, 30), (0, 30)]))
    review.reshape("p1-1", box(30, 0, 40, 30))
    whole, apart = join(review, ("p1-0", "p1-1"))
    assert not apart and len(whole.shape.pixels.interiors) == 1


def test_places_that_lie_apart_get_one_outline_around_them_and_it_is_said(review: Review) -> None:
    whole, apart = join(review, ("p1-0", "p1-2"))
    assert apart
    assert whole.shape.pixels.covers(review.standing.annotations["p1-2"].shape.pixels)


def test_joining_is_one_step_to_undo(review: Review, project: Project) -> None:
    review.select("p1-2")
    review.unsure()
    as_it_was = everything(project)
    join(review, ("p1-0", "p1-1", "p1-2"))
    review.undo()
    assert everything(project) == as_it_was
    with pytest.raises(ReviewError, match="Mark two places"):
        join(review, ("p1-0", "p1-0"))


def test_together_they_hold_what_each_holds_only_where_each_is_counted() -> None:
    assert joined_count([Count(1, 1, 1), None]) is None
    assert joined_count([Count(1, None, 3), Count(2, 2, None)]) == Count(3, None, None)
