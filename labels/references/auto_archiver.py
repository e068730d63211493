"""Sources from what Auto Archiver writes (github.com/bellingcat/auto-archiver): its sheet, its CSV and its JSON."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import ReferenceFileError
from ..records import Source
from .address import checked_url, key_of
from .items import read_json, read_text
from .python_text import read_python

_SHEET = ("link", "archive status", "archive location")
_TABLE = ("status", "metadata", "media")
_FINAL = "_final_media"


def is_auto_archiver(value: object) -> bool:
    """Return True for JSON of the shape that Auto Archiver writes: objects with metadata that name an address."""
    first = value[0] if isinstance(value, list) and value else value
    metadata = first.get("metadata") if isinstance(first, dict) else None
    return isinstance(metadata, dict) and "url" in metadata


def read_auto_archiver(path: str | Path) -> tuple[Source, ...]:
    """
    Return the sources of an Auto Archiver export: each address with its kept copy, when it was taken and its SHA-256.

    Rows without an address are left out; one that could not be archived is a source without a copy. A hash of another
    kind than SHA-256 is not taken for one.

    Raises
    ------
    ReferenceFileError
        The file cannot be read, or a row has a field that cannot be used; the message names both.
    """
    path = Path(path)
    found: dict[str, Source] = {}
    try:
        for where, row in _rows(path):
            source = _source(where, row)
            found[source.id] = source
    except csv.Error as error:
        raise ReferenceFileError(f"{path} is no table that can be read ({error}): export it as JSON.") from error
    if not found:
        raise ReferenceFileError(f"{path} holds no address that Auto Archiver was given: export a sheet with links.")
    return tuple(found.values())


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each row with its place: url, title, timestamp, archived, archive_url and hash."""
    text = read_text(path)
    if text.lstrip()[:1] in ("{", "["):
        value = read_json(path)
        for number, one in enumerate(value if isinstance(value, list) else [value], start=1):
            yield f"{path}, entry {number}", _of_metadata(one, f"{path}, entry {number}")
        return
    table = csv.DictReader(io.StringIO(text, newline=""))
    names = {" ".join((name or "").lower().split()): name for name in table.fieldnames or ()}
    if not all(name in names for name in _SHEET[:1]) and not all(name in names for name in _TABLE):
        raise ReferenceFileError(
            f"{path} is no table of Auto Archiver: its columns are {', '.join(names)[:200] or 'none'}, and a column "
            f'"{_SHEET[0]}", or {", ".join(_TABLE)}, is needed.'
        )
    for row in table:
        where = f"{path}, line {table.line_num}"
        cells = {name: (row[column] or "").strip() for name, column in names.items()}
        if _SHEET[0] in names:
            if cells[_SHEET[0]]:
                yield where, _of_sheet(cells)
        else:
            whole = {name: read_python(cells[name], f"{where}, {name}") for name in ("metadata", "media")}
            yield where, _of_metadata(whole, where)


def _of_sheet(cells: Mapping[str, str]) -> dict[str, Any]:
    return {
        "url": cells["link"],
        "title": cells.get("upload title"),
        "timestamp": cells.get("upload timestamp"),
        "archived": cells.get("archive date"),
        "archive_url": cells.get("archive location") or cells.get("wacz"),
        "hash": cells.get("hash"),
    }


def _of_metadata(value: object, where: str) -> dict[str, Any]:
    metadata = value.get("metadata") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(metadata, dict) or not isinstance(metadata.get("url"), str):
        raise ReferenceFileError(f"{where}: metadata names no url; give the JSON or CSV that Auto Archiver wrote.")
    media = [one for one in value.get("media") or () if isinstance(one, dict)]
    final = next((one for one in media if _property(one, "id") == _FINAL), media[0] if media else {})
    addresses = [one for one in final.get("urls") or () if isinstance(one, str) and one.startswith("http")]
    return {
        "url": metadata["url"],
        "title": metadata.get("title"),
        "timestamp": metadata.get("timestamp"),
        "archived": metadata.get("_processed_at"),
        "archive_url": addresses[0] if addresses else metadata.get("wayback"),
        "hash": _property(final, "hash"),
    }


def _property(media: Mapping[str, Any], name: str) -> object:
    properties = media.get("properties")
    return properties.get(name) if isinstance(properties, dict) else None


def _source(where: str, row: Mapping[str, Any]) -> Source:
    url = checked_url(str(row["url"]), f"{where}:")
    key = key_of(url)
    csl: dict[str, object] = {"id": key, "type": "webpage", "URL": url}
    if row.get("title"):
        csl["title"] = " ".join(str(row["title"]).split())
    if (said := _moment(row.get("timestamp"), f"{where}: upload timestamp")) is not None:
        csl["issued"] = {"date-parts": [[said.year, said.month, said.day]]}
    copy, taken = str(row.get("archive_url") or ""), _moment(row.get("archived"), f"{where}: archive date")
    if copy.startswith("http"):
        copy = checked_url(copy, f"{where}: archive location")
    has_copy = copy.startswith("http") and copy != url
    hashed = re.fullmatch(r"(?:sha-?256[:=]\s*)?([0-9a-f]{64})", str(row.get("hash") or "").strip(), re.IGNORECASE)
    return Source(
        key,
        csl,
        archive_url=copy if has_copy else None,
        retrieved=None if taken is None else taken.isoformat(timespec="seconds").replace("+00:00", "Z"),
        sha256=hashed.group(1).lower() if hashed else None,
    )


def _moment(value: object, where: str) -> datetime | None:
    """Return a time in UTC; Auto Archiver writes UTC where it names no zone."""
    if value in (None, ""):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise ReferenceFileError(
            f"{where} is {str(value)!r:.60}; a time like 2023-10-16T11:01:00Z is needed."
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
