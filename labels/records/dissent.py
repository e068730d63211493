"""Dissent: what an analyst found that is not what stands."""

from collections.abc import Mapping
from dataclasses import dataclass

_FIRST = ("low", "best", "high")


@dataclass(frozen=True, slots=True)
class Dissent:
    """
    One analyst's finding at a place beside what stands there: kept and exported, never averaged away.

    Parameters
    ----------
    annotation
        Annotation id.
    analyst
        Whose it is.
    field
        "verdict", or what of the place they put otherwise: kind, state, note, count, shape or withdrawn.
    value
        What they say, JSON values only; of a verdict its value.
    stands
        What stands, JSON values only; of a verdict nobody settled "disputed".
    reason
        Of a rejection, else None.
    note
        Their words.
    time
        UTC, ISO 8601.
    """

    annotation: str
    analyst: str
    field: str
    value: object
    stands: object
    reason: str | None
    note: str
    time: str

    @property
    def words(self) -> str:
        """What they say in a line: "Bo: rejected (shadow), the berm is a shadow"."""
        what = self.value if self.field == "verdict" else f"{self.field} {plain_words(self.value)}"
        reason = "" if self.reason is None else f" ({self.reason})"
        return f"{self.analyst}: {what}{reason}{f', {self.note}' if self.note else ''}"


def plain_words(value: object) -> str:
    """Return a value as people read it: of several numbers those that are known, each with its name."""
    if isinstance(value, Mapping):
        named = sorted(value, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))
        return ", ".join(f"{name} {value[name]:g}" for name in named if value[name] is not None)
    return "none" if value is None else str(value)
