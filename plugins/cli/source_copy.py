"""The kept copy of a source, and what is judged of it."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ..errors import CommandError
from . import flags, session
from .outcome import tell

Reliability = Annotated[
    str | None,
    typer.Option(
        metavar="A-F",
        help="Admiralty code: A completely reliable, B usually, C fairly, D not usually, E not, F unknown.",
    ),
]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the source.")]
ArchiveUrl = Annotated[str | None, typer.Option(metavar="URL", help="Where a kept copy stands.")]
Retrieved = Annotated[str | None, typer.Option(metavar="T", help="When the copy was taken, UTC.")]


def attach(
    project: flags.ProjectFile,
    id: Id,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy: a page, a picture, an archive of either.")],
    keep: Annotated[bool, typer.Option("--keep", help="Keep the file itself in the project, up to 32 MiB.")] = False,
    archive_url: ArchiveUrl = None,
    retrieved: Retrieved = None,
    analyst: flags.Analyst = None,
) -> None:
    """Say that a file is the copy of a source: its SHA-256 is kept, and with --keep the file."""
    name = session.analyst_of_statement(analyst, project)

    from ...labels.references.keeping import attach as attach_copy

    address, time, _ = checked_copy(archive_url, retrieved, None)
    with session.opened(project) as kept:
        source = attach_copy(kept, name, id, file, keep=keep, archive_url=address, retrieved=time)
        session.remember_analyst(name, kept)
    when = "" if source.retrieved else " When it was taken is not known: say so with --retrieved."
    held = " The project keeps it." if keep else ""
    tell(f"{file.name} is the copy of {id}: SHA-256 {source.sha256}.{held}{when}")


def extract(
    project: flags.ProjectFile,
    id: Id,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File to write; it must not exist.")],
) -> None:
    """Write the kept file of a source out again, after checking its hash."""
    from ...labels.integrity import sha256_file
    from ...labels.references.keeping import source_in

    with session.opened(project, read_only=True) as kept:
        source_in(kept, id)
        copy = kept.source_copy(id)
    if copy is None:
        raise CommandError(f"{project} keeps no file of {id}: attach it with --keep.")
    if out.exists():
        raise CommandError(f"{out} already exists: choose another name.")
    with session.new_files_only_on_success(out):
        out.write_bytes(copy.content)
        if sha256_file(out) != copy.sha256:
            raise CommandError(f"The kept file of {id} is not the one that was attached: its SHA-256 has changed.")
    tell(f"Wrote {copy.name} to {out}.")


def edit(
    project: flags.ProjectFile,
    id: Id,
    reliability: Reliability = None,
    language: Annotated[str | None, typer.Option(metavar="TAG", help="Language of the document: en, fr, ko, …")] = None,
    archive_url: ArchiveUrl = None,
    retrieved: Retrieved = None,
    analyst: flags.Analyst = None,
) -> None:
    """Say what is judged of a source that is there: its reliability, language, and kept copy."""
    name = session.analyst_of_statement(analyst, project)

    from ...labels.references.keeping import source_in

    address, time, _ = checked_copy(archive_url, retrieved, None)
    said = {"reliability": reliability, "language": language, "archive_url": address, "retrieved": time}
    said = {field: value for field, value in said.items() if value is not None}
    if not said:
        raise CommandError("Nothing is said of it; give --reliability, --language, --archive-url or --retrieved.")
    with session.opened(project) as kept, kept.transaction():
        old = source_in(kept, id)
        before = {field: getattr(old, field) for field in said}
        csl = {**old.csl, "language": language} if language else old.csl
        new = replace(old, csl=csl, reliability=reliability or old.reliability)
        kept.put_source(replace(new, archive_url=address or old.archive_url, retrieved=time or old.retrieved))
        kept.append(name, "source edit", {"source": id, "before": before, "after": said})
        session.remember_analyst(name, kept)
    tell(f"Source {id}: {', '.join(f'{field} {value}' for field, value in said.items())}.")


def checked_copy(
    archive_url: str | None, retrieved: str | None, sha256: str | None
) -> tuple[str | None, str | None, str | None]:
    """Return what is said of a copy in the forms in which it is kept."""
    from ...labels.references.address import checked_url

    if sha256 is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise CommandError(f"--sha256 {sha256!r:.80} is no SHA-256; 64 hexadecimal digits are needed.")
    address = None if archive_url is None else checked_url(archive_url, "--archive-url")
    return address, _utc(retrieved), None if sha256 is None else sha256.lower()


def _utc(text: str | None) -> str | None:
    """Return a time as UTC, ISO 8601; a day alone stays one."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--retrieved {text!r} is not a time; give one like 2023-10-16T11:01:00Z.") from None
    if len(text) <= 10:
        return text
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).isoformat().replace("+00:00", "Z")
