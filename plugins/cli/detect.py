"""`depotwatch detect`: what is there on one date."""

from dataclasses import asdict
from typing import Annotated

import typer

from . import flags, output, session
from .outcome import tell

BY_HAND = "Nothing is proposed on one date yet: detectors compare dates. Draw and count by hand: depotwatch review {}"


@flags.takes_scene_flags
def detect(
    scene: Annotated[str, typer.Argument(metavar="SCENE", help="A file, or band files joined by commas.")],
    project: flags.Project,
    scenes: flags.SceneFlags,
    area: flags.Area = None,
    analyst: flags.Analyst = None,
    json: flags.Json = False,
) -> None:
    """Keep one scene in a project, for drawing and counting by hand; detectors on one date come later."""
    options, _ = scenes.options()
    name = session.analyst_of_run(analyst, project)

    from ...annotate.area import read_area
    from ...annotate.single import keep_single

    inside = read_area(area)
    with session.opened_or_created(project) as kept:
        found = keep_single(scene, kept, options, inside, name)
        session.remember_analyst(name, kept)
    rows = [
        asdict(seen) | {"reason": seen.reason.replace("this pair", "this scene")} for seen in found.testability.values()
    ]
    if json:
        output.print_json({"project": str(project), "scene": asdict(found.scene), "new": found.new, "kinds": rows})
    else:
        print(f"scene  {found.scene.name}, {found.scene.time or 'date not known'}, {found.scene.sensor}\n")
        output.print_table(
            ("kind", "can be seen", "can be counted", "why"),
            [(row["kind"], _yes(row["detect"]), _yes(row["count"]), row["reason"]) for row in rows],
        )
    tell(BY_HAND.format(project))


def _yes(value: object) -> str:
    return "yes" if value else "no"
