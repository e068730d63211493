"""Two windows on one project: each sees what the other did, undo keeps to the truth, and a kill loses nothing."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from shapely import box

from depotwatch.annotate import sentences
from depotwatch.annotate.errors import ReviewError
from depotwatch.annotate.review import Review
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project
from depotwatch.labels.records import Claim, Source, Window

Make = Callable[..., Project]


@pytest.fixture
def project(project_with: Make) -> Project:
    made = project_with([("storage-pit", "appeared", score) for score in (0.6, 0.9, 0.7)])
    made.put_source(Source("report", {"title": "A report"}))
    made.put_claim(Claim("c1", "report", "Pits", "storage-pit", "new", None, (), Window(), "asserts", None))
    return made


@pytest.fixture
def elsewhere(project: Project) -> Iterator[Project]:
    with Project.open(project.path) as other:
        yield other


def in_memory(review: Review) -> tuple[object, ...]:
    """Return what a review believes of every place of its queue."""
    return tuple(
        (one, review.verdict_of(one.id), review.my_verdict(one.id), review.citations_of(one.id))
        for one in review.queue()
    )


def test_each_window_takes_over_the_steps_of_the_other_as_if_it_had_read_the_file_anew(
    project: Project, elsewhere: Project
) -> None:
    mine, theirs = Review(project, "Ada"), Review(elsewhere, "Bob")
    theirs.accept()
    theirs.set_kind("vessel")
    theirs.cite("c1", "supports")
    theirs.draw("storage-pit", box(10, 10, 14, 14), mine.queue()[0].before)
    theirs.undo()
    heard: list[str] = []
    mine.subscribe(lambda event, _: heard.append(event))
    news = mine.catch_up()
    assert [entry.analyst for entry in news] == ["Bob"] * 5 and mine.catch_up() == ()
    assert heard == ["verdict", "changed", "cited", "drawn", "withdrawn"]  # and not all of it read again
    assert in_memory(mine) == in_memory(Review(project, "Ada"))
    assert sentences.news(news, "Ada") == "Meanwhile in another window: 5 steps by Bob. Taken in here."


def test_one_analyst_in_two_windows_undoes_the_last_step_of_either(project: Project, elsewhere: Project) -> None:
    here, there = Review(project, "Ada"), Review(elsewhere, "Ada")
    here.accept()
    there.catch_up()
    there.unsure()
    assert "unsure" in here.undo()
    assert "accepted" in there.undo()
    assert project.verdicts() == ()
    assert "by you" in sentences.news(here.catch_up(), "Ada")


def test_a_step_made_elsewhere_is_there_before_ones_own_and_blocks_an_undo_by_name(
    project: Project, elsewhere: Project
) -> None:
    mine, theirs = Review(project, "Ada"), Review(elsewhere, "Bob")
    place = mine.queue()[0].id
    mine.set_kind("vessel")
    theirs.select(place)
    theirs.accept()
    with pytest.raises(ReviewError, match=r"accepted on .* by Bob .*undone first"):
        mine.undo()
    theirs.undo()
    assert "vessel" in mine.undo()


def test_what_is_no_step_makes_a_window_read_all_anew(project: Project, elsewhere: Project) -> None:
    mine = Review(project, "Ada")
    elsewhere.append("Bob", "claim import", {"claims": []})
    heard: list[str] = []
    mine.subscribe(lambda event, _: heard.append(event))
    assert len(mine.catch_up()) == 1 and "reloaded" in heard


DECIDE = """
import sys
from shapely import box
from depotwatch.annotate.review import Review
from depotwatch.labels.project import Project

review = Review(Project.open(sys.argv[1]), "Ada")
scene = review.queue()[0].before
for number in range(100_000):
    review.draw("storage-pit", box(10, 10, 14 + number % 7, 14), scene)
    print(review.project.head, flush=True)
    print(review.undo() and review.project.head, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_kill_in_the_middle_of_work_loses_no_step_that_was_acknowledged(project: Project, after: int) -> None:
    project.close()
    with subprocess.Popen([sys.executable, "-c", DECIDE, project.path], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        acknowledged = [worker.stdout.readline().strip() for _ in range(after)]
        worker.send_signal(signal.SIGKILL)
        acknowledged += worker.stdout.read().split()[:-1]  # the last line may be half of one
    with Project.open(project.path) as again:
        journal = again.journal()
        assert set(acknowledged) <= {entry.hash for entry in journal} and len(acknowledged) >= after - 1
        assert verify_chain(journal) is None
        review = Review(again, "Ada")
        assert sum(entry.action == "draw" for entry in journal) - sum(entry.action == "undo" for entry in journal) == (
            len([one for one in review.queue() if one.origin == "analyst"])
        )
