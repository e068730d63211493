"""Sources from BibTeX and BibLaTeX (bibtexparser 2), as CSL-JSON."""

import logging
import re
from pathlib import Path
from typing import Any

from ..errors import ReferenceFileError
from ..records import Source
from .csl import source_of
from .items import Item, read_text
from .tongues import language_tag

_TYPES = {
    "article": "article-journal",
    "book": "book",
    "booklet": "pamphlet",
    "collection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "electronic": "webpage",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "manual": "report",
    "mastersthesis": "thesis",
    "online": "webpage",
    "phdthesis": "thesis",
    "proceedings": "book",
    "report": "report",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "www": "webpage",
}
_TEXTS = {
    "title": "title",
    "shorttitle": "title-short",
    "journal": "container-title",
    "journaltitle": "container-title",
    "booktitle": "container-title",
    "publisher": "publisher",
    "institution": "publisher",
    "organization": "publisher",
    "school": "publisher",
    "address": "publisher-place",
    "location": "publisher-place",
    "volume": "volume",
    "pages": "page",
    "edition": "edition",
    "doi": "DOI",
    "isbn": "ISBN",
    "issn": "ISSN",
    "url": "URL",
    "abstract": "abstract",
    "language": "language",
    "langid": "language",
    "note": "note",
    "keywords": "keyword",
    "series": "collection-title",
    "type": "genre",
}
_VERBATIM = ("url", "doi")  # in an address % begins no comment
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_bibtex(path: str | Path) -> tuple[Source, ...]:
    """
    Return the sources of a BibTeX file.

    Raises
    ------
    ReferenceFileError
        The file cannot be read, an entry is broken or given twice, or a field cannot be used; the message names it.
    """
    from bibtexparser import entrypoint, middlewares

    log = logging.getLogger("bibtexparser")  # what it warns of is raised below
    if not log.handlers:
        log.addHandler(logging.NullHandler())

    steps = [middlewares.NormalizeFieldKeys(), middlewares.SeparateCoAuthors(), middlewares.SplitNameParts()]
    library = entrypoint.parse_string(read_text(Path(path)), append_middleware=steps)
    for block in library.failed_blocks:
        words = " ".join(str(block.error).split()) or "its braces, quotes or commas do not fit together"
        raise ReferenceFileError(
            f"{path}, line {(block.start_line or 0) + 1}: the entry cannot be used ({words:.160}): correct it there."
        )
    if not library.entries:
        raise ReferenceFileError(f"{path} holds no BibTeX entry: give one that begins like @report{{key, … }}.")
    return tuple(_source(path, entry) for entry in library.entries)


def _source(path: str | Path, entry: Any) -> Source:  # noqa: ANN401 - bibtexparser is not typed
    item = Item(f"{path}, entry {entry.key!r}", {field.key: field.value for field in entry.fields})
    csl: dict[str, object] = {"id": entry.key, "type": _TYPES.get(entry.entry_type, "document")}
    for field, name in _TEXTS.items():
        if field in item.fields and name not in csl:
            words = item.text(field)
            csl[name] = words.strip("{} ") if field in _VERBATIM else _plain(words)
    if "language" in csl:
        csl["language"] = language_tag(str(csl["language"]))
    if "number" in item.fields:
        csl["number" if csl["type"] in ("report", "book") else "issue"] = _plain(item.text("number"))
    for role in ("author", "editor", "translator"):
        if item.fields.get(role):
            csl[role] = [_name(one) for one in item.fields[role] if one.last != ["others"]]  # "and others" is no name
    if "URL" not in csl and (found := re.search(r"https?://[^\s}]+", str(item.fields.get("howpublished", "")))):
        csl["URL"] = found.group()
    if csl["type"] == "document" and "URL" in csl:
        csl["type"] = "webpage"
    for field, name in (("date", "issued"), ("urldate", "accessed"), ("eventdate", "event-date")):
        if field in item.fields:
            csl[name] = {"date-parts": _dates(item, field)}
    if "issued" not in csl and "year" in item.fields:
        csl["issued"] = {"date-parts": [_year_month_day(item)]}
    return source_of(Item(item.where, csl))


def _name(name: Any) -> dict[str, str]:  # noqa: ANN401 - bibtexparser is not typed
    last, first = (_plain(" ".join(words)) for words in (name.last, name.first))
    if not first and not name.von and " " in last:  # it stands in braces of its own and is no person
        return {"literal": last}
    particle, suffix = (_plain(" ".join(words)) for words in (name.von, name.jr))
    parts = {"family": last, "given": first, "non-dropping-particle": particle, "suffix": suffix}
    return {part: words for part, words in parts.items() if words}


def _dates(item: Item, field: str) -> list[list[int]]:
    text = item.text(field).strip()
    days = [re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T[\d:Z+-]+)?", part) for part in text.split("/") if part]
    if not days or len(days) > 2 or None in days:
        item.refuse(field, "a date like 2023-10-16, 2023-10 or 2023 is needed")
    return [[int(part) for part in day.groups() if part] for day in days if day]


def _year_month_day(item: Item) -> list[int]:
    year = _plain(item.text("year"))
    if not re.fullmatch(r"\d{4}", year):
        item.refuse("year", "a year like 2023 is needed")
    parts = [int(year)]
    if month := _plain(str(item.fields.get("month", ""))).lower():
        if not month.isdecimal() and month[:3] not in _MONTHS:
            item.refuse("month", "a month like oct or 10 is needed")
        parts.append(int(month) if month.isdecimal() else _MONTHS.index(month[:3]) + 1)
        if day := _plain(str(item.fields.get("day", ""))):
            if not day.isdecimal():
                item.refuse("day", "a day like 16 is needed")
            parts.append(int(day))
    return parts


def _plain(text: str) -> str:
    """Return a value in one line, its LaTeX read, without the braces that only guard its letters."""
    from pylatexenc.latex2text import LatexNodes2Text

    return " ".join(LatexNodes2Text(math_mode="verbatim").latex_to_text(text).split())
