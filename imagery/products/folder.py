"""Files of a product folder, never beyond it, and XML that cannot refer to anything."""

from pathlib import Path, PurePosixPath
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ..errors import UnreadableSceneError

MAX_TEXT_BYTES = 64 * 2**20  # the angle grids of a Sentinel-2 tile take 1 MB


def member(folder: Path, name: str) -> Path:
    """
    Return a file of a folder by the relative name that its metadata give.

    Raises
    ------
    UnreadableSceneError
        If the name leads out of the folder, through links too, or the file is not there.
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    file = folder.joinpath(*parts)
    if not parts or ".." in parts or not file.resolve().is_relative_to(folder.resolve()):
        raise UnreadableSceneError(f"{folder.name} names the file {name!r} outside itself; it is damaged or hostile.")
    if not file.is_file():
        raise UnreadableSceneError(f"{folder.name} is incomplete: {name} is missing; fetch it again.")
    return file


def one_of(folder: Path, pattern: str) -> Path | None:
    """
    Return the one file or folder that matches; None where there is none.

    Raises
    ------
    UnreadableSceneError
        If there are several.
    """
    found = sorted(folder.glob(pattern))
    if len(found) > 1:
        raise UnreadableSceneError(f"{folder.name} holds {len(found)} of {pattern}; give one product a folder.")
    return found[0] if found else None


def read_text(file: Path) -> bytes:
    """
    Return the bytes of a metadata file.

    Raises
    ------
    UnreadableSceneError
        If it is larger than any such file, or cannot be read.
    """
    try:
        if file.stat().st_size > MAX_TEXT_BYTES:
            raise UnreadableSceneError(
                f"{file.name} is {file.stat().st_size / 2**20:.0f} MiB of metadata; "
                f"at most {MAX_TEXT_BYTES // 2**20} MiB is read."
            )
        return file.read_bytes()
    except OSError as error:
        raise UnreadableSceneError(f"{file.name} cannot be read ({error.strerror}); check the path.") from error


def read_xml(file: Path) -> Element:
    """
    Return the root element; names without their namespace prefix.

    Raises
    ------
    UnreadableSceneError
        If it is not well-formed, or declares a document type: entities could read other files or fill the memory.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate()

    def refuse(*_: object) -> NoReturn:
        raise UnreadableSceneError(f"{file.name} declares a document type, which no product does; it is refused.")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, given: builder.start(_bare(name), {_bare(k): v for k, v in given.items()})
    parser.EndElementHandler = lambda name: builder.end(_bare(name))
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(read_text(file), True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two of an encoding that is none
        raise UnreadableSceneError(f"{file.name} is no well-formed XML ({error}); fetch the product again.") from error
    return builder.close()


def text_of(root: Element, path: str) -> str | None:
    """Return the text of the first element of that name or path below the root; None where there is none."""
    found = root.find(f".//{path}")
    return None if found is None or found.text is None or not found.text.strip() else found.text.strip()


def needed(value: Any | None, what: str, file: Path) -> Any:  # noqa: ANN401 - whatever is needed
    """
    Return a value that must be there.

    Raises
    ------
    UnreadableSceneError
        If it is None.
    """
    if value is None:
        raise UnreadableSceneError(f"{file.name} does not state {what}, so the product cannot be understood.")
    return value


def _bare(name: str) -> str:
    return name.rsplit(":", 1)[-1]
