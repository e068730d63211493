"""Counts of what is there: accepted for sure, the rest by its scores and the verdicts, the missed by recall."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from depotwatch.annotate.count import CountRow, count
from depotwatch.annotate.drawn_counts import Thing, bounds, draw
from depotwatch.annotate.recall import Recall
from depotwatch.labels.project import Project
from depotwatch.labels.records import Comparison, Count, Estimate, ImplantRow, KindResult, Verdict

Make = Callable[..., Project]
ONE = Count(1, 1, 1)


def implants(
    found: int, drawn: int, kind: str = "storage-pit", comparison: str = "comparison-1-1"
) -> tuple[ImplantRow, ...]:
    return tuple(
        ImplantRow(comparison, kind, number, drawn, 5.0, 5.0, 2.0, 0.3, 5.0, 50.0, None, number < found)
        for number in range(drawn)
    )


def thing(verdict: str = "accepted", score: float = 0.6, recall: Recall | None = None, **more: object) -> Thing:
    log_odds = float(np.log(score / (1 - score)))
    return replace(Thing(verdict, False, ONE, (20.0, 5.0), log_odds, recall or Recall()), **more)  # type: ignore[arg-type]


def judge(project: Project, **by_place: str) -> None:
    for place, value in by_place.items():
        name = place.replace("_", "-")
        project.put_verdict(Verdict(name, "Ada", value, "shadow" if value == "rejected" else None, "", "2024-01-01"))


def estimate(project: Project) -> Estimate:
    (row,) = count(project)
    assert row.estimate is not None
    return row.estimate


def test_without_implants_a_complete_review_is_one_number(project_with: Make) -> None:
    project = project_with([("storage-pit", "appeared", 0.9)] * 4)
    judge(project, p1_0="accepted", p1_1="accepted", p1_2="accepted", p1_3="rejected")
    found = estimate(project)
    assert found.low == found.best == found.high == 3 and found.level == 1
    assert "not included" in found.rule_high


def test_without_implants_the_rule_says_what_recall_is_taken(project_with: Make) -> None:
    found = estimate(project_with([("storage-pit", "appeared", 0.9)] * 4))
    assert "recall not measured, so taken as 20% to 100%" in found.rule_high
    assert found.high is not None and found.high > 4


def test_measured_recall_adds_what_was_missed_even_when_all_is_reviewed(project_with: Make) -> None:
    project = project_with([("storage-pit", "appeared", 0.9)] * 8)
    judge(project, **{f"p1_{number}": "accepted" for number in range(8)})
    project.replace_implants("comparison-1-1", implants(20, 40))
    found = estimate(project)
    assert found.low >= 8 and found.high is not None
    assert 12 <= found.best <= 20 and found.low < found.best < found.high
    assert "of 40 implants" in found.rule_best and found.inputs["implants_found"] == 20
    assert found.level == 0.9


def test_the_better_the_recall_the_less_is_missed(project_with: Make) -> None:
    highs = []
    for hits in (10, 25, 39):
        project = project_with([("storage-pit", "appeared", 0.9)] * 8)
        judge(project, **{f"p1_{number}": "accepted" for number in range(8)})
        project.replace_implants("comparison-1-1", implants(hits, 40))
        highs.append(estimate(project).high or 0)
    assert highs == sorted(highs, reverse=True) and highs[-1] < 12 < highs[0]


def test_nothing_found_with_measured_recall_is_bounded_and_not_none_for_certain(project_with: Make) -> None:
    project = project_with([], results=[KindResult("storage-pit", True, "", 0)])
    unmeasured = estimate(project)
    project.replace_implants("comparison-1-1", implants(4, 20))
    found = estimate(project)
    assert found.low == found.best == 0 and found.high is not None and found.high >= 1
    assert unmeasured.best == 0 and unmeasured.high is not None and 1 <= unmeasured.high < found.high


def test_a_place_that_two_overlapping_comparisons_see_is_counted_once(
    project_with: Make, add_pair: Callable[..., Comparison]
) -> None:
    project = project_with([("storage-pit", "appeared", 0.9)] * 2)
    seen = project.annotations()
    add_pair(project, [("storage-pit", "appeared", 0.9)] * 2, name="2")
    for number, ground in enumerate((box(38.1, 45.1, 38.101, 45.101), box(38.2, 45.1, 38.201, 45.101))):
        for name in ("1", "2"):
            one = project.annotation(f"p{name}-{number}")
            project.put_annotation(replace(one, shape=replace(one.shape, ground=ground)))
    judge(project, p1_0="accepted", p2_0="accepted", p1_1="accepted")
    (row,) = count(project)
    assert len(seen) == 2 and row.objects == 2
    assert row.estimate is not None and (row.estimate.low, row.estimate.high) == (2, 2)


def test_classes_say_how_certain_each_is(project_with: Make) -> None:
    places = [("storage-pit", "appeared", score) for score in (0.9, 0.85, 0.2, 0.9)]
    project = project_with(places)
    judge(project, p1_0="accepted", p1_3="unsure")
    (row,) = count(project)
    assert [(one.name, one.outlines) for one in row.classes] == [("definite", 1), ("probable", 1), ("possible", 2)]
    definite = row.classes[0]
    assert definite.low == definite.best == definite.high == 1
    assert all(one.rule and one.low <= one.best <= one.high for one in row.classes)


def test_verdicts_on_strong_ones_do_not_vouch_for_weak_ones() -> None:
    judged = [(2.0, True)] * 12 + [(0.0, False)] * 12
    weak = draw([thing("unreviewed", 0.5)], judged, None, 0, Recall())
    strong = draw([thing("unreviewed", 0.9)], judged, None, 0, Recall())
    assert strong.chances[0] > 0.8 and weak.chances[0] < 0.3


def test_boxes_carry_the_interval_of_each_stack_and_partly_cancel() -> None:
    held = Count(8, 10, 12)
    one, many = (draw([thing(held=held)] * number, [], None, 0, Recall()).totals(missed=False) for number in (1, 16))
    assert bounds(one) == (8, 10, 12)
    low, best, high = bounds(many)
    assert best == pytest.approx(160, abs=2)
    assert 16 * 8 < low < 160 < high < 16 * 12


def test_an_open_stack_leaves_the_count_open(project_with: Make) -> None:
    project = project_with([("container-stack", "appeared", 0.9)] * 2, held=Count(4, None, None))
    judge(project, p1_0="accepted")
    found = estimate(project)
    assert found.high is None and found.low >= 4 and "no upper count" in found.rule_high


words = st.sampled_from(["accepted", "unreviewed", "unsure", "disputed"])


@given(st.lists(st.tuples(words, st.floats(0.05, 0.95), st.booleans()), max_size=12), st.none() | st.floats(0, 20))
def test_no_draw_is_below_what_was_accepted(rows: list[tuple[str, float, bool]], alarms: float | None) -> None:
    things = [thing(verdict, score, drawn=drawn) for verdict, score, drawn in rows]
    drawn = draw(things, [], alarms, 0, Recall())
    accepted = sum(one.verdict == "accepted" for one in things)
    low, best, high = bounds(drawn.totals())
    assert accepted <= low <= best <= high
    assert drawn.totals(missed=False).max(initial=0) <= len(things)


def test_the_same_project_gives_the_same_count(project_with: Make) -> None:
    first, second = (count(project_with([("storage-pit", "appeared", 0.7)] * 6)) for _ in range(2))
    assert first == second and isinstance(first[0], CountRow)


@pytest.mark.parametrize("share", [0.4, 0.8])
def test_what_is_there_lies_in_the_interval_at_its_level(share: float) -> None:
    generator, held = np.random.default_rng(3), []
    for _ in range(150):
        there = int(generator.poisson(12))
        found, hits = int(generator.binomial(there, share)), int(generator.binomial(60, share))
        recall = Recall.of(tuple(replace(row, length_m=float(generator.uniform(14, 40))) for row in implants(hits, 60)))
        drawn = draw([thing(recall=recall)] * found, [], None, 0, recall)
        low, _, high = bounds(drawn.totals())
        held.append(low <= there <= high)
    assert np.mean(held) >= 0.84
