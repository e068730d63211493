"""Add and list named places."""

from pathlib import Path
from typing import Annotated

import typer

from . import flags, output, session
from .outcome import tell


def add(
    project: flags.ProjectFile,
    id: Annotated[str, typer.Argument(metavar="ID", help="Short name, as --site takes it.")],
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="Full name; the id if left out.")] = None,
    area: Annotated[
        Path | None, typer.Option(metavar="AREA.geojson", help="Area of interest: one polygon, longitude and latitude.")
    ] = None,
    function: Annotated[str | None, typer.Option(metavar="TEXT", help="port, depot, railway, …")] = None,
    country: Annotated[str | None, typer.Option(metavar="CODE", help="ISO 3166 alpha-2 code.")] = None,
    accuracy: Annotated[
        str, typer.Option(metavar="TEXT", help="Where the position comes from and how good it is.")
    ] = "",
    analyst: flags.Analyst = None,
) -> None:
    """Add a site, or replace the one of that id."""
    who = session.analyst_of_statement(analyst, project)

    from ...annotate.area import read_area
    from ...labels.records import Site

    site = Site(id, name or id, read_area(area), function, country, accuracy)
    with session.opened_or_created(project) as kept, kept.transaction():
        kept.put_site(site)
        kept.append(who, "site add", {"sites": [id]})
        session.remember_analyst(who, kept)
    tell(f"Added site {id}.")


def list_(project: flags.ProjectFile, json: flags.Json = False) -> None:
    """List the sites of a project."""
    with session.opened(project, read_only=True) as kept:
        sites = kept.sites()
    if json:
        rows = [
            {
                "id": site.id,
                "name": site.name,
                "function": site.function,
                "country": site.country,
                "bounds": list(site.area.bounds) if site.area else None,
                "accuracy": site.accuracy,
                "synthetic": site.synthetic,
            }
            for site in sites
        ]
        output.print_json({"project": str(project), "sites": rows})
        return
    output.print_table(
        ("id", "name", "function", "country", "has an area"),
        [(site.id, site.name, site.function, site.country, "yes" if site.area else "no") for site in sites],
    )


COMMANDS = {"add": add, "list": list_}
