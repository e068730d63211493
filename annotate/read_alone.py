"""What each analyst decided for themselves, and whether they could see what another had decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..labels.ancestry import Ancestry
from ..labels.journal import Entry
from ..labels.records import Verdict
from .same_places import same_places
from .steps import decode_verdict, is_step, state_of

Decisions = Mapping[tuple[str, str], Entry]
"""By place and analyst, the step with the verdict that stands or stood last before they settled a dispute."""


@dataclass(frozen=True, eq=False)
class Alone:
    """
    Verdicts as they were before any dispute was settled, and the steps that gave them.

    Parameters
    ----------
    verdicts
        By place, then by analyst: what each found, whatever they said later of others' disputes.
    steps
        By place and analyst, the step that gave it.
    drawn
        By place and analyst, the step that drew it: several analysts where a merge matched what they drew.
    """

    verdicts: Mapping[str, Mapping[str, Verdict]]
    steps: Decisions
    drawn: Decisions
    ancestry: Ancestry

    def unseen(self, one: Entry, other: Entry) -> bool:
        """Return True where one of two steps was blind, or neither was written in a file that held the other."""
        return _blind(one) or _blind(other) or self.ancestry.apart(one, other)

    def alone(self, one: Entry, other: Entry) -> bool:
        """Return True where the first step was taken without seeing the other."""
        return _blind(one) or not self.ancestry.knew(one, other)


def read_alone(verdicts: Mapping[str, Mapping[str, Verdict]], entries: Iterable[Entry]) -> Alone:
    """
    Return what each analyst decided for themselves.

    Parameters
    ----------
    verdicts
        As they stand, by place and analyst.
    entries
        The journal.
    """
    ordered = tuple(entries)
    places = same_places(ordered)
    plain: dict[tuple[str, str], Verdict] = {}
    steps: dict[tuple[str, str], Entry] = {}
    drawn: dict[tuple[str, str], Entry] = {}
    for entry in ordered:
        if not is_step(entry) or "probe" in entry.payload:
            continue
        name, after = str(entry.payload["annotation"]), state_of(entry, "after")
        key = places.get(name, name), entry.analyst
        if entry.action == "draw":
            drawn[key] = entry
        if "verdict" in after and (after["verdict"] is None or not after["verdict"]["adjudicates"]):
            plain.pop(key, None)
            if after["verdict"] is not None:
                plain[key], steps[key] = decode_verdict({**after["verdict"], "annotation": key[0]}), entry
    found: dict[str, dict[str, Verdict]] = {}
    for place, given in verdicts.items():
        for analyst, verdict in given.items():
            own = plain.get((place, analyst)) if verdict.adjudicates else verdict
            if own is not None:
                found.setdefault(place, {})[analyst] = own
    return Alone(found, steps, drawn, Ancestry(ordered))


def _blind(entry: Entry) -> bool:
    return entry.payload.get("blind") is True
