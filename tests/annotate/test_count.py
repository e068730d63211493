"""Counts: bounds that hold, say where they come from, and close as the review goes on."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from depotwatch.annotate.count import count, count_standing, estimate_objects
from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.interval import quantiles, real_among
from depotwatch.annotate.review import Review
from depotwatch.annotate.standing import what_stands
from depotwatch.labels.project import Project
from depotwatch.labels.records import Comparison, Count, Estimate, KindResult, Verdict

ONE = Count(1, 1, 1)
Make = Callable[..., Project]
WORDS = ("accepted", "rejected", "unsure", "unreviewed", "disputed")


def of(verdicts: list[str], false_alarms: float | None = None, **more: int) -> Estimate:
    return estimate_objects([ONE] * len(verdicts), verdicts, false_alarms, **more)  # type: ignore[arg-type]


holdings = st.builds(
    lambda low, more, most, known: Count(low, low + more if known else None, low + more + most),
    st.integers(0, 40),
    st.integers(0, 20),
    st.integers(0, 40),
    st.booleans(),
)
objects = st.lists(st.tuples(holdings, st.sampled_from(WORDS), st.booleans()), max_size=25)
alarms = st.none() | st.floats(0, 60)


def estimate(rows: list[tuple[Count, str, bool]], false_alarms: float | None, elsewhere: int) -> Estimate:
    counts, verdicts, drawn = ([row[index] for row in rows] for index in range(3))
    return estimate_objects(counts, verdicts, false_alarms, drawn=drawn, elsewhere=elsewhere)  # type: ignore[arg-type]


@given(objects, alarms, st.integers(0, 30))
def test_bounds_are_ordered_and_lie_between_what_is_accepted_and_what_is_possible(
    rows: list[tuple[Count, str, bool]], false_alarms: float | None, elsewhere: int
) -> None:
    found = estimate(rows, false_alarms, elsewhere)
    assert found.high is not None
    assert found.low <= found.best <= found.high
    assert found.low >= sum(count.low for count, verdict, _ in rows if verdict == "accepted")
    assert found.high <= sum(count.high or 0 for count, verdict, _ in rows if verdict != "rejected")


@given(objects, alarms, st.integers(0, 30), st.data())
def test_an_accept_never_lowers_low_and_a_reject_never_raises_high(
    rows: list[tuple[Count, str, bool]], false_alarms: float | None, elsewhere: int, data: st.DataObject
) -> None:
    waiting = [index for index, row in enumerate(rows) if row[1] == "unreviewed"]
    if not waiting:
        return
    before = estimate(rows, false_alarms, elsewhere)
    index = data.draw(st.sampled_from(waiting))
    after = {
        word: estimate(
            [*rows[:index], (rows[index][0], word, rows[index][2]), *rows[index + 1 :]], false_alarms, elsewhere
        )
        for word in ("accepted", "rejected", "unsure")
    }
    assert after["accepted"].low >= before.low
    assert after["rejected"].high is not None and before.high is not None
    assert after["rejected"].high <= before.high
    assert after["unsure"].high is not None and after["unsure"].high >= after["rejected"].high
    assert after["unsure"].low <= after["accepted"].low


@given(st.lists(st.sampled_from(["accepted", "rejected"]), max_size=40), alarms)
def test_a_complete_review_leaves_one_number(verdicts: list[str], false_alarms: float | None) -> None:
    found = of(verdicts, false_alarms)
    assert found.low == found.best == found.high == verdicts.count("accepted")
    assert found.level == 1


def test_unsure_and_disputed_enter_the_high_bound_alone() -> None:
    found = of(["accepted", "accepted", "unsure", "disputed", "rejected"])
    assert (found.low, found.best, found.high) == (2, 2, 4)
    assert found.level < 1


def test_a_drawing_without_a_verdict_is_possible_and_says_nothing_of_the_detector() -> None:
    found = estimate_objects([ONE, ONE], ["accepted", "unreviewed"], drawn=[True, True])
    assert (found.low, found.high) == (1, 2)
    assert found.inputs["reviewed_right"] == 0


def test_more_review_of_the_same_quality_gives_a_narrower_interval() -> None:
    few = of(["accepted"] * 4 + ["rejected"] * 4 + ["unreviewed"] * 40)
    many = of(["accepted"] * 40 + ["rejected"] * 40 + ["unreviewed"] * 40)
    assert few.high is not None and many.high is not None
    assert (many.high - 40) - (many.low - 40) < (few.high - 4) - (few.low - 4)


def test_nothing_reviewed_says_almost_nothing() -> None:
    found = of(["unreviewed"] * 20)
    assert found.low == 0 and found.high == 20
    assert "none was reviewed" in found.rule_low


@pytest.mark.parametrize("truth", [0.1, 0.5, 0.9])
def test_the_interval_holds_at_its_level(truth: float) -> None:
    generator = np.random.default_rng(7)
    held = []
    for _ in range(400):
        real = generator.random(40) < truth
        verdicts = ["accepted" if one else "rejected" for one in real[:15]] + ["unreviewed"] * 25
        found = of(verdicts)
        assert found.high is not None
        held.append(found.low <= real.sum() <= found.high)
    assert np.mean(held) >= 0.85


def test_expected_false_alarms_lower_the_bounds_only_where_they_cannot_lie_elsewhere() -> None:
    verdicts = ["accepted"] * 5 + ["unreviewed"] * 20
    free, crowded, roomy = of(verdicts), of(verdicts, 15.0), of(verdicts, 15.0, elsewhere=200)
    assert free.high is not None and crowded.high is not None
    assert crowded.high < free.high
    assert crowded.low >= 5
    assert (roomy.low, roomy.high) == (free.low, free.high)


def test_more_false_alarms_than_proposals_leave_what_was_accepted() -> None:
    found = of(["accepted"] * 3 + ["unreviewed"] * 4, 1e6)
    assert (found.low, found.best, found.high) == (3, 3, 3)


def test_stacks_add_up_by_their_own_bounds() -> None:
    found = estimate_objects([Count(20, 24, 30), Count(5, None, 9)], ["accepted", "accepted"], unit="containers")
    assert (found.low, found.best, found.high, found.unit) == (25, 29, 39, "containers")
    assert found.level < 1
    assert "lower count" in found.rule_low


def test_unreviewed_stacks_enter_low_with_the_least_and_high_with_the_greatest() -> None:
    stacks = [Count(10, 10, 10)] * 9 + [Count(1, 1, 1), Count(50, 50, 50)]
    found = estimate_objects(stacks, ["accepted"] * 9 + ["unreviewed"] * 2)
    assert found.inputs["real_low"] == 1 and found.inputs["real_high"] == 2
    assert (found.low, found.high) == (91, 141)


def test_an_outline_nobody_counted_leaves_the_high_bound_open() -> None:
    found = estimate_objects([None], ["accepted"], unit="containers")
    assert (found.low, found.best, found.high) == (1, 1, None)
    assert "no upper count" in found.rule_high


def test_every_bound_has_its_sentence_and_says_what_is_not_included() -> None:
    found = of(["accepted", "rejected", "unreviewed", "unreviewed"], 1.5)
    for rule in (found.rule_low, found.rule_best, found.rule_high):
        assert rule.endswith(".") and "1 accepted" in rule
    assert "draw those you see" in found.rule_high and "1.5 false alarms" in found.rule_high
    assert found.inputs["unreviewed"] == 2 and found.inputs["expected_false_alarms"] == 1.5


@given(st.integers(0, 60), st.integers(0, 30), st.integers(0, 30), alarms, st.integers(0, 100))
def test_the_distribution_is_one(m: int, k: int, r: int, false_alarms: float | None, elsewhere: int) -> None:
    chances = real_among(m, k, r, false_alarms, elsewhere)
    assert chances.shape == (m + 1,) and chances.sum() == pytest.approx(1) and (chances >= 0).all()
    low, median, high = quantiles(chances, 0.9)
    assert 0 <= low <= median <= high <= m
    assert chances[:low].sum() <= 0.05 + 1e-9 and chances[high + 1 :].sum() <= 0.05 + 1e-9


def judge(project: Project, **by_place: str) -> None:
    for place, value in by_place.items():
        name = place.replace("_", "-")
        project.put_verdict(Verdict(name, "Ada", value, "shadow" if value == "rejected" else None, "", "2024-01-01"))


def test_a_project_is_counted_by_kind_with_areas_left_without_a_number(project_with: Make) -> None:
    project = project_with(
        [("vessel", "appeared", 0.9), ("storage-pit", "appeared", 0.8), ("disturbed-soil", "altered", 0.6)]
    )
    judge(project, p1_0="accepted", p1_1="rejected")
    vessel, pit, soil = sorted(count(project), key=lambda row: row.kind, reverse=True)
    assert vessel.estimate is not None and (vessel.estimate.low, vessel.estimate.high) == (1, 1)
    assert vessel.estimate.unit == "vessels" and vessel.objects == 1
    assert pit.estimate is not None and pit.estimate.high == 0
    assert soil.estimate is None and "no number" in soil.reason


def test_rows_come_in_the_order_of_the_kinds(project_with: Make) -> None:
    project = project_with([("vessel", "appeared", 0.9), ("storage-pit", "appeared", 0.8)])
    assert [row.kind for row in count(project)] == ["storage-pit", "vessel"]


def test_a_kind_the_pixel_cannot_show_has_the_reason_in_place_of_a_number(project_with: Make) -> None:
    project = project_with([("container-stack", "appeared", 0.9)], gsd_m=1.5, held=Count(10, 12, 15))
    judge(project, p1_0="accepted")
    (row,) = count(project)
    assert row.objects == 1 and row.estimate is None
    assert row.reason.endswith("this pair has 1.5 × 1.5 m.")


def test_places_on_coarse_scenes_are_left_out_and_said(project_with: Make, add_pair: Callable[..., Comparison]) -> None:
    project = project_with([("storage-pit", "appeared", 0.9)])
    add_pair(project, [("storage-pit", "appeared", 0.9)], name="2", gsd_m=10.0)
    judge(project, p1_0="accepted", p2_0="accepted")
    (row,) = count(project)
    assert row.estimate is not None and row.estimate.high == 1
    assert row.reason == "1 on scenes too coarse to count them are left out."


def test_what_was_looked_for_and_not_found_is_none_and_what_could_not_be_is_no_number(project_with: Make) -> None:
    results = [KindResult("storage-pit", True, "", 0), KindResult("vessel", False, "Too coarse.", 0)]
    pit, vessel = count(project_with([], results=results))
    assert pit.estimate is not None and pit.estimate.low == pit.estimate.best == 0
    assert pit.estimate.high is not None and 1 <= pit.estimate.high <= 5  # nobody looked, so some may be there
    assert "(compare --implants measures it; draw those you see)" in pit.estimate.rule_high
    assert vessel.estimate is None and vessel.reason == "Too coarse."


def test_implants_are_recommended_for_kinds_that_can_be_drawn_alone(project_with: Make) -> None:
    (vessel,) = count(project_with([], results=[KindResult("vessel", True, "", 0)]))
    assert vessel.estimate is not None
    assert "(draw those you see)" in vessel.estimate.rule_high and "--implants" not in vessel.estimate.rule_high


def test_a_kind_that_nothing_searches_for_has_no_number_until_one_is_drawn(
    project_with: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("depotwatch.annotate.count"), "searched", lambda kind, alone: False)
    results = [KindResult("rail-car", True, "Seen and counted.", 0)]
    (car,) = count(project_with([], results=results))
    assert car.estimate is None and "Nothing searches for rail cars on one scene alone" in car.reason


def test_places_not_proposed_again_count_only_if_judged(
    project_with: Make, add_pair: Callable[..., Comparison]
) -> None:
    project = project_with([("storage-pit", "appeared", 0.9)] * 3)
    judge(project, p1_0="accepted")
    add_pair(project, [], proposed=["p1-1"], version="2", run_at="2023-12-01T00:00:00Z")
    (row,) = count(project)
    assert row.objects == 2
    assert [one.outlines for one in row.classes] == [1, 1, 0]
    assert row.estimate is not None and row.estimate.low == 1


def test_withdrawn_drawings_do_not_count(project_with: Make) -> None:
    project = project_with([])
    one = Review(project, "Ada").draw("storage-pit", box(0, 0, 40, 40), "before-1")
    assert count(project)[0].objects == 1
    project.put_annotation(replace(one, withdrawn=True))
    assert count(project) == ()


def test_disputed_places_enter_the_high_bound(project_with: Make) -> None:
    project = project_with([("storage-pit", "appeared", 0.9)])
    judge(project, p1_0="accepted")
    project.put_verdict(Verdict("p1-0", "Bo", "rejected", "season", "", "2024-01-02"))
    (row,) = count(project)
    assert row.estimate is not None and (row.estimate.low, row.estimate.high) == (0, 1)


def test_by_verdict_the_unreviewed_are_judged_by_the_reviewed(project_with: Make) -> None:
    project = project_with([("storage-pit", "appeared", 0.9)] * 12)
    judge(project, **{f"p1_{number}": "accepted" for number in range(5)}, p1_5="rejected")
    accepted, unreviewed, rejected = count(project, by=("kind", "verdict"))
    assert [row.verdict for row in (accepted, unreviewed, rejected)] == ["accepted", "unreviewed", "rejected"]
    assert accepted.estimate is not None and accepted.estimate.low == accepted.estimate.high == 5
    assert unreviewed.estimate is not None and "5 of 6 reviewed" in unreviewed.estimate.rule_low
    assert rejected.estimate is None and rejected.objects == 1
    assert unreviewed.estimate.high == 6  # what was missed belongs to no verdict
    (whole,) = count(project)
    assert whole.estimate is not None and whole.estimate.low >= 5 + unreviewed.estimate.low


def test_by_site(project_with: Make, add_pair: Callable[..., Comparison]) -> None:
    project = project_with([("storage-pit", "appeared", 0.9)])
    add_pair(project, [("storage-pit", "appeared", 0.9)] * 2, name="2", site="port")
    assert [(row.site, row.objects) for row in count(project, by=("site",))] == [("depot", 1), ("port", 2)]


def test_the_null_of_the_pair_lowers_the_high_bound(project_with: Make) -> None:
    # Of the 80 per km² that the map lets through, ten become proposals at 0.5 m: 2.5 over 0.25 km², among 3.
    quiet = project_with([("storage-pit", "appeared", 0.9)] * 3)
    noisy = project_with([("storage-pit", "appeared", 0.9)] * 3, false_alarms_per_km2=80.0)
    free, crowded = count(quiet)[0].estimate, count(noisy)[0].estimate
    assert free is not None and crowded is not None and free.high is not None and crowded.high is not None
    assert crowded.inputs["expected_false_alarms"] == pytest.approx(2.5, rel=1e-3)
    assert crowded.high < free.high


def test_false_alarms_may_all_be_of_another_kind(project_with: Make) -> None:
    places = [("storage-pit", "appeared", 0.9)] * 5 + [("unknown", "altered", 0.6)] * 60
    quiet, noisy = project_with(places), project_with(places, false_alarms_per_km2=80.0)
    first, second = count(quiet)[0].estimate, count(noisy)[0].estimate
    assert first is not None and second is not None and (first.low, first.high) == (second.low, second.high)


def test_counts_from_a_review_are_those_of_the_file(project_with: Make) -> None:
    project = project_with([("storage-pit", "appeared", 0.9)] * 4, false_alarms_per_km2=2.0)
    review = Review(project, "Ada")
    review.accept()
    review.draw("vessel", box(0, 0, 40, 40), "before-1")
    assert count_standing(review.standing, ("site", "verdict")) == count(project, ("site", "verdict"))


def test_an_unknown_kind_or_grouping_is_said(project_with: Make) -> None:
    project = project_with([("bunker", "appeared", 0.9)])
    (row,) = count(project)
    assert row.estimate is None and "'bunker' is not known" in row.reason
    with pytest.raises(AnnotateError, match="by 'colour' are not possible; choose from kind, site, verdict"):
        count(project, by=("colour",))


def test_kinds_that_no_pair_shows_are_named_with_their_reason_for_the_faces_to_grey_out(
    project_with: Make, add_pair: Callable[..., Comparison]
) -> None:
    rail, pit = KindResult("rail-car", False, "Too coarse.", 0), KindResult("storage-pit", True, "Seen.", 0)
    project = project_with([], results=[rail, pit])
    assert what_stands(project).not_shown() == {"rail-car": "Too coarse."}
    add_pair(project, [], name="2", results=[KindResult("rail-car", True, "Seen.", 0)])
    assert what_stands(project).not_shown() == {}
