"""Whether the images that were compared are at hand, byte for byte."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ...imagery.errors import CancelledError
from ...imagery.hashing import sha256_of
from ...labels.plural import plural
from ...labels.records import SceneRecord
from .finding import DIFFERS, OK, UNCHECKED, Finding

Progress = Callable[[float, float, str], None]


@dataclass(frozen=True, slots=True)
class Imagery:
    """What was found of the scenes: where those lie whose bytes are those recorded, by id, and what the check says."""

    paths: Mapping[str, str]
    finding: Finding


class Shelf:
    """
    Where files may lie besides where a project says: folders that are searched by name, then by hash.

    Parameters
    ----------
    folders
        Each with all below it.
    """

    def __init__(self, *folders: Path) -> None:
        self._files = [one for folder in folders for one in sorted(folder.rglob("*")) if one.is_file()]
        self._hashes: dict[str, Path] | None = None

    def named(self, parts: Sequence[str]) -> list[Path]:
        """Return a file for each recorded path, that with most of its folders the same; [] where one is missing."""
        found = []
        for part in parts:
            ends = PurePosixPath(part).parts[::-1]
            same = [file for file in self._files if file.name == ends[0]]
            if not same:
                return []
            found.append(max(same, key=lambda file: _common(file.parts[::-1], ends)))
        return found

    def with_hash(self, sha256: str) -> Path | None:
        """Return the file with a hash, whatever its name; all files are read for it, once."""
        if self._hashes is None:
            self._hashes = {sha256_of([file]): file for file in self._files}
        return self._hashes.get(sha256)


def find_imagery(
    scenes: Sequence[SceneRecord],
    folder: Path,
    shelf: Shelf,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Imagery:
    """
    Look for the files of scenes and hash them.

    Parameters
    ----------
    scenes
        As a project keeps them.
    folder
        Which their paths are relative to.
    shelf
        Where they are looked for first.
    progress
        Called with (done, total, what).
    cancelled
        Asked before each scene.

    Raises
    ------
    CancelledError
        If the work was cancelled.
    """
    paths: dict[str, str] = {}
    altered, missing = [], []
    for number, scene in enumerate(scenes):
        if cancelled():
            raise CancelledError("Cancelled while imagery was hashed.")
        if progress is not None:
            progress(number, len(scenes), f"hash {scene.name}")
        files, told = _found(scene, folder, shelf)
        if files:
            paths[scene.id] = ",".join(map(str, files))
        elif told is None:
            missing.append(f"{scene.name} (its licence is closed)" if scene.licence == "closed" else scene.name)
        else:
            altered.append(told)
    if progress is not None:
        progress(len(scenes), len(scenes), "hash")
    return Imagery(paths, _finding(scenes, altered, missing))


def _found(scene: SceneRecord, folder: Path, shelf: Shelf) -> tuple[list[Path], str | None]:
    """Return the files of a scene, else what is wrong with those that bear its name; None where there are none."""
    parts = scene.path.split(",")
    told = None
    for files in (shelf.named(parts), [folder / part for part in parts]):
        if not files or not all(file.is_file() for file in files):
            continue
        sha256 = sha256_of(files)
        if sha256 == scene.id:
            return files, None
        told = told or (
            f"{scene.name} holds other bytes than were compared (SHA-256 {sha256[:12]}…, recorded {scene.id[:12]}…): "
            f"{files[0]}."
        )
    other = shelf.with_hash(scene.id) if len(parts) == 1 else None
    return ([other], None) if other is not None else ([], told)


def _finding(scenes: Sequence[SceneRecord], altered: list[str], missing: list[str]) -> Finding:
    if altered:
        return Finding("imagery", DIFFERS, "Images are not those that were compared.", tuple(altered))
    if not scenes:
        return Finding("imagery", OK, "No scene is kept, so that none has to be at hand.")
    if missing:
        there = f"{len(scenes) - len(missing)} of {plural(len(scenes), 'scene')} at hand"
        sentence = f"{there}; not {', '.join(missing)}: give the folder that holds the files with --imagery."
        return Finding("imagery", UNCHECKED, sentence)
    held = "the one scene holds" if len(scenes) == 1 else f"all {len(scenes)} scenes hold"
    return Finding("imagery", OK, f"The files of {held} the bytes that were compared.")


def _common(first: Iterable[str], second: Iterable[str]) -> int:
    """Return how many parts are the same from the start."""
    number = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        number += 1
    return number
