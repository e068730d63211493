"""How far two analysts agree, and on how much of it they could not see each other."""

from collections.abc import Callable

import pytest

from depotwatch.annotate.agreement import agreements
from depotwatch.annotate.review import Review
from depotwatch.labels.project import Project

PITS = [("storage-pit", "appeared", score) for score in (0.9, 0.8, 0.7, 0.6)]


@pytest.fixture
def project(project_with: Callable[..., Project]) -> Project:
    made = project_with(PITS)
    ada = Review(made, "Ada")
    for _ in range(2):
        ada.accept()
    for _ in range(2):
        ada.reject("shadow")
    return made


def test_there_is_none_before_two_decided_the_same_place(project: Project) -> None:
    assert agreements(Review(project, "Ada").standing.verdicts, project.journal()) == ()


def test_kappa_takes_away_what_chance_gives_and_the_blind_ones_are_counted(project: Project) -> None:
    bo = Review(project, "Bo")
    bo.accept()
    bo.read_blind(True)
    bo.accept()
    bo.reject("season")
    bo.accept()
    bo.read_blind(False)
    (one,) = agreements(bo.standing.verdicts, project.journal())
    assert (one.first, one.second, one.places, one.same, one.blind) == ("Ada", "Bo", 4, 3, 3)
    assert one.kappa == pytest.approx((0.75 - 0.5) / 0.5)
    assert one.share[0] < 0.75 == one.share[1] < one.share[2]
    assert "both decided 4, 3 of them blind, and say the same of 3: 75% (" in one.words


def test_where_all_say_one_thing_chance_explains_it(project_with: Callable[..., Project]) -> None:
    project = project_with(PITS[:2])
    for analyst in ("Ada", "Bo", "Cy"):
        review = Review(project, analyst)
        review.accept()
        review.accept()
    found = agreements(review.standing.verdicts, project.journal())
    assert [(one.first, one.second, one.kappa) for one in found] == [
        ("Ada", "Bo", None),
        ("Ada", "Cy", None),
        ("Bo", "Cy", None),
    ]
    assert "kappa" not in found[0].words
