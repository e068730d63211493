"""Keeping the copy of a source: its hash always, and the file itself inside the project where that is wished."""

from dataclasses import replace
from pathlib import Path

from ..errors import RecordError
from ..integrity import sha256_file
from ..project import Project
from ..records import Source, SourceCopy

MOST_BYTES = 32 * 2**20
MOST_BYTES_IN_ALL = 256 * 2**20  # of one project: it stays a file that can be sent to somebody


def source_in(project: Project, source_id: str) -> Source:
    """
    Return a source of a project.

    Raises
    ------
    RecordError
        It is not there; the message names those that are.
    """
    known = {source.id: source for source in project.sources()}
    if source_id not in known:
        raise RecordError(
            f"{project.path.name} holds no source {source_id!r}; it has {', '.join(sorted(known)) or 'none'}."
        )
    return known[source_id]


def attach(
    project: Project,
    analyst: str,
    source_id: str,
    file: Path,
    *,
    keep: bool = False,
    archive_url: str | None = None,
    retrieved: str | None = None,
) -> Source:
    """
    Say that a file is the kept copy of a source; journalled.

    Parameters
    ----------
    project
        Open for writing.
    analyst
        Who says so.
    source_id
        Id of the source.
    file
        The copy: a page, a picture, an archive of either. It is read and never opened as anything.
    keep
        True to keep the file itself inside the project.
    archive_url, retrieved
        Where the copy stands and when it was taken, UTC; None leaves what is known.

    Returns
    -------
    Source
        As it now is.

    Raises
    ------
    RecordError
        The source is not there, the file cannot be read or is empty, or it is too large to be kept.
    """
    sha256 = sha256_file(file)
    if file.stat().st_size == 0:
        raise RecordError(f"{file} is empty: give the copy of the document.")
    content = _content(project, source_id, file) if keep else None
    with project.transaction():
        old = source_in(project, source_id)
        new = replace(
            old,
            sha256=sha256,
            archive_url=archive_url or old.archive_url,
            retrieved=retrieved or old.retrieved,
        )
        project.put_source(new)
        if content is not None:
            project.put_source_copy(SourceCopy(source_id, file.name, sha256, content))
        elif old.sha256 != sha256:
            project.remove_source_copy(source_id)
        done = {"source": source_id, "file": file.name, "sha256": sha256, "before": old.sha256, "kept": keep}
        project.append(analyst, "source attach", done)
    return new


def _content(project: Project, source_id: str, file: Path) -> bytes:
    """Return the bytes of a file that may be kept."""
    size = file.stat().st_size
    others = sum(kept for source, kept in project.source_copies().items() if source != source_id)
    if size > MOST_BYTES or others + size > MOST_BYTES_IN_ALL:
        raise RecordError(
            f"{file} has {size / 2**20:.1f} MiB; a project keeps files of up to {MOST_BYTES // 2**20} MiB, "
            f"{MOST_BYTES_IN_ALL // 2**20} MiB in all, and has {others / 2**20:.1f}: attach it without --keep, for its "
            "hash alone."
        )
    return file.read_bytes()
