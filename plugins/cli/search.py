"""`depotwatch search`: which two dates of a site are public, clear, and alike enough to be compared."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import CommandError
from . import flags, output, session
from .outcome import tell
from .progress import show_progress

if TYPE_CHECKING:
    from shapely import Polygon

    from ...annotate.finding import Findings, Wanted
    from ...imagery.catalog.pairs import Pair, Seen
    from ...labels.project import Project

SHOWN = 10
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
    """Search public catalogues and rank the pairs by the clear sky over the site itself."""
    from ...annotate.area import read_area
    from ...annotate.finding import Wanted, find_pairs
    from ...imagery.catalog.catalogues import catalogue
    from ...imagery.catalog.result import write_result

    with session.opened(project, read_only=True) if project else nullcontext() as kept:
        first, last = _days(before, after, claim, kept)
        where = read_area(area) or _area_of(site, kept)
    wanted = Wanted(where, first, last, days, gsd)
    chosen = [catalogue(name) for name in catalog or [DEFAULT_CATALOGUE]]
    terms = flags.terms(allow_host, allow_local, offline)
    found = find_pairs(wanted, chosen, terms, collection or (), show_progress)
    if save is not None:
        write_result(save, site, where, found.seen, found.pairs)
    if json:
        output.print_json(_as_json(site, wanted, found))
        return
    _print(found, site, wanted, save)


def _days(before: str | None, after: str | None, claim: str | None, kept: "Project | None") -> tuple[str, str]:
    """Return both days, those that are not given from the claim."""
    if claim is not None:
        known = {one.id: one for one in kept.claims()} if kept is not None else {}
        if claim not in known:
            raise CommandError(f"There is no claim {claim}; name the --project that keeps it.")
        before, after = before or known[claim].window.start, after or known[claim].window.end
    if before is None or after is None:
        raise CommandError("Both days are needed: give --before and --after, or a --claim with a closed window.")
    return before, after


def _area_of(site: str, kept: "Project | None") -> "Polygon":
    from ...annotate.finding import site_named

    found = site_named(site, kept)
    if found.accuracy:
        tell(f"The area of {found.name} is {found.accuracy}; --area narrows it.")
    assert found.area is not None
    return found.area


def _print(found: "Findings", site: str, wanted: "Wanted", save: Path | None) -> None:
    for note in found.notes:
        tell(note)
    for id, why in found.blocked.items():
        tell(f"{id} was left out: {why}")
    if not found.pairs:
        firsts = sum(one.found.time[:10] <= wanted.before for one in found.seen)
        tell(
            f"No pair was found: {firsts} dates before and {len(found.seen) - firsts} after, of no common collection; "
            f"search more than {wanted.days} days with --days, or another --catalog."
        )
        return
    rows = [_row(rank, pair) for rank, pair in enumerate(found.pairs[:SHOWN], start=1)]
    output.print_table(("pair", "worth", "before", "clear", "after", "clear", "collection", "GSD", "because"), rows)
    more = len(found.pairs) - len(rows)
    if more > 0:
        tell(f"{more} more pairs are worth less; --json lists all.")
    cautions = {pair.before.found.caution for pair in found.pairs[:SHOWN]} - {None}
    for caution in sorted(str(one) for one in cautions):
        tell(f"Note: {caution}.")
    kept = save or Path(f"{site}.json")
    again = "" if save else f"keep them with --save {kept}, then "
    tell(f"Next: {again}depotwatch fetch {kept} --pair 1 --out {site}")


def _row(rank: int, pair: "Pair") -> tuple[Any, ...]:
    first, second = pair.before, pair.after
    gsd = first.found.gsd_m
    return (
        *(rank, f"{pair.worth:.2f}", first.found.time, _clear(first), second.found.time, _clear(second)),
        *(first.found.collection, f"{gsd:g} m" if gsd else "not stated", pair.words),
    )


def _clear(seen: "Seen") -> str:
    return seen.clear.words


def _as_json(site: str, wanted: "Wanted", found: "Findings") -> dict[str, Any]:
    return {
        "site": site,
        "before": wanted.before,
        "after": wanted.after,
        "days": wanted.days,
        "pairs": [
            {
                "before": _seen_as_json(pair.before),
                "after": _seen_as_json(pair.after),
                "worth": round(pair.worth, 4),
                "factors": {name: round(value, 4) for name, value in pair.factors.items()},
                "because": pair.words,
            }
            for pair in found.pairs
        ],
        "found": [_seen_as_json(one) for one in found.seen],
        "left_out": dict(found.blocked),
        "notes": list(found.notes),
    }


def _seen_as_json(seen: "Seen") -> dict[str, Any]:
    one = seen.found
    return {
        "id": one.id,
        "catalogue": one.catalogue,
        "collection": one.collection,
        "time": one.time,
        "sensor": one.sensor,
        "gsd_m": one.gsd_m,
        "covered": round(seen.clear.covered, 4),
        "clear": None if seen.clear.clear is None else round(seen.clear.clear, 4),
        "snow": None if seen.clear.snow is None else round(seen.clear.snow, 4),
        "scene_cloud_percent": one.cloud_percent,
        "orbit": one.orbit,
        "credit": one.credit,
        "licence": one.licence,
        "caution": one.caution,
        "href": one.href,
    }
