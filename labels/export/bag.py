"""
BagIt 1.0 (RFC 8493): files with a manifest of their hashes, in one zip that is the same bytes for the same files.

Nothing of a bag is ever unpacked onto the disk: it is read into memory, within limits, and checked there.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from ..errors import ExportError
from ..integrity import sha256_bytes

PAYLOAD = "data/"
_DECLARATION = "bagit.txt"
_INFO = "bag-info.txt"
_MANIFEST, _TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
_MAX_FILES = 10_000
_MAX_BYTES = 1 << 30
_MAX_RATIO = 500  # of what a zip says it holds to what it is: deflate reaches 1000, text about 20
_FIRST_YEAR = 1980  # of a zip's clock


@dataclass(frozen=True, slots=True)
class Bag:
    """
    What a zipped bag holds.

    Parameters
    ----------
    files
        Content by path below `data/`.
    faults
        One sentence for each file that is missing, was added or was altered; none for a bag as it was made.
    """

    files: Mapping[str, bytes]
    faults: tuple[str, ...]


def pack_bag(files: Mapping[str, bytes], folder: str, info: Mapping[str, str], time: str | None) -> bytes:
    """
    Return a zipped bag.

    Parameters
    ----------
    files
        Content by path, which goes below `data/`.
    folder
        Name of the one folder in the zip.
    info
        Further lines of bag-info.txt.
    time
        ISO 8601, UTC; the date of everything in it. None for the first that a zip knows.
    """
    payload = {PAYLOAD + name: content for name, content in files.items()}
    size = f"{sum(map(len, files.values()))}.{len(files)}"
    lines = {"Payload-Oxum": size, **({"Bagging-Date": time[:10]} if time else {}), **info}
    tags = {
        _DECLARATION: b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        _INFO: "".join(f"{name}: {' '.join(value.split())}\n" for name, value in sorted(lines.items())).encode(),
        _MANIFEST: _manifest(payload),
    }
    return _zipped({**payload, **tags, _TAG_MANIFEST: _manifest(tags)}, folder, time)


def open_bag(path: Path) -> Bag:
    """
    Read a zipped bag into memory and hold every file to its hash.

    Raises
    ------
    ExportError
        The file is no zip with one bag in it, or would be too large.
    """
    files = _below(_unzipped(path), path)
    if _DECLARATION not in files or _MANIFEST not in files:
        raise ExportError(f"{path} is no bag: it has no {_DECLARATION} or no {_MANIFEST}; choose an exported bundle.")
    faults: list[str] = []
    for name in (_MANIFEST, _TAG_MANIFEST):
        listed = _listed(files.get(name, b""), path)
        covered = {one for one in files if one.startswith(PAYLOAD) == (name == _MANIFEST) and one != _TAG_MANIFEST}
        faults += [f"{one} is missing from the bundle." for one in sorted(set(listed) - set(files))]
        faults += [f"{one} was added to the bundle: no manifest names it." for one in sorted(covered - set(listed))]
        altered = (one for one in sorted(covered & set(listed)) if sha256_bytes(files[one]) != listed[one])
        faults += [f"{one} was altered since the bundle was made." for one in altered]
    payload = {name.removeprefix(PAYLOAD): content for name, content in files.items() if name.startswith(PAYLOAD)}
    return Bag(payload, tuple(dict.fromkeys(faults)))


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{sha256_bytes(content)}  {name}\n" for name, content in sorted(files.items())).encode()


def _listed(manifest: bytes, path: Path) -> dict[str, str]:
    """Return hashes by path."""
    try:
        lines = [line.split(maxsplit=1) for line in manifest.decode().splitlines() if line.strip()]
        return {name.strip(): digest.lower() for digest, name in lines}
    except ValueError as error:
        raise ExportError(f"{path} has a manifest that cannot be read ({error}): get the bundle again.") from error


def _zipped(files: Mapping[str, bytes], folder: str, time: str | None) -> bytes:
    moment = datetime.fromisoformat(time) if time else datetime(_FIRST_YEAR, 1, 1)
    clock = (max(moment.year, _FIRST_YEAR), moment.month, moment.day, moment.hour, moment.minute, moment.second)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", clock)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # as on Unix, wherever it is written
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def _unzipped(path: Path) -> dict[str, bytes]:
    """Return the files of a zip; what it says of their sizes is held to the limits first, and then to the truth."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            declared, packed = sum(entry.file_size for entry in entries), path.stat().st_size
            if len(entries) > _MAX_FILES or declared > _MAX_BYTES or declared > _MAX_RATIO * packed:
                raise ExportError(
                    f"{path} would unpack to {len(entries)} files of {declared} bytes; at most {_MAX_FILES} files, "
                    f"{_MAX_BYTES} bytes and {_MAX_RATIO} times its size are read: get it from whom you trust."
                )
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names):
                raise ExportError(f"{path} names a file twice: get the bundle again.")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ExportError(f"{path} is no zip that can be read ({error}): choose an exported bundle.") from error
    except OSError as error:
        raise ExportError(f"{path} cannot be read ({error.strerror or error}): check the path.") from error


def _below(files: Mapping[str, bytes], path: Path) -> dict[str, bytes]:
    """Return files by path below the one folder of the zip."""
    parts = {name: PurePosixPath(name).parts for name in files}
    strange = [name for name, own in parts.items() if len(own) < 2 or ".." in own or own[0] == "/" or "\\" in name]
    if strange or len({own[0] for own in parts.values()}) != 1:
        raise ExportError(f"{path} is not one folder with a bag in it: choose an exported bundle.")
    return {name.partition("/")[2]: content for name, content in files.items()}
