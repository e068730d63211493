"""Sub-pixel shifts through several interpolators, and what a grid of tie points costs and knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from ...imagery.register import register
from ...imagery.register.place import Warp, identity
from ...imagery.register.ties import measure
from ...imagery.register.views import WholeViews
from ...imagery.scene import Scene
from .found_again import SIDE_PX, sources
from .moved import INTERPOLATORS, Move, both_dates, similarity

TIE_WINDOW_PX = 64
TIES = 400


@dataclass(frozen=True)
class FineRow:
    """
    One window whose second date is less than a pixel away.

    Parameters
    ----------
    source, interpolator
        Of what, and how its second date was drawn.
    error_px
        Of the registration's shift.
    ties
        Windows of `TIE_WINDOW_PX` that were measured, there and back.
    seconds, cpu_s
        What that took, wall and processor, from two structure images on.
    bias_px, spread_px
        Length of the ties' median error, and the median distance from that.
    """

    source: str
    interpolator: str
    error_px: float
    ties: int
    seconds: float
    cpu_s: float
    bias_px: float
    spread_px: float


def bench_fine(folder: Path | None, seed: int = 0) -> Iterator[FineRow]:
    """
    Register second dates up to a pixel away, and measure tie points on them.

    Parameters
    ----------
    folder
        Real pairs, of which single dates are taken; None for rendered scenes.
    seed
        Of all that is drawn by chance.

    Yields
    ------
    FineRow
        One a scene and interpolator.
    """
    for number, scene in enumerate(sources(folder, SIDE_PX)):
        for kind, interpolator in enumerate(INTERPOLATORS):
            yield _measured(scene, interpolator, np.random.default_rng((seed, number, kind)))


def _measured(scene: Scene, interpolator: str, rng: np.random.Generator) -> FineRow:
    down, right = rng.uniform(-1, 1, 2)
    row, column = ((size - SIDE_PX) // 2 for size in scene.grid.shape)
    move = Move(row, column, SIDE_PX, similarity(SIDE_PX, 0.0, 1.0, down, right))
    before, after = both_dates(scene, move, interpolator, rng)
    found = register(before, after).registration.shift_px
    part = WholeViews.of(before, after).parts(Warp(identity()), 0)[0]
    started, spent = perf_counter(), process_time()
    ties = measure(part.before, part.after, TIE_WINDOW_PX, TIES)
    seconds, cpu_s = perf_counter() - started, process_time() - spent
    errors = ties.shifts - [right, down]
    bias = np.median(errors, axis=0)
    return FineRow(
        f"{scene.path.parent.name}/{scene.path.stem}".lstrip("/"),
        interpolator,
        float(np.hypot(found[0] + down, found[1] + right)),
        ties.tried,
        seconds,
        cpu_s,
        float(np.hypot(*bias)),
        float(np.median(np.hypot(*(errors - bias).T))),
    )
