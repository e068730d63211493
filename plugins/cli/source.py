"""Add, import, attach, list, merge and cite the public documents that claims come from."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...labels.plural import plural
from ..errors import CommandError
from . import flags, output, session
from .outcome import tell
from .source_copy import Reliability, attach, checked_copy, edit, extract

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...labels.records import Source
    from ...labels.references.duplicates import Duplicate


def add(
    project: flags.ProjectFile,
    id: Annotated[
        str,
        typer.Argument(metavar="ID|URL", help="Citation key, or an address; nothing is fetched."),
    ],
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Title of the document; an address may go without.")
    ] = None,
    type: Annotated[
        str | None, typer.Option(metavar="TYPE", help="CSL type: report (default), article-newspaper, webpage, …")
    ] = None,
    publisher: Annotated[str | None, typer.Option(metavar="TEXT", help="Who published it.")] = None,
    date: Annotated[
        str | None, typer.Option(metavar="T", help="When it was published: YYYY, YYYY-MM or YYYY-MM-DD.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where it stands.")] = None,
    archive_url: Annotated[str | None, typer.Option(metavar="URL", help="Where a kept copy stands.")] = None,
    retrieved: Annotated[str | None, typer.Option(metavar="T", help="When the copy was taken, UTC.")] = None,
    sha256: Annotated[str | None, typer.Option(metavar="HEX", help="Hash of the copy.")] = None,
    language: Annotated[str | None, typer.Option(metavar="TAG", help="Language of the document: en, fr, ko, …")] = None,
    reliability: Reliability = None,
    analyst: flags.Analyst = None,
) -> None:
    """Add one source by hand, or replace the one of that id."""
    name = session.analyst_of_statement(analyst, project)

    from ...labels.records import Source
    from ...labels.references.address import checked_url
    from ...labels.references.bare import source_at

    csl: dict[str, object]
    if "://" in id:
        if url is not None:
            raise CommandError(f"Two addresses are given, {id} and --url {url}; give one, or a citation key and --url.")
        csl = dict(source_at(id).csl)
    elif title is None:
        raise CommandError(f"Source {id} has no title; give --title TEXT, or an address like https://example.org/a.")
    else:
        csl = {"id": id, "type": "report"}
    said = {"type": type, "title": title, "publisher": publisher, "language": language}
    said["URL"] = url and checked_url(url, "--url")
    csl |= {field: value for field, value in said.items() if value}
    if date:
        csl["issued"] = {"date-parts": [_date_parts(date)]}
    copy = checked_copy(archive_url, retrieved, sha256)
    source = Source(str(csl["id"]), csl, *copy, reliability=reliability)
    with session.opened_or_created(project) as kept, kept.transaction():
        there = any(one.id == source.id for one in kept.sources())
        kept.put_source(source)
        kept.append(name, "source add", {"sources": [source.id]})
        session.remember_analyst(name, kept)
    tell(f"{'Replaced' if there else 'Added'} source {source.id}.")


def import_(
    project: flags.ProjectFile,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="CSL-JSON, BibTeX (.bib), RIS (.ris), an export of Auto Archiver (.csv, .json), or addresses (.txt).",
        ),
    ],
    analyst: flags.Analyst = None,
) -> None:
    """Import sources; the reference of one that is there under its id is replaced. Nothing is fetched."""
    name = session.analyst_of_statement(analyst, project)

    from ...labels.references import read_sources
    from ...labels.references.importing import import_sources

    sources = read_sources(file)
    with session.opened_or_created(project) as kept:
        twice = import_sources(kept, name, sources, file.name)
        session.remember_analyst(name, kept)
    tell(f"Imported {plural(len(sources), 'source')} from {file.name}.")
    _tell_duplicates(project, twice)


def list_(project: flags.ProjectFile, json: flags.Json = False) -> None:
    """List the sources of a project, and which of them are, or may be, one document."""
    from ...labels.references.duplicates import duplicates, issued

    with session.opened(project, read_only=True) as kept:
        sources = kept.sources()
        claims = [claim.source for claim in kept.claims()]
        kept_files = kept.source_copies()
    twice = duplicates(sources)
    if json:
        rows = [
            _as_json(source) | {"claims": claims.count(source.id), "kept_bytes": kept_files.get(source.id)}
            for source in sources
        ]
        same = [asdict(one) for one in twice]
        output.print_json({"project": str(project), "sources": rows, "duplicates": same})
        return
    output.print_table(
        ("id", "date", "language", "reliability", "copy", "claims", "title"),
        [
            (
                *(source.id, issued(source.csl), source.language, source.reliability),
                "kept" if source.id in kept_files else "hash" if source.sha256 else None,
                *(claims.count(source.id), source.title),
            )
            for source in sources
        ],
    )
    _tell_duplicates(project, twice)


def merge(
    project: flags.ProjectFile,
    keep: Annotated[str, typer.Argument(metavar="KEEP", help="Id of the source that stays.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="Ids of those that become it.")],
    analyst: flags.Analyst = None,
) -> None:
    """Make one source of several that are one document: their claims move to it, and what only they say is taken."""
    name = session.analyst_of_statement(analyst, project)

    from ...labels.references.merging import merge_sources

    with session.opened(project) as kept:
        moved = merge_sources(kept, name, keep, others)
    tell(f"Merged {', '.join(others)} into {keep}; {plural(len(moved), 'claim')} moved.")


def cite(
    project: flags.ProjectFile,
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Which; all if none is named.")] = None,
    html: Annotated[bool, typer.Option("--html", help="As HTML with the emphasis of the style, sanitised.")] = False,
    json: flags.Json = False,
) -> None:
    """Print formatted citations."""
    from ...labels.references.formatted import citations
    from ...labels.references.keeping import source_in

    with session.opened(project, read_only=True) as kept:
        chosen = [source_in(kept, id) for id in ids] if ids else kept.sources()
    texts = citations(chosen, html=html)
    if json:
        rows = [{"id": source.id, "citation": text} for source, text in zip(chosen, texts, strict=True)]
        output.print_json({"project": str(project), "citations": rows})
        return
    for text in texts:
        print(text)


def _tell_duplicates(project: Path, found: "Sequence[Duplicate]") -> None:
    for one in found:
        what = "are one document" if one.certain else "may be one document"
        tell(
            f"{one.first} and {one.second} {what}: {one.reason} To make one of them: "
            f"depotwatch source merge {project} {one.first} {one.second}"
        )


def _as_json(source: "Source") -> dict[str, object]:
    kept = {name: value for name, value in asdict(source).items() if name not in ("id", "csl")}
    return {**source.csl, "id": source.id, **kept}


def _date_parts(text: str) -> list[int]:
    try:
        parts = [int(part) for part in text.split("-")]
    except ValueError:
        parts = []
    if not (1 <= len(parts) <= 3) or not all(part > 0 for part in parts):
        raise CommandError(f"{text!r} is not a date; give --date as YYYY, YYYY-MM or YYYY-MM-DD.")
    return parts


COMMANDS = {
    "add": add,
    "import": import_,
    "attach": attach,
    "extract": extract,
    "edit": edit,
    "list": list_,
    "merge": merge,
    "cite": cite,
}
