"""The bench of one date alone: what `detect` finds and counts on the after scenes of the same cases."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ...imagery.synthetic import TruthObject, read_truth, write_case
from ...labels.project import Project
from ..detect import searched
from ..single import search_single
from .detect import EXTENT_M, KINDS, Job, Scored, bench_jobs, name_of, render_varied
from .given import jobs_in
from .scoring import tally
from .table import BenchTable

PRESENT = "present"


def bench_alone(
    seeds: Sequence[int],
    gsds: Sequence[float],
    cases: Path | None = None,
    progress: Callable[[float, float, str], None] | None = None,
    processes: int = 1,
) -> BenchTable:
    """
    Search the after scene of each case by itself, as a user would, and score what is proposed.

    Everything that stands on that day is to be found, whether it came since the day before or not.

    Parameters
    ----------
    seeds, gsds
        Cases that are rendered, and pixel sizes in metres.
    cases
        Folder of cases that someone else rendered, instead; see `bench_given`.
    progress
        Called with (done, total, what).
    processes
        Work on so many scenes at a time.
    """
    if cases is not None:
        return bench_jobs(jobs_in(cases), alone_job, f"One date of the cases of {cases.name}", progress, processes)
    jobs = [Job(seed, gsd_m, EXTENT_M, null=False) for gsd_m in gsds for seed in seeds]
    return bench_jobs(jobs, alone_job, f"One date alone. {name_of(seeds)}", progress, processes)


def alone_job(job: Job) -> Scored:
    """Search the after scene of one case, and score what is proposed."""
    with tempfile.TemporaryDirectory(prefix="depotwatch-bench-") as work:
        folder = job.folder
        if folder is None:
            folder = Path(work)
            write_case(render_varied(job.seed, job.gsd_m, job.extent_m), folder)
        with Project.create(Path(work) / "bench.gpkg") as project:
            found = search_single(folder / "after.tif", project)
        there = standing(read_truth(folder / "truth.json"))
    kinds = found.comparison.kinds
    unseen = {one.kind: one.reason for one in kinds if not (one.testable and searched(one.kind, alone=True))}
    area_km2 = float(found.comparison.valid_area_km2)
    tallies = {kind: tally(found.candidates, there, kind, area_km2) for kind in KINDS if kind not in unseen}
    return Scored(tallies, unseen, refused=False)


def standing(truth: Sequence[TruthObject]) -> list[TruthObject]:
    """Return what stands on the day of the after scene."""
    return [replace(thing, change=PRESENT) for thing in truth if thing.change != "vanished"]
