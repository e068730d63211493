"""The calibration of counts: analysts that judge by the truth, and intervals held against it."""

import pytest

from depotwatch.annotate.bench.reviewed import KINDS, REVIEWED, Reviewed, bench_reviewed, to_text


def row(truth: int, low: int, high: int | None, reviewed: float = 0.0) -> Reviewed:
    return Reviewed(1, "storage-pit", reviewed, truth, low, low, high)


def test_an_interval_holds_the_truth_at_its_ends_and_costs_tenfold_outside() -> None:
    assert row(3, 3, 5).held and row(5, 3, 5).held and not row(6, 3, 5).held and row(9, 3, None).held
    assert row(4, 3, 5).score == 2
    assert row(7, 3, 5).score == pytest.approx(2 + 20 * 2)
    assert row(1, 3, 5).score == pytest.approx(2 + 20 * 2)
    assert row(9, 3, None).score is None


def test_the_table_names_coverage_with_its_interval_and_what_is_open() -> None:
    text = to_text([row(4, 3, 5), row(9, 3, 5), row(4, 3, None)], 12.0)
    line = next(line for line in text.splitlines() if "storage-pit" in line)
    assert "| 3 | 0.67 (" in line and line.endswith("| 1 |")


def test_a_case_is_counted_by_every_analyst() -> None:
    found, seconds = bench_reviewed((23,), 1.0, 200.0, implants=2)
    assert {(one.kind, one.reviewed) for one in found} == {(kind, share) for kind in KINDS for share in REVIEWED}
    assert seconds > 0
    for one in found:
        assert 0 <= one.low <= one.best and (one.high is None or one.best <= one.high)
    pits = {one.reviewed: one for one in found if one.kind == "storage-pit"}
    assert len({one.truth for one in pits.values()}) == 1
    assert pits[1.0].low >= pits[0.0].low
