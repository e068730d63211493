"""Pits scored as soil: an outline is at most as many pits as it says would fit."""

import pytest
from shapely import box

from depotwatch.annotate.bench.soil import tally_soil
from depotwatch.imagery.synthetic import TruthObject
from depotwatch.labels.records import Candidate, Count, Shape

AREA_KM2 = 0.5


def pit(x: float, change: str = "appeared") -> TruthObject:
    return TruthObject(
        "storage-pit", change, "empty", box(x, 0, x + 3, 2), 30.0, 20.0, 90.0, 2.5, None, None, None, 0.3
    )


def soil(low: float, high: float, count: Count | None = None, kind: str = "disturbed-soil") -> Candidate:
    shape = Shape(box(low, 0, high, 2), "before", None, 10.0, 10.0, 100.0, 0.0)
    return Candidate(f"{low}", "c", f"{low}", kind, "appeared", "unknown", shape, 0.7, count, {})


@pytest.mark.parametrize(
    ("count", "found"), [(None, 1), (Count(1, 2, 2), 2), (Count(1, 3, 9), 3), (Count(1, 2, None), 1)]
)
def test_one_outline_is_as_many_pits_as_it_claims_and_as_there_are(count: Count | None, found: int) -> None:
    result = tally_soil([soil(0, 30, count)], [pit(1), pit(10), pit(20)], AREA_KM2)
    assert (result.there, result.found, result.false) == (3, found, 0)
    assert result.ranked == ((0.7, found),)


def test_a_pit_that_was_levelled_is_soil_that_appeared_and_a_pit_that_stayed_is_none() -> None:
    assert tally_soil([soil(0, 4)], [pit(0, "vanished")], AREA_KM2).found == 1
    assert tally_soil([soil(0, 4)], [pit(0, "persisted")], AREA_KM2).false == 1


def test_an_altered_pit_excuses_its_proposal() -> None:
    result = tally_soil([soil(0, 4), soil(50, 54)], [pit(0, "altered")], AREA_KM2)
    assert (result.there, result.altered, result.altered_found, result.false) == (0, 1, 1, 1)
    assert result.ranked == ((0.7, 0),)


def test_other_kinds_and_other_places_find_nothing() -> None:
    assert tally_soil([soil(0, 4, kind="unknown")], [pit(0)], AREA_KM2).found == 0
    assert tally_soil([soil(40, 44)], [pit(0)], AREA_KM2).found == 0
    assert tally_soil([], [pit(0)], AREA_KM2).there == 1
