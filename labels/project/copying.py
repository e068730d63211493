"""A whole project as one other file: for a backup, and for handing it on, while others may be working on it."""

import os
from pathlib import Path

from .. import disk
from ..errors import ProjectError
from .connection import Connection
from .leftovers import refuse_leftovers


def copy_whole(path: Path, out: Path) -> Path:
    """
    Write what a project holds now into a new file, which is on the disk when this returns.

    Parameters
    ----------
    path
        The project; what others committed is in the copy, what they have not is not.
    out
        Must end in .gpkg and not exist.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    ProjectError
        The name is taken or has another ending, the project cannot be read, or the copy cannot be written; nothing is
        then left behind.
    """
    if out.suffix.lower() != ".gpkg":
        raise ProjectError(f"A copy of a project must end in .gpkg, and {out.name} does not: choose another name.")
    if out.exists():
        raise ProjectError(f"{out} already exists: choose another name for the copy, or move it away.")
    refuse_leftovers(out)
    if not out.absolute().parent.is_dir():
        raise ProjectError(f"There is no folder {out.absolute().parent} for the copy: make it first.")
    part = disk.unfinished(out)
    try:
        source = Connection(path, "ro")
        try:
            source.write_copy(part, out)  # reads every page, so that a damaged project is not copied unnoticed
        finally:
            source.close()
        disk.sync(part)
        os.replace(part, out)
        disk.sync(out.absolute().parent)
    except OSError as error:
        raise ProjectError(disk.refusal_sentence(out, error)) from error
    finally:
        part.unlink(missing_ok=True)
        part.with_name(part.name + "-journal").unlink(missing_ok=True)
    return out
