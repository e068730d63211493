"""A blind second reading: what the first analyst did is nowhere to be seen until the second has decided."""

from collections.abc import Callable

import pytest
from shapely import box

from depotwatch.annotate.count import count_standing
from depotwatch.annotate.ledger import ledger
from depotwatch.annotate.review import Review
from depotwatch.annotate.sift import Sift
from depotwatch.labels.project import Project
from depotwatch.labels.records import Claim, Count, Judgement, Source, Window

PITS = [("storage-pit", "appeared", score) for score in (0.9, 0.8, 0.7)]


@pytest.fixture
def project(project_with: Callable[..., Project]) -> Project:
    """Return a project that Ada has read: one accepted and cited, one of another kind, one drawn."""
    made = project_with(PITS)
    made.put_source(Source("report", {"title": "A report"}))
    made.put_claim(Claim("c1", "report", "Pits", "storage-pit", "new", None, (), Window(), "asserts", None))
    ada = Review(made, "Ada")
    ada.cite("c1", "supports")
    ada.remark("clear berm")
    ada.accept()
    ada.set_kind("container-stack")
    ada.set_count(Count(4, 6, 9))
    ada.reshape("p1-1", box(60, 60, 90, 90))
    ada.reject("shadow")
    ada.draw("storage-pit", box(500, 500, 530, 520), "after-1")
    return made


@pytest.fixture
def blind(project: Project) -> Review:
    made = Review(project, "Bo")
    made.read_blind(True)
    return made


def test_nothing_of_the_first_reading_is_seen(blind: Review, project: Project) -> None:
    assert [(one.id, one.kind, one.note, one.count) for one in blind.queue()] == [
        (name, "storage-pit", "", Count(1, 1, 1)) for name in ("p1-0", "p1-1", "p1-2")
    ]
    assert blind.progress == (0, 3)
    assert {blind.verdict_of(one.id) for one in blind.queue()} == {"unreviewed"}
    assert blind.citations() == () and all(blind.thread(one.id) == () for one in blind.queue())
    moved = next(one for one in project.annotations() if one.id == "p1-1")
    assert blind.queue()[1].shape != moved.shape
    assert {row.verdict for row in count_standing(blind.standing, ("kind", "verdict"))} == {"unreviewed"}
    project.put_judgement(Judgement("c1", "Ada", "2024-01-01", "Seen.", "Dug.", "likely"))
    (row,) = ledger(project, None, blind.standing, blind.citations(), blind.judgements())
    assert row.supporting == () and row.judgements == ()


def test_a_place_is_seen_as_it_is_kept_once_it_is_decided_and_hidden_again_when_that_is_undone(blind: Review) -> None:
    blind.select("p1-1")
    blind.accept()
    one = blind.standing.annotations["p1-1"]
    assert (one.kind, one.count, blind.verdict_of("p1-1")) == ("container-stack", Count(4, 6, 9), "disputed")
    assert blind.verdict_of("p1-0") == "unreviewed" and blind.thread("p1-0") == ()
    blind.undo()
    assert blind.standing.annotations["p1-1"].kind == "storage-pit"
    assert blind.verdict_of("p1-1") == "unreviewed" and blind.progress == (0, 3)


def test_the_end_of_the_blind_reading_shows_all_and_what_it_decided_stays(blind: Review) -> None:
    blind.accept()
    assert [one.text for one in blind.thread("p1-0")] == ["clear berm"]
    blind.read_blind(False)
    assert len(blind.queue()) == 4 and blind.verdict_of("p1-1") == "rejected"
    assert len(blind.citations()) == 1 and blind.verdict_of("p1-0") == "accepted"


def test_the_journal_says_which_steps_were_blind_and_what_was_seen(blind: Review, project: Project) -> None:
    blind.select("p1-1")
    blind.accept()
    blind.read_blind(False)
    blind.select("p1-2")
    blind.accept()
    start, decided, end, openly = project.journal()[-4:]
    assert (start.action, start.payload["blind"], end.payload["blind"]) == ("reading", True, False)
    assert decided.payload["blind"] is True and decided.payload["saw"] == {"kind": "storage-pit"}
    assert "blind" not in openly.payload


def test_it_stays_blind_after_a_restart_and_for_that_analyst_alone(blind: Review, project: Project) -> None:
    blind.set_kind("vessel")
    blind.remark("my own words")
    again = Review(project, "Bo")
    assert again.blind and [one.kind for one in again.queue()] == ["vessel", "storage-pit", "storage-pit"]
    assert [one.text for one in again.thread("p1-0")] == ["my own words"]
    assert again.standing.annotations["p1-0"].note == "my own words"
    assert not Review(project, "Ada").blind and len(Review(project, "Ada").queue()) == 4
    again.undo()
    again.undo()
    assert [one.kind for one in Review(project, "Bo").queue()] == ["storage-pit"] * 3


def test_ones_own_drawings_are_seen_and_the_sift_goes_by_what_is_seen(blind: Review) -> None:
    mine = blind.draw("vessel", box(300, 300, 330, 320), "after-1")
    assert [one.id for one in blind.queue()][-1] == mine.id
    blind.work_through(Sift(verdict="unreviewed"))
    assert [one.id for one in blind.queue()] == ["p1-0", "p1-1", "p1-2"]
    blind.work_through(Sift(kind="container-stack"))
    assert blind.queue() == ()


def test_what_another_decides_meanwhile_stays_hidden(blind: Review, project: Project) -> None:
    with Project.open(project.path) as other:
        cy = Review(other, "Cy")
        cy.select("p1-2")
        cy.unsure()
    blind.accept()
    assert blind.verdict_of("p1-2") == "unreviewed" and blind.verdict_of("p1-0") == "accepted"
