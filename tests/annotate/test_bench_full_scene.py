"""The cost of a scene is measured in turn with decoding it, on a pair that is made once."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio

from depotwatch.annotate.bench import full_scene
from depotwatch.annotate.bench.full_scene import CHANGE, DECODE, Cost, FullScene, bench_full_scene, to_text
from depotwatch.annotate.errors import AnnotateError
from depotwatch.imagery.synthetic.large import SHIFT_PX, write_large_pair


def test_the_pair_is_shifted_changed_and_marked_as_synthetic(tmp_path: Path) -> None:
    before, after = write_large_pair(tmp_path, 300, seed=3)
    with rasterio.open(before) as first, rasterio.open(after) as second:
        pixels = [dataset.read().astype(float) for dataset in (first, second)]
        assert first.tags()["DEPOTWATCH_SYNTHETIC"] == "1" == second.tags()["DEPOTWATCH_SYNTHETIC"]
        assert (first.dtypes[0], first.count, first.block_shapes[0]) == ("uint16", 4, (512, 512))
    assert SHIFT_PX == (-0.4, 0.6)
    assert np.corrcoef(pixels[0][0].ravel(), pixels[1][0].ravel())[0, 1] > 0.7


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not say what a process used")
def test_both_programs_are_measured_and_the_pair_is_kept(tmp_path: Path) -> None:
    (found,) = bench_full_scene(tmp_path, sides=(260,), rounds=1)
    assert {DECODE, CHANGE} <= set(found.costs)
    assert found.costs[CHANGE][0].peak_mib > 50 and found.costs[CHANGE][0].cpu_s > 0
    assert set(found.costs[CHANGE][0].stages) >= {"register", "score", "save", "total"}
    assert sorted(one.name for one in (tmp_path / "260").iterdir()) == ["after.tif", "before.tif", "made"]


def test_ratios_are_of_runs_side_by_side() -> None:
    stages = {"register": 1.0, "score": 4.0, "save": 1.0, "total": 6.0}
    floor = (Cost(1, 2, 100, {}), Cost(2, 4, 100, {}), Cost(4, 8, 100, {}))
    whole = (Cost(2, 6, 300, stages), Cost(4, 12, 310, stages), Cost(8, 24, 320, stages))
    ones = [FullScene(side, {DECODE: floor, CHANGE: whole}) for side in (1000, 2000)]
    assert ones[0].ratio(CHANGE, DECODE, "cpu_s") == 2 and ones[0].ratio(CHANGE, DECODE, "wall_s") == 3
    text = to_text(ones)
    assert "| 2000 | depotwatch change | 3 | 4.0 | 12.0 | 310 | 2.00 | 3.00 |" in text
    assert "CPU s of the command = 4.0 + " in text and "OTB was not measured" in text


def test_a_program_that_fails_is_named() -> None:
    with pytest.raises(AnnotateError, match="exit code 3"):
        full_scene.cost_of([sys.executable, "-c", "raise SystemExit(3)"])
