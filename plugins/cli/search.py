"""`depotwatch search`: which two dates of a site are public, clear, and alike enough to be compared."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CommandError
from . import flags, search_output, session
from .outcome import tell
from .progress import show_progress

if TYPE_CHECKING:
    from shapely import Polygon

    from ...labels.project import Project

DEFAULT_CATALOGUE = "earth-search"


def search(
    site: Annotated[str, typer.Argument(metavar="SITE", help="Site of the project or of the cited reports.")],
    before: Annotated[str | None, typer.Option(metavar="DAY", help="The first date is taken on or before it.")] = None,
    after: Annotated[str | None, typer.Option(metavar="DAY", help="The second date is taken on or after it.")] = None,
    claim: Annotated[
        str | None, typer.Option(metavar="ID", help="Take both days from the window of this claim of the project.")
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", metavar="P.gpkg", help="Project that knows the site or the claim.")
    ] = None,
    area: flags.Area = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", help="Instead of a pair: the best dates of a period from here"),
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DAY", help="to here, both included,")] = None,
    best: Annotated[int, typer.Option(metavar="N", min=1, max=200, help="this many, spread over it.")] = 6,
    days: Annotated[int, typer.Option(metavar="N", min=1, max=3660, help="Search this many days either way.")] = 45,
    gsd: Annotated[float | None, typer.Option(metavar="M", min=0.01, help="Pixel size that is needed.")] = None,
    catalog: Annotated[
        list[str] | None,
        typer.Option(
            "--catalog",
            metavar="NAME|URL",
            help="earth-search, planetary-computer, cdse, maxar-open-data, umbra-open-data, capella-open-data, or the "
            "address of another; may be repeated.",
        ),
    ] = None,
    collection: Annotated[list[str] | None, typer.Option(metavar="C", help="Only this one; may be repeated.")] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="RESULT.json", help="Keep what was found, for depotwatch fetch.")
    ] = None,
    allow_host: flags.AllowHost = None,
    allow_local: flags.AllowLocal = False,
    offline: flags.Offline = False,
    json: flags.Json = False,
) -> None:
    """Search public catalogues for pairs or for a series of dates, by the clear sky over the site itself."""
    from ...annotate.area import read_area
    from ...annotate.finding import Wanted, find_dates, find_pairs
    from ...imagery.catalog.catalogues import catalogue
    from ...imagery.catalog.result import write_result

    series = start is not None and end is not None
    if (start is None) != (end is None) or (series and (before or after or claim)):
        raise CommandError("A period needs both --from and --to, and neither --before, --after nor --claim.")
    with session.opened(project, read_only=True) if project else nullcontext() as kept:
        first, last = (str(start), str(end)) if series else _days(before, after, claim, kept)
        where = read_area(area) or _area_of(site, kept)
    if save is not None and not save.parent.is_dir():
        raise CommandError(f"There is no folder {save.parent}; make it first or choose another place.")
    chosen = [catalogue(name) for name in catalog or [DEFAULT_CATALOGUE]]
    terms = flags.terms(allow_host, allow_local, offline)
    if series:
        found, dates = find_dates(where, (first, last), best, chosen, terms, collection or (), show_progress)
        if save is not None:
            write_result(save, site, where, dates.chosen, ())
        search_output.dates(found, dates, site, (first, last), save, json)
        return
    wanted = Wanted(where, first, last, days, gsd)
    found = find_pairs(wanted, chosen, terms, collection or (), show_progress)
    if save is not None:
        write_result(save, site, where, found.seen, found.pairs)
    search_output.pairs(found, site, wanted, save, json)


def _days(before: str | None, after: str | None, claim: str | None, kept: "Project | None") -> tuple[str, str]:
    """Return both days, those that are not given from the claim."""
    if claim is not None:
        if kept is None:
            raise CommandError(f"The claim {claim} is looked up in a project; name it with --project.")
        known = {one.id: one for one in kept.claims()}
        if claim not in known:
            raise CommandError(
                f"There is no claim {claim} in the project; it has {', '.join(sorted(known)) or 'none'}."
            )
        before, after = before or known[claim].window.start, after or known[claim].window.end
    if before is None or after is None:
        raise CommandError("Both days are needed: give --before and --after, or a --claim with a closed window.")
    return before, after


def _area_of(site: str, kept: "Project | None") -> "Polygon":
    from ...annotate.finding import site_with_area

    found = site_with_area(site, kept)
    if found.accuracy:
        tell(f"The area of {found.name} is {found.accuracy}; --area narrows it.")
    assert found.area is not None
    return found.area
