"""What one large pair costs through all detectors, beside decoding it: processor seconds and memory, by stage."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from ...imagery.grid import Grid
from ...imagery.scene import Scene
from ...imagery.synthetic import Case, render_case, write_case
from .full_scene import DECODE, DECODING, RUNNING, Cost, cost_of

SEED, GSD_M, TILE_M, TILES = 101, 0.5, 512.0, 4
NOISE = 4  # counts, either way; the rendered noise is about 17
ROUNDS = 1
COMPARE = "depotwatch compare"


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
    if not (place / "truth.json").exists():  # written last: a pair that was cut short is made again
        write_case(repeated(render_case(SEED, GSD_M, TILE_M, vary=True), tiles), place)
    before, after = str(place / "before.tif"), str(place / "after.tif")
    decode, compare = [], []
    for turn in range(rounds):
        progress(turn, rounds, f"{side} x {side}")
        project = place / "cost.gpkg"
        project.unlink(missing_ok=True)
        decode.append(cost_of([sys.executable, "-c", DECODING, before, after]))
        words = [sys.executable, "-c", RUNNING, "compare", before, after, "--project", str(project), "--json"]
        compare.append(cost_of(words, tells_stages=True))
    return PairCost(side, tuple(decode), tuple(compare))


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
    ratio = median(one.cpu_s / other.cpu_s for one, other in zip(cost.compare, cost.decode, strict=True))
    runs = len(cost.compare)
    lines = [f"One pair of {cost.side} x {cost.side} pixels of {GSD_M:g} m, four bands; medians of {runs} runs."]
    for name, costs in ((DECODE, cost.decode), (COMPARE, cost.compare)):
        cpu, wall, peak = (median(getattr(one, what) for one in costs) for what in ("cpu_s", "wall_s", "peak_mib"))
        lines.append(f"{name:<22}CPU {cpu:.1f} s, wall {wall:.1f} s, peak {peak:.0f} MiB")
    stages = {name: median(one.stages[name] for one in cost.compare) for name in cost.compare[0].stages}
    told = ", ".join(f"{name} {seconds:.1f}" for name, seconds in stages.items() if name != "total")
    return "\n".join([*lines, f"CPU {ratio:.1f} x decoding; wall seconds by stage: {told}."])
