"""What a command needs around its work: the project, the analyst's name, and no debris where it fails."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..errors import CommandError
from .outcome import tell

if TYPE_CHECKING:
    from ...labels.project import Project

UNNAMED = "unnamed"
REMEMBERED = "analyst"


@contextmanager
def new_files_only_on_success(*paths: Path | None) -> Iterator[None]:
    """Remove those files, and what SQLite keeps beside them, that did not exist before if the work inside fails."""
    new = [path for path in paths if path is not None and not path.exists()]
    try:
        yield
    except BaseException:
        for path in new:
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
        raise


@contextmanager
def opened(path: Path, *, read_only: bool = False) -> Iterator["Project"]:
    """Open a project that must exist."""
    from ...labels.project import Project

    with Project.open(path, read_only=read_only) as project:
        yield project


@contextmanager
def opened_or_created(path: Path) -> Iterator["Project"]:
    """Open a project, or make a new one that stays only if the work inside succeeds."""
    from ...labels.project import Project

    if path.exists():
        with Project.open(path) as project:
            yield project
        return
    with new_files_only_on_success(path), Project.create(path) as project:
        yield project
    tell(f"Created {path}.")


def analyst_of_run(given: str | None, path: Path) -> str:
    """Return the name a machine run is journalled under: asked for where somebody is there, else "unnamed"."""
    name = _given_or_remembered(given, path) or _asked()
    if name is None:
        tell(f'No analyst was named, so the journal says "{UNNAMED}"; give --analyst NAME or set DEPOTWATCH_ANALYST.')
        return UNNAMED
    return name


def analyst_of_statement(given: str | None, path: Path) -> str:
    """
    Return the name behind a person's statement.

    Raises
    ------
    CommandError
        If nobody is named and nobody can be asked.
    """
    name = _given_or_remembered(given, path) or _asked()
    if name is None:
        raise CommandError(
            "No analyst is named; give --analyst NAME or set DEPOTWATCH_ANALYST: the journal keeps who said what."
        )
    return name


def remember_analyst(name: str, project: "Project") -> None:
    """Keep the name with the project, so that it is asked for once."""
    if name != UNNAMED and project.preference(REMEMBERED) is None:
        project.set_preference(REMEMBERED, name)


def _given_or_remembered(given: str | None, path: Path) -> str | None:
    if given is not None:
        name = given.strip()
        if not name:
            raise CommandError("The analyst's name is empty; give --analyst NAME or set DEPOTWATCH_ANALYST.")
        return name
    if not path.exists():
        return None
    with opened(path, read_only=True) as project:
        name_kept = project.preference(REMEMBERED)
    if name_kept:
        tell(f"Analyst: {name_kept}, as {path.name} remembers; --analyst names another.")
    return name_kept


def _asked() -> str | None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    name = str(typer.prompt("Analyst's name for the journal", err=True)).strip()
    return name or None
