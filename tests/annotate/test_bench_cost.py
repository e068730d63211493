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
    run = result.compare[0]
    assert run.cpu_s > result.decode[0].cpu_s > result.decode[0].stages["read"] > 0
    expected = {"start", "read", "register", "score", "storage-pit", "container-stack", "explanations", "save"}
    assert expected <= set(run.stages) == set(run.peaks)
    assert sum(run.stages.values()) == pytest.approx(run.cpu_s, rel=0.2)
    made = (tmp_path / "pair-300" / "truth.json").stat().st_mtime_ns
    cost.bench_cost(tmp_path, rounds=1, tiles=1)
    assert (tmp_path / "pair-300" / "truth.json").stat().st_mtime_ns == made


def test_the_ratio_is_of_runs_side_by_side() -> None:
    stages, peaks = {"read": 1.0, "vessel": 4.0}, {"read": 300.0, "vessel": 500.0}
    decode = tuple(Cost(cpu, 1, 100, {"read": cpu}) for cpu in (1, 2, 3))
    compare = tuple(Cost(20 * cpu, 9, 500, stages, peaks) for cpu in (1, 2, 3))
    text = cost.to_text(cost.PairCost(4096, decode, compare))
    assert "20.0 x decoding" in text
    assert "peak 500 MiB" in text
    assert text.splitlines()[-1].split() == ["vessel", "4.0", "500"]
