"""`depotwatch change`: the change map alone, without a project."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import flags, output
from .progress import show_progress

if TYPE_CHECKING:
    from shapely import Polygon

    from ...imagery.metadata import ReadOptions


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
    control: flags.Control = None,
    json: flags.Json = False,
) -> None:
    """Write the map of change scores: 0 to 1, .5 is the threshold."""
    options = scenes.options()

    from ...imagery.change_map import map_change
    from ...imagery.scene_file import AFTER_MARGIN_PX, open_scene

    inside = None if area is None else _inside(area)
    first = open_scene(before, options[0], inside)
    second = open_scene(after, options[1], inside, margin_px=AFTER_MARGIN_PX)
    third = (
        None
        if control is None
        else open_scene(control, _control_options(options[0]), inside, margin_px=AFTER_MARGIN_PX)
    )
    report = map_change(first, second, map_path, method, accept_residual, show_progress, control=third)
    show_progress(1, 1, "done")
    moved, residual = report.registration.shift_px, report.registration.residual
    found = {
        "method": report.method,
        "method_reason": report.method_reason,
        "null": report.explanation,
        "threshold": 0.5,
        "shift_px": list(moved),
        "residual_px": {"median": residual.median_px, "p95": residual.p95_px},
        "valid_fraction": report.valid_fraction,
        "expected_false_alarms_per_km2": report.expected_false_alarms_per_km2,
        "objects": report.objects,
        "seconds": dict(report.seconds),
    }
    if json:
        output.print_json(found)
        return
    print(f"map        {map_path}: {report.method}, .5 is the threshold")
    print(f"because    {report.method_reason}")
    print(f"null       {report.explanation}")
    print(f"moved      {moved[0]:.2f} px down, {moved[1]:.2f} px right")
    print(f"residual   {residual.median_px:.2f} px median, {residual.p95_px:.2f} px at 95 %")
    print(f"valid      {report.valid_fraction:.0%} of the before scene")
    print(f"expected   {report.expected_false_alarms_per_km2:.3g} false alarms per km² where nothing changed")
    print(f"objects    {report.objects} above the threshold")


# The floor above imagery takes a third of a second to load, and most maps need nothing of it.


def _inside(area: Path) -> "Polygon | None":
    from ...annotate.area import read_area

    return read_area(area)


def _control_options(before: "ReadOptions") -> "ReadOptions":
    from ...annotate.control import control_options

    return control_options(before)
