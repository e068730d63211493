"""What left one site beside what reached another: at most so many could be the same, and never that they are."""

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depotwatch.annotate.flow import ALWAYS, Flow, flow, flow_sentence, paired
from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.series import series
from depotwatch.annotate.standing import what_stands
from depotwatch.annotate.visits import least_rises, voyages
from depotwatch.labels.project import Project
from depotwatch.labels.records import Comparison, Count, Verdict, Window

Make = Callable[..., Project]
Add = Callable[..., Comparison]
KINDS = load_kinds()
STACK = "container-stack"
SIZES = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 5).map(float)), max_size=5)
BOUNDS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4) | st.none()), max_size=5).map(
    lambda pairs: [(low, None if more is None else low + more) for low, more in pairs]
)


def between_sites(project: Project, window: Window = ALWAYS, kind: str = STACK) -> Flow:
    port, depot = series(project, "port"), series(project, "depot")
    return flow(what_stands(project), KINDS[kind], port, depot, window)


def accept(project: Project, *names: str) -> None:
    for name in names:
        project.put_verdict(Verdict(name, "Ada", "accepted", None, "", "2024-01-01"))


@pytest.fixture
def shipped(project_with: Make, add_pair: Add) -> Project:
    """Return a port that lost 30 containers and a depot that gained 28 after it, all accepted."""
    times = ("2023-09-01", "2023-09-10")
    project = project_with([(STACK, "vanished", 0.9)], site="port", held=Count(30, 30, 33), times=times)
    add_pair(project, [(STACK, "appeared", 0.9)], name="2", held=Count(25, 28, 29), times=("2023-09-12", "2023-09-20"))
    accept(project, "p1-0", "p2-0")
    return project


def test_no_more_than_left_and_than_arrived_could_be_the_same(shipped: Project) -> None:
    found = between_sites(shipped)
    assert found.left is not None and found.arrived is not None and found.could is not None
    assert (found.left.low, found.left.best, found.left.high) == (30, 30, 33)
    assert (found.could.low, found.could.best, found.could.high) == (25, 28, 29)
    assert found.confirmed == 25
    told = flow_sentence(found, "Port", "Depot", "container stacks")
    assert told == (
        "At most 29 of the 30 to 33 containers that left Port between 2023-09-01 and 2023-09-10 could be among the "
        "25 to 29 containers that reached Depot between 2023-09-12 and 2023-09-20; no image shows that any of them is "
        "the same."
    )


def test_what_was_still_there_cannot_have_arrived(project_with: Make, add_pair: Add) -> None:
    late, early = ("2023-09-20", "2023-10-10"), ("2023-09-01", "2023-09-10")
    project = project_with([(STACK, "vanished", 0.9)], site="port", times=late)
    add_pair(project, [(STACK, "appeared", 0.9)], name="2", times=early)
    accept(project, "p1-0", "p2-0")
    found = between_sites(project)
    assert found.could is not None and found.could.high == 0
    told = flow_sentence(found, "Port", "Depot", "container stacks")
    assert told.startswith("The 1 container that left Port") and "could not be among the 1 container that" in told


def test_on_one_day_without_hours_both_orders_are_possible(project_with: Make, add_pair: Add) -> None:
    project = project_with([("vessel", "vanished", 0.9)], site="port", times=("2023-09-10", "2023-09-20"))
    add_pair(project, [("vessel", "appeared", 0.9)], name="2", times=("2023-09-01", "2023-09-10"))
    found = between_sites(project, kind="vessel")
    assert found.could is not None and found.could.high == 1


def test_a_window_leaves_out_what_lies_outside_and_lowers_what_reaches_over(shipped: Project) -> None:
    none = between_sites(shipped, Window("2023-10-01", "2023-10-31"))
    assert none.could is not None and none.could.high == 0
    assert "No container stacks were seen to have left Port" in flow_sentence(none, "Port", "Depot", "container stacks")
    over = between_sites(shipped, Window("2023-09-05", "2023-09-20"))
    assert over.left is not None and over.could is not None
    assert (over.left.low, over.left.high) == (0, 33), "they may have left before the window began"
    assert (over.could.low, over.could.high, over.confirmed) == (0, 29, 0)


