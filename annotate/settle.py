"""One place that two analysts changed, each in a file of their own: what stands of it, and where they differ."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..labels.journal import Entry
from ..labels.records import Annotation
from .steps import FIELDS, encode_fields, is_step, state_of, with_fields

Steps = Mapping[str, Entry]
"""By field of an annotation, the last step that changed it."""
NO_STEPS: Steps = {}


@dataclass(frozen=True, slots=True)
class Difference:
    """
    Two values of one field, by steps that do not know of one another: the later one stands, the other is kept here.

    Parameters
    ----------
    annotation
        Id of the place that stands.
    field
        kind, state, note, count, shape or withdrawn.
    kept, other
        Values as JSON.
    kept_by, other_by
        Analysts.
    kept_time, other_time
        When, UTC.
    """

    annotation: str
    field: str
    kept: Any
    kept_by: str
    kept_time: str
    other: Any
    other_by: str
    other_time: str


def steps_by_place(entries: Iterable[Entry], known: Collection[str]) -> dict[str, dict[str, Entry]]:
    """Return by annotation id the last step at each field, of entries whose hash is not among those known."""
    found: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        if entry.hash in known or not is_step(entry) or "probe" in entry.payload:
            continue
        after = state_of(entry, "after")
        names = tuple(name for name in FIELDS if name in after)
        if "record" in after:
            names = FIELDS if after["record"] is not None else ("withdrawn",)
        for name in names:
            found.setdefault(str(entry.payload["annotation"]), {})[name] = entry
    return found


def settle(
    standing: Annotation, one: Annotation, other: Annotation, steps: Steps, other_steps: Steps
) -> tuple[Annotation, list[Difference]]:
    """
    Return a place with the later value of each field that two files hold differently, and what they differ in.

    A field that one of them changed and the other left alone is no difference: the change stands.

    Parameters
    ----------
    standing
        What stands where neither has a step; its id is kept.
    one, other
        The place in either file.
    steps, other_steps
        The last step at each field in either file that the other does not know.
    """
    values, other_values = encode_fields(one), encode_fields(other)
    chosen: dict[str, Any] = {}
    differences = []
    for name in FIELDS:
        step, other_step = steps.get(name), other_steps.get(name)
        if values[name] == other_values[name] or (step is None and other_step is None):
            continue
        if step is None or other_step is None:
            chosen[name] = values[name] if step is not None else other_values[name]
            continue
        said = [(step, values[name]), (other_step, other_values[name])]
        if (step.time, step.hash) < (other_step.time, other_step.hash):
            said.reverse()
        (later, kept), (earlier, left) = said
        chosen[name] = kept
        who = kept, later.analyst, later.time, left, earlier.analyst, earlier.time
        differences.append(Difference(standing.id, name, *who))
    return with_fields(standing, chosen), differences
