"""Add, import and list what sources state, and how their hedges are read."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CommandError
from . import flags, output, session
from .claim_hedges import hedges, with_hedge_read
from .claim_judge import judge
from .outcome import tell

if TYPE_CHECKING:
    from ...labels.records import SiteRole


def add(
    project: flags.ProjectFile,
    id: Annotated[str, typer.Argument(metavar="ID", help="Own short name of the claim.")],
    source: Annotated[str, typer.Option(metavar="ID", help="Source that states it.")],
    statement: Annotated[str, typer.Option(metavar="TEXT", help="What it states, in your own words.")],
    measure: Annotated[str, typer.Option(metavar="M", help="present, new, gone, moved, visits or none.")],
    kind: Annotated[
        str | None, typer.Option(metavar="K", help="Kind of object; left out where no image can show it.")
    ] = None,
    low: Annotated[int | None, typer.Option(metavar="N", help="At least this many.")] = None,
    high: Annotated[int | None, typer.Option(metavar="N", help="At most this many.")] = None,
    unit: Annotated[str | None, typer.Option(metavar="TEXT", help="What is counted.")] = None,
    hedge: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help='The source\'s own number, hedged: "more than a hundred". Read by rules where --low and --high are '
            "left out; see claim hedges.",
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="TAG", help="Language of the hedge; the source's if left out.")
    ] = None,
    site: Annotated[
        list[str] | None, typer.Option(metavar="NAME[:ROLE]", help="Site, with its role: at (default), from, via, to.")
    ] = None,
    start: Annotated[str | None, typer.Option(metavar="T", help="First day it is said of, ISO 8601.")] = None,
    end: Annotated[str | None, typer.Option(metavar="T", help="Last day it is said of.")] = None,
    denies: Annotated[bool, typer.Option("--denies", help="The source denies it.")] = False,
    origin: Annotated[str | None, typer.Option(metavar="ID", help="Who said it first; repeats count once.")] = None,
    who: Annotated[str | None, typer.Option(metavar="TEXT", help="Full name of a new --origin.")] = None,
    locator: Annotated[str | None, typer.Option(metavar="TEXT", help="Page or paragraph.")] = None,
    quote: Annotated[str | None, typer.Option(metavar="TEXT", help="The source's own words.")] = None,
    quote_prefix: Annotated[str | None, typer.Option(metavar="TEXT", help="The words right before the quote.")] = None,
    quote_suffix: Annotated[str | None, typer.Option(metavar="TEXT", help="The words right after the quote.")] = None,
    analyst: flags.Analyst = None,
) -> None:
    """Add one claim by hand, or replace the one of that id."""
    name = session.analyst_of_statement(analyst, project)

    from ...labels.records import Claim, Origin, Quantity, Window

    window = Window(day_of(start), day_of(end))
    if window.start is not None and window.end is not None and window.start > window.end:
        raise CommandError(f"--start {window.start} lies after --end {window.end}; give the earlier day first.")
    if not statement.strip():
        raise CommandError("--statement is empty; say in your own words what the source states.")
    quantity = None
    if any(value is not None for value in (low, high, unit, hedge)):
        if low is not None and high is not None and low > high:
            raise CommandError(f"--low {low} is above --high {high}; give the smaller number first.")
        quantity = Quantity(low, high, unit, hedge)
    if quote is None and (quote_prefix or quote_suffix):
        raise CommandError("--quote-prefix and --quote-suffix stand around a quote; give --quote as well.")
    claim = Claim(
        id=id,
        source=source,
        statement=statement,
        kind=kind,
        measure=measure,
        quantity=quantity,
        sites=tuple(_role(text) for text in site or ()),
        window=window,
        polarity="denies" if denies else "asserts",
        origin=origin,
        locator=locator,
        quote=quote,
        quote_prefix=quote_prefix,
        quote_suffix=quote_suffix,
    )
    with session.opened(project) as kept, kept.transaction():
        if hedge is not None and low is None and high is None:
            claim = with_hedge_read(kept, claim, hedge, language)
        if origin is not None and who is not None:
            kept.put_origin(Origin(origin, who))
        there = any(one.id == id for one in kept.claims())
        kept.put_claim(claim)
        kept.append(name, "claim add", {"claims": [id]})
        session.remember_analyst(name, kept)
    tell(f"{'Replaced' if there else 'Added'} claim {id}.")


def import_(
    project: flags.ProjectFile,
    file: Annotated[Path, typer.Argument(metavar="CLAIMS.json", help="Claims; their sources must be there already.")],
    origins: Annotated[
        Path | None, typer.Option(metavar="ORIGINS.json", help="Who said it first, where the claims name origins.")
    ] = None,
    sites: Annotated[Path | None, typer.Option(metavar="SITES.json", help="Sites that the claims name.")] = None,
    read_hedges: Annotated[
        bool, typer.Option("--read-hedges", help="Fill the interval of each claim that has a hedge and no number.")
    ] = False,
    analyst: flags.Analyst = None,
) -> None:
    """Import claims from JSON; a claim that is there already is replaced."""
    name = session.analyst_of_statement(analyst, project)

    from ...labels.integrity import sha256_file
    from ...labels.references.claims import read_claims, read_origins, read_sites

    found = read_claims(file)
    new_origins = read_origins(origins) if origins else ()
    new_sites = read_sites(sites) if sites else ()
    with session.opened(project) as kept, kept.transaction():
        for origin in new_origins:
            kept.put_origin(origin)
        for site in new_sites:
            kept.put_site(site)
        for claim in found:
            quantity = claim.quantity
            if read_hedges and quantity and quantity.hedge and quantity.low is None and quantity.high is None:
                claim = with_hedge_read(kept, claim, quantity.hedge, None)
            kept.put_claim(claim)
        read = {one.name: sha256_file(one) for one in (file, origins, sites) if one is not None}
        kept.append(name, "claim import", {"file": file.name, "sha256": read, "claims": [claim.id for claim in found]})
        session.remember_analyst(name, kept)
    tell(f"Imported {len(found)} claims from {file.name}.")


def list_(project: flags.ProjectFile, json: flags.Json = False) -> None:
    """List the claims of a project as they were stated; `depotwatch claims` sets them beside what was observed."""
    with session.opened(project, read_only=True) as kept:
        claims = kept.claims()
    if json:
        from dataclasses import asdict

        output.print_json({"project": str(project), "claims": [asdict(claim) for claim in claims]})
        return
    output.print_table(
        ("id", "source", "kind", "measure", "polarity", "origin", "statement"),
        [(c.id, c.source, c.kind, c.measure, c.polarity, c.origin, c.statement) for c in claims],
    )


def day_of(text: str | None) -> str | None:
    """Return a day given as --start or --end, ISO 8601."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise CommandError(f"{text!r} is not a day; give --start and --end as YYYY-MM-DD.") from None


def _role(text: str) -> "SiteRole":
    from ...labels.records import ROLES, SiteRole

    site, _, role = text.partition(":")
    if (role or "at") not in ROLES or not site:
        raise CommandError(f"--site {text!r} is not NAME or NAME:ROLE; the role is one of {', '.join(ROLES)}.")
    return SiteRole(site, role or "at")


COMMANDS = {"add": add, "import": import_, "list": list_, "hedges": hedges, "judge": judge}
