"""Working through a part of the queue, in an order of one's own."""

from collections.abc import Callable

import pytest

from depotwatch.annotate.errors import ReviewError
from depotwatch.annotate.review import Review
from depotwatch.annotate.sift import OPEN, Sift
from depotwatch.labels.project import Project

PLACES = [
    ("storage-pit", "appeared", 0.6),
    ("container-stack", "appeared", 0.9),
    ("storage-pit", "appeared", 0.7),
    ("container-stack", "vanished", 0.8),
]


@pytest.fixture
def review(project_with: Callable[..., Project]) -> Review:
    return Review(project_with(PLACES), "Ada")


def scores(review: Review) -> list[float | None]:
    return [one.score for one in review.queue()]


def test_one_kind_alone_is_gone_through_to_its_end(review: Review) -> None:
    review.work_through(Sift(kind="storage-pit"))
    assert scores(review) == [0.7, 0.6]
    assert review.current is not None and review.current.score == 0.7
    review.accept()
    assert review.current.score == 0.6
    assert review.progress == (1, 2)
    review.accept()
    review.work_through(Sift())
    assert review.progress == (2, 4)


def test_what_is_decided_leaves_the_open_ones_and_comes_back_when_undone(review: Review) -> None:
    review.work_through(Sift(verdict="unreviewed"))
    review.accept()
    assert scores(review) == [0.8, 0.7, 0.6]
    assert review.current is not None and review.current.score == 0.8
    review.undo()
    assert scores(review) == [0.9, 0.8, 0.7, 0.6]
    review.work_through(Sift(verdict="accepted"))
    assert scores(review) == []
    assert review.current is None


def test_kinds_come_together_and_places_as_one_reads(review: Review) -> None:
    review.work_through(Sift(order="kind"))
    assert scores(review) == [0.9, 0.8, 0.7, 0.6]
    review.work_through(Sift(order="place"))
    corners = [one.shape.pixels.centroid.x for one in review.queue()]
    assert corners == sorted(corners)
    assert scores(review) == [0.6, 0.9, 0.7, 0.8]


def test_the_part_stays_when_another_writes_to_the_project(review: Review) -> None:
    review.work_through(Sift(kind="storage-pit"))
    with Project.open(review.project.path) as other:
        Review(other, "Bo").accept()
    review.accept()
    assert scores(review) == [0.7, 0.6]


def test_a_part_is_remembered_as_json_and_an_order_that_is_none_is_refused() -> None:
    sift = Sift(kind="vessel", verdict="unsure", order="place")
    assert Sift.from_json({**sift.to_json(), "of another version": 1}) == sift
    with pytest.raises(ReviewError, match="no order"):
        Sift(order="size")


def test_what_is_open_to_oneself_is_left_whatever_others_decided(review: Review) -> None:
    with Project.open(review.project.path) as other:
        Review(other, "Bo").accept()
    review.refresh()
    review.work_through(Sift(verdict=OPEN))
    assert scores(review) == [0.9, 0.8, 0.7, 0.6]
    review.accept()
    assert scores(review) == [0.8, 0.7, 0.6]
    review.work_through(Sift(verdict="unreviewed"))
    assert scores(review) == [0.8, 0.7, 0.6]


def test_a_place_that_becomes_another_kind_stands_once_and_under_it(review: Review) -> None:
    review.work_through(Sift(order="kind"))
    review.set_kind("vessel")
    assert [one.kind for one in review.queue()] == ["container-stack", "storage-pit", "storage-pit", "vessel"]
    assert review.progress == (0, 4)
