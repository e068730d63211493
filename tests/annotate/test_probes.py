"""Places that measure the reading: like the others while it goes on, and never among the labels."""

from collections.abc import Callable

import numpy as np
import pytest
from shapely import box

from depotwatch.annotate.count import count
from depotwatch.annotate.errors import ReviewError
from depotwatch.annotate.outline import grid_of, measure
from depotwatch.annotate.reading.probe_outcome import missed, outcome_words
from depotwatch.annotate.reading.probing import round_of
from depotwatch.annotate.reading.tiles import TILE, free_tiles, sample
from depotwatch.annotate.review import Review
from depotwatch.labels.export import CSV, export
from depotwatch.labels.project import Project
from depotwatch.labels.records import Annotation, Claim, KindResult, ProbeRound, Source, Window

PITS = [("storage-pit", "appeared", score) for score in (0.9, 0.8)]
PAIR = ("before-1", "after-1")
CORNERS = (600, 700, 800)  # where things are planted, each 20 px a side


@pytest.fixture
def project(project_with: Callable[..., Project]) -> Project:
    return project_with(PITS, results=[KindResult("storage-pit", True, "", 2)])


@pytest.fixture
def review(project: Project) -> Review:
    return Review(project, "Ada")


def square(corner: int, side: int = 20) -> list[list[float]]:
    return [list(xy) for xy in box(corner, corner, corner + side, corner + side).exterior.coords][:-1]


def shown(project: Project, corner: int, kind: str, score: float | None, side: int = 20) -> Annotation:
    outline = box(corner, corner, corner + side, corner + side)
    shape = measure(outline, PAIR[0], grid_of(project.scene(PAIR[0])))
    return Annotation("", kind, "appeared", "unknown", shape, "machine", None, *PAIR, score, None)


def plant(review: Review) -> ProbeRound:
    """Begin a round of three pits, of which the first two were proposed."""
    things = [{"kind": "storage-pit", "outline": square(corner)} for corner in CORNERS]
    one = round_of("Ada", "implant", PAIR, 3, 7, things)
    records = [shown(review.project, corner, "storage-pit", 0.85) for corner in CORNERS[:2]]
    review.begin_round(one, dict(enumerate(records)))
    return one


def tiles(review: Review) -> ProbeRound:
    """Begin a round of three tiles out of fifty."""
    outlines = [square(corner, 60) for corner in CORNERS]
    one = round_of("Ada", "tile", PAIR, 3, 7, [{"outline": outline} for outline in outlines], drawn_from=50)
    review.begin_round(one, {n: shown(review.project, corner, TILE, None, 60) for n, corner in enumerate(CORNERS)})
    return one


def test_what_is_planted_stands_in_the_queue_like_any_candidate_and_in_nothing_that_stands(review: Review) -> None:
    before = count(review.project), review.standing.kept()
    plant(review)
    assert [one.score for one in review.queue()] == [0.9, 0.85, 0.85, 0.8] and review.progress == (0, 4)
    planted = review.queue()[1]
    assert (planted.origin, len(planted.id), review.role_of(planted.id)) == ("machine", 64, None)
    assert (count(review.project), review.standing.kept()) == before
    review.select(planted.id)
    review.accept()
    assert review.verdict_of(planted.id) == "accepted" and review.progress == (1, 4)
    assert review.project.verdicts() == () and len(review.project.annotations()) == 2
    assert planted.id not in review.standing.annotations and planted.id not in review.standing.verdicts


def test_every_step_at_a_planted_place_works_as_at_any_other_and_leaves_no_label(review: Review) -> None:
    plant(review)
    project, place = review.project, review.queue()[1].id
    project.put_source(Source("report", {"title": "A report"}))
    project.put_claim(Claim("c1", "report", "Pits", "storage-pit", "new", None, (), Window(), "asserts", None))
    start = project.annotations(), project.verdicts(), project.citations(), project.remarks()
    review.select(place)
    review.set_kind("container-stack")
    review.set_state("filled")
    review.remark("odd")
    review.reshape(place, box(601, 601, 622, 622))
    review.cite("c1", "supports")
    assert [one.text for one in review.thread(place)] == ["odd"] and len(review.citations_of(place)) == 1
    review.reject("shadow")
    assert (project.annotations(), project.verdicts(), project.citations(), project.remarks()) == start
    assert all(entry.payload["synthetic"] is True for entry in project.journal()[1:])
    again = Review(project, "Ada")
    kept = next(one for one in again.queue() if one.id == place)
    assert (kept.kind, kept.state, again.verdict_of(place)) == ("container-stack", "filled", "rejected")
    for _ in range(6):
        again.undo()
    kept = next(one for one in again.queue() if one.id == place)
    assert (kept.kind, kept.state, again.verdict_of(place)) == ("storage-pit", "unknown", "unreviewed")
    assert again.redo().startswith("Done again")


