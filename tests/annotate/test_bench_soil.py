"""Pits scored as soil: an outline is at most as many pits as it says would fit."""

import pytest
from shapely import box

from depotwatch.annotate.bench.scoring import Tally
from depotwatch.annotate.bench.soil import tally_soil
from depotwatch.annotate.bench.table import BenchRow, BenchTable
from depotwatch.imagery.synthetic import TruthObject
from depotwatch.labels.records import Candidate, Shape

AREA_KM2 = 0.5
Room = tuple[float, float, float]


def pit(x: float, change: str = "appeared") -> TruthObject:
    return TruthObject(
        "storage-pit", change, "empty", box(x, 0, x + 3, 2), 30.0, 20.0, 90.0, 2.5, None, None, None, 0.3
    )


def soil(low: float, high: float, room: Room | None = None, kind: str = "disturbed-soil") -> Candidate:
    terms = {} if room is None else dict(zip(("fits_low", "fits_best", "fits_high"), room, strict=True))
    shape = Shape(box(low, 0, high, 2), "before", None, 10.0, 10.0, 100.0, 0.0)
    return Candidate(f"{low}", "c", f"{low}", kind, "appeared", "unknown", shape, 0.7, None, terms)


@pytest.mark.parametrize(("room", "found"), [(None, 1), ((1, 1.4, 2), 2), ((1, 3.1, 9), 3)])
def test_one_outline_is_as_many_pits_as_it_claims_and_as_there_are(room: Room | None, found: int) -> None:
    result = tally_soil([soil(0, 30, room)], [pit(1), pit(10), pit(20)], AREA_KM2)
    assert (result.there, result.found, result.false) == (3, found, 0)
    assert result.ranked == ((0.7, found),)


def test_the_room_for_pits_is_set_beside_the_pits_that_are_there() -> None:
    areas = [soil(0, 15, (1, 2.5, 4)), soil(17, 24, (2, 3.5, 5)), soil(50, 60, (0, 1.0, 2)), soil(70, 80)]
    result = tally_soil(areas, [pit(1), pit(10), pit(20)], AREA_KM2)
    assert result.rooms == ((2, 1, 2.5, 4), (1, 2, 3.5, 5), (0, 0, 1, 2))
    text = BenchTable((BenchRow(10.0, "pit as soil", result, Tally(), None, 0),), "Cases", 1.0).to_text()
    told = text.split("all room over all pits\n")[1].splitlines()[0].split()
    assert told[:8] == ["10", "m", "pit", "as", "soil", "3", "2", "2.00"]  # (2.5 + 3.5) / 3
    assert "0.50" in told  # of the two intervals that hold a pit
    assert told[-1] == "2.33"


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
