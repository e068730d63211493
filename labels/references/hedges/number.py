"""Whole numbers in digits and in words, in the words of one language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

_CLOSING = 1000  # magnitudes from here on close a part: what follows counts anew


@dataclass(frozen=True, slots=True)
class NumberWords:
    """
    How one language writes numbers.

    Parameters
    ----------
    numbers
        By words, without hyphens: "twenty", "quatre vingt dix".
    magnitudes
        What multiplies the number before it: "hundred", "million".
    articles, joins
        Words that stand for one before a magnitude, and that stand between parts of a number.
    decimal, separators
        The sign of the decimal, and those that may part thousands.
    """

    numbers: Mapping[str, int]
    magnitudes: Mapping[str, int]
    articles: frozenset[str]
    joins: frozenset[str]
    decimal: str
    separators: tuple[str, ...]

    def read(self, text: str) -> Fraction | None:
        """Return the whole number that a text is; None where it is none."""
        digits = self._digits(text)
        if digits is not None:
            return digits
        found = self._sum(re.sub(r"[\s-]+", " ", text).split())
        return found if found is not None and found.denominator == 1 else None

    def _digits(self, text: str) -> Fraction | None:
        for separator in self.separators:
            if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(separator)}\d{{3}})+", text):
                return Fraction(text.replace(separator, ""))
        return Fraction(text) if re.fullmatch(r"\d{1,15}", text) else None

    def _sum(self, words: Sequence[str]) -> Fraction | None:
        """Add up words from large to small: "two hundred and fifty thousand", "1.5 million"."""
        total, part, closed, at = Fraction(0), None, None, 0
        while at < len(words):
            size = self.magnitudes.get(words[at])
            if size is not None and size >= _CLOSING:
                if closed is not None and size >= closed:
                    return None
                total, part, closed = total + (1 if part is None else part) * size, None, size
            elif size is not None:
                if part is not None and part >= 100:
                    return None
                part = (Fraction(1) if part is None else part) * size
            elif not (words[at] in self.joins and 0 < at < len(words) - 1):
                value, taken = self._value(words, at)
                if value is None or not _fits(part, value):
                    return None
                part, at = (part or 0) + value, at + taken - 1
            at += 1
        return total + (part or 0) if words else None

    def _value(self, words: Sequence[str], at: int) -> tuple[Fraction | None, int]:
        """Return the value of the words from a place on, and how many of them it takes."""
        for taken in range(min(4, len(words) - at), 0, -1):
            name = " ".join(words[at : at + taken])
            if name in self.numbers:
                return Fraction(self.numbers[name]), taken
        multiplied = at + 1 < len(words) and words[at + 1] in self.magnitudes
        if multiplied and words[at] in self.articles:
            return Fraction(1), 1
        if multiplied and re.fullmatch(rf"\d+[{re.escape(self.decimal)}.]\d{{1,2}}", words[at]):
            return Fraction(words[at].replace(self.decimal, ".")), 1
        return self._digits(words[at]), 1


def _fits(part: Fraction | None, value: Fraction) -> bool:
    """Return True where a value can follow what is there already: "two hundred", then "fifty", then "one"."""
    if part is None or part == 0:
        return True
    if value < 10:
        return part % 10 == 0 and (part % 100 == 0 or part % 100 >= 20)
    return value < 100 and part % 100 == 0