def test_unreviewed_ones_could_be_the_same_and_are_not_confirmed(project_with: Make, add_pair: Add) -> None:
    places = [("vessel", "vanished", 0.9)] * 4
    project = project_with(places, site="port", times=("2023-09-01", "2023-09-10"))
    add_pair(project, [("vessel", "appeared", 0.9)] * 3, name="2", times=("2023-09-12", "2023-09-20"))
    found = between_sites(project, kind="vessel")
    assert found.could is not None and found.could.high == 3 and found.could.low < 3 and found.confirmed == 0


def test_stacks_too_coarse_to_count_say_why(project_with: Make, add_pair: Add) -> None:
    times = ("2023-09-01", "2023-09-10")
    project = project_with([(STACK, "vanished", 0.9)], site="port", gsd_m=2.0, times=times)
    add_pair(project, [(STACK, "appeared", 0.9)], name="2", times=("2023-09-12", "2023-09-20"))
    found = between_sites(project)
    assert found.could is None and "1 m to be counted" in found.reason
    assert "cannot be set beside each other" in flow_sentence(found, "Port", "Depot", "container stacks")


def test_rendered_and_real_scenes_are_not_set_beside_each_other(project_with: Make, add_pair: Add) -> None:
    times, later = ("2023-09-01", "2023-09-10"), ("2023-09-12", "2023-09-20")
    project = project_with([("vessel", "vanished", 0.9)], site="port", times=times)
    add_pair(project, [("vessel", "appeared", 0.9)], name="2", times=later, synthetic=True)
    found = between_sites(project, kind="vessel")
    assert found.could is None and "rendered" in flow_sentence(found, "Port", "Depot", "vessels")


def test_voyages_are_bounded_below_and_say_what_they_assume(project_with: Make, add_pair: Add) -> None:
    vessel = ("vessel", "vanished", 0.9)
    project = project_with([vessel, vessel], site="port", times=("2023-09-01", "2023-09-10"))
    add_pair(project, [("vessel", "appeared", 0.9)], name="2", times=("2023-09-02", "2023-09-12"))
    accept(project, "p1-0", "p1-1", "p2-0")
    found = voyages(between_sites(project, kind="vessel"), 4)
    assert found.estimate is not None and found.confirmed == 1
    assert (found.estimate.low, found.estimate.best, found.estimate.high) == (1, 1, None)
    assert "this number assumes" in found.estimate.rule_low and "not seen" in found.estimate.rule_high


@settings(derandomize=True, deadline=None)
@given(SIZES, SIZES)
def test_pairing_is_the_best_there_is_and_no_more_than_either_side(
    left: list[tuple[str, float]], arrived: list[tuple[str, float]]
) -> None:
    found = paired(left, arrived)
    assert found <= min(sum(size for _, size in left), sum(size for _, size in arrived))
    cuts = [  # the greatest flow is the least cut
        sum(size for at, (_, size) in enumerate(left) if not kept[at])
        + sum(size for seen, size in arrived if any(kept[at] and last < seen for at, (last, _) in enumerate(left)))
        for kept in product((False, True), repeat=len(left))
    ]
    assert found == min(cuts)


@settings(derandomize=True, deadline=None)
@given(SIZES, SIZES, st.tuples(st.sampled_from("abcdef"), st.integers(0, 5).map(float)))
def test_more_departures_never_pair_fewer(
    left: list[tuple[str, float]], arrived: list[tuple[str, float]], more: tuple[str, float]
) -> None:
    assert paired([*left, more], arrived) >= paired(left, arrived)


@settings(derandomize=True, deadline=None)
@given(BOUNDS)
def test_least_rises_are_the_least_of_all_sequences(bounds: list[tuple[int, int | None]]) -> None:
    spans = [range(low, (8 if high is None else high) + 1) for low, high in bounds]
    found = min(
        sum(max(0, here - before) for before, here in zip((0, *numbers), numbers, strict=False))
        for numbers in product(*spans)
    )
    assert least_rises(bounds) == found
