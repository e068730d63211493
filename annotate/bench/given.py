"""The bench of detection on cases that someone else rendered: files and their truth, as a user would have them."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from ...imagery.synthetic import read_truth
from ..compare import Settings, compare
from ..errors import AnnotateError
from .detect import Job, Scored, bench_jobs, scored
from .table import BenchTable


def bench_given(
    folder: Path, progress: Callable[[float, float, str], None] | None = None, processes: int = 1
) -> BenchTable:
    """
    Compare and score cases that someone else rendered: folders of before.tif, after.tif and truth.json.

    truth.json is GeoJSON as `write_case` writes it, with its pixel size; a case in which all persists is a null pair.

    Raises
    ------
    AnnotateError
        If there is no such folder.
    """
    return bench_jobs(jobs_in(folder), scored_given, f"Cases of {folder.name}", progress, processes)


def jobs_in(folder: Path) -> list[Job]:
    """Return a job for each case of a folder, or raise an AnnotateError where there is none."""
    jobs = [_given(one.parent) for one in sorted(folder.glob("*/truth.json"))]
    if not jobs:
        raise AnnotateError(f"{folder} holds no cases; put before.tif, after.tif and truth.json in a folder a case.")
    return jobs


def _given(folder: Path) -> Job:
    truth = read_truth(folder / "truth.json")
    gsd_m = json.loads((folder / "truth.json").read_text(encoding="utf-8")).get("gsd_m")
    if not isinstance(gsd_m, int | float):
        raise AnnotateError(f"{folder / 'truth.json'} has no gsd_m; add the pixel size in metres.")
    return Job(0, float(gsd_m), 0.0, null=all(thing.change == "persisted" for thing in truth), folder=folder)


def scored_given(job: Job) -> Scored:
    """Compare one case of a folder, and score what is proposed."""
    assert job.folder is not None
    with tempfile.TemporaryDirectory(prefix="depotwatch-bench-") as work:
        result = compare(job.folder / "before.tif", job.folder / "after.tif", Path(work) / "bench.gpkg", Settings())
    return scored(result, read_truth(job.folder / "truth.json"), result.before.grid)
