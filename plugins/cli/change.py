"""`depotwatch change`: the change map alone, without a project."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from . import flags, output
from .progress import show_progress

log = logging.getLogger("depotwatch")
STAGES = ("read", "register", "normalise", "score", "save")


@flags.takes_scene_flags
def change(
    before: flags.Before,
    after: flags.After,
    map_path: Annotated[
        Path, typer.Argument(metavar="MAP.tif", help="Written: float32 score on the before grid, NaN where not valid.")
    ],
    scenes: flags.SceneFlags,
    area: flags.Area = None,
    method: flags.Method = "auto",
    accept_residual: flags.AcceptResidual = False,
    json: flags.Json = False,
) -> None:
    """Write the map of change scores: 0 to 1, .5 is the threshold."""
    options = scenes.options()

    import numpy as np

    from ...annotate.area import read_area
    from ...imagery.bands import same_bands
    from ...imagery.change import score_change
    from ...imagery.levels import require_alike
    from ...imagery.normalise import normalise
    from ...imagery.read import read_scene
    from ...imagery.register import register
    from ...imagery.write import write_map

    seconds: dict[str, float] = {}
    start = perf_counter()
    with _stage("read", seconds):
        inside = read_area(area)
        first = read_scene(before, options[0], inside)
        second = read_scene(after, options[1], inside, margin_px=64)
    with _stage("register", seconds):
        require_alike(first.acquisition, second.acquisition)
        pair = register(*same_bands(first, second), accept_residual)
    with _stage("normalise", seconds):
        normal = normalise(pair)
    with _stage("score", seconds):
        scored = score_change(normal, method)
    with _stage("save", seconds):
        write_map(scored, map_path)
    show_progress(1, 1, "done")
    moved, residual = pair.registration.shift_px, pair.registration.residual
    found = {
        "method": scored.method,
        "method_reason": scored.reason,
        "threshold": 0.5,
        "shift_px": list(moved),
        "residual_px": {"median": residual.median_px, "p95": residual.p95_px},
        "valid_fraction": float(np.isfinite(scored.score).mean()),
        "expected_false_alarms_per_km2": scored.expected_false_alarms_per_km2,
        "seconds": {**seconds, "total": perf_counter() - start},
    }
    if json:
        output.print_json(found)
        return
    print(f"map        {map_path}: {scored.method}, .5 is the threshold")
    print(f"because    {scored.reason}")
    print(f"moved      {moved[0]:.2f} px down, {moved[1]:.2f} px right")
    print(f"residual   {residual.median_px:.2f} px median, {residual.p95_px:.2f} px at 95 %")
    print(f"valid      {found['valid_fraction']:.0%} of the before scene")
    print(f"expected   {scored.expected_false_alarms_per_km2:.2g} false alarms per km² where nothing changed")


@contextmanager
def _stage(what: str, seconds: dict[str, float]) -> Iterator[None]:
    log.info("%s", what)
    show_progress(STAGES.index(what), len(STAGES), what)
    start = perf_counter()
    yield
    seconds[what] = perf_counter() - start
