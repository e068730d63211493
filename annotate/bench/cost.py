"""What one large pair costs through all detectors, beside decoding it: processor seconds and memory, by stage."""

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np

from ...imagery.grid import Grid
from ...imagery.scene import Scene
from ...imagery.synthetic import Case, render_case, write_case
from .full_scene import Cost, cost_of

SEED, GSD_M, TILE_M, TILES = 1, 0.5, 512.0, 4
NOISE = 4  # counts, either way; the rendered noise is about 17
ROUNDS = 1
DECODE, COMPARE = "decode both", "compare, all kinds"
METERED = "depotwatch.annotate.bench.metered"
DECODING = """
import json, sys, time, rasterio
started = time.process_time()
for path in sys.argv[1:]:
    with rasterio.open(path) as dataset:
        dataset.read()
print(json.dumps({"seconds": {"read": time.process_time() - started}}))
"""


@dataclass(frozen=True, slots=True)
class PairCost:
    """What was measured: side of the pair in pixels, and the costs of decoding and comparing, in turn."""

    side: int
    decode: tuple[Cost, ...]
    compare: tuple[Cost, ...]


def bench_cost(
    folder: Path, rounds: int = ROUNDS, tiles: int = TILES, progress: Callable[[int, int, str], None] = lambda *_: None
) -> PairCost:
    """
    Compare a pair of 4096 x 4096 pixels of 0.5 m in a process of its own, in turn with decoding it.

    Parameters
    ----------
    folder
        Where the pair is made, and kept for the next time.
    rounds
        How often.
    tiles
        Copies of one rendered case of `TILE_M` along each side.
    progress
        Called with (done, total, what).
    """
    side = int(TILE_M / GSD_M) * tiles
    place = folder / f"pair-{side}"
    before, after = (str(place / f"{name}.tif") for name in ("before", "after"))
    if not (place / "truth.json").exists():  # written last: a pair that was cut short is made again
        with ProcessPoolExecutor(1, get_context("spawn")) as maker:  # what this one held would count as its children's
            maker.submit(_make, place, TILE_M, tiles).result()
    decode, compare = [], []
    for turn in range(rounds):
        progress(turn, rounds, f"{side} x {side}")
        project = place / "cost.gpkg"
        project.unlink(missing_ok=True)
        decode.append(cost_of([sys.executable, "-c", DECODING, before, after], tells_stages=True))
        words = [sys.executable, "-m", METERED, before, after, str(project)]
        compare.append(cost_of(words, tells_stages=True))
    return PairCost(side, tuple(decode), tuple(compare))


def _make(place: Path, tile_m: float, tiles: int) -> None:
    write_case(repeated(render_case(SEED, GSD_M, tile_m, vary=True), tiles), place)


def repeated(case: Case, tiles: int) -> Case:
    """
    Return a case laid out `tiles` times in both directions; its truth is that of the upper left copy.

    Each copy gets some noise of its own, or the files would compress, and decode, as no image does.
    """
    return replace(case, before=_repeated(case.before, tiles, 1), after=_repeated(case.after, tiles, 2))


def _repeated(scene: Scene, tiles: int, key: int) -> Scene:
    pixels, mask = np.tile(scene.pixels, (1, tiles, tiles)), np.tile(scene.mask, (tiles, tiles))
    noise = np.random.default_rng((SEED, key)).integers(-NOISE, NOISE + 1, pixels.shape, dtype=np.int8)
    pixels = np.maximum(pixels + noise, 1)
    grid = Grid((mask.shape[0], mask.shape[1]), scene.grid.transform, scene.grid.crs)
    return replace(scene, pixels=pixels, mask=mask, grid=grid)


def to_text(cost: PairCost) -> str:
    """Return what was measured, medians over the rounds."""
    runs, last = len(cost.compare), cost.compare[-1]
    times = "one run" if runs == 1 else f"medians of {runs} runs"
    lines = [
        f"One pair of {cost.side} x {cost.side} pixels of {GSD_M:g} m; {times}.",
        "Decoding: a process that reads all bands of both files with rasterio (GeoTIFF, four bands of 16 bits, tiles",
        "of 512 x 512, deflate with predictor). Comparing: a process that runs all of `depotwatch compare`, all kinds.",
    ]
    for name, costs in ((DECODE, cost.decode), (COMPARE, cost.compare)):
        cpu, wall, peak = (median(getattr(one, what) for one in costs) for what in ("cpu_s", "wall_s", "peak_mib"))
        lines.append(f"{name:<22}CPU {cpu:.1f} s, wall {wall:.1f} s, peak {peak:.0f} MiB")
    ratio = median(one.cpu_s / other.cpu_s for one, other in zip(cost.compare, cost.decode, strict=True))
    lines += [f"CPU {ratio:.1f} x decoding.", "", f"{'stage':<22}{'CPU s':>7}  peak so far, MiB"]
    for name in last.stages:
        spent = median(one.stages[name] for one in cost.compare)
        lines.append(f"{name:<22}{spent:>7.1f}  {last.peaks[name]:.0f}")
    return "\n".join(lines)
