"""Recall, precision and false alarms of the whole job on rendered pairs, with and without changes."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...imagery.synthetic import Case, render_case, write_case
from ..compare import Result, Settings, compare
from .scoring import Tally, tally
from .table import BenchRow, BenchTable

SEEDS = (101, 102, 103, 104, 105)  # for measuring alone: nothing is ever built or tuned on them
GSDS_M = (0.5, 1.0, 3.0)
KINDS = ("storage-pit", "container-stack")
EXTENT_M = 400.0


@dataclass(eq=False)
class _Sums:
    """What one pixel size gave so far."""

    changed: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    null: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    untested: dict[str, str] = field(default_factory=dict)
    refused: int = 0


def bench_detect(
    seeds: Sequence[int] = SEEDS,
    gsds: Sequence[float] = GSDS_M,
    extent_m: float = EXTENT_M,
    null_pairs: bool = True,
    progress: Callable[[float, float, str], None] | None = None,
) -> BenchTable:
    """
    Render cases, compare them as a user would, from files, and score the candidates against the truth.

    Parameters
    ----------
    seeds
        One case each.
    gsds
        Pixel sizes, metres.
    extent_m
        Side of the cases, metres.
    null_pairs
        Compare each case once more with nothing changed, for false alarms with nothing to find; twice the time.
    progress
        Called with (done, total, what).

    Returns
    -------
    Table with a row for each pixel size and kind. Deterministic but for its seconds.
    """
    runs = (False, True) if null_pairs else (False,)
    started, done, total = time.perf_counter(), 0, len(runs) * len(seeds) * len(gsds)
    rows: list[BenchRow] = []
    for gsd_m in gsds:
        sums = _Sums()
        for seed in seeds:
            for null in runs:
                if progress is not None:
                    progress(done, total, f"seed {seed} at {gsd_m:g} m{', unchanged' if null else ''}")
                _add(sums, render_case(seed, gsd_m, extent_m, null=null), null)
                done += 1
        rows += [
            BenchRow(gsd_m, kind, sums.changed[kind], sums.null[kind], sums.untested.get(kind), sums.refused)
            for kind in KINDS
        ]
    if progress is not None:
        progress(done, total, "done")
    return BenchTable(tuple(rows), tuple(seeds), extent_m, time.perf_counter() - started)


def _add(sums: _Sums, case: Case, null: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="depotwatch-bench-") as folder:
        before, after, _ = write_case(case, Path(folder))
        result = compare(before, after, Path(folder) / "bench.gpkg", Settings())
    into = sums.null if null else sums.changed
    for kind in KINDS:
        into[kind] += tally(result.candidates, case.truth, kind, _area_km2(result, case))
    if result.comparison.refused is not None:
        sums.refused += 1
        return
    sums.untested.update({one.kind: one.reason for one in result.comparison.kinds if not one.testable})


def _area_km2(result: Result, case: Case) -> float:
    """Return the ground compared; of a refused pair, the ground that should have been."""
    grid = case.before.grid
    if result.comparison.refused is not None:
        return grid.shape[0] * grid.shape[1] * grid.pixel_area_m2 / 1e6
    return float(result.comparison.valid_area_km2)
