"""`depotwatch detect`: what is there on one date."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import flags, output, session
from .outcome import tell
from .progress import show_progress

if TYPE_CHECKING:
    from ...annotate.single import Single


@flags.takes_scene_flags
def detect(
    scene: Annotated[
        str, typer.Argument(metavar="SCENE", help="A file, a product folder, or band files joined by commas.")
    ],
    project: flags.Project,
    scenes: flags.SceneFlags,
    site: Annotated[str | None, typer.Option(metavar="NAME", help="Site of the project that the scene shows.")] = None,
    area: flags.Area = None,
    kind: flags.Kind = None,
    kinds: flags.Kinds = None,
    vessel_length: flags.VesselLength = None,
    analyst: flags.Analyst = None,
    json: flags.Json = False,
) -> None:
    """Find and count what is there on one date: candidates in a project, each to be reviewed."""
    options = scenes.option()
    name = session.analyst_of_run(analyst, project)

    from ...annotate.area import read_area
    from ...annotate.kind_examples import keep_examples, read_examples
    from ...annotate.kinds import load_kinds, own_tables
    from ...annotate.single import Settings, search_single

    known = load_kinds(kinds)
    examples = read_examples(known, kinds.parent) if kinds else {}
    settings = Settings(
        site=site,
        area=read_area(area),
        kinds=tuple(kind) if kind else None,
        analyst=name,
        before=options,
        own_kinds=own_tables(known),
        vessel_length_m=vessel_length,
    )
    with session.opened_or_created(project) as kept:
        found = search_single(scene, kept, settings, progress=show_progress)
        session.remember_analyst(name, kept)
        keep_examples(kept, examples)
    rows = _rows(found)
    if json:
        output.print_json(
            {
                "project": str(project),
                "scene": asdict(found.scene),
                "new": found.new,
                "kinds": rows,
                "candidates": len(found.candidates),
                **({} if found.vessel_length is None else {"vessel_length": asdict(found.vessel_length)}),
            }
        )
        return
    print(f"scene  {found.scene.name}, {found.scene.time or 'date not known'}, {found.scene.sensor}\n")
    output.print_table(("kind", "found", "count", "why"), [_cells(row) for row in rows])
    if found.vessel_length is not None:
        print(f"\nlength  {found.vessel_length.sentence}")
    tell(f"{len(found.candidates)} found, each to be reviewed; what is missed is drawn: depotwatch review {project}")


def _rows(found: "Single") -> list[dict[str, Any]]:
    """Return one row a kind, as JSON values; `count` is None where there is no number."""
    from ...annotate.detect import searched

    rows = []
    for result in found.comparison.kinds:
        estimate = found.counts.get(result.kind)
        rows.append(
            {
                "kind": result.kind,
                "testable": result.testable,
                "countable": result.kind in found.testability and found.testability[result.kind].count,
                "reason": result.reason,
                "searched": searched(result.kind, alone=True),
                "candidates": result.candidates,
                "count": estimate
                and {"low": estimate.low, "best": estimate.best, "high": estimate.high, "level": estimate.level},
            }
        )
    return rows


def _cells(row: dict[str, Any]) -> tuple[object, ...]:
    count = row["count"]
    words = None if count is None else output.interval(count["low"], count["best"], count["high"])
    found = row["candidates"] if row["searched"] else "not searched"
    return row["kind"], found if row["testable"] else "not seen", words, row["reason"]
