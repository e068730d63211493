"""Putting tiled GeoTIFFs of one image at falling sizes into one cloud-optimised file, tile by tile, undecoded.

GDAL writes such a file by a copy that decodes and encodes everything again. Here its tiles are moved as they are: all
directories first, then the smallest overview's tiles, the full image's last (the order that GDAL's validator asks for).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .errors import ImageryError

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
LONG, LONG8 = 4, 16
NEW_SUBFILE_TYPE, TILE_OFFSETS, TILE_BYTE_COUNTS, NODATA = 254, 324, 325, 42113
FIRST_PRIVATE = 32768  # from here on tags say where the image lies and what it means: once a file, but for no-data
STRUCTURE = (  # the last blank is for whoever edits the file later, to take the promise back
    b"LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n"
    b"BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n "
)
AROUND = 4  # bytes before a tile (its size) and after it (its last four again), by which readers know it whole
GHOST = b"GDAL_STRUCTURAL_METADATA_SIZE=%06d bytes\n" % len(STRUCTURE) + STRUCTURE
LARGEST_CLASSIC = 2**32 - 2**24


@dataclass(frozen=True)
class _Entry:
    tag: int
    type: int
    count: int
    data: bytes


@dataclass(frozen=True)
class _Image:
    """One image of a file: what its directory says, and where its tiles are."""

    path: Path
    entries: tuple[_Entry, ...]
    offsets: tuple[int, ...]
    counts: tuple[int, ...]


def assemble(parts: Sequence[Path], path: Path) -> None:
    """
    Write one file from several.

    Parameters
    ----------
    parts
        BigTIFF files of one tiled image each, little-endian, as GDAL writes them; from full size to the smallest.
    path
        Written.

    Raises
    ------
    ImageryError
        If a part is not whole, as on a full disk.
    OSError
        If the file cannot be written.
    """
    images = [_read(part) for part in parts]
    images[1:] = [_as_overview(image) for image in images[1:]]
    size = sum(sum(image.counts) + 2 * AROUND * len(image.counts) for image in images)
    big = size > LARGEST_CLASSIC
    places = [[0] * len(image.counts) for image in images]
    head = len(_directories(images, places, big))
    at = head
    for image, place in reversed(list(zip(images, places, strict=True))):
        for number, count in enumerate(image.counts):
            place[number], at = at + AROUND, at + count + 2 * AROUND
    with path.open("wb") as out:
        out.write(_directories(images, places, big))
        for image in reversed(images):
            with image.path.open("rb") as source:
                for offset, count in zip(image.offsets, image.counts, strict=True):
                    source.seek(offset)
                    tile = source.read(count)
                    out.write(struct.pack("<I", count) + tile + tile[-AROUND:])


def _read(path: Path) -> _Image:
    try:
        return _described(path)
    except (struct.error, StopIteration, OverflowError) as error:
        raise _cut_short() from error


def _cut_short() -> ImageryError:
    return ImageryError("The change map was not written whole, as on a full disk; free disk space, then run it again.")


def _described(path: Path) -> _Image:
    with path.open("rb") as file:
        order, version, _, _, start = struct.unpack("<2sHHHQ", file.read(16))
        if (order, version) != (b"II", 43):
            raise ImageryError(f"{path.name} is not a little-endian BigTIFF; write it again.")
        file.seek(start)
        (count,) = struct.unpack("<Q", file.read(8))
        entries = tuple(_entry(file, start + 8 + 20 * n) for n in range(count))
    size = path.stat().st_size
    offsets, counts = (_numbers(entries, tag) for tag in (TILE_OFFSETS, TILE_BYTE_COUNTS))
    if any(offset == 0 or offset + length > size for offset, length in zip(offsets, counts, strict=True)):
        raise _cut_short()
    return _Image(path, entries, offsets, counts)


def _entry(file: BinaryIO, at: int) -> _Entry:
    file.seek(at)
    tag, kind, count = struct.unpack("<HHQ", file.read(12))
    length = SIZES[kind] * count
    if length > 8:
        file.seek(struct.unpack("<Q", file.read(8))[0])
    return _Entry(tag, kind, count, file.read(length))


def _numbers(entries: Sequence[_Entry], tag: int) -> tuple[int, ...]:
    entry = next(entry for entry in entries if entry.tag == tag)
    kind = {3: "H", LONG: "I", LONG8: "Q"}[entry.type]
    return struct.unpack(f"<{entry.count}{kind}", entry.data)


def _as_overview(image: _Image) -> _Image:
    kept = [entry for entry in image.entries if entry.tag < FIRST_PRIVATE or entry.tag == NODATA]
    reduced = _Entry(NEW_SUBFILE_TYPE, LONG, 1, struct.pack("<I", 1))
    others = (entry for entry in kept if entry.tag != NEW_SUBFILE_TYPE)
    return _Image(image.path, (reduced, *others), image.offsets, image.counts)


def _directories(images: Sequence[_Image], places: Sequence[Sequence[int]], big: bool) -> bytes:
    """Everything before the first tile; as long whatever the places are."""
    start = (16 if big else 8) + len(GHOST)
    start += start % 2
    head = struct.pack("<2sHHHQ", b"II", 43, 8, 0, start) if big else struct.pack("<2sHI", b"II", 42, start)
    out = bytearray((head + GHOST).ljust(start, b"\0"))
    for number, (image, place) in enumerate(zip(images, places, strict=True)):
        pointers = f"<{len(place)}{'Q' if big else 'I'}"
        kind = LONG8 if big else LONG
        own = {
            TILE_OFFSETS: _Entry(TILE_OFFSETS, kind, len(place), struct.pack(pointers, *place)),
            TILE_BYTE_COUNTS: _Entry(TILE_BYTE_COUNTS, kind, len(place), struct.pack(pointers, *image.counts)),
        }
        entries = sorted((own.get(entry.tag, entry) for entry in image.entries), key=lambda entry: entry.tag)
        out += _directory(entries, len(out), big, last=number == len(images) - 1)
    return bytes(out)


def _directory(entries: Sequence[_Entry], at: int, big: bool, last: bool) -> bytes:
    number, pointer, room = ("Q", "Q", 8) if big else ("H", "I", 4)
    length = struct.calcsize(f"<{number}") + len(entries) * (12 if not big else 20) + room
    table, values = bytearray(struct.pack(f"<{number}", len(entries))), bytearray()
    for entry in entries:
        table += struct.pack(f"<HH{pointer}", entry.tag, entry.type, entry.count)
        if len(entry.data) <= room:
            table += entry.data.ljust(room, b"\0")
            continue
        table += struct.pack(f"<{pointer}", at + length + len(values))
        values += entry.data + b"\0" * (len(entry.data) % 2)
    following = 0 if last else at + length + len(values)
    return bytes(table + struct.pack(f"<{pointer}", following) + values)
