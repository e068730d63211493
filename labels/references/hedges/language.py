"""The words of one language: numbers, magnitudes, and the phrases in which they are hedged."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import ReferenceFileError
from .number import NumberWords

_DASHES = re.compile(r"[‐‑‒–—−]")
_QUOTES = re.compile(r"[’‘ʼ`´]")
_EDGES = ' .,;:!?"“”«»()[]'
_PLACES = {"{n}": r"(?P<n>.+?)", "{a}": r"(?P<a>.+?)", "{b}": r"(?P<b>.+)"}
_PHRASE_FIELDS = {"pattern", "rule", "inside", "example", "low", "high"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """
    A phrase as a pattern, the name of its rule, and an example with what it gives.

    `inside` names the rule where it stands inside another phrase, if that is another one.
    """

    pattern: str
    rule: str
    inside: str | None = None
    example: str = ""
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """
    The words of one language.

    Parameters
    ----------
    name
        "en".
    phrases
        The first that fits counts.
    number
        How numbers are written; their magnitudes stand in `{m}` as well.
    collectives, plurals
        What stands in `{m}` alone ("centaine"), and in `{ms}` ("hundreds").
    links, ignored
        Words between a number and its unit; words that say nothing of a number.
    elisions
        What is read in place of what: "de " for "d'".
    """

    name: str
    phrases: tuple[Phrase, ...]
    number: NumberWords
    collectives: Mapping[str, int]
    plurals: Mapping[str, int]
    links: tuple[str, ...]
    ignored: tuple[str, ...]
    elisions: Mapping[str, str]

    @classmethod
    def read(cls, name: str, data: Mapping[str, Any], where: str) -> "Language":
        """Return a language of its data file."""
        articles, joins = frozenset(data["articles"]), frozenset(data["joins"])
        separators = tuple(data["separators"])
        return cls(
            name=name,
            phrases=phrases_of(data["phrases"], where),
            number=NumberWords(data["numbers"], data["magnitudes"], articles, joins, data["decimal"], separators),
            collectives=data["collectives"],
            plurals=data["plurals"],
            links=tuple(data["links"]),
            ignored=tuple(data["ignored"]),
            elisions=data["elisions"],
        )

    @property
    def sizes(self) -> Mapping[str, int]:
        """What the words in `{m}` and `{ms}` stand for."""
        return {**self.number.magnitudes, **self.collectives, **self.plurals}

    def plain(self, text: str) -> str:
        """Return a phrase in small letters, its blanks, dashes and apostrophes made one, elisions undone."""
        text = unicodedata.normalize("NFKC", text).casefold()
        text = _QUOTES.sub("'", _DASHES.sub("-", text))
        for short, whole in self.elisions.items():
            text = re.sub(rf"(?<!\w){re.escape(short)}", whole, text)
        for words in self.ignored:
            text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", text)
        return " ".join(text.split()).strip(_EDGES)

    def expression(self, pattern: str) -> str:
        """Return the regular expression of a pattern: {n}, {a} and {b}; {m} and {ms}, two of them at most."""
        found, groups = "", 0
        for part in re.split(r"(\{\w+\})", " ".join(pattern.casefold().split())):
            if part in ("{m}", "{ms}"):
                words = self.plurals if part == "{ms}" else {**self.number.magnitudes, **self.collectives}
                groups += 1
                found += f"(?P<m{groups}>{'|'.join(map(re.escape, words))})"
            else:
                found += _PLACES.get(part) or "".join(map(_literal, part))
        return found


def phrases_of(found: Sequence[Mapping[str, Any]], where: str) -> tuple[Phrase, ...]:
    """
    Return phrases of their data.

    Raises
    ------
    ReferenceFileError
        A field is missing or unknown; the message names it.
    """
    for number, one in enumerate(found, start=1):
        if not isinstance(one, Mapping) or not {"pattern", "rule"} <= set(one) <= _PHRASE_FIELDS:
            raise ReferenceFileError(
                f"{where}, phrase {number} is {one!r:.100}; pattern and rule are needed; inside, example, low and "
                "high may be given."
            )
    return tuple(Phrase(**one) for one in found)


def _literal(sign: str) -> str:
    if sign == " ":
        return r"[ -]+"
    if sign == "-":
        return r" ?- ?"
    return re.escape(sign) + (r" ?" if sign in "~≈<>≤≥" else "")
