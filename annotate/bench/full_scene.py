"""What a full scene costs: `depotwatch change` beside decoding and beside Orfeo ToolBox, in processes of their own.

The pair is synthetic (`imagery.synthetic.large`) and says nothing about what is found, only about time and memory.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from ...imagery.synthetic.large import write_large_pair
from ..errors import AnnotateError

SIDES = (2745, 5490, 10980)
ROUNDS = 3
DECODE, CHANGE, OTB = "rasterio, decode both", "depotwatch change", "OTB MAD, one pass"
OTB_COMMAND = "otbcli_MultivariateAlterationDetector"
DECODING = """
import sys, rasterio
with rasterio.Env(GDAL_NUM_THREADS="2"):
    for path in sys.argv[1:]:
        with rasterio.open(path) as dataset:
            dataset.read()
"""
RUNNING = "import sys; from depotwatch.plugins.cli import main; sys.exit(main(sys.argv[1:]))"
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU and wall seconds, largest resident memory (MiB) of a process; `stages` and `peaks` as it tells them."""

    cpu_s: float
    wall_s: float
    peak_mib: float
    stages: dict[str, float]
    peaks: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FullScene:
    """
    What was measured of one size.

    Parameters
    ----------
    side
        Rows and columns.
    costs
        Of each program, the rounds in turn.
    """

    side: int
    costs: dict[str, tuple[Cost, ...]]

    def ratio(self, what: str, of: str, measure: str) -> float:
        """Return the median over the rounds of how many times as much one costs as the other, measured in turn."""
        pairs = zip(self.costs[what], self.costs[of], strict=False)
        return float(median(getattr(a, measure) / getattr(b, measure) for a, b in pairs))

    def middle(self, what: str, measure: str) -> float:
        """Return the median of a measure over the rounds."""
        return float(median(getattr(cost, measure) for cost in self.costs[what]))


def bench_full_scene(
    folder: Path,
    sides: Sequence[int] = SIDES,
    rounds: int = ROUNDS,
    progress: Progress = lambda done, total, what: None,
) -> tuple[FullScene, ...]:
    """
    Measure.

    Parameters
    ----------
    folder
        Where the pairs are made, and kept for the next time: 1.5 GB for the largest.
    sides
        Rows and columns of the pairs.
    rounds
        How often each program runs, in turn with the others.
    progress
        Called with (done, total, what).

    Raises
    ------
    AnnotateError
        If the system does not say what a process used, or a program fails.
    """
    if not hasattr(os, "wait4"):
        raise AnnotateError("This system does not say what a process used; run the benchmark on Linux or macOS.")
    found = []
    for at, side in enumerate(sides):
        pair = _pair(folder / str(side), side)
        costs: dict[str, list[Cost]] = {}
        for turn in range(rounds):
            progress(at * rounds + turn, len(sides) * rounds, f"{side} × {side}")
            for what, cost in _costs(pair, with_otb=turn == 0):
                costs.setdefault(what, []).append(cost)
        found.append(FullScene(side, {what: tuple(several) for what, several in costs.items()}))
    return tuple(found)


def to_text(found: Sequence[FullScene]) -> str:
    """Return what was measured as Markdown: a table, and the line of cost against pixels."""
    lines = [
        "Synthetic pair, 4 bands uint16, tiles of 512, deflate; medians, ratios in turn with decoding.",
        "",
        "| side | program | runs | CPU s | wall s | peak MiB | CPU × decoding | wall × decoding |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        for what, costs in one.costs.items():
            measured = [one.middle(what, measure) for measure in ("cpu_s", "wall_s", "peak_mib")]
            ratios = [one.ratio(what, DECODE, measure) for measure in ("cpu_s", "wall_s")]
            lines.append(
                f"| {one.side} | {what} | {len(costs)} | {measured[0]:.1f} | {measured[1]:.1f} | {measured[2]:.0f} "
                f"| {ratios[0]:.2f} | {ratios[1]:.2f} |"
            )
    lines += ["", _stages(found[-1]), _line(found)]
    if OTB in found[-1].costs:
        lines.append(
            f"OTB's one pass takes {1 / found[-1].ratio(CHANGE, OTB, 'cpu_s'):.1f} times the CPU of the command."
        )
    else:
        lines.append(f"{OTB_COMMAND} is not installed, so OTB was not measured.")
    return "\n".join(lines)


def _stages(one: FullScene) -> str:
    stages = one.costs[CHANGE][0].stages
    told = ", ".join(f"{name} {stages[name]:.1f}" for name in stages if name != "total")
    rest = median(
        (cost.wall_s - cost.stages["register"] - cost.stages["save"]) / floor.wall_s
        for cost, floor in zip(one.costs[CHANGE], one.costs[DECODE], strict=True)
    )
    return f"Stages at {one.side}, wall s: {told}. All but registering and saving: {rest:.2f} × decoding."


def _line(found: Sequence[FullScene]) -> str:
    if len(found) < 2:
        return "One size makes no line of cost."
    pixels = [one.side**2 / 1e6 for one in found]
    slope, start = np.polyfit(pixels, [one.middle(CHANGE, "cpu_s") for one in found], 1)
    return f"CPU s of the command = {start:.1f} + {slope:.3f} per million pixels."


def _pair(folder: Path, side: int) -> tuple[Path, Path]:
    done = folder / "made"  # written last: a pair that was cut short is made again
    if not done.exists():
        write_large_pair(folder, side)
        done.touch()
    return folder / "before.tif", folder / "after.tif"


def _costs(pair: tuple[Path, Path], with_otb: bool) -> Iterator[tuple[str, Cost]]:
    before, after = map(str, pair)
    with TemporaryDirectory(dir=pair[0].parent) as folder:
        target = str(Path(folder) / "map.tif")
        yield DECODE, cost_of([sys.executable, "-c", DECODING, before, after])
        words = [sys.executable, "-c", RUNNING, "change", before, after, target, "--method", "ir-mad", "--json"]
        yield CHANGE, cost_of(words, tells_stages=True)
        if with_otb and shutil.which(OTB_COMMAND):
            yield OTB, cost_of([OTB_COMMAND, "-in1", before, "-in2", after, "-out", target, "float", "-ram", "512"])


def cost_of(words: Sequence[str], tells_stages: bool = False) -> Cost:
    """Return what a command used; if it tells its stages, it prints JSON with "seconds". AnnotateError if it fails."""
    start = perf_counter()
    with TemporaryDirectory() as folder:
        told = Path(folder) / "told"
        with told.open("wb") as out:
            process = subprocess.Popen(words, stdout=out, stderr=subprocess.DEVNULL)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise AnnotateError(f"{Path(words[0]).name} failed with exit code {process.returncode}; run it by hand.")
        found = json.loads(told.read_text(encoding="utf-8")) if tells_stages else {"seconds": {}}
    largest = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    wall = perf_counter() - start
    return Cost(used.ru_utime + used.ru_stime, wall, largest, found["seconds"], found.get("peaks", {}))
