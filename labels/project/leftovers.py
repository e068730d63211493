"""What SQLite keeps beside a project file, and what of it may be left of one that is gone."""

from pathlib import Path

from ..errors import ProjectError

COMPANIONS = ("-wal", "-shm", "-journal")


def refuse_leftovers(path: Path) -> None:
    """Raise ProjectError where a write-ahead log waits for a file of that name: SQLite would lay it over a new one."""
    for companion in (path.with_name(path.name + ending) for ending in COMPANIONS):
        if companion.exists():
            raise ProjectError(
                f"{companion} is left over from a project {path.name} that is no longer there: put that back beside "
                "it, or remove the leftover, or choose another name."
            )
