"""Sources from CSL-JSON, the form in which Zotero and most reference managers export (schema csl-data.json 1.0.2)."""

from pathlib import Path

from ..records import Source
from .items import Item, read_items

NAMES = (
    "author",
    "editor",
    "translator",
    "container-author",
    "collection-editor",
    "director",
    "recipient",
    "contributor",
)
DATES = ("issued", "accessed", "submitted", "event-date", "original-date", "available-date")
_TEXTS = (
    *(
        "type",
        "title",
        "title-short",
        "container-title",
        "publisher",
        "publisher-place",
        "abstract",
        "language",
        "note",
    ),
    *("URL", "DOI", "ISBN", "ISSN", "genre", "medium", "archive", "archive_location", "authority", "source"),
)
NAME_PARTS = ("family", "given", "literal", "suffix", "dropping-particle", "non-dropping-particle")


def read_csl(path: str | Path) -> tuple[Source, ...]:
    """
    Return the sources of a CSL-JSON file: a list of references, or one.

    Fields of CSL that are not checked here are kept as they are.

    Raises
    ------
    ReferenceFileError
        The file cannot be read, or a reference has no id or a field of the wrong type; the message names both.
    """
    return tuple(source_of(item) for item in read_items(path, "source"))


def source_of(item: Item) -> Source:
    """
    Return the source of one reference.

    Raises
    ------
    ReferenceFileError
        It has no id, or a field of the wrong type; the message names it.
    """
    for field in _TEXTS:
        item.maybe_text(field)
    for field in NAMES:
        for name in item.inner_list(field):
            _check_name(name)
    for field in DATES:
        if (date := item.inner(field)) is not None:
            _check_date(date)
    url = item.maybe_text("URL")
    if url is not None and not url.lower().startswith(("http://", "https://")):
        item.refuse("URL", "an address that begins with http:// or https:// is needed")
    return Source(item.text("id"), dict(item.fields))


def _check_name(name: Item) -> None:
    if not any(name.maybe_text(part) for part in NAME_PARTS):
        name.refuse("family", "a name needs family, given or literal")


def _check_date(date: Item) -> None:
    """Accept what CSL does: date-parts of one or two dates, or a raw or literal text."""
    parts = date.fields.get("date-parts")
    if parts is None:
        if date.maybe_text("raw") is None and date.maybe_text("literal") is None:
            date.refuse("date-parts", "lists like [[2023, 10, 16]], or raw or literal, are needed")
        return
    good = isinstance(parts, list) and 1 <= len(parts) <= 2 and all(map(_is_date, parts))
    if not good:
        date.refuse("date-parts", "lists like [[2023, 10, 16]] are needed")


def _is_date(part: object) -> bool:
    if not isinstance(part, list) or not 1 <= len(part) <= 3:
        return False
    numbers = [str(number) for number in part]
    if not all(number.lstrip("-").isdecimal() for number in numbers):
        return False
    limits = (9999, 12, 31)
    return all(int(number) <= limit for number, limit in zip(numbers, limits, strict=False))
