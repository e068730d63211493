"""Sources from RIS (rispy), as CSL-JSON."""

import re
from collections.abc import Mapping
from pathlib import Path

from ..errors import ReferenceFileError
from ..records import Source
from .address import key_of, slug
from .csl import source_of
from .items import Item, read_text
from .tongues import language_tag

_TYPES = {
    "BLOG": "post-weblog",
    "BOOK": "book",
    "CHAP": "chapter",
    "CONF": "paper-conference",
    "CPAPER": "paper-conference",
    "DATA": "dataset",
    "EBOOK": "book",
    "EJOUR": "article-journal",
    "ELEC": "webpage",
    "GOVDOC": "report",
    "ICOMM": "post",
    "JOUR": "article-journal",
    "MAP": "map",
    "MGZN": "article-magazine",
    "NEWS": "article-newspaper",
    "RPRT": "report",
    "STAND": "standard",
    "THES": "thesis",
    "UNPB": "manuscript",
    "VIDEO": "motion_picture",
    "WEB": "webpage",
}
_TEXTS = {
    "title": ("title", "primary_title"),
    "container-title": ("secondary_title", "journal_name", "alternate_title3", "alternate_title1"),
    "publisher": ("publisher",),
    "publisher-place": ("place_published",),
    "volume": ("volume",),
    "issue": ("number",),
    "edition": ("edition",),
    "DOI": ("doi",),
    "ISSN": ("issn",),
    "abstract": ("abstract", "notes_abstract"),
    "language": ("language",),
    "source": ("name_of_database",),
}
_NAMES = {"author": ("authors", "first_authors"), "editor": ("secondary_authors",)}


def read_ris(path: str | Path) -> tuple[Source, ...]:
    """
    Return the sources of a RIS file; one without an ID has a key made of its address, or author, year and title.

    Raises
    ------
    ReferenceFileError
        The file cannot be read, is no RIS, or an entry has a field that cannot be used; the message names it.
    """
    import rispy

    try:
        entries = rispy.loads(read_text(Path(path)), skip_unknown_tags=True)
    except (rispy.parser.ParseError, ValueError, KeyError) as error:  # KeyError: words that continue an empty field
        words = " ".join(str(error).split())
        raise ReferenceFileError(f"{path} is not RIS ({words:.160}): correct it there.") from error
    if not entries:
        raise ReferenceFileError(f'{path} holds no RIS entry: each begins with "TY  - " and ends with "ER  - ".')
    found: dict[str, Source] = {}
    for number, entry in enumerate(entries, start=1):
        source = _source(f"{path}, entry {number}", entry)
        if source.id in found:
            raise ReferenceFileError(f"{path}, entry {number} {source.id!r}: its id is given twice; give each its own.")
        found[source.id] = source
    return tuple(found.values())


def _source(where: str, entry: Mapping[str, object]) -> Source:
    csl: dict[str, object] = {"type": _TYPES.get(str(entry.get("type_of_reference")), "document")}
    for name, tags in _TEXTS.items():
        if words := next((str(entry[tag]).strip() for tag in tags if entry.get(tag)), ""):
            csl[name] = words
    if "language" in csl:
        csl["language"] = language_tag(str(csl["language"]))
    for role, tags in _NAMES.items():
        names = [_name(one) for tag in tags for one in _texts(entry.get(tag)) if one.strip(" ,")]
        if names:
            csl[role] = names
    pages = [str(entry[tag]) for tag in ("start_page", "end_page") if entry.get(tag)]
    if pages:
        csl["page"] = "–".join(pages)
    if addresses := _texts(entry.get("urls")):
        csl["URL"] = addresses[0].strip()
    for name, tags in (("issued", ("date", "publication_year", "year")), ("accessed", ("access_date",))):
        if parts := next((_date(str(entry[tag])) for tag in tags if entry.get(tag)), None):
            csl[name] = {"date-parts": [parts]}
    csl["id"] = str(entry.get("id") or "") or _key(csl)
    return source_of(Item(f"{where} {csl['id']!r}", csl))


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


def _name(text: str) -> dict[str, str]:
    """Read "Family, Given, Suffix"; a name without a comma is an office's."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1:
        return {"literal": parts[0]} if " " in parts[0] else {"family": parts[0]}
    return {part: words for part, words in zip(("family", "given", "suffix"), parts, strict=False) if words}


def _date(text: str) -> list[int] | None:
    """Read "2023/10/16/", "2023/10", "2023-10-16" or "2023"; None for a season or other words."""
    found = re.match(r"\s*(\d{4})(?:[/-](\d{1,2})(?:[/-](\d{1,2}))?)?", text)
    return [int(part) for part in found.groups() if part] if found else None


def _key(csl: Mapping[str, object]) -> str:
    if "URL" in csl:
        return key_of(str(csl["URL"]))
    names, issued = csl.get("author"), csl.get("issued")
    first = names[0] if isinstance(names, list) and names else {}
    year = issued["date-parts"][0][0] if isinstance(issued, dict) else ""
    words = [str(first.get("family") or first.get("literal") or ""), str(year), str(csl.get("title", ""))[:32]]
    return slug(" ".join(word for word in words if word))
