"""The one way out: labels rendered in a format, written whole or not at all, and journalled."""

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePath

from ..errors import ExportError
from ..integrity import sha256_bytes
from ..project import Project
from .format import Format
from .grounds import EXPORTED, head_of
from .labelled import labelled
from .writing import prepared, refuse_project


@dataclass(frozen=True, slots=True)
class Exported:
    """
    What was written.

    Parameters
    ----------
    labels
        How many were exported.
    head
        Journal head that the file carries.
    said
        Sentences for the user: what was left out, and why.
    folders
        Names of the folders beside the file that hold its other files.
    """

    labels: int
    head: str
    said: tuple[str, ...]
    folders: tuple[str, ...]


def export(
    project: Project,
    path: str | Path,
    format: Format,
    analyst: str | None = None,
    verdicts: Collection[str] | None = None,
    places: Collection[str] | None = None,
) -> Exported:
    """
    Write labels to a file, and the step to the journal; the same bytes under the same name are journalled once.

    Parameters
    ----------
    project
        Open; for writing where an analyst is named.
    path
        File to write; an earlier one is replaced at once or not at all.
    format
        How.
    analyst
        Name for the journal; None for a project that is open for reading, whose journal cannot be continued.
    verdicts
        Which standings to write; None for all.
    places
        Ids of the annotations to write; None for all.

    Raises
    ------
    ExportError
        The format cannot hold these labels, a verdict is unknown, another program changed the project meanwhile, or
        the file cannot be written; what was there before is then untouched.
    """
    path = Path(path)
    refuse_project(project, path)
    head = head_of(project)
    labels = labelled(project, verdicts, None if places is None else frozenset(places))
    try:
        made = format.render(project, labels, path.name)
    except UnicodeEncodeError as error:
        raise ExportError(f"{path} cannot be written: {error.object[error.start]!r} is not a character.") from error
    step = {
        "format": format.name,
        "file": path.name,
        "sha256": sha256_bytes(made.main),
        "labels": len(labels),
        "verdicts": sorted(verdicts) if verdicts is not None else None,
        "head": head,
    }
    with prepared(path, made) as put, nullcontext() if analyst is None else project.transaction():
        if head_of(project) != head:
            raise ExportError(f"{project.path.name} was changed while it was exported: run the same command again.")
        if analyst is not None and not _journalled(project, analyst, step):
            project.append(analyst, EXPORTED, step)
        put()
    folders = sorted({PurePath(name).parts[0] for name in made.beside})
    return Exported(len(labels), head, made.said, tuple(folders))


def _journalled(project: Project, analyst: str, step: Mapping[str, object]) -> bool:
    """Return True where the analyst's journal has this very export already."""
    exports = (entry for entry in project.journal() if entry.action == EXPORTED and entry.analyst == analyst)
    return any(step.items() <= dict(entry.payload).items() for entry in exports)
