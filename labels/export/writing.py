"""Writing files whole or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import disk
from ..errors import ExportError
from ..project import Project
from .format import Rendered


def refuse_project(project: Project, path: Path) -> None:
    """Raise ExportError where an export would replace the project."""
    if path.absolute() == project.path.absolute() or (path.exists() and path.samefile(project.path)):
        raise ExportError(f"{path} is the project itself: choose another name for the export.")


@contextmanager
def prepared(path: Path, made: Rendered) -> Iterator[Callable[[], None]]:
    """
    Write files under other names, on the disk to the last byte, and give what moves them to their places.

    The files beside the main one go first: what the main one names is there when it is.

    Raises
    ------
    ExportError
        A place cannot be written; what was there before is then untouched.
    """
    if path.parent.is_dir() and not os.access(path.parent, os.W_OK):
        raise ExportError(f"{path} cannot be written in a folder that is read-only: choose another one.")
    parts: list[tuple[Path, Path]] = []

    def put() -> None:
        try:
            for part, place in parts:
                os.replace(part, place)
            for left in _left_over(path, made):
                left.unlink()
        except OSError as error:
            raise ExportError(disk.refusal_sentence(path, error)) from error

    made_folders: list[Path] = []
    try:
        for name, content in (*sorted(made.beside.items()), (path.name, made.main)):
            place = path.parent / name
            if not place.parent.is_dir() and place != path:
                place.parent.mkdir()
                made_folders.append(place.parent)
            parts.append((disk.unfinished(place), place))
            _write(parts[-1][0], content)
        yield put
    except OSError as error:
        raise ExportError(disk.refusal_sentence(path, error)) from error
    finally:
        for part, _ in parts:
            part.unlink(missing_ok=True)
        for folder in made_folders:
            if not any(folder.iterdir()):
                folder.rmdir()


def _left_over(path: Path, made: Rendered) -> list[Path]:
    """Return the files that an earlier export wrote beside its main one, and this one has no more."""
    if made.own is None:
        return []
    folders = [one for one in path.parent.iterdir() if one.is_dir() and one.name.startswith(path.stem)]
    there = {f"{folder.name}/{one.name}": one for folder in folders for one in folder.iterdir()}
    return [one for name, one in there.items() if made.own.fullmatch(name) and name not in made.beside]


def _write(part: Path, content: bytes) -> None:
    with open(part, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
