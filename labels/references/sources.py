"""Sources from a file of any form that is known, told by its ending, or by what it holds."""

import re
from collections.abc import Callable
from pathlib import Path

from ..errors import ReferenceFileError
from ..records import Source
from .auto_archiver import is_auto_archiver, read_auto_archiver
from .bare import read_addresses
from .bibtex import read_bibtex
from .csl import read_csl
from .items import read_json, read_text
from .ris import read_ris

Reader = Callable[[Path], tuple[Source, ...]]
ENDINGS: dict[str, Reader] = {
    ".bib": read_bibtex,
    ".bibtex": read_bibtex,
    ".ris": read_ris,
    ".csv": read_auto_archiver,
}
FORMS = "CSL-JSON, BibTeX (.bib), RIS (.ris), an export of Auto Archiver (.csv, .json) or addresses, one a line (.txt)"


def read_sources(path: str | Path) -> tuple[Source, ...]:
    """
    Return the sources of a file: CSL-JSON, BibTeX, RIS, an export of Auto Archiver, or addresses one a line.

    Raises
    ------
    ReferenceFileError
        The file cannot be read, is of no form that is known, or an entry has a field that cannot be used; the message
        names the file, the entry and the field.
    """
    path = Path(path)
    found = (ENDINGS.get(path.suffix.lower()) or _by_content(path))(path)
    if not found:
        raise ReferenceFileError(f"{path} holds no source.")
    return found


def _by_content(path: Path) -> Reader:
    if path.suffix.lower() == ".json":  # JSON says itself what is wrong with it
        return read_auto_archiver if is_auto_archiver(read_json(path)) else read_csl
    text = read_text(path).lstrip()
    if text[:1] in ("[", "{"):
        return read_auto_archiver if is_auto_archiver(read_json(path)) else read_csl
    if re.match(r"TY  - ", text):
        return read_ris
    if re.search(r"^\s*@\w+\s*[{(]", text, re.MULTILINE):
        return read_bibtex
    if re.match(r"(#|https?://)", text):
        return read_addresses
    raise ReferenceFileError(f"{path} is of no form that is known: give {FORMS}.")
