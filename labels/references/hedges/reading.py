"""Reading a hedge: from "more than a hundred" to [101, ∞), by rules that are printed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ...records import Quantity
from ..tongues import language_tag
from .book import RuleBook
from .language import Language, Phrase
from .rule import Rule

LONGEST = 120
_DEPTH = 3  # "more than a few hundred" is two
_NO_RULE = "no rule knows it, so it gives no interval; leave out what is counted, name it as the unit, or give numbers"
Interval = tuple[Fraction, Fraction | None]


@dataclass(frozen=True, slots=True)
class Hedge:
    """
    What a phrase says of a number.

    Parameters
    ----------
    phrase
        As it was given.
    low, high
        The least and the greatest that is meant; both None where the phrase is not known, and `high` where nothing
        bounds it.
    rules
        The rules that were used, in words, the outermost first; none where the phrase is not known.
    explanation
        One sentence: how it was read, or that it was not.
    """

    phrase: str
    low: int | None
    high: int | None
    rules: tuple[str, ...]
    explanation: str

    @property
    def known(self) -> bool:
        """True where the phrase gave an interval."""
        return self.low is not None

    def quantity(self, unit: str | None = None) -> Quantity:
        """Return it as the quantity of a claim, with the phrase as its hedge."""
        return Quantity(self.low, self.high, unit, self.phrase)


def read_hedge(phrase: str, book: RuleBook, language: str | None = None, unit: str | None = None) -> Hedge:
    """
    Return the interval that a phrase stands for; one that is not known gives none and says so.

    Parameters
    ----------
    phrase
        As the source has it: "more than a hundred", "jusqu'à 1 000".
    book
        The rules that count.
    language
        "en", "fr-FR", …; None where it is not known: then every language of the book is tried, and they must agree.
    unit
        What is counted, where the phrase names it as well.
    """
    if len(phrase) > LONGEST:
        return _unknown(phrase, f"it has {len(phrase)} letters, and a hedge at most {LONGEST}")
    names = (
        list(book.languages)
        if language is None
        else [language_tag(language).lower().replace("_", "-").partition("-")[0]]
    )
    if not set(names) <= set(book.languages):
        why = f"hedges are read in {' and '.join(book.languages)}, not in {language!r}"
        return _unknown(phrase, f"{why}; give numbers")
    found = {}
    for name in names:
        words = book.languages[name]
        read = _read(_without_unit(words.plain(phrase), words, unit), words, book, _DEPTH)
        if read is not None:
            found[name] = read
    if not found:
        return _unknown(phrase, _NO_RULE)
    if len({interval for interval, _ in found.values()}) > 1:
        return _unknown(phrase, f"{' and '.join(found)} read it differently; say which language it is")
    (low, high), rules = next(iter(found.values()))
    return Hedge(
        phrase,
        int(low),
        None if high is None else int(high),
        tuple(rule.printed for rule in rules),
        f"“{phrase}” is read as {_words(low, high)} ({'; '.join(rule.printed for rule in rules)}).",
    )


def _unknown(phrase: str, why: str) -> Hedge:
    return Hedge(phrase, None, None, (), f"“{phrase:.{LONGEST}}” is not read: {why}.")


def _words(low: Fraction, high: Fraction | None) -> str:
    if high is None:
        return f"{int(low):,} or more"
    return f"{int(low):,}" if low == high else f"{int(low):,} to {int(high):,}"


def _without_unit(text: str, words: Language, unit: str | None) -> str:
    if not unit:
        return text
    links = "|".join(map(re.escape, words.links))
    named = re.sub(rf"(?:(?<!\w)(?:{links}) )?(?<!\w){re.escape(words.plain(unit))}(?!\w)", " ", text)
    return " ".join(named.split())


def _read(text: str, words: Language, book: RuleBook, depth: int) -> tuple[Interval, tuple[Rule, ...]] | None:
    """Return the interval of a phrase and the rules that gave it; None where nothing fits."""
    number = words.number.read(text)
    if number is not None:
        return (number, number), (book.rules["exactly"],)
    if depth == 0 or not text:
        return None
    for phrase, match in _fitting(text, words):
        found = _applied(phrase, match, words, book, depth)
        if found is not None:
            return found
    return None


def _fitting(text: str, words: Language) -> Iterator[tuple[Phrase, dict[str, str]]]:
    for phrase in words.phrases:
        match = re.fullmatch(words.expression(phrase.pattern), text)
        if match is not None:
            yield phrase, {name: part.strip() for name, part in match.groupdict().items()}


def _applied(
    phrase: Phrase, parts: dict[str, str], words: Language, book: RuleBook, depth: int
) -> tuple[Interval, tuple[Rule, ...]] | None:
    times, inner = Fraction(1), list[Rule]()
    for name in ("m1", "m2"):
        times *= words.sizes[parts[name]] if name in parts else 1
    lows, highs = {"N": times}, dict[str, Fraction | None]({"N": times})
    for name in ("n", "a", "b"):
        if name not in parts:
            continue
        read = _read(parts[name], words, book, depth - 1)
        if read is None:
            return None
        (low, high), rules = read
        lows[name.upper()] = low * (times if name == "n" else 1)
        highs[name.upper()] = None if high is None else high * (times if name == "n" else 1)
        inner += rules
    if "a" in parts and "b" in parts:
        shared = _shared_magnitude(parts, words, lows["A"], highs["B"])
        lows["A"] *= shared
        if highs["B"] is not None and highs["B"] <= lows["A"]:
            return None
    rule = book.rules[phrase.inside if phrase.inside and depth < _DEPTH else phrase.rule]
    interval = rule.interval(lows, highs)
    used = (rule, *(one for one in inner if one.name != "exactly"))
    return None if interval is None else (interval, used)


def _shared_magnitude(parts: dict[str, str], words: Language, first: Fraction, last: Fraction | None) -> int:
    """Return what "5" is to be multiplied by in "5 to 10 thousand": the last magnitude, where the order allows it."""
    ending = parts["b"].split()[-1]
    size = words.number.magnitudes.get(ending, 1)
    if last is None or any(word in words.number.magnitudes for word in re.split(r"[\s-]+", parts["a"])):
        return 1
    return size if first * size <= last else 1
