"""Add and list named places."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CommandError
from . import flags, output, session
from .outcome import tell

if TYPE_CHECKING:
    from shapely import Polygon


def add(
    project: flags.ProjectFile,
    id: Annotated[str, typer.Argument(metavar="ID", help="Short name, as --site takes it.")],
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="Full name; the id if left out.")] = None,
    area: Annotated[
        Path | None, typer.Option(metavar="AREA.geojson|.kml", help="Area of interest: one polygon.")
    ] = None,
    box: Annotated[str | None, typer.Option(metavar="W,S,E,N", help="Area of interest: a box in degrees.")] = None,
    point: Annotated[str | None, typer.Option(metavar="LON,LAT", help="Area of interest: around a point.")] = None,
    radius_km: Annotated[float | None, typer.Option(metavar="KM", help="Radius around --point.")] = None,
    function: Annotated[str | None, typer.Option(metavar="TEXT", help="port, depot, railway, …")] = None,
    country: Annotated[str | None, typer.Option(metavar="CODE", help="ISO 3166 alpha-2 code.")] = None,
    accuracy: Annotated[
        str, typer.Option(metavar="TEXT", help="Where the position comes from and how good it is.")
    ] = "",
    analyst: flags.Analyst = None,
) -> None:
    """Add a site, or replace the one of that id."""
    who = session.analyst_of_statement(analyst, project)

    from ...labels.records import Site

    site = Site(id, name or id, _area(area, box, point, radius_km), function, country, accuracy)
    with session.opened_or_created(project) as kept, kept.transaction():
        there = any(one.id == id for one in kept.sites())
        kept.put_site(site)
        kept.append(who, "site add", {"sites": [id]})
        session.remember_analyst(who, kept)
    tell(f"{'Replaced' if there else 'Added'} site {id}.")


def _area(file: Path | None, box: str | None, point: str | None, radius_km: float | None) -> "Polygon | None":
    """Return the area by whichever way it was given."""
    from ...annotate.area import box_area, read_area, round_area

    if sum(way is not None for way in (file, box, point)) > 1:
        raise CommandError("An area was given in more than one way; give one of --area, --box and --point.")
    if (point is None) != (radius_km is None):
        raise CommandError(
            "A point needs a radius, and a radius a point; give both --point LON,LAT and --radius-km KM."
        )
    if point is not None and radius_km is not None:
        return round_area(point, radius_km)
    return box_area(box) if box is not None else read_area(file)


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
