"""`depotwatch export`: the labels as a file for other programs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...labels.plural import plural
from ..errors import CommandError
from . import flags, session
from .outcome import tell

if TYPE_CHECKING:
    from ...labels.project import Project


def export(
    project: flags.ProjectFile,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="File to write, or to replace; a plain ending names the format.")
    ],
    format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="F", help="geojson, gpkg, csv, kml, coco, stac, prov, claimreview, figure or bundle."
        ),
    ] = None,
    verdict: Annotated[
        list[str] | None,
        typer.Option(
            metavar="V", help="Only these: accepted, rejected, unsure, disputed, unreviewed; may be repeated."
        ),
    ] = None,
    analyst: flags.Analyst = None,
) -> None:
    """Write the annotations with their verdicts, counts and claims, and note it in the journal."""
    from ...annotate.exports import format_of
    from ...labels.export import export as write

    chosen = format_of(out, format)
    if not out.parent.is_dir():
        raise CommandError(f"There is no folder {out.parent}; make it first or choose another place.")
    with _journalled(project, analyst) as (kept, name):
        written = write(kept, out, chosen, name, tuple(verdict) if verdict else None)
    for sentence in written.said:
        tell(sentence)
    beside = f", with what lies in {' and '.join(f'{one}/' for one in written.folders)}" if written.folders else ""
    tell(f"Wrote {out} of {plural(written.labels, 'label')}{beside}; journal head: {written.head or 'none yet'}.")


@contextmanager
def _journalled(path: Path, analyst: str | None) -> Iterator[tuple["Project", str | None]]:
    """Give the project and whose step it is; one that cannot be written is exported all the same, and that is said."""
    from ...labels.project.opening import identify, is_writable

    identify(path)
    if not is_writable(path):
        tell(f"{path.name} is read-only, so this export is not journalled.")
        with session.opened(path, read_only=True) as kept:
            yield kept, None
        return
    name = session.analyst_of_run(analyst, path)
    with session.opened(path) as kept:
        session.remember_analyst(name, kept)
        yield kept, name
