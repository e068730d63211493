"""The shuffle control: boxes of random widths over the same ground. A counter must tell; an area cannot."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from ...imagery.synthetic import TruthObject, render_case, write_case
from ..compare import Settings, compare
from .counted import bootstrapped
from .scoring import LEVEL, assign

GSDS_M = (0.5, 0.7)  # boxes can be told apart
EXTENT_M = 400.0
STACK = "container-stack"


@dataclass(frozen=True, slots=True)
class Shuffled:
    """
    Stacks counted as they are and with random widths.

    Parameters
    ----------
    gsd_m
        Pixel size.
    true, counted
        For each stack counted in both scenes: containers there and containers counted, shuffled over unshuffled.
    found
        Stacks that got a best count as they are; those that do not with random widths are no longer taken for rows of
        boxes, which is an answer too.
    """

    gsd_m: float
    true: tuple[float, ...]
    counted: tuple[float, ...]
    found: int


def bench_shuffled(
    seeds: Sequence[int],
    gsds: Sequence[float] = GSDS_M,
    processes: int = 1,
    progress: Callable[[float, float, str], None] = lambda *_: None,
) -> Iterator[Shuffled]:
    """Compare each case as it is and with random box widths, for container stacks alone; a result a pixel size."""
    for at, gsd_m in enumerate(gsds):
        ratios: list[tuple[float, float]] = []
        found = 0
        for done, (number, pairs) in enumerate(_run([(seed, gsd_m) for seed in seeds], processes), 1):
            found += number
            ratios += pairs
            progress(at * len(seeds) + done, len(gsds) * len(seeds), f"shuffled at {gsd_m:g} m")
        yield Shuffled(gsd_m, tuple(true for true, _ in ratios), tuple(said for _, said in ratios), found)


def _run(jobs: Sequence[tuple[int, float]], processes: int) -> Iterator[tuple[int, list[tuple[float, float]]]]:
    if processes < 2:
        yield from map(_both, jobs)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from pool.map(_both, jobs)


def _both(job: tuple[int, float]) -> tuple[int, list[tuple[float, float]]]:
    """Return how many stacks were counted as they are, and the two ratios of those that were counted again."""
    (plain, said), (odd, again) = (_counts(*job, shuffle=shuffle) for shuffle in (False, True))
    both = sorted(set(said) & set(again))
    return len(said), [
        ((odd[number].boxes or 0) / (plain[number].boxes or 1), again[number] / said[number]) for number in both
    ]


def _counts(seed: int, gsd_m: float, shuffle: bool) -> tuple[tuple[TruthObject, ...], dict[int, int]]:
    """Return the stacks that came or went, and the best count of those that were found, by index."""
    case = render_case(seed, gsd_m, EXTENT_M, shuffle_box_widths=shuffle, vary=True)
    with tempfile.TemporaryDirectory(prefix="depotwatch-bench-") as folder:
        before, after, _ = write_case(case, Path(folder))
        found = compare(before, after, Path(folder) / "bench.gpkg", Settings(kinds=(STACK,))).candidates
    stacks = tuple(thing for thing in case.truth if thing.kind == STACK and thing.change in ("appeared", "vanished"))
    counts = {column: found[row].count for row, column in assign(found, stacks)}
    return stacks, {column: count.best for column, count in counts.items() if count is not None and count.best}


def to_text(results: Sequence[Shuffled]) -> str:
    """Return a line a pixel size: the change of what is there beside the change of what is counted."""
    lines = [
        "Containers of random widths over the same outlines: median change of the number, with its "
        f"{LEVEL:.0%} interval. A number that stays is an area.",
        f"{'GSD':>5}  {'counted':<9}{'and again':<11}{'really':<24}{'as counted'}",
    ]
    for one in results:
        told = [_change(values) for values in (one.true, one.counted)]
        lines.append(f"{one.gsd_m:>3g} m  {one.found:<9}{len(one.true):<11}{told[0]:<24}{told[1]}")
    return "\n".join(lines)


def _change(ratios: Sequence[float]) -> str:
    if not ratios:
        return "–"
    low, best, high = bootstrapped(np.array(ratios) - 1, lambda sample: np.median(sample, axis=-1))
    return f"{best:+.0%} ({low:+.0%} to {high:+.0%})"
