"""Formatted citations: CSL-JSON through citeproc in the one style that comes with depotwatch, its HTML sanitised."""

import re
import warnings
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import as_file, files
from typing import Any

from ..records import Source
from .csl import DATES, NAME_PARTS, NAMES

_FIELDS = ("title", "container-title", "publisher", "number", "volume", "issue", "page", "URL", "DOI")
_TAGS = {"i", "b", "sup", "sub", "span", "cite", "em", "strong"}
_CSL_TAGS = re.compile(r"</?(i|b|sup|sub|sc|span)\b[^<>]*>", re.IGNORECASE)  # the markup CSL-JSON has for titles


def citations(sources: Sequence[Source], *, html: bool = False) -> tuple[str, ...]:
    """
    Return one formatted citation a source, in their order.

    Parameters
    ----------
    sources
        What to cite.
    html
        True for HTML with the emphasis of the style and nothing else: no attributes, no scripts, no links. False for
        plain text.
    """
    if not sources:
        return ()
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    # Keys of our own: citeproc makes small letters of them, and two may then be one.
    items = CiteProcJSON([_reference(f"s{at}", source, html) for at, source in enumerate(sources)])
    with as_file(files(__package__) / "style.csl") as style, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fields that the style does not use
        kind = formatter.html if html else formatter.plain
        made = CitationStylesBibliography(CitationStylesStyle(str(style), validate=False), items, kind)
        for at in range(len(sources)):
            made.register(Citation([CitationItem(f"s{at}")]))
        texts = [str(one) for one in made.bibliography()]
    return tuple(_clean(text) if html else " ".join(text.split()) for text in texts)


def _clean(text: str) -> str:
    import nh3

    return nh3.clean(" ".join(text.split()), tags=_TAGS, attributes={}, url_schemes={"http", "https"})


def _reference(key: str, source: Source, html: bool) -> dict[str, Any]:
    """Return what the style uses of a reference, in shapes that citeproc takes; its texts stand for themselves."""
    csl = source.csl
    kept: dict[str, Any] = {"id": key, "type": str(csl.get("type") or "document")}
    kept |= {name: _literal(str(csl[name]), html) for name in _FIELDS if csl.get(name)}
    if "title" in kept or "URL" not in kept:
        kept["title"] = _literal(_CSL_TAGS.sub("", source.title), html)
    for role in NAMES:
        if names := csl.get(role):
            kept[role] = [_name(one, html) for one in names]  # type: ignore[attr-defined]
    for field in DATES:
        if (date := _date(csl.get(field))) is not None:
            kept[field] = date
    return kept


def _literal(words: str, html: bool) -> str:
    """Return a text in which nothing is markup."""
    return escape(words, quote=False) if html else words


def _name(name: Mapping[str, Any], html: bool) -> dict[str, str]:
    parts = {part: _literal(str(name[part]), html) for part in NAME_PARTS if name.get(part)}
    if "literal" in parts:
        return {"family": parts["literal"]}
    return parts if "family" in parts else {"family": " ".join(parts.values())}


def _date(date: object) -> dict[str, list[list[int]]] | None:
    """Return the numbers of a date; a raw or literal one says what it says only where it begins with a year."""
    if not isinstance(date, Mapping):
        return None
    parts = date.get("date-parts")
    if isinstance(parts, list) and parts:
        return {"date-parts": [[int(number) for number in parts[0]]]}
    found = re.match(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", str(date.get("raw") or date.get("literal") or ""))
    return {"date-parts": [[int(part) for part in found.groups() if part]]} if found else None
