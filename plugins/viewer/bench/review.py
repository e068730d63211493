"""The window's figures, part by part in processes of their own, as Markdown."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ....imagery.synthetic.noise import COG_SIDE_PX, write_cog
from ...errors import ViewerError
from .project import CANDIDATES, SIDE_PX, write_project

ROUNDS = 3
FEW = 100
Found = Mapping[str, float]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Figure:
    """
    One figure beside what it should be.

    Parameters
    ----------
    what
        In words.
    value, most
        As measured, and the most it should be.
    unit
        Of both.
    beside
        The same of an empty napari, or what else it is to be compared with, in words.
    """

    what: str
    value: float
    most: float
    unit: str
    beside: str

    def row(self) -> str:
        """Return a row of the table."""
        reached = "yes" if self.value <= self.most else "no"
        return f"| {self.what} | {self.value:.3g} {self.unit} | {self.most:g} {self.unit} | {reached} | {self.beside} |"


def bench_review(work: Path, rounds: int = ROUNDS, progress: Progress = lambda *_: None) -> Iterator[str]:
    """
    Measure the window, and tell; the projects and images are synthetic.

    Parameters
    ----------
    work
        Where they are made and kept: 2 GB.
    rounds
        How often each part is measured, in turn with the others; medians are told.
    progress
        Called with (done, total, what).

    Raises
    ------
    ViewerError
        If a part fails, as where there is no display.
    """
    progress(0, 1, "making synthetic projects and images")
    many, few, cog = write_project(work), write_project(work / "few", FEW), write_cog(work)
    parts = (
        ("empty", cog),
        ("opening", many),
        ("deciding", many),
        ("threshold", cog),
        ("swiping", few),
        ("large", cog),
    )
    found: dict[str, list[Found]] = {}
    for done in range(rounds * len(parts)):
        part, file = parts[done % len(parts)]
        progress(done, rounds * len(parts), part)
        found.setdefault(part, []).append(_measured(part, file))
    middle = {f"{part}.{name}": median(one[name] for one in all_) for part, all_ in found.items() for name in all_[0]}
    load = f"{os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else "not known"
    yield (
        f"Medians of {rounds} rounds of processes of their own, in turn; {os.cpu_count()} cores, load {load}. "
        f"Synthetic: random texture of {SIDE_PX}² pixels a date, {CANDIDATES:,} random outlines ({FEW} for the swipe), "
        f"an image of {COG_SIDE_PX:,}².\n"
    )
    yield "| what | measured | at most | reached | beside |\n| --- | --- | --- | --- | --- |"
    yield "\n".join(figure.row() for figure in figures(middle))


def figures(found: Found) -> tuple[Figure, ...]:
    """Return the figures that the window is to reach, of the medians of what was measured, by part and name."""
    start, frame, pan = found["empty.start_s"], found["empty.frame_p95_s"], found["empty.pan_s"]
    empty = f"an empty napari starts in {start:.2f} s"
    drawn = f"a frame of an empty napari: {1e3 * frame:.0f} ms at p95"
    return (
        Figure(
            f"open a project of {CANDIDATES:,}, beyond napari's start", found["opening.open_s"] - start, 3, "s", empty
        ),
        Figure(
            "accept, until committed and painted, p95",
            1e3 * found["deciding.accept_p95_s"],
            100,
            "ms",
            f"median {1e3 * found['deciding.accept_s']:.0f} ms; {drawn}",
        ),
        Figure(
            "threshold step on 4096², p95",
            1e3 * found["threshold.step_p95_s"],
            100,
            "ms",
            f"contrast of such an image in an empty napari: {1e3 * found['empty.limits_p95_s']:.0f} ms at p95",
        ),
        Figure(
            "swipe step, by panning in an empty napari",
            found["swiping.swipe_s"] / pan,
            1.5,
            "×",
            f"{1e3 * found['swiping.swipe_s']:.0f} ms against {1e3 * pan:.0f} ms",
        ),
        Figure(
            "pictures sent to the graphics card per swipe step", found["swiping.swipe_uploads"], 0, "", "panning: 0"
        ),
        Figure(f"first picture of {COG_SIDE_PX:,}²", found["large.first_s"], 2, "s", empty),
        Figure(
            f"memory above napari's own, {COG_SIDE_PX:,}²",
            found["large.more_mib"],
            1024,
            "MiB",
            f"an empty napari holds {found['empty.peak_mib']:.0f} MiB",
        ),
        Figure("of its bytes read, looking about", 100 * found["large.share_read"], 10, "%", "read whole: 100 %"),
    )


def _measured(part: str, file: Path) -> Found:
    command = [sys.executable, "-m", "depotwatch.plugins.viewer.bench.parts", part, str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise ViewerError(f"Measuring {part!r} did not work: {last}")
    result: Found = json.loads(done.stdout.strip().splitlines()[-1])
    return result
