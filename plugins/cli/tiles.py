"""`depotwatch tiles`: the area from a tile server that the user names, as a scene that `compare` reads."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CommandError
from . import flags, output, session
from .fetch import fetched_as_json, print_fetched
from .outcome import tell
from .progress import show_progress

if TYPE_CHECKING:
    from shapely import Polygon


def tiles(
    template: Annotated[
        str,
        typer.Argument(
            metavar="TEMPLATE",
            help="Address with {z}, {x} and {y}, or {TileMatrix}, {TileCol} and {TileRow} of a WMTS.",
        ),
    ],
    zoom: Annotated[int, typer.Option(metavar="Z", help="Zoom; it says how large a pixel is on the ground.")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the scene gets a folder.")],
    area: flags.Area = None,
    site: Annotated[str | None, typer.Option(metavar="ID", help="Site whose area it is, instead of --area.")] = None,
    project: Annotated[Path | None, typer.Option(metavar="P.gpkg", help="Project that knows the site.")] = None,
    date: Annotated[
        str | None,
        typer.Option(metavar="T", help="When it was taken (ISO 8601); without it the scene is undated."),
    ] = None,
    credit: Annotated[str | None, typer.Option(metavar="TEXT", help="Credit line of the imagery.")] = None,
    licence: Annotated[str | None, typer.Option(metavar="SPDX|closed", help="Licence of the imagery.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many tiles it would be, and fetch none.")] = False,
    allow_local: flags.AllowLocal = False,
    allow_host: flags.AllowHost = None,
    cache_limit: flags.CacheLimit = None,
    offline: flags.Offline = False,
    json: flags.Json = False,
) -> None:
    """Fetch the tiles of an area into one scene; what the server lacks is not valid there."""
    from ...annotate.area import read_area
    from ...imagery.fetch.tile_source import TILE_PX, TileSource
    from ...imagery.fetch.tiles import fetch_tiles, missing_tiles
    from ...imagery.remote.reach import reaching

    source = TileSource(template, zoom, date, credit, licence)
    where = read_area(area) or _area_of(site, project)
    gsd_m = source.gsd_m(where.centroid.y, TILE_PX)
    with reaching(flags.terms(allow_host, allow_local, offline, cache_limit), [source.host]) as reach:
        if dry_run:
            number, missing = missing_tiles(source, where, reach.cache)
            if json:
                output.print_json({"tiles": number, "requests": missing, "gsd_m": gsd_m})
                return
            print(f"{number} tiles of {gsd_m:.3g} m pixels at zoom {zoom}; {missing} of them still to fetch.")
            return
        made = fetch_tiles(source, where, out, reach.door, reach.cache, show_progress)
    if json:
        output.print_json(fetched_as_json(made))
        return
    print_fetched((made,))
    if date is None:
        tell("It is undated: it can be drawn on and counted, but it bounds no change in time; give --date if you know.")
    if credit is None or licence is None:
        tell("Its credit or licence is not stated, and whoever publishes it needs both; give --credit and --licence.")


def _area_of(site: str | None, project: Path | None) -> "Polygon":
    from ...annotate.finding import site_with_area

    if site is None:
        raise CommandError("Say which area: give --area FILE, or --site ID.")
    with session.opened(project, read_only=True) if project else nullcontext() as kept:
        found = site_with_area(site, kept)
    assert found.area is not None
    return found.area
