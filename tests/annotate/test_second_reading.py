"""Two readings of one project: who could see what, what both missed, and disputes that someone settles."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from shapely import box

from depotwatch.annotate.errors import ReviewError
from depotwatch.annotate.merge import merge
from depotwatch.annotate.missed import chapman, missed_by_both
from depotwatch.annotate.review import Review
from depotwatch.annotate.second_reading import second_reading
from depotwatch.annotate.sift import Sift
from depotwatch.labels.dissent import dissents
from depotwatch.labels.project import Project

PITS = [("storage-pit", "appeared", score) for score in (0.9, 0.8, 0.7, 0.6)]


def draw(review: Review, *places: int) -> None:
    for number in places:
        left = 40.0 * number
        review.draw("storage-pit", box(left, 600, left + 20, 620), "before-1", after="after-1")


@pytest.fixture
def project(project_with: Callable[..., Project]) -> Project:
    """Return a project in which Ada accepted the first two of four and rejected the others."""
    made = project_with(PITS)
    ada = Review(made, "Ada")
    for number in range(2):
        ada.judge([f"p1-{number}"], "accepted")
    ada.judge(["p1-2", "p1-3"], "rejected", "shadow")
    return made


@pytest.fixture
def disputed(project: Project) -> Project:
    """Return the same after Bo, who disagrees on the second and the third."""
    Review(project, "Bo").judge(["p1-0", "p1-2"], "accepted")
    Review(project, "Bo").judge(["p1-1"], "unsure")
    return project


def test_chapman_says_what_the_textbook_says_and_its_interval_holds_what_is_true() -> None:
    spread = 1.645 * (201 * 121 * 170 * 90 / (31**2 * 32)) ** 0.5  # Seber (1970), as if it were normal
    low, best, high = chapman(200, 120, 30)
    assert low == pytest.approx(784 - spread, rel=0.1) and best == 784 and high == pytest.approx(784 + spread, rel=0.1)
    assert chapman(20, 20, 20)[:2] == (20, 20)
    assert chapman(4, 3, 0)[2] is None
    with pytest.raises(ValueError, match="cannot be"):
        chapman(3, 3, 4)
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        one, other = (rng.random(60) < share for share in (0.6, 0.5))
        low, best, high = chapman(int(one.sum()), int(other.sum()), int((one & other).sum()))
        assert low <= best and (high is None or best <= high)
        held += low <= 60 <= (high or 60)
    assert held / 400 >= 0.9


def test_what_both_missed_is_told_of_blind_readings_alone(project: Project) -> None:
    ada, bo = Review(project, "Ada"), Review(project, "Bo")
    draw(ada, 1, 2, 3, 4)
    bo.judge(["p1-0"], "accepted")
    draw(bo, 5)
    (open_one,) = missed_by_both(project)
    assert open_one.missed is None and "Bo drew in sight of what Ada had drawn" in open_one.words
    bo.undo()
    bo.read_blind(True)
    draw(bo, 2, 3, 5)
    (blind,) = missed_by_both(project)
    assert (blind.drew, blind.other_drew, blind.both) == (4, 3, 2)
    low, best, high = chapman(4, 3, 2)
    assert high is not None and blind.missed == (low - 5, best - 5, high - 5)
    assert "a lower bound" in blind.words and "at least about 1 more" in blind.words


def test_files_of_their_own_are_as_good_as_blind(project: Project, tmp_path: Path) -> None:
    project.close()
    copy = tmp_path / "bo.gpkg"
    shutil.copy(project.path, copy)
    for path, name, places in ((project.path, "Ada", (1, 2, 3)), (copy, "Bo", (2, 3, 4))):
        with Project.open(path) as one:
            draw(Review(one, name), *places)
            Review(one, name).judge(["p1-3"], "accepted")
    with Project.open(merge(project.path, copy, tmp_path / "out.gpkg").path, read_only=True) as merged:
        found = second_reading(merged)
    (missed,) = found.missed
    assert (missed.drew, missed.other_drew, missed.both) == (3, 3, 2)
    assert missed.missed is not None
    (overall, of_kind) = found.agreement
    assert (overall.places, overall.same, overall.blind, overall.kind) == (3, 3, 3, None)
    assert of_kind.kind == "storage-pit" and of_kind.words.startswith("storage-pit: Ada and Bo")


def test_a_dispute_is_settled_with_a_name_and_a_reason_and_dissent_is_kept(disputed: Project) -> None:
    cleo = Review(disputed, "Cleo")
    cleo.work_through(Sift(verdict="disputed"))
    assert [one.id for one in cleo.disputed()] == ["p1-1", "p1-2"]
    cleo.select("p1-1")
    cleo.adjudicate("p1-1", "rejected", "shadow", "the shadow of a mast")
    assert cleo.verdict_of("p1-1") == "rejected"
    assert cleo.current is not None and cleo.current.id == "p1-2"
    given = {one.analyst: (one.value, one.adjudicates) for one in disputed.verdicts("p1-1")}
    assert given == {"Ada": ("accepted", False), "Bo": ("unsure", False), "Cleo": ("rejected", True)}
    last = disputed.journal()[-1]
    assert (last.action, last.analyst) == ("adjudicate", "Cleo")
    told = [(one.annotation, one.analyst, one.value, one.stands) for one in dissents(disputed)]
    assert told == [
        ("p1-1", "Ada", "accepted", "rejected"),
        ("p1-1", "Bo", "unsure", "rejected"),
        ("p1-2", "Ada", "rejected", "disputed"),
        ("p1-2", "Bo", "accepted", "disputed"),
    ]
    assert "settling verdict rejected (shadow)" in cleo.undo()
    assert cleo.verdict_of("p1-1") == "disputed"


def test_who_settles_a_dispute_of_their_own_is_still_counted_as_they_read(disputed: Project) -> None:
    before = second_reading(disputed).agreement
    Review(disputed, "Ada").adjudicate("p1-1", "unsure", None, "Bo is right: it is half hidden")
    after = second_reading(disputed)
    assert after.agreement == before
    assert [one.id for one, _ in after.disputed] == ["p1-2"]
    assert ("Ada", "accepted") in [(one.analyst, one.value) for one in after.dissent if one.annotation == "p1-1"]


@pytest.mark.parametrize(
    ("place", "value", "reason", "why", "told"),
    [
        ("p1-0", "accepted", None, "clear", "Nobody disagrees"),
        ("p1-3", "accepted", None, "clear", "Nobody disagrees"),
        ("p1-1", "accepted", None, " ", "needs words"),
        ("p1-1", "accepted", "shadow", "clear", "takes no reason"),
        ("p1-1", "rejected", None, "clear", "A rejection has no reason"),
    ],
)
def test_what_settles_nothing_is_refused(
    disputed: Project, place: str, value: str, reason: str | None, why: str, told: str
) -> None:
    head = disputed.head
    with pytest.raises(ReviewError, match=told):
        Review(disputed, "Cleo").adjudicate(place, value, reason, why)
    assert disputed.head == head


def test_whoever_reads_blind_settles_nothing(disputed: Project) -> None:
    cleo = Review(disputed, "Cleo")
    cleo.read_blind(True)
    with pytest.raises(ReviewError, match="blind"):
        cleo.adjudicate("p1-1", "accepted", None, "clear")
