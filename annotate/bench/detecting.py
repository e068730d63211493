"""Everything that BENCHMARKS.md says of pits, stacks, vessels and rail cars, section by section."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import alone, cost, detect, given, real_ground, shuffled

Progress = Callable[[float, float, str], None]
SHUFFLED_SEEDS = 10  # of those asked for: each gives about a dozen stacks a pixel size


@dataclass(frozen=True)
class Asked:
    """
    What was asked of the bench.

    Parameters
    ----------
    work
        Where a large pair is made, and kept for the next time.
    cases
        Folder of cases that someone else rendered, instead of the seeds; see `bench_given`.
    pairs
        Folder of real pairs; None leaves out what needs them, and says so.
    seeds, gsds
        Cases, and pixel sizes in metres.
    processes
        Comparisons at a time.
    progress
        Called with (done, total, what).
    """

    work: Path
    pairs: Path | None = None
    cases: Path | None = None
    seeds: Sequence[int] = detect.SEEDS
    gsds: Sequence[float] = detect.GSDS_M
    processes: int = 2
    progress: Progress = lambda *_: None


def bench_detecting(asked: Asked, parts: Sequence[str] = ()) -> Iterator[str]:
    """Measure and tell, a section a part: some keys of `PARTS`, all if none is named."""
    for name in parts or tuple(PARTS):
        title, tell = PARTS[name]
        yield f"## {title}\n\n{tell(asked)}\n"


def _cases(asked: Asked) -> str:
    if asked.cases is not None:
        table = given.bench_given(asked.cases, asked.progress, asked.processes)
    else:
        table = detect.bench_detect(asked.seeds, asked.gsds, progress=asked.progress, processes=asked.processes)
    return f"```\n{table.to_text()}\n```"


def _alone(asked: Asked) -> str:
    table = alone.bench_alone(asked.seeds, asked.gsds, asked.cases, asked.progress, asked.processes)
    return f"```\n{table.to_text()}\n```"


def _shuffled(asked: Asked) -> str:
    gsds = [gsd_m for gsd_m in asked.gsds if gsd_m <= max(shuffled.GSDS_M)]
    if not gsds:
        return f"Left out: boxes can be told apart up to {max(shuffled.GSDS_M):g} m, and no such --gsd was asked for."
    results = shuffled.bench_shuffled(asked.seeds[:SHUFFLED_SEEDS], gsds, asked.processes, asked.progress)
    return f"```\n{shuffled.to_text(list(results))}\n```"


def _ground(asked: Asked) -> str:
    if asked.pairs is None:
        return "Left out: it needs a folder of real pairs (--pairs)."
    return real_ground.to_text(list(real_ground.bench_real_ground(asked.pairs)))


def _cost(asked: Asked) -> str:
    return f"```\n{cost.to_text(cost.bench_cost(asked.work, progress=asked.progress))}\n```"


PARTS: Mapping[str, tuple[str, Callable[[Asked], str]]] = {
    "cases": ("Pits, stacks, vessels and rail cars on rendered pairs", _cases),
    "alone": ("What stands on one date", _alone),
    "shuffle": ("Boxes of random widths", _shuffled),
    "ground": ("Real ground where nothing changed", _ground),
    "cost": ("What a large pair costs", _cost),
}
