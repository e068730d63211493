"""Sources from addresses alone, typed by hand: nothing is fetched, so nothing but the address is known."""

from pathlib import Path

from ..errors import ReferenceFileError
from ..records import Source
from .address import checked_url, key_of
from .items import read_text


def source_at(url: str, where: str = "The address") -> Source:
    """
    Return the source at an address, with a citation key made of it.

    Raises
    ------
    ReferenceFileError
        If it is not a whole address of the web.
    """
    address = checked_url(url, where)
    key = key_of(address)
    return Source(key, {"id": key, "type": "webpage", "URL": address})


def read_addresses(path: str | Path) -> tuple[Source, ...]:
    """
    Return the sources of a text file with one address a line; empty lines and lines after a # are left out.

    Raises
    ------
    ReferenceFileError
        The file cannot be read, or a line is no address; the message names it.
    """
    found: dict[str, Source] = {}
    for number, line in enumerate(read_text(Path(path)).splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            source = source_at(line, f"{path}, line {number}:")
            found[source.id] = source
    if not found:
        raise ReferenceFileError(f"{path} holds no address: give one a line.")
    return tuple(found.values())