def test_a_drawing_on_a_planted_thing_finds_it_and_is_no_label(review: Review) -> None:
    running = plant(review)
    found = review.draw("storage-pit", box(801, 801, 819, 818), "before-1", after="after-1")
    elsewhere = review.draw("storage-pit", box(300, 900, 320, 920), "before-1", after="after-1")
    assert {found.id, elsewhere.id} <= {one.id for one in review.queue()}
    assert found.id not in {one.id for one in review.project.annotations()}
    assert elsewhere.id in {one.id for one in review.project.annotations()}
    review.withdraw(found.id)
    assert found.id not in {one.id for one in review.queue()}
    review.undo()
    assert found.id in {one.id for one in review.queue()}
    ended = review.end_round(running.id)
    assert ended.outcome is not None and ended.outcome["recall"]["not proposed"]["hits"] == 1  # type: ignore[index]


def test_the_end_reveals_the_recall_says_synthetic_and_takes_all_of_it_away(review: Review) -> None:
    running = plant(review)
    review.select(review.queue()[1].id)
    review.accept()
    review.reject("other")
    ended = review.end_round(running.id)
    recall = ended.outcome["recall"]  # type: ignore[index]
    assert recall["all"]["hits"] == 1 and recall["all"]["of"] == 3 and recall["all"]["low"] < 1 / 3  # type: ignore[index]
    assert (recall["proposed"]["of"], recall["not proposed"]["of"]) == (2, 1)  # type: ignore[index]
    assert "1 of 3 planted (synthetic) things: 33% (" in outcome_words(ended)
    assert len(ended.outcome["missed"]) == 2  # type: ignore[index, arg-type]
    assert len(review.queue()) == 2 and review.progress == (0, 2)
    assert review.rounds() == (ended,) and review.running("implant") is None
    with pytest.raises(ReviewError, match="Nothing to undo"):
        review.undo()
    begun, *_, said = review.project.journal()
    assert said.payload["synthetic"] is True and begun.payload["begun"] is True
    with pytest.raises(ReviewError, match="ended already"):
        review.end_round(running.id)


def test_no_file_that_is_exported_holds_any_of_it(review: Review) -> None:
    plant(review)
    for one in review.queue()[1:3]:
        review.select(one.id)
        review.accept()
    review.draw("storage-pit", box(801, 801, 819, 818), "before-1", after="after-1")
    folder = review.project.path.parent
    assert export(review.project, folder / "labels.csv", CSV).labels == 2


def test_one_window_tells_another_nothing_of_a_round(review: Review) -> None:
    events: list[str] = []
    with Project.open(review.project.path) as other:
        bo = Review(other, "Bo")
        bo.subscribe(lambda event, _: events.append(event))
        plant(review)
        review.select(review.queue()[1].id)
        review.accept()
        assert bo.catch_up() == () and events == []
        assert len(bo.queue()) == 2 and len(Review(other, "Ada").queue()) == 4
        bo.accept()
    review.next()
    review.unsure()
    assert len(review.queue()) == 4


def test_others_verdicts_are_hidden_meanwhile_as_nobody_judged_what_is_planted(review: Review) -> None:
    bo = Review(review.project, "Bo")
    bo.accept()
    running = plant(review)
    assert {review.verdict_of(one.id) for one in review.queue()} == {"unreviewed"} and review.blind
    with pytest.raises(ReviewError, match="end the round"):
        review.read_blind(False)
    review.end_round(running.id)
    assert not review.blind and review.verdict_of("p1-0") == "accepted"


