"""The shuffle control compares the same stacks as they are and with random widths, and tells counters from areas."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from depotwatch.annotate.bench import shuffled
from depotwatch.imagery.synthetic import read_truth
from depotwatch.labels.records import Candidate, Count, Shape


def counter(by_area: bool) -> Callable[..., SimpleNamespace]:
    def said(before: Path, *_: object) -> SimpleNamespace:
        found = []
        for number, thing in enumerate(read_truth(before.parent / "truth.json")):
            if thing.kind == "container-stack" and thing.change != "persisted":
                best = int(thing.length_m * thing.width_m) if by_area else thing.boxes
                shape = Shape(thing.polygon, "b", None, thing.length_m, thing.width_m, 1.0, 0.0)
                count = Count(1, best, 999)
                found.append(
                    Candidate(str(number), "c", "a", thing.kind, thing.change, "unknown", shape, 0.9, count, {})
                )
        return SimpleNamespace(candidates=tuple(found))

    return said


@pytest.mark.parametrize("by_area", [True, False])
def test_a_counter_follows_the_widths_and_an_area_does_not(monkeypatch: pytest.MonkeyPatch, by_area: bool) -> None:
    monkeypatch.setattr(shuffled, "compare", counter(by_area))
    (result,) = shuffled.bench_shuffled((3, 4), (2.0,))
    assert result.found == len(result.true) == len(result.counted) > 4
    assert min(result.true) < 0.9
    if by_area:
        assert result.counted == pytest.approx((1.0,) * result.found)
    else:
        assert result.counted == pytest.approx(result.true)


def test_stacks_that_are_no_longer_counted_are_told_and_left_out() -> None:
    text = shuffled.to_text([shuffled.Shuffled(0.5, (0.5, 0.6, 0.7), (1.0, 0.9, 0.8), 9)])
    assert "9        3" in text
    assert "-40%" in text
    assert "-10%" in text
    assert "–" in shuffled.to_text([shuffled.Shuffled(0.5, (), (), 2)])
