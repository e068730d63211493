"""The review: every step is on disk before it returns, and can be undone after a restart."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shapely import box

from depotwatch.annotate.errors import AnnotateError, KindError, ReviewError
from depotwatch.annotate.review import Review
from depotwatch.labels.errors import ProjectError
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project
from depotwatch.labels.records import Claim, Comparison, Count, Source, Window

PITS = [("storage-pit", "appeared", score) for score in (0.6, 0.9, 0.7)]
Make = Callable[..., Project]


@pytest.fixture
def project(project_with: Make) -> Project:
    return project_with(PITS)


@pytest.fixture
def review(project: Project) -> Review:
    return Review(project, "Ada")


def on_disk(project: Project) -> Project:
    """Return the file as another program sees it."""
    return Project.open(project.path, read_only=True)


def add_claim(project: Project) -> None:
    project.put_source(Source("report", {"title": "A report"}))
    project.put_claim(Claim("c1", "report", "Pits", "storage-pit", "new", None, (), Window(), "asserts", None))


def everything(project: Project) -> tuple[object, ...]:
    return project.annotations(include_withdrawn=True), project.verdicts(), project.citations()


def test_a_review_needs_a_name(project: Project) -> None:
    with pytest.raises(ReviewError, match="analyst's name"):
        Review(project, "  ")


def test_the_queue_has_the_strongest_first(review: Review) -> None:
    assert [one.score for one in review.queue()] == [0.9, 0.7, 0.6]
    assert review.current == review.queue()[0]
    assert review.progress == (0, 3)


def test_what_something_else_explains_comes_after_the_rest_of_what_was_told(project_with: Make) -> None:
    shadow = {"explained_by": "shadow", "explained_share": 0.8}
    places = [*PITS, ("unknown", "altered", 0.95), ("unknown", "altered", 0.4)]
    review = Review(project_with(places, terms={"p1-1": shadow, "p1-3": shadow}), "Ada")
    assert [one.id for one in review.queue()] == ["p1-2", "p1-0", "p1-1", "p1-4", "p1-3"]
    assert review.standing.explained["p1-1"] == "A shadow that the sun moved explains 80% of the change."
    assert review.next() is not None and review.current is not None and review.current.id == "p1-0"


def test_a_verdict_is_on_disk_with_its_journal_entry_before_the_method_returns(
    review: Review, project: Project
) -> None:
    place = review.queue()[0].id
    review.accept("clear berm")
    with on_disk(project) as seen:
        verdict = seen.verdicts(place)[0]
        entry = seen.journal()[-1]
    assert (verdict.value, verdict.analyst, verdict.note) == ("accepted", "Ada", "clear berm")
    assert entry.payload["annotation"] == place
    assert entry.payload["before"] == {"verdict": None}
    assert verify_chain(project.journal()) is None


def test_a_verdict_leads_to_the_next_undecided_and_stays_when_all_are_decided(review: Review) -> None:
    first, second, third = (one.id for one in review.queue())
    review.select(second)
    review.accept()
    assert review.current is not None and review.current.id == third
    review.reject("shadow")
    assert review.current.id == first
    review.unsure()
    assert review.current.id == first
    assert review.progress == (3, 3)
    assert [review.verdict_of(name) for name in (first, second, third)] == ["unsure", "accepted", "rejected"]


def test_going_on_and_back(review: Review) -> None:
    first, second, third = (one.id for one in review.queue())
    review.accept()
    review.select(first)
    assert review.next() is not None and review.current is not None and review.current.id == second
    review.next(undecided=False)
    assert review.current.id == third
    review.next(undecided=False)
    assert review.current.id == third
    review.previous()
    review.previous()
    review.previous()
    assert review.current.id == first


def test_an_empty_queue_has_nothing_to_decide(project_with: Make) -> None:
    empty = Review(project_with([]), "Ada")
    assert empty.current is None and empty.queue() == () and empty.next() is None and empty.previous() is None
    with pytest.raises(ReviewError, match="select one first"):
        empty.accept()
    with pytest.raises(ReviewError, match=r"Nothing to undo\."):
        empty.undo()


def test_a_rejection_needs_a_coded_reason(review: Review, project: Project) -> None:
    head = project.head
    with pytest.raises(ReviewError, match=r"'ugly' is no reason.*shadow"):
        review.reject("ugly")
    assert project.head == head and project.verdicts() == ()


def test_the_same_verdict_twice_is_one_step(review: Review, project: Project) -> None:
    place = review.queue()[0].id
    review.accept()
    review.select(place)
    review.accept()
    assert len(project.journal()) == 1


def each_step(review: Review) -> None:
    add_claim(review.project)
    review.reject("season", "snow")
    review.accept()
    review.select(review.queue()[0].id)
    review.set_kind("container-stack")
    review.set_count(Count(4, 6, 9, 1, 2))
    review.set_state("filled")
    review.remark("beside the road")
    review.reshape(review.queue()[0].id, box(1.25, 2.5, 13, 14))
    review.cite("c1", "opposes", "too few")
    drawing = review.draw("storage-pit", box(500, 500, 530, 520), "after-1")
    review.remark("seen by eye")
    review.withdraw(drawing.id)


def test_every_step_can_be_undone_to_the_start_and_done_again_after_a_restart(review: Review, project: Project) -> None:
    start = everything(project)
    each_step(review)
    end, steps = everything(project), len(project.journal())
    again = Review(project, "Ada")
    for _ in range(steps):
        assert again.undo().startswith("Undone: ")
    withdrawn = [one for one in project.annotations(include_withdrawn=True) if one.withdrawn]
    assert len(withdrawn) == 1
    assert everything(project) == ((*start[0], *withdrawn), (), ())  # type: ignore[misc]
    third = Review(project, "Ada")
    for _ in range(steps):
        assert third.redo().startswith("Done again: ")
    assert sorted(map(repr, end)) == sorted(map(repr, everything(project)))
    with pytest.raises(ReviewError, match=r"Nothing to redo\."):
        third.redo()
    assert len(project.journal()) == 3 * steps
    assert verify_chain(project.journal()) is None


def test_memory_and_file_agree_after_every_step(review: Review, project: Project) -> None:
    def check(event: str, annotation_id: str | None) -> None:
        fresh = Review(project, "Ada")
        assert review.queue() == fresh.queue()
        assert review.progress == fresh.progress
        assert review.standing == fresh.standing

    review.subscribe(check)
    each_step(review)
    for _ in range(8):
        review.undo()
    for _ in range(3):
        review.redo()


def test_undo_appends_and_never_erases(review: Review, project: Project) -> None:
    review.accept()
    review.undo()
    assert [entry.action for entry in project.journal()] == ["verdict", "undo"]
    assert project.journal()[1].payload["of"] == 1


def test_a_new_step_drops_what_could_be_done_again(review: Review) -> None:
    review.accept()
    review.undo()
    review.unsure()
    with pytest.raises(ReviewError, match="Nothing to redo"):
        review.redo()


def test_undo_brings_back_the_earlier_verdict_and_shows_the_place(review: Review) -> None:
    place = review.queue()[0].id
    review.unsure("dark")
    review.select(place)
    review.reject("cloud")
    sentence = review.undo()
    assert "rejected (cloud)" in sentence and place[:8] in sentence
    assert review.current is not None and review.current.id == place
    verdict = review.my_verdict(place)
    assert verdict is not None and (verdict.value, verdict.note) == ("unsure", "dark")


def test_undo_is_of_ones_own_steps_alone(review: Review, project: Project) -> None:
    other = Review(project, "Bo")
    review.accept()
    with pytest.raises(ReviewError, match="Nothing to undo"):
        other.undo()
    other.refresh()
    other.select(review.queue()[0].id)
    other.reject("routine")
    review.undo()
    assert [verdict.analyst for verdict in project.verdicts()] == ["Bo"]


def test_undo_refuses_where_someone_elses_verdict_rests_on_it_and_names_it(review: Review, project: Project) -> None:
    place, outline = review.queue()[0].id, review.queue()[0].shape
    review.reshape(place, box(0, 0, 20, 20))
    other = Review(project, "Bo")
    other.select(place)
    other.accept()
    before = everything(project)
    with pytest.raises(ReviewError, match=r"new outline.*verdict accepted.*by Bo \(journal entry 2\)"):
        review.undo()
    assert everything(project) == before
    other.undo()
    review.undo()
    assert project.annotation(place).shape == outline


def test_a_note_of_someone_else_does_not_block(review: Review, project: Project) -> None:
    review.set_state("filled")
    other = Review(project, "Bo")
    other.select(review.queue()[0].id)
    other.remark("also seen")
    review.undo()
    one = project.annotation(review.queue()[0].id)
    assert (one.state, one.note) == ("unknown", "also seen")


def test_a_step_sees_what_someone_else_did_meanwhile(review: Review, project: Project) -> None:
    other = Review(project, "Bo")
    place = review.queue()[0].id
    review.set_state("filled")
    other.select(place)
    other.remark("crates")
    one = project.annotation(place)
    assert (one.state, one.note) == ("filled", "crates")
    assert other.verdict_of(place) == "unreviewed"
    other.accept()
    review.reject("season")
    assert review.verdict_of(place) == "disputed"


def test_two_analysts_each_have_their_own_progress(review: Review, project: Project) -> None:
    review.accept()
    other = Review(project, "Bo")
    assert review.progress == (1, 3) and other.progress == (0, 3)


def test_a_drawing_is_kept_with_its_measures_and_its_analysts_acceptance(review: Review, project: Project) -> None:
    one = review.draw("storage-pit", box(100, 200, 140, 220), "after-1", count=None)
    assert (one.before, one.after, one.shape.scene, one.origin, one.site) == (
        "before-1", "after-1", "after-1", "analyst", "depot",
    )  # fmt: skip
    assert one.shape.length_m == pytest.approx(20, rel=0.002) and one.shape.width_m == pytest.approx(10, rel=0.002)
    assert one.shape.area_m2 == pytest.approx(200, rel=0.004)
    assert one.shape.heading_deg % 180 == pytest.approx(90, abs=1.5)
    assert one.shape.ground is not None and one.count == Count(1, 1, 1) and one.score is None
    assert review.current == one == review.queue()[-1] == project.annotation(one.id)
    assert review.verdict_of(one.id) == "accepted"


def test_what_is_there_on_one_scene_can_be_drawn(review: Review) -> None:
    one = review.draw("vessel", box(100, 200, 140, 220), "before-1", change="present")
    assert (one.change, one.before, one.after) == ("present", "before-1", None)


def test_a_stack_is_not_counted_until_someone_counts_it(review: Review) -> None:
    one = review.draw("container-stack", box(100, 200, 140, 220), "before-1")
    assert one.count is None
    review.set_count(Count(12, None, 16))
    assert review.current is not None and review.current.count == Count(12, None, 16)
    with pytest.raises(ReviewError, match="out of order"):
        review.set_count(Count(12, 20, 16))


def test_drawing_on_a_refused_pair_works(project_with: Make) -> None:
    review = Review(project_with([], refused="No registration."), "Ada")
    assert review.draw("storage-pit", box(0, 0, 40, 40), "before-1").after == "after-1"


def test_an_image_without_georeference_has_no_ground(project_with: Make) -> None:
    review = Review(project_with(PITS, crs=None), "Ada")
    one = review.draw("storage-pit", box(0, 0, 40, 20), "before-1")
    assert one.shape.ground is None and one.shape.length_m == pytest.approx(20)
    assert review.project.annotation(one.id) == one


def test_a_scene_of_several_pairs_needs_its_other_half(project_with: Make, add_pair: Callable[..., Comparison]) -> None:
    project = project_with(PITS)
    add_pair(project, [], name="2")
    second = project.comparison("comparison-2-1")
    with project.transaction():
        project.add_comparison(replace(second, id="crossed", before="before-1"))
    review = Review(project, "Ada")
    assert review.draw("storage-pit", box(0, 0, 40, 20), "before-1", after="after-2").after == "after-2"
    assert review.draw("storage-pit", box(50, 0, 90, 20), "before-1").after == "after-2"  # as the one just drawn
    alone = Review(project, "Bo")
    alone._current = None
    with pytest.raises(ReviewError, match="belongs to 2 pairs"):
        alone.draw("storage-pit", box(0, 0, 40, 20), "before-1")


def test_wrong_drawings_are_refused_and_leave_nothing(review: Review, project: Project) -> None:
    before = everything(project)
    with pytest.raises(AnnotateError, match="beyond the image"):
        review.draw("storage-pit", box(5000, 5000, 5010, 5010), "before-1")
    with pytest.raises(AnnotateError, match="no area"):
        review.draw("storage-pit", box(5, 5, 5, 5), "before-1")
    with pytest.raises(KindError, match="'bunker' is not known"):
        review.draw("bunker", box(5, 5, 9, 9), "before-1")
    with pytest.raises(ReviewError, match="is not in the project"):
        review.draw("vessel", box(5, 5, 9, 9), "nowhere")
    with pytest.raises(ReviewError, match="is no change"):
        review.draw("vessel", box(5, 5, 9, 9), "before-1", change="gone")
    assert everything(project) == before


def test_only_drawings_that_nobody_else_judged_can_be_withdrawn(review: Review, project: Project) -> None:
    with pytest.raises(ReviewError, match="was proposed, not drawn"):
        review.withdraw(review.queue()[0].id)
    drawing = review.draw("storage-pit", box(100, 200, 140, 220), "after-1")
    other = Review(project, "Bo")
    other.select(drawing.id)
    other.unsure()
    with pytest.raises(ReviewError, match="was judged by Bo"):
        review.withdraw(drawing.id)
    other.undo()
    review.withdraw(drawing.id)
    assert drawing.id not in [one.id for one in review.queue()]
    assert project.annotation(drawing.id).withdrawn


def test_another_kind_holds_what_that_kind_holds(review: Review) -> None:
    review.set_kind("container-stack")
    assert review.current is not None and review.current.count is None
    review.set_kind("vessel")
    assert review.current.count == Count(1, 1, 1)
    review.undo()
    review.undo()
    assert review.current.kind == "storage-pit" and review.current.count == Count(1, 1, 1)


def test_citations(review: Review, project: Project) -> None:
    add_claim(project)
    place = review.queue()[0].id
    review.cite("c1", "supports")
    review.cite("c1", "supports")
    assert [one.relation for one in review.citations_of(place)] == ["supports"]
    review.cite("c1", "opposes")
    assert [one.relation for one in project.citations()] == ["opposes"]
    review.undo()
    assert [one.relation for one in project.citations()] == ["supports"]
    review.uncite("c1")
    assert project.citations() == () == review.citations_of(place)
    with pytest.raises(ReviewError, match="have not tied"):
        review.uncite("c1")
    with pytest.raises(ReviewError, match="no claim 'c2'"):
        review.cite("c2", "supports")
    with pytest.raises(ReviewError, match="is no relation"):
        review.cite("c1", "proves")


def test_places_not_proposed_again_stay_only_if_judged(project_with: Make, add_pair: Callable[..., Comparison]) -> None:
    project = project_with(PITS)
    judged = Review(project, "Ada")
    kept, lost = judged.queue()[0].id, judged.queue()[1].id
    judged.reject("shadow")
    add_pair(project, [], proposed=["p1-0"], version="2", run_at="2023-12-01T00:00:00Z")
    judged.refresh()
    assert {one.id for one in judged.queue()} == {kept, "p1-0"}
    with pytest.raises(ReviewError, match="not in the queue"):
        judged.select(lost)
    judged.undo()
    assert [one.id for one in judged.queue()] == ["p1-0"]
    assert judged.current is not None and judged.current.id == "p1-0"


def test_observers_are_told_after_the_fact_until_they_leave(review: Review, project: Project) -> None:
    heard: list[tuple[str, str | None, int]] = []
    stop = review.subscribe(lambda event, place: heard.append((event, place, len(project.journal()))))
    first, second = review.queue()[0].id, review.queue()[1].id
    review.accept()
    assert heard == [("verdict", first, 1), ("current", second, 1)]
    stop()
    stop()
    review.accept()
    assert len(heard) == 2


def test_a_failed_write_changes_nothing_in_memory(review: Review, project: Project, tmp_path: Path) -> None:
    with on_disk(project) as read_only:
        locked = Review(read_only, "Ada")
        with pytest.raises(Exception, match="read-only"):
            locked.accept()
        assert locked.progress == (0, 3) and locked.verdict_of(locked.queue()[0].id) == "unreviewed"


def test_a_step_that_cannot_be_journalled_is_not_made(
    review: Review, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise ProjectError("The disk is full.")

    monkeypatch.setattr(project, "append", full)
    with pytest.raises(ProjectError, match="disk is full"):
        review.accept()
    assert project.verdicts() == () and review.progress == (0, 3)
    monkeypatch.undo()
    review.accept()
    assert len(project.verdicts()) == 1


def test_undo_refuses_where_the_place_was_changed_by_other_means(review: Review, project: Project) -> None:
    place = review.queue()[0].id
    review.set_state("filled")
    project.put_annotation(replace(project.annotation(place), state="empty"))
    review.refresh()
    with pytest.raises(ReviewError, match="was changed since"):
        review.undo()
    assert project.annotation(place).state == "empty"


def test_a_long_queue_costs_a_step_no_more_than_a_short_one(project_with: Make) -> None:
    def reads(count: int) -> int:
        project = project_with([("storage-pit", "appeared", 0.6)] * count)
        review = Review(project, "Ada")
        touched = 0
        original = project._connection.read

        def counted(sql: str, parameters: Sequence[object] = ()) -> list[Sequence[Any]]:
            nonlocal touched
            found = original(sql, parameters)
            touched += len(found)
            return found

        project._connection.read = counted  # type: ignore[method-assign]
        review.accept()
        return touched

    assert reads(300) == reads(3)
