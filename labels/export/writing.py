"""Writing a file whole or not at all."""

import os
from pathlib import Path

from .. import disk
from ..errors import ExportError
from ..project import Project


def write_whole(project: Project, path: str | Path, text: str) -> None:
    """
    Write a text as UTF-8 beside its place and move it there once it is on the disk.

    Raises
    ------
    ExportError
        The place is the project itself, or cannot be written; what was there before is then untouched.
    """
    path = Path(path)
    if path.absolute() == project.path.absolute() or (path.exists() and path.samefile(project.path)):
        raise ExportError(f"{path} is the project itself: choose another name for the export.")
    if path.parent.is_dir() and not os.access(path.parent, os.W_OK):
        raise ExportError(f"{path} cannot be written in a folder that is read-only: choose another one.")
    part = disk.unfinished(path)
    try:
        with open(part, "x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except UnicodeEncodeError as error:
        raise ExportError(f"{path} cannot be written: {error.object[error.start]!r} is not a character.") from error
    except OSError as error:
        raise ExportError(disk.refusal_sentence(path, error)) from error
    finally:
        part.unlink(missing_ok=True)
