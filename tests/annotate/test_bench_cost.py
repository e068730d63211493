"""The cost of a pair through all detectors is measured in turn with decoding it."""

import os
from pathlib import Path

import numpy as np
import pytest

from depotwatch.annotate.bench import cost
from depotwatch.annotate.bench.full_scene import Cost
from depotwatch.imagery.synthetic import render_case


def test_a_case_is_repeated_in_both_directions() -> None:
    one = render_case(3, 3.0, 150.0)
    four = cost.repeated(one, 2)
    rows, columns = one.before.grid.shape
    assert four.before.grid.shape == four.after.grid.shape == (2 * rows, 2 * columns)
    copies = [four.after.pixels[:, top : top + rows, :columns] for top in (0, rows)]
    for copy in copies:
        assert np.abs(copy - one.after.pixels).max() <= cost.NOISE
    assert (copies[0] != copies[1]).mean() > 0.5
    assert four.after.mask.all()


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not say what a process used")
def test_both_are_measured_and_the_pair_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "TILE_M", 150.0)
    result = cost.bench_cost(tmp_path, rounds=1, tiles=1)
    assert result.side == 300
    assert result.compare[0].cpu_s > result.decode[0].cpu_s > 0
    assert {"read", "register", "detect", "save"} <= set(result.compare[0].stages)
    made = (tmp_path / "pair-300" / "truth.json").stat().st_mtime_ns
    cost.bench_cost(tmp_path, rounds=1, tiles=1)
    assert (tmp_path / "pair-300" / "truth.json").stat().st_mtime_ns == made


def test_the_ratio_is_of_runs_side_by_side() -> None:
    stages = {"read": 1.0, "detect": 4.0, "total": 6.0}
    decode = tuple(Cost(cpu, 1, 100, {}) for cpu in (1, 2, 3))
    compare = tuple(Cost(20 * cpu, 9, 500, stages) for cpu in (1, 2, 3))
    text = cost.to_text(cost.PairCost(4096, decode, compare))
    assert "20.0 x decoding" in text
    assert "peak 500 MiB" in text
    assert "detect 4.0" in text
    assert "total" not in text
