"""What the steps of a review say of one row, beside what it holds: the words for a row that was altered."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ...labels.integrity import canonical_json
from ...labels.journal import Entry
from ...labels.project import Project
from ..steps import FIELDS, encode_annotation, encode_citation, encode_fields, encode_verdict, is_step, state_of

GEOMETRY = "shape"
LONGEST = 60


def unlike_words(project: Project, table: str, key: str, entries: Iterable[Entry]) -> str:
    """
    Return how a row differs from what the steps of a review made of it: "value is accepted, it said rejected".

    Empty where no step tells, as for what a comparison or an import wrote.
    """
    said, here = _both(project, table, key, [one for one in entries if is_step(one)])
    told = [
        "its outline is another one" if name == GEOMETRY else f"{name} is {_short(here[name])}, it said {_short(value)}"
        for name, value in said.items()
        if name in here and canonical_json(here[name]) != canonical_json(value)
    ]
    return "; ".join(told)


def _both(project: Project, table: str, key: str, steps: list[Entry]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return what the steps say of a row, and what it holds, field by field."""
    if table in ("annotation", "annotation_pixel"):
        said: dict[str, Any] = {}
        for step in steps:
            state = state_of(step, "after") if step.payload["annotation"] == key else {}
            said |= state.get("record") or {name: state[name] for name in FIELDS if name in state}
        one = project.annotation(key)
        return said, {**encode_annotation(one), **encode_fields(one)}
    if table not in ("verdict", "citation"):
        return {}, {}
    place, *others = json.loads(key)
    told: Mapping[str, Any] | None = None
    for step in steps:
        if step.payload["annotation"] == place and step.analyst == others[-1]:
            after = state_of(step, "after")
            kept = after.get("verdict") if table == "verdict" else after.get("citations", {}).get(others[0])
            told = kept or told
    if table == "verdict":
        found = [encode_verdict(one) for one in project.verdicts(place) if one.analyst == others[0]]
    else:
        found = [
            encode_citation(one)
            for one in project.citations()
            if [one.annotation, one.claim, one.analyst] == [place, *others]
        ]
    return told or {}, (found[0] if found else None) or {}


def _short(value: object) -> str:
    text = str(value) if not isinstance(value, Mapping) else canonical_json(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
