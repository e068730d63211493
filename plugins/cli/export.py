"""`depotwatch export`: the labels as a file for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import CommandError
from . import flags, session
from .outcome import tell


def export(
    project: flags.ProjectFile,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File to write; its ending names the format.")],
    format: Annotated[str | None, typer.Option("--format", metavar="F", help="geojson or csv.")] = None,
    verdict: Annotated[
        list[str] | None,
        typer.Option(
            metavar="V", help="Only these: accepted, rejected, unsure, disputed, unreviewed; may be repeated."
        ),
    ] = None,
) -> None:
    """Write the annotations with their verdicts, counts and claims."""
    from ...labels.export import FORMATS

    by_suffix = {kind.suffix: name for name, kind in FORMATS.items()}
    name = format or by_suffix.get(out.suffix.lower())
    if name not in FORMATS:
        raise CommandError(
            f"{format or out.name!r} names no format this version writes; --format is one of {', '.join(FORMATS)}."
        )
    if not out.parent.is_dir():
        raise CommandError(f"There is no folder {out.parent}; make it first or choose another place.")
    with session.opened(project, read_only=True) as kept:
        written = FORMATS[name].write(kept, out, tuple(verdict) if verdict else None)
    tell(f"Wrote {written} labels to {out}.")
