"""Windows of real or rendered scenes whose second date is far away and turned: found again, refused, or wrong."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np

from ...imagery.errors import RegistrationError
from ...imagery.metadata import ReadOptions
from ...imagery.read import read_scene
from ...imagery.register import register
from ...imagery.scene import Mask, Scene
from ...imagery.synthetic import render_case
from .moved import INTERPOLATORS, Move, both_dates, error_px, similarity

SEEDS = (201, 202)  # of rendered scenes, for measuring alone
SIDE_PX = 512
FAR_PX, TURN_DEG, SCALE = 300.0, 5.0, 0.02
LEAST_OVERLAP = 0.15  # of a window
RIGHT_PX = 0.5  # p95 over what both show


@dataclass(frozen=True)
class FarRow:
    """
    One window found again, or not.

    Parameters
    ----------
    source, interpolator
        Of what, and how its second date was drawn.
    shift_px
        [y, x] of the window's centre.
    turn_deg, scale, overlap
        Clockwise; of the second date; share of the before window that it shows.
    verdict
        "right", "wrong" or "refused".
    error_px, residual_px
        True and held-out p95; NaN where refused.
    cpu_s
        Processor seconds.
    """

    source: str
    interpolator: str
    shift_px: tuple[float, float]
    turn_deg: float
    scale: float
    overlap: float
    verdict: str
    error_px: float
    residual_px: float
    cpu_s: float


def bench_far(folder: Path | None, cases: int = 100, seed: int = 0) -> Iterator[FarRow]:
    """
    Register windows with second dates up to 300 px away, turned by up to 5° and scaled by up to 2 %.

    Parameters
    ----------
    folder
        Real pairs as for `bench_pairs`, of which single dates are taken; None for rendered scenes.
    cases
        How many, over all scenes of enough pixels in turn.
    seed
        Of all that is drawn by chance.

    Yields
    ------
    FarRow
        As drawn; windows of which the second date would show less than `LEAST_OVERLAP` are drawn again.
    """
    scenes = list(sources(folder, SIDE_PX))
    for case in range(cases):
        rng = np.random.default_rng((seed, case))
        scene = scenes[case % len(scenes)]
        interpolator = list(INTERPOLATORS)[case // len(scenes) % len(INTERPOLATORS)]
        yield _found_again(scene, interpolator, rng)


def sources(folder: Path | None, side_px: int) -> Iterator[Scene]:
    """Yield every date of the pairs below a folder that is large enough, or rendered scenes."""
    if folder is None:
        yield from (render_case(seed, gsd_m=0.5, extent_m=400.0).before for seed in SEEDS)
        return
    for file in sorted(folder.glob("*/*.tif")):
        if file.stem not in ("before", "after"):
            continue
        meta = json.loads((file.parent / "meta.json").read_text(encoding="utf-8"))
        radar = any(word in meta["sensor"].lower() for word in ("sar", "sentinel-1"))
        scene = read_scene(file, ReadOptions(gsd_m=meta.get("gsd_m") or 10.0, sensor="sar" if radar else "optical"))
        if min(scene.grid.shape) >= side_px:
            yield scene


def _found_again(scene: Scene, interpolator: str, rng: np.random.Generator) -> FarRow:
    while True:
        row, column = (int(rng.integers(0, size - SIDE_PX + 1)) for size in scene.grid.shape)
        down, right = rng.uniform(-FAR_PX, FAR_PX, 2)
        turn, scale = rng.uniform(-TURN_DEG, TURN_DEG), 1 + rng.uniform(-SCALE, SCALE)
        move = Move(row, column, SIDE_PX, similarity(SIDE_PX, turn, scale, down, right))
        before, after = both_dates(scene, move, interpolator, rng)
        shown = _shown(after.mask, move) & before.mask
        if shown.mean() >= LEAST_OVERLAP:
            break
    started = process_time()
    verdict, error, residual = "refused", np.nan, np.nan
    try:
        pair = register(before, after)
    except RegistrationError:
        pass
    else:
        residual = pair.registration.residual.p95_px
        error = float(np.percentile(error_px(pair.registration.model, move, pair.valid), 95))
        verdict = "right" if error < RIGHT_PX else "wrong"
    name = f"{scene.path.parent.name}/{scene.path.stem}" if scene.path.parent.name else scene.path.stem
    spent = process_time() - started
    return FarRow(name, interpolator, (down, right), turn, scale, float(shown.mean()), verdict, error, residual, spent)


def _shown(mask: Mask, move: Move) -> Mask:
    """Which before pixels the second date shows."""
    rows, columns = np.mgrid[: move.side_px, : move.side_px].astype(np.float64)
    x, y = (move.model[k, 0] * columns + move.model[k, 1] * rows + move.model[k, 2] for k in (0, 1))
    inside = (x >= 0) & (x <= move.side_px - 1) & (y >= 0) & (y <= move.side_px - 1)
    x, y = (np.clip(axis.round().astype(int), 0, move.side_px - 1) for axis in (x, y))
    return np.asarray(inside & mask[y, x])
