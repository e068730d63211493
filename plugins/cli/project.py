"""Hand a project on as one file."""

from pathlib import Path
from typing import Annotated

import typer

from . import flags, output, session


def backup(
    project: flags.ProjectFile,
    out: Annotated[Path, typer.Argument(metavar="OUT.gpkg", help="The copy; must not exist.")],
    json: flags.Json = False,
) -> None:
    """Write all that a project holds into one new file, for a backup or to hand it on; others may be working on it."""
    from ...labels.project.copying import copy_whole
    from ...labels.project.opening import identify

    identify(project)
    copy_whole(project, out)
    with session.opened(out, read_only=True) as copy:
        entries = copy.journal()
        annotations = len(copy.annotations(include_withdrawn=True))
    mark = entries[-1].mark if entries else None
    if json:
        told = {"project": str(project), "copy": str(out), "bytes": out.stat().st_size}
        output.print_json(told | {"annotations": annotations, "head": mark})
        return
    print(f"Copied {annotations} annotations of {project} to {out}; journal head: {mark or 'none yet'}.")


COMMANDS = {"backup": backup}
