"""Setting candidates beside the truth counts every object and every candidate exactly once."""

from shapely import box

from depotwatch.annotate.bench.beside import beside_truth
from depotwatch.imagery.synthetic import TruthObject
from depotwatch.labels.records import Candidate, Shape


def thing(left: float, change: str = "appeared", kind: str = "storage-pit") -> TruthObject:
    outline = box(left, 0, left + 20, 20)
    return TruthObject(kind, change, "empty", outline, 10.0, 10.0, 0.0, 2.0, None, None, None, 0.2)


def candidate(left: float, change: str = "appeared", kind: str = "storage-pit") -> Candidate:
    shape = Shape(box(left, 0, left + 20, 20), "scene", None, 10.0, 10.0, 100.0, 0.0)
    return Candidate(f"c{left}", "run", f"a{left}", kind, change, "empty", shape, 0.8, None, {})


def test_each_object_is_found_once_and_the_rest_is_missed_or_false() -> None:
    truth = [thing(0), thing(100), thing(200, "vanished"), thing(300, "persisted")]
    proposed = [candidate(1), candidate(4), candidate(200), candidate(302)]
    (pits,) = beside_truth(proposed, truth)
    assert [(one.id, found.polygon.bounds[0]) for one, found in pits.found] == [("c1", 0)]
    assert {thing.polygon.bounds[0] for thing in pits.missed} == {100, 200}
    assert {one.id for one in pits.false_alarms} == {"c4", "c200", "c302"}
    assert len(pits.there) == 3


def test_another_kind_at_the_same_place_is_no_find() -> None:
    pits, stacks = beside_truth([candidate(0, kind="container-stack")], [thing(0), thing(500, kind="container-stack")])
    assert not pits.found and len(pits.missed) == 1
    assert not stacks.found and len(stacks.missed) == len(stacks.false_alarms) == 1


def test_an_unknown_change_at_an_object_is_noticed_and_neither_found_nor_missed() -> None:
    (pits,) = beside_truth([candidate(2, kind="unknown"), candidate(90, kind="unknown")], [thing(0)])
    assert [one.id for one, _ in pits.noticed] == ["c2"]
    assert not any((pits.found, pits.missed, pits.false_alarms))


def test_nothing_proposed() -> None:
    (pits,) = beside_truth([], [thing(0)])
    assert len(pits.missed) == len(pits.there) == 1
    assert not any((pits.found, pits.noticed, pits.false_alarms))
