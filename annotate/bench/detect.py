"""Recall, precision and false alarms of the whole job on rendered pairs, with and without changes."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from ...imagery.grid import Grid
from ...imagery.synthetic import Case, TruthObject, render_case, write_case
from ..compare import Result, Settings, compare
from .scoring import Tally, tally
from .soil import PIT, SOIL, tally_soil
from .table import BenchRow, BenchTable

SEEDS = tuple(range(101, 141))  # for measuring alone: nothing is ever built or tuned on them
GSDS_M = (0.5, 0.7, 1.0, 1.5, 3.0, 10.0)
KINDS = (PIT, "container-stack", "vessel", "rail-car")
AS_SOIL = "pit as soil"  # a row of its own where pixels are too coarse for pits
EXTENT_M, COARSE_EXTENT_M = 400.0, 1000.0
COARSE_M = 5.0  # from here on a case needs more ground to hold enough pixels for registration

Render = Callable[..., Case]
render_varied = partial(render_case, vary=True)


@dataclass(frozen=True, slots=True)
class Job:
    """One comparison: which case, how large, whether nothing changes in it, and the folder of one that is given."""

    seed: int
    gsd_m: float
    extent_m: float
    null: bool
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """What one comparison gave, a tally a row, with the reasons of the kinds that cannot be tested."""

    tallies: dict[str, Tally]
    untested: dict[str, str]
    refused: bool


@dataclass(eq=False)
class _Sums:
    """What one pixel size gave so far."""

    changed: dict[str, Tally] = field(default_factory=dict)
    null: dict[str, Tally] = field(default_factory=dict)
    untested: dict[str, str] = field(default_factory=dict)
    refused: int = 0

    def add(self, null: bool, scored: Scored) -> None:
        into = self.null if null else self.changed
        for name, one in scored.tallies.items():
            into[name] = into.get(name, Tally()) + one
        self.untested.update(scored.untested)
        self.refused += scored.refused

    def rows(self, gsd_m: float) -> Iterator[BenchRow]:
        for name in (*KINDS, AS_SOIL):
            soil = PIT in self.untested and SOIL not in self.untested
            of = self.changed.get(name, Tally()), self.null.get(name, Tally())
            if soil if name == AS_SOIL else name in KINDS[:2] or of[0].there:
                yield BenchRow(gsd_m, name, *of, self.untested.get(name), self.refused)


def bench_detect(
    seeds: Sequence[int] = SEEDS,
    gsds: Sequence[float] = GSDS_M,
    extent_m: float | None = None,
    null_pairs: bool = True,
    progress: Callable[[float, float, str], None] | None = None,
    render: Render = render_varied,
    processes: int = 1,
) -> BenchTable:
    """
    Render cases, compare them as a user would, from files, and score the candidates against the truth.

    Parameters
    ----------
    seeds
        One case each; of `COARSE_EXTENT_M` as many as make up the same ground.
    gsds
        Pixel sizes, metres.
    extent_m
        Side of the cases, metres; None for `EXTENT_M`, and `COARSE_EXTENT_M` from `COARSE_M` on.
    null_pairs
        Compare every second case once more with nothing changed, for false alarms with nothing to find.
    progress
        Called with (done, total, what).
    render
        Called with (seed, pixel size, side, null=...); a function of a module where there are several processes.
    processes
        Work on so many comparisons at a time.

    Returns
    -------
    Table with a row for each pixel size and kind. Deterministic but for its seconds.
    """
    jobs = list(_jobs(seeds, gsds, extent_m, null_pairs))
    return bench_jobs(jobs, partial(scored_job, render=render), name_of(seeds), progress, processes)


def bench_jobs(
    jobs: Sequence[Job],
    score: Callable[[Job], Scored],
    name: str,
    progress: Callable[[float, float, str], None] | None,
    processes: int,
) -> BenchTable:
    """Score all jobs and pool them by pixel size."""
    started = time.perf_counter()
    sums = {gsd_m: _Sums() for gsd_m in sorted({job.gsd_m for job in jobs})}
    for done, (job, scored) in enumerate(zip(jobs, _run(jobs, score, processes), strict=True), 1):
        sums[job.gsd_m].add(job.null, scored)
        if progress is not None:
            progress(done, len(jobs), f"case {done} at {job.gsd_m:g} m{', unchanged' if job.null else ''}")
    rows = tuple(row for gsd_m, one in sums.items() for row in one.rows(gsd_m))
    return BenchTable(rows, name, time.perf_counter() - started)


def name_of(seeds: Sequence[int]) -> str:
    """Return what a table says of the cases that were rendered for it."""
    whole = len(seeds) > 2 and tuple(seeds) == tuple(range(seeds[0], seeds[-1] + 1))
    return f"Synthetic cases, seeds {f'{seeds[0]} to {seeds[-1]}' if whole else ', '.join(map(str, seeds))}"


def _jobs(seeds: Sequence[int], gsds: Sequence[float], extent_m: float | None, null_pairs: bool) -> Iterator[Job]:
    for gsd_m in gsds:
        coarse = extent_m is None and gsd_m >= COARSE_M
        side = extent_m or (COARSE_EXTENT_M if coarse else EXTENT_M)
        chosen = seeds[: max(1, round(len(seeds) * (EXTENT_M / COARSE_EXTENT_M) ** 2))] if coarse else seeds
        for place, seed in enumerate(chosen):
            yield Job(seed, gsd_m, side, null=False)
            if null_pairs and place % 2 == 0:
                yield Job(seed, gsd_m, side, null=True)


def _run(jobs: Sequence[Job], score: Callable[[Job], Scored], processes: int) -> Iterator[Scored]:
    if processes < 2:
        yield from map(score, jobs)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from pool.map(score, jobs)


def scored_job(job: Job, render: Render = render_varied) -> Scored:
    """Render and compare one case, and score what is proposed."""
    case = render(job.seed, job.gsd_m, job.extent_m, null=job.null)
    with tempfile.TemporaryDirectory(prefix="depotwatch-bench-") as folder:
        before, after, _ = write_case(case, Path(folder))
        return scored(compare(before, after, Path(folder) / "bench.gpkg", Settings()), case.truth, case.before.grid)


def scored(result: Result, truth: Sequence[TruthObject], grid: Grid) -> Scored:
    """Score a comparison; of a refused pair, on the ground that should have been compared."""
    whole_km2 = grid.shape[0] * grid.shape[1] * grid.pixel_area_m2 / 1e6
    refused = result.comparison.refused is not None
    area_km2 = whole_km2 if refused else float(result.comparison.valid_area_km2)
    tallies = {kind: tally(result.candidates, truth, kind, area_km2) for kind in KINDS}
    tallies[AS_SOIL] = tally_soil(result.candidates, truth, area_km2)
    reasons = {} if refused else {one.kind: one.reason for one in result.comparison.kinds if not one.testable}
    return Scored(tallies, reasons, refused)
