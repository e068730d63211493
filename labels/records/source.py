"""A source: a public document, and who said a thing first."""

from collections.abc import Mapping
from dataclasses import dataclass

RELIABILITIES = ("A", "B", "C", "D", "E", "F")
"""After the Admiralty code: A completely reliable, B usually, C fairly, D not usually, E not; F cannot be judged."""


@dataclass(frozen=True, slots=True)
class Source:
    """
    A public document.

    Parameters
    ----------
    id
        Citation key.
    csl
        The reference as CSL-JSON (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html).
    archive_url, retrieved, sha256
        Kept copy: its address, when it was taken (UTC) and its hash; None where there is none.
    synthetic
        True for an invented document.
    reliability
        One of `RELIABILITIES`; None where nobody judged it.
    """

    id: str
    csl: Mapping[str, object]
    archive_url: str | None = None
    retrieved: str | None = None
    sha256: str | None = None
    synthetic: bool = False
    reliability: str | None = None

    @property
    def language(self) -> str | None:
        """Language tag of the document ("en", "fr-FR"), as the reference says it; None where it does not."""
        return str(self.csl["language"]) if self.csl.get("language") else None

    @property
    def title(self) -> str:
        """Title, or the id where the reference has none."""
        return str(self.csl.get("title") or self.id)


@dataclass(frozen=True, slots=True)
class SourceCopy:
    """
    The file of a source, kept inside the project.

    Parameters
    ----------
    source
        Source id.
    name
        File name.
    sha256
        Of the content, hexadecimal.
    content
        The bytes.
    """

    source: str
    name: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """Who said a thing first: claims that share an origin are one piece of evidence, however often repeated."""

    id: str
    who: str
    what: str = ""
    said: str | None = None