def test_planted_places_are_seen_in_a_blind_reading_as_well(review: Review) -> None:
    review.read_blind(True)
    plant(review)
    assert len(review.queue()) == 4
    review.select(review.queue()[1].id)
    review.accept()
    assert review.progress == (1, 4)


def test_one_round_of_a_role_at_a_time(review: Review) -> None:
    plant(review)
    with pytest.raises(ReviewError, match="runs already"):
        plant(review)
    tiles(review)
    assert len(review.queue()) == 7


def test_a_tile_holds_nothing_or_what_is_drawn_in_it_which_is_a_label(review: Review) -> None:
    running = tiles(review)
    first, second, third = (one for one in review.queue() if one.kind == TILE)
    assert review.role_of(first.id) == "tile"
    review.select(first.id)
    with pytest.raises(ReviewError, match="only looked through"):
        review.set_kind("vessel")
    review.nothing_here()
    assert review.current is not None and review.current.id == second.id
    drawn = review.draw("storage-pit", box(720, 720, 740, 740), "before-1", after="after-1")
    assert review.verdict_of(second.id) == "accepted" and drawn.id in {one.id for one in review.project.annotations()}
    review.undo()
    assert review.verdict_of(second.id) == "unreviewed" and drawn.id not in {one.id for one in review.queue()}
    review.redo()
    review.select(third.id)
    review.nothing_here()
    ended = review.end_round(running.id)
    assert ended.outcome is not None
    share, pits = ended.outcome["share"], ended.outcome["missed"]["storage-pit"]  # type: ignore[index]
    assert (share["hits"], share["of"]) == (1, 3) and pits["found"] == 1  # type: ignore[index]
    assert pits["low"] < pits["best"] == round(47 / 3) < pits["high"]
    assert "Of 3 random tiles without a proposal 1 held something: 33%" in outcome_words(ended)
    (row,) = count(review.project)
    assert "sample of 3 of 50 tiles" in row.reason and row.samples[0]["high"] == pits["high"]
    with pytest.raises(ReviewError, match="no tile"):
        review.nothing_here()


def test_a_sample_without_a_find_still_leaves_room_for_some() -> None:
    none = missed(0, 30, 1000)
    assert (none["low"], none["best"]) == (0, 0) and none["high"] == pytest.approx(64, abs=1)
    assert missed(0, 0, 1000)["high"] is None


def test_tiles_have_data_and_touch_nothing_that_is_proposed(project: Project) -> None:
    valid = np.ones((1000, 1000), dtype=bool)
    valid[:, 500:] = False
    taken = [one.shape.pixels for one in project.annotations()]
    free = free_tiles(valid, (0, 10), 0.5, taken)
    assert all(tile.area == 60**2 and not any(tile.intersects(one) for one in taken) for tile in free)
    assert all(10 <= tile.bounds[0] and tile.bounds[2] <= 510 for tile in free)
    assert len(free) == 16 * 8 - 1
    assert sample(free, 5, 1) == sample(free, 5, 1) != sample(free, 5, 2)
    assert len(set(sample(free, 999, 1))) == len(free)
    with pytest.raises(ReviewError, match="no tile without"):
        sample([], 5, 1)


def test_a_count_of_all_that_was_reviewed_is_widened_by_what_a_sample_found(review: Review) -> None:
    review.accept()
    review.accept()
    (before,) = count(review.project)
    assert before.estimate is not None and (before.estimate.low, before.estimate.high) == (2, 2)
    running = tiles(review)
    review.draw("storage-pit", box(720, 720, 740, 740), "before-1", after="after-1")
    for one in review.queue():
        if one.kind == TILE and review.my_verdict(one.id) is None:
            review.select(one.id)
            review.nothing_here()
    review.end_round(running.id)
    (after,) = count(review.project)
    assert after.estimate is not None and after.samples[0]["best"] == 16
    assert (after.estimate.low, after.estimate.best) == (3, 3 + 16)
    assert after.estimate.high == 3 + after.samples[0]["high"] and after.estimate.level == 0.9
    assert "not included" not in after.estimate.rule_high and "a random sample of tiles" in after.estimate.rule_best
    (accepted,) = (row for row in count(review.project, ("kind", "verdict")) if row.verdict == "accepted")
    assert accepted.estimate is not None and accepted.estimate.high == 3
