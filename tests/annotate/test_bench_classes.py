"""Recall by class: thirds of length and contrast, and the words of the form."""

import pytest

from depotwatch.annotate.bench.classes import by_class
from depotwatch.annotate.bench.scoring import Seen, Tally
from depotwatch.annotate.bench.table import BenchRow, BenchTable

OBJECTS = tuple(
    Seen(10.0 + number, 0.1 * (9 - number), "ring eroded" if number % 3 == 0 else "u", found=number >= 6)
    for number in range(9)
)


def test_thirds_hold_all_objects_and_show_what_is_missed() -> None:
    rows = {row.name: row for row in by_class(OBJECTS)}
    assert [(name, row.there, row.recall[1]) for name, row in rows.items() if name.startswith("length")] == [
        ("length 10–12 m", 3, 0.0),
        ("length 13–15 m", 3, 0.0),
        ("length 16–18 m", 3, 1.0),
    ]
    assert [row.recall[1] for name, row in rows.items() if name.startswith("contrast")] == [1.0, 0.0, 0.0]


def test_forms_are_told_by_word_the_most_frequent_first() -> None:
    rows = [row for row in by_class(OBJECTS) if not row.name.startswith(("length", "contrast"))]
    assert [(row.name, row.there) for row in rows] == [("u", 6), ("eroded", 3), ("ring", 3), ("not worn", 6)]
    assert rows[0].recall[1] == pytest.approx(1 / 3)


def test_few_or_like_objects_make_no_thirds() -> None:
    assert list(by_class(OBJECTS[:2])) == [row for row in by_class(OBJECTS[:2]) if "–" not in row.name]
    assert list(by_class([Seen(10.0, 0.2, "", True)] * 5)) == []


def test_the_table_ends_with_the_classes() -> None:
    row = BenchRow(0.5, "storage-pit", Tally(there=9, found=3, area_km2=1.0, objects=OBJECTS), Tally(), None, 0)
    text = BenchTable((row,), "Cases", 1.0).to_text()
    assert "length 16–18 m              3       1.00" in text
