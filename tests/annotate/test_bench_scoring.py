"""Scoring is strict: one proposal for one object, of the same kind and change, at the right place."""

import ast
from dataclasses import replace
from math import isnan
from pathlib import Path

import pytest
from shapely import box
from shapely.affinity import rotate

from depotwatch import annotate
from depotwatch.annotate.bench.counted import counted
from depotwatch.annotate.bench.scoring import Tally, garwood, tally, wilson
from depotwatch.annotate.bench.table import BenchRow, BenchTable
from depotwatch.imagery.synthetic import TruthObject
from depotwatch.labels.records import Candidate, Count, Shape

PIT, STACK = "storage-pit", "container-stack"


def thing(x: float, change: str = "appeared", kind: str = PIT, boxes: int | None = None) -> TruthObject:
    outline = box(x, 0, x + 40, 20)  # 20 m x 10 m at 0.5 m
    return TruthObject(kind, change, "empty", outline, 20.0, 10.0, 90.0, 2.5, boxes, boxes, boxes and 1, 0.3)


def proposal(
    x: float, change: str = "appeared", kind: str = PIT, count: Count | None = None, side: float = 20
) -> Candidate:
    outline = box(x + 20 - side / 2, 10 - side / 2, x + 20 + side / 2, 10 + side / 2)
    shape = Shape(outline, "before", None, 10.0, 10.0, 100.0, 0.0)
    return Candidate(f"{x}-{side}", "comparison", f"{x}-{side}", kind, change, "unknown", shape, 0.7, count, {})


def score(candidates: list[Candidate], truth: list[TruthObject], kind: str = PIT) -> Tally:
    return tally(candidates, truth, kind, 0.25)


def test_each_object_is_found_at_most_once() -> None:
    result = score([proposal(0), proposal(2), proposal(-2)], [thing(0)])
    assert (result.there, result.found, result.proposed, result.false) == (1, 1, 3, 2)


@pytest.mark.parametrize(("offset", "found"), [(0, 1), (9, 1), (13, 0), (40, 0)])
def test_the_centre_must_lie_within_half_the_width(offset: float, found: int) -> None:
    assert score([proposal(offset, side=6)], [thing(0)]).found == found


def test_a_large_overlap_counts_though_the_centre_is_off() -> None:
    long = Shape(box(11, 0, 51, 20), "before", None, 20.0, 10.0, 200.0, 90.0)
    candidate = Candidate("a", "c", "a", PIT, "appeared", "unknown", long, 0.7, None, {})
    assert long.pixels.centroid.x - thing(0).polygon.centroid.x > 10
    assert score([candidate], [thing(0)]).found == 1


@pytest.mark.parametrize(("kind", "change"), [(STACK, "appeared"), (PIT, "vanished"), (PIT, "altered")])
def test_another_kind_or_change_is_no_find(kind: str, change: str) -> None:
    candidates = [proposal(0, change, kind)]
    assert score(candidates, [thing(0)]).found == 0
    assert score(candidates, [thing(0)], kind).false == 1


def test_what_stands_on_both_dates_is_a_false_alarm() -> None:
    result = score([proposal(0)], [thing(0, "persisted")])
    assert (result.there, result.false) == (0, 1)


def test_an_altered_object_excuses_one_proposal_and_stays_out_of_the_recall() -> None:
    result = score([proposal(0), proposal(3), proposal(100)], [thing(0, "altered"), thing(100)])
    assert (result.there, result.found, result.altered, result.altered_found, result.false) == (1, 1, 1, 1, 1)


def test_the_assignment_finds_as_many_as_can_be() -> None:
    # the first proposal fits both objects, the second only the left one
    result = score([proposal(8, side=6), proposal(-8, side=6)], [thing(0), thing(16)])
    assert result.found == 2


def test_pixel_size_and_heading_of_the_object_do_not_matter() -> None:
    turned = rotate(box(100, 100, 110, 105), 30)  # 20 m x 10 m at 2 m
    truth = TruthObject(PIT, "appeared", "empty", turned, 20.0, 10.0, 60.0, 2.5, None, None, None, 0.3)
    near, far = (
        Candidate("a", "c", "a", PIT, "appeared", "unknown", Shape(spot, "b", None, 1, 1, 1, 0), 0.7, None, {})
        for spot in (turned.centroid.buffer(1).envelope, box(108.5, 102, 109.5, 103))
    )
    assert score([near], [truth]).found == 1
    assert score([far], [truth]).found == 0


