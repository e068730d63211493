"""`depotwatch import`: labels of others as annotations."""

from pathlib import Path
from typing import Annotated

import typer

from . import flags, session
from .outcome import tell


def import_(
    project: flags.ProjectFile,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="GeoJSON, COCO (.json), CSV with WKT, KML, shapefile or GeoPackage.")
    ],
    kind: Annotated[str | None, typer.Option(metavar="K", help="Kind of all of them: storage-pit, vessel, …")] = None,
    property: Annotated[
        str, typer.Option("--property", metavar="NAME", help="Property that holds the kind, where --kind is left out.")
    ] = "kind",
    change: Annotated[
        str | None, typer.Option(metavar="C", help="appeared, vanished or altered, where two scenes are named.")
    ] = None,
    scene: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Scene they were seen on; twice for the earlier and the later one."),
    ] = None,
    analyst: flags.Analyst = None,
) -> None:
    """Keep the outlines of a file as annotations; what depotwatch exported comes back as it was."""
    from ...annotate.importing import Wanted, import_labels

    name = session.analyst_of_statement(analyst, project)
    with session.opened(project) as kept:
        done = import_labels(kept, file, name, Wanted(kind, property, change, tuple(scene or ())))
        session.remember_analyst(name, kept)
    for sentence in done.said:
        tell(sentence)
    known = f"; {done.known} were there already" if done.known else ""
    tell(f"Imported {done.added} labels from {file.name}{known}.")
