"""Add, import and list the public documents that claims come from."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import CommandError
from . import flags, output, session
from .outcome import tell


def add(
    project: flags.ProjectFile,
    id: Annotated[str, typer.Argument(metavar="ID", help="Citation key.")],
    title: Annotated[str, typer.Option(metavar="TEXT", help="Title of the document.")],
    type: Annotated[
        str, typer.Option(metavar="TYPE", help="CSL type: report, article-newspaper, webpage, …")
    ] = "report",
    publisher: Annotated[str | None, typer.Option(metavar="TEXT", help="Who published it.")] = None,
    date: Annotated[
        str | None, typer.Option(metavar="T", help="When it was published: YYYY, YYYY-MM or YYYY-MM-DD.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where it stands.")] = None,
    archive_url: Annotated[str | None, typer.Option(metavar="URL", help="Where a kept copy stands.")] = None,
    retrieved: Annotated[str | None, typer.Option(metavar="T", help="When the copy was taken, UTC.")] = None,
    sha256: Annotated[str | None, typer.Option(metavar="HEX", help="Hash of the copy.")] = None,
    analyst: flags.Analyst = None,
) -> None:
    """Add one source by hand."""
    name = session.analyst_of_statement(analyst, project)

    from ...labels.records import Source

    csl: dict[str, object] = {"id": id, "type": type, "title": title}
    if publisher:
        csl["publisher"] = publisher
    if date:
        csl["issued"] = {"date-parts": [_date_parts(date)]}
    if url:
        csl["URL"] = url
    source = Source(id, csl, archive_url=archive_url, retrieved=retrieved, sha256=sha256)
    with session.opened_or_created(project) as kept, kept.transaction():
        kept.put_source(source)
        kept.append(name, "source add", {"sources": [id]})
        session.remember_analyst(name, kept)
    tell(f"Added source {id}.")


def import_(
    project: flags.ProjectFile,
    file: Annotated[Path, typer.Argument(metavar="SOURCES.json", help="CSL-JSON, as Zotero and others write it.")],
    analyst: flags.Analyst = None,
) -> None:
    """Import sources from CSL-JSON; a source that is there already is replaced."""
    name = session.analyst_of_statement(analyst, project)

    from ...labels.references.csl import read_sources

    sources = read_sources(file)
    with session.opened_or_created(project) as kept, kept.transaction():
        for source in sources:
            kept.put_source(source)
        kept.append(name, "source import", {"file": file.name, "sources": [source.id for source in sources]})
        session.remember_analyst(name, kept)
    tell(f"Imported {len(sources)} sources from {file.name}.")


def list_(project: flags.ProjectFile, json: flags.Json = False) -> None:
    """List the sources of a project."""
    with session.opened(project, read_only=True) as kept:
        sources = kept.sources()
        claims = [claim.source for claim in kept.claims()]
    if json:
        rows = [dict(source.csl) | {"id": source.id, "claims": claims.count(source.id)} for source in sources]
        output.print_json({"project": str(project), "sources": rows})
        return
    output.print_table(
        ("id", "date", "claims", "title"),
        [(source.id, _date_of(source.csl), claims.count(source.id), source.title) for source in sources],
    )


def _date_parts(text: str) -> list[int]:
    try:
        parts = [int(part) for part in text.split("-")]
    except ValueError:
        parts = []
    if not (1 <= len(parts) <= 3) or not all(part > 0 for part in parts):
        raise CommandError(f"{text!r} is not a date; give --date as YYYY, YYYY-MM or YYYY-MM-DD.")
    return parts


def _date_of(csl: object) -> str | None:
    issued = csl.get("issued") if isinstance(csl, dict) else None
    parts = (issued or {}).get("date-parts") or [[]] if isinstance(issued, dict) else [[]]
    return "-".join(f"{int(part):02d}" for part in parts[0]) or None


COMMANDS = {"add": add, "import": import_, "list": list_}
