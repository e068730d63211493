"""Taking sources of a file into a project: nothing that was kept of one is lost, and no other document is replaced."""

from collections.abc import Sequence
from dataclasses import replace

from ..errors import RecordError
from ..project import Project
from ..records import Source
from .duplicates import Duplicate, duplicates, other_document


def import_sources(project: Project, analyst: str, sources: Sequence[Source], file: str) -> tuple[Duplicate, ...]:
    """
    Keep sources in one journalled transaction; the reference of one that is there is replaced, its copy stays.

    Parameters
    ----------
    project
        Open for writing.
    analyst
        Who imports.
    sources, file
        What a file holds, and its name.

    Returns
    -------
    tuple
        Those of them that are, or may be, one document with another of the project.

    Raises
    ------
    RecordError
        A source of the project has the same id and is another document; nothing is then imported.
    """
    with project.transaction():
        known = {source.id: source for source in project.sources()}
        for source in sources:
            old = known.get(source.id)
            project.put_source(source if old is None else _renewed(project, old, source))
        names = [source.id for source in sources]
        project.append(analyst, "source import", {"file": file, "sources": names})
        return tuple(one for one in duplicates(project.sources()) if one.first in names or one.second in names)


def _renewed(project: Project, old: Source, new: Source) -> Source:
    """Return the new reference with what was said of the old one's copy."""
    if other_document(old, new):
        raise RecordError(
            f"Source {old.id} is “{old.title:.60}” in {project.path.name} and “{new.title:.60}” in the file: give one "
            "of them another key."
        )
    if new.sha256 is not None:
        return replace(new, reliability=new.reliability or old.reliability)
    return replace(
        new,
        archive_url=new.archive_url or old.archive_url,
        retrieved=new.retrieved or old.retrieved,
        sha256=old.sha256,
        reliability=new.reliability or old.reliability,
    )
