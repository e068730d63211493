"""`depotwatch fetch`: only the area of the chosen dates, as scenes that `compare` reads."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import CommandError
from . import flags, output
from .outcome import FAILED, tell
from .progress import show_progress

if TYPE_CHECKING:
    from ...imagery.catalog.found import Found
    from ...imagery.catalog.result import Result
    from ...imagery.fetch import Fetched, Plan

MB = 1e6


def fetch(
    result: Annotated[
        Path,
        typer.Argument(metavar="SITE|RESULT.json", help="What search --save kept: the file, or the site of SITE.json."),
    ],
    pair: Annotated[int | None, typer.Option(metavar="N", min=1, help="Both dates of this pair, by its rank.")] = None,
    item: Annotated[list[str] | None, typer.Option(metavar="ID", help="This one; may be repeated.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every one that was kept, as the dates of a series.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where each date gets a folder; the site's id if left out.")
    ] = None,
    area: flags.Area = None,
    bands: Annotated[
        str | None, typer.Option(metavar="B,B", help="Only these, as red,nir; all that are known if left out.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how much it would be, and fetch no pixel.")] = False,
    allow_host: flags.AllowHost = None,
    allow_local: flags.AllowLocal = False,
    cache_limit: flags.CacheLimit = None,
    offline: flags.Offline = False,
    json: flags.Json = False,
) -> None:
    """Fetch the site's pixels of chosen dates: by windows, resumed where it stopped, kept for later."""
    if every and (pair is not None or item):
        raise CommandError("--all fetches every date; leave --pair and --item out.")

    from ...annotate.area import read_area
    from ...imagery.catalog.result import read_result
    from ...imagery.fetch.several import fetch_several

    kept = read_result(result if result.suffix else result.with_suffix(".json"))
    wanted = kept.found if every else _chosen(kept, pair, item)
    folder = out or Path(kept.site)
    if folder.exists() and not folder.is_dir():
        raise CommandError(f"{folder} is a file; give a folder with --out.")
    names = None if bands is None else [name.strip() for name in bands.split(",")]
    terms = flags.terms(allow_host, allow_local, offline, cache_limit)
    where = read_area(area) or kept.area
    haul = fetch_several(wanted, where, None if dry_run else folder, terms, names, show_progress)
    times = {one.id: one.time for one in wanted}
    if json:
        output.print_json(
            {
                "site": kept.site,
                "planned": [_plan_as_json(one) for one in haul.planned],
                "fetched": [fetched_as_json(one) for one in haul.fetched],
                "failed": dict(haul.failed),
            }
        )
    elif dry_run:
        _print_plans(haul.planned)
    else:
        print_fetched(haul.fetched)
        if pair is not None and not haul.failed:
            first, second = haul.fetched
            only = "" if area is None else f" --area {area}"
            print(f"\nNext: depotwatch compare {first.path} {second.path} --project {kept.site}.gpkg{only}")
    for caution in sorted({one.caution for one in wanted if one.caution}):
        tell(f"Note: {caution}.")
    for id, why in haul.failed.items():
        tell(f"{id} ({times[id]}) was not fetched: {why}")
    if haul.failed:
        raise typer.Exit(FAILED)


def _chosen(kept: "Result", pair: int | None, items: list[str] | None) -> "tuple[Found, ...]":
    if (pair is None) == (not items):
        raise CommandError("Say what to fetch: --pair N, --item ID or --all; depotwatch search names them.")
    return kept.pair(pair) if pair is not None else tuple(kept.item(id) for id in items or ())


def print_fetched(fetched: "tuple[Fetched, ...]") -> None:
    """Print what lies on this disk."""
    if not fetched:
        return
    rows = [(one.id, f"{one.bytes / MB:.1f} MB", one.requests, f"{one.valid:.0%}", one.path) for one in fetched]
    output.print_table(("item", "fetched", "requests", "of the area", "folder"), rows)
    for credit, licence in sorted({_terms(one) for one in fetched}):
        print(f"Credit: {credit}. Licence: {licence}.")
    for one in fetched:
        if one.coverage < 1:
            tell(f"{one.id} holds {one.coverage:.0%} of the area; the rest lies outside it.")


def _terms(one: "Fetched") -> tuple[str, str]:
    said = one.item.properties
    return str(said.get("attribution") or "not stated"), str(said.get("license") or "not stated")


def fetched_as_json(one: "Fetched") -> dict[str, Any]:
    """Return what lies on this disk of one acquisition."""
    said = one.item.properties
    return {
        "id": one.id,
        "path": str(one.path),
        "time": said.get("datetime"),
        "requests": one.requests,
        "bytes": one.bytes,
        "coverage": one.coverage,
        "valid": one.valid,
        "credit": said.get("attribution"),
        "licence": said.get("license"),
    }


def _print_plans(plans: "tuple[Plan, ...]") -> None:
    if not plans:
        return
    rows = [
        (one.found.id, piece.asset.name, piece.tiles, piece.requests, f"{piece.bytes / MB:.2f} MB")
        for one in plans
        for piece in one.pieces
    ]
    output.print_table(("item", "band", "tiles", "requests", "still to fetch"), rows)
    print(f"\n{sum(one.bytes for one in plans) / MB:.2f} MB in {sum(one.requests for one in plans)} requests.")


def _plan_as_json(one: "Plan") -> dict[str, Any]:
    return {
        "id": one.found.id,
        "time": one.found.time,
        "coverage": one.coverage,
        "requests": one.requests,
        "bytes": one.bytes,
        "bands": [
            {
                "name": piece.asset.name,
                "shape": list(piece.grid.shape),
                "tiles": piece.tiles,
                "tile_bytes": piece.tile_bytes,
                "requests": piece.requests,
                "bytes": piece.bytes,
            }
            for piece in one.pieces
        ],
    }
