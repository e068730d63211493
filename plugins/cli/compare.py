"""`depotwatch compare`: the one job, from two files to candidates in a project."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import flags, output, session
from .outcome import FAILED, tell
from .progress import show_progress

if TYPE_CHECKING:
    from ...annotate.compare import Result

MOST_IMPLANTS = 1000


@flags.takes_scene_flags
def compare(
    before: flags.Before,
    after: flags.After,
    project: flags.Project,
    scenes: flags.SceneFlags,
    site: Annotated[str | None, typer.Option(metavar="NAME", help="Site of the project that this pair shows.")] = None,
    area: flags.Area = None,
    map_path: Annotated[Path | None, typer.Option("--map", metavar="MAP.tif", help="Write the change map too.")] = None,
    method: flags.Method = "auto",
    threshold: flags.Threshold = None,
    kind: flags.Kind = None,
    kinds: flags.Kinds = None,
    accept_residual: flags.AcceptResidual = False,
    control: flags.Control = None,
    implants: Annotated[
        int,
        typer.Option(
            "--implants",
            metavar="N",
            min=0,
            max=MOST_IMPLANTS,
            help="Draw N things a kind into copies of AFTER and look for them: how much of what is there is found.",
        ),
    ] = 0,
    vessel_length: flags.VesselLength = None,
    analyst: flags.Analyst = None,
    json: flags.Json = False,
) -> None:
    """Compare two dates: register, map the change, propose candidates, store everything in the project."""
    options = scenes.options()
    name = session.analyst_of_run(analyst, project)

    from ...annotate.area import read_area
    from ...annotate.compare import Settings
    from ...annotate.compare import compare as run
    from ...annotate.kind_examples import keep_examples, read_examples
    from ...annotate.kinds import load_kinds, own_tables

    known = load_kinds(kinds)
    examples = read_examples(known, kinds.parent) if kinds else {}
    settings = Settings(
        site=site,
        area=read_area(area),
        method=method,
        threshold=threshold,
        kinds=tuple(kind) if kind else None,
        own_kinds=own_tables(known),
        analyst=name,
        accept_residual=accept_residual,
        map_path=map_path,
        before=options[0],
        after=options[1],
        control=control,
        implants=implants,
        vessel_length_m=vessel_length,
    )
    with session.new_files_only_on_success(project, map_path):
        result = run(before, after, project, settings, progress=show_progress)
        with session.opened(project) as kept:
            session.remember_analyst(name, kept)
            keep_examples(kept, examples)
    report(result, as_json=json)
    if result.comparison.refused:
        tell(result.comparison.refused)
        raise typer.Exit(FAILED)


def report(result: "Result", *, as_json: bool) -> None:
    """Print what a comparison found."""
    found: dict[str, Any] = dict(result.to_json())
    if as_json:
        output.print_json(found)
        return
    pair = found["pair"]
    print(f"before     {pair['before']}")
    print(f"after      {pair['after']}")
    if result.comparison.refused is None:
        print(f"moved      {_moved(*pair['shift_m'])}")
        print(f"residual   {pair['residual_px']['median']:.2f} px median, {pair['residual_px']['p95']:.2f} px at 95 %")
        print(
            f"method     {found['method']}, {found['expected_false_alarms_per_km2']:.3g} false alarms expected per km²"
        )
        print(f"because    {found['method_reason']}")
        given = "as asked for" if result.comparison.settings.get("threshold") else "from the null of this pair"
        print(f"threshold  {result.comparison.threshold:.4g} in units of its statistic, {given}")
    print(f"valid      {pair['valid_fraction']:.0%} of the before scene")
    print(f"candidates {found['candidates']}, each to be reviewed: depotwatch review {found['project']}")
    if result.vessel_length is not None:
        print(f"length     {result.vessel_length.sentence}")
    print(_explained(found["explained"]))
    output.print_table(
        ("kind", "can be", "candidates", "what this pair can show"), [_row(kind) for kind in found["kinds"]]
    )
    if "implants" in found:
        if not found["implants"]:
            print("\nImplants: none, as this pair can show no kind that can be drawn into it.")
            return
        print("\nImplants: synthetic things drawn into copies of the scenes, and looked for.")
        output.print_table(("kind", "drawn", "found", "recall"), [_implants_row(kind) for kind in found["implants"]])


def _moved(south_m: float, east_m: float) -> str:
    """Return how far, and which way, AFTER was moved onto BEFORE."""
    along, across = "south" if south_m >= 0 else "north", "east" if east_m >= 0 else "west"
    return f"{abs(south_m):.1f} m {along}, {abs(east_m):.1f} m {across}"


def _implants_row(kind: dict[str, Any]) -> tuple[object, ...]:
    recall = kind["recall"]
    share = f"{recall['best']:.0%} ({recall['low']:.0%} to {recall['high']:.0%})"
    return kind["kind"], kind["drawn"], kind["found"], share


def _explained(reasons: Mapping[str, int]) -> str:
    """Return how many candidates something else explains, by what, and an empty line."""
    if not reasons:
        return ""
    by = ", ".join(f"{number} by {reason}" for reason, number in reasons.items())
    return f"explained  {by}: most of their change, so they are ranked last of their kind\n"


def _row(kind: dict[str, Any]) -> tuple[object, ...]:
    """Return what is printed of a kind: untestable ones have no number of candidates."""
    able = "counted" if kind["count"] is not None else "seen" if kind["testable"] else "not seen"
    return kind["kind"], able, kind["candidates"] if kind["testable"] else None, kind["reason"]
