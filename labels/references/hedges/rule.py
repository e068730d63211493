"""The rules of the hedge reader: what each makes of a number, in a form that people read and edit."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ...errors import ReferenceFileError

_FORMULA = re.compile(r"(?:(?P<times>\d+(?:\.\d+)?)? ?(?P<name>[NAB]))?(?: ?(?P<sign>[+-]) ?)?(?P<plus>\d+)?")


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of an interval: times x number + plus, of the number N, or of A or B of a range; a number alone."""

    text: str
    times: Fraction
    name: str | None
    plus: int

    @classmethod
    def read(cls, text: str, where: str) -> "Bound":
        """
        Read "N + 1", "0.9 N", "10 N - 1", "A" or "24".

        Raises
        ------
        ReferenceFileError
            It is none of these; the message begins with `where`.
        """
        found = _FORMULA.fullmatch(text.strip())
        if not found or found[0] == "" or bool(found["sign"]) != bool(found["name"] and found["plus"]):
            raise ReferenceFileError(f'{where} is {text!r}; something like "N + 1", "0.9 N" or "24" is needed.')
        plus = int(found["plus"] or 0) * (-1 if found["sign"] == "-" else 1)
        return cls(text.strip(), Fraction(found["times"] or 1), found["name"], plus)

    def of(self, numbers: Mapping[str, Fraction]) -> Fraction | None:
        """Return its value; None where it asks for a number that is not there."""
        if self.name is None:
            return Fraction(self.plus)
        number = numbers.get(self.name)
        return None if number is None else self.times * number + self.plus


@dataclass(frozen=True, slots=True)
class Rule:
    """
    What one kind of hedge makes of a number.

    Parameters
    ----------
    name
        "more-than".
    low
        The least that is meant.
    high
        The greatest that is meant; None where nothing bounds it.
    """

    name: str
    low: Bound
    high: Bound | None

    @classmethod
    def read(cls, name: str, fields: object, where: str) -> "Rule":
        """
        Return a rule of its fields, low and high as texts.

        Raises
        ------
        ReferenceFileError
            A field is missing, unknown or no formula.
        """
        if not isinstance(fields, Mapping) or not set(fields) <= {"low", "high"} or "low" not in fields:
            raise ReferenceFileError(f"{where}, rule {name}: low and, where something bounds it, high are needed.")
        high = fields.get("high")
        return cls(
            name,
            Bound.read(str(fields["low"]), f"{where}, rule {name}: low"),
            None if high is None else Bound.read(str(high), f"{where}, rule {name}: high"),
        )

    @property
    def printed(self) -> str:
        """The rule in words: "more-than: from N + 1, nothing bounds it above"."""
        end = "nothing bounds it above" if self.high is None else f"to {self.high.text}"
        return f"{self.name}: from {self.low.text}{',' if self.high is None else ''} {end}"

    def interval(
        self, lows: Mapping[str, Fraction], highs: Mapping[str, Fraction | None]
    ) -> tuple[Fraction, Fraction | None] | None:
        """
        Return the interval of numbers that are intervals themselves, rounded outwards; None where there is none.

        Parameters
        ----------
        lows, highs
            The least and the greatest of N, A and B.
        """
        low = self.low.of(lows)
        if low is None:
            return None
        low = Fraction(max(0, math.floor(low)))
        if self.high is None:
            return low, None
        bounded = {name: value for name, value in highs.items() if value is not None}
        high = self.high.of(bounded)
        if high is None:
            return (low, None) if self.high.name in highs else None
        high = Fraction(math.ceil(high))
        return (low, high) if low <= high else None