def test_counts_are_compared_for_stacks_that_were_found() -> None:
    truth = [thing(0, kind=STACK, boxes=10), thing(100, kind=STACK, boxes=20), thing(200, kind=STACK, boxes=30)]
    proposed = [proposal(0, kind=STACK, count=Count(8, 9, 12)), proposal(100, kind=STACK, count=Count(21, 22, None))]
    result = score(proposed, truth, STACK)
    assert [(there, count.best) for there, _, count in result.counts] == [(10, 9), (20, 22)]
    assert counted(result.counts).held[1] == 0.5


def test_state_and_alteration_are_scored_where_something_is_said() -> None:
    empty, filled = (replace(proposal(x), state=state) for x, state in ((0, "empty"), (100, "filled")))
    grown = proposal(300, "altered")
    result = score([empty, filled, proposal(200), grown], [thing(0), thing(100), thing(200), thing(300, "altered")])
    assert result.states == (("empty", "empty"), ("empty", "filled"), ("empty", "unknown"))
    assert (result.altered_found, result.altered_said) == (1, 1)
    text = BenchTable((BenchRow(0.5, PIT, result, Tally(), None, 0),), "Cases", 1.0).to_text()
    assert "1, 1, 1           0, 0, 0" in text  # empty, then filled: said to be empty, filled, unknown
    assert "3        0.67 0.2" in text
    assert "1 of 1" in text


def test_pooled_tallies_add_up() -> None:
    one, other = score([proposal(0)], [thing(0)]), score([proposal(50)], [thing(0), thing(100)])
    pooled = one + other
    assert (pooled.there, pooled.found, pooled.false, pooled.area_km2) == (3, 1, 1, 0.5)
    assert pooled.recall[1] == pytest.approx(1 / 3)
    assert pooled.false_per_km2[1] == pytest.approx(2.0)


def test_intervals_agree_with_published_values() -> None:
    assert wilson(0, 10, 0.95)[2] == pytest.approx(0.2775, abs=1e-4)  # Brown, Cai and DasGupta 2001
    assert wilson(10, 10, 0.95)[0] == pytest.approx(0.7225, abs=1e-4)
    assert garwood(0, 1.0, 0.95)[2] == pytest.approx(3.689, abs=1e-3)  # Garwood 1936
    assert garwood(10, 1.0, 0.95)[::2] == pytest.approx((4.795, 18.390), abs=1e-3)
    assert isnan(wilson(0, 0)[1])
    assert isnan(garwood(0, 0.0)[1])


def test_the_table_says_what_was_found_of_how_much_and_what_was_not_tested() -> None:
    found = score([proposal(0)], [thing(0)])
    rows = (
        BenchRow(0.5, PIT, found, Tally(area_km2=1.0), None, 0),
        BenchRow(3.0, STACK, Tally(), Tally(), "too coarse", 0),
    )
    text = BenchTable(rows, "Synthetic cases, seeds 1, 2", 3.0).to_text()
    assert "1 of 1" in text
    assert "seeds 1, 2" in text
    assert "0.25 km² with changes and 1.00 km² without" in text
    assert "not testable: too coarse" in text


def test_the_table_shows_the_curve_and_counts_of_stacks_that_were_missed() -> None:
    truth = [thing(0, kind=STACK, boxes=10), thing(100, kind=STACK, boxes=10)]
    result = score([proposal(0, kind=STACK, count=Count(9, 10, 11)), proposal(200, kind=STACK)], truth, STACK)
    text = BenchTable((BenchRow(0.5, STACK, result, Tally(), None, 0),), "Cases", 1.0).to_text()
    assert "0.00, 0.00, 0.00, 0.50, 0.50, 0.50; 0.50" in text  # one false alarm on a quarter of a square kilometre
    assert "1.00 0.27–1.00    0.50 0.12–0.88" in text


def test_detectors_know_nothing_of_the_renderer() -> None:
    room = Path(annotate.__file__).parent
    judges = [room / name for name in ("kinds.py", "testable.py", "matching.py")] + sorted(
        (room / "detect").glob("*.py")
    )
    for path in judges:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                assert not any("synthetic" in name for name in names), path.name
