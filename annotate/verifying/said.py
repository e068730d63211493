"""What the steps of a review say of one row, beside what it holds: the words for a row that was altered."""

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from ...labels.integrity import canonical_json
from ...labels.journal import Entry
from ...labels.project import Project
from ...labels.records import Citation
from ..steps import FIELDS, encode_annotation, encode_citation, encode_fields, encode_verdict, is_step, state_of

GEOMETRY = "shape"
LONGEST = 60


class Said:
    """
    The steps of a review, by place.

    Parameters
    ----------
    project
        The open project.
    entries
        Its journal.
    """

    def __init__(self, project: Project, entries: Iterable[Entry]) -> None:
        self._project, self._entries = project, entries

    def unlike(self, table: str, key: str) -> str:
        """
        Return how a row differs from what the steps made of it: "value is accepted, it said rejected".

        Empty where no step tells, as for what a comparison or an import wrote.
        """
        if table in ("annotation", "annotation_pixel"):
            said, here = self._annotation(key)
        elif table == "verdict":
            said, here = self._verdict(*json.loads(key))
        elif table == "citation":
            said, here = self._citation(*json.loads(key))
        else:
            return ""
        return "; ".join(
            "its outline is another one"
            if name == GEOMETRY
            else f"{name} is {_short(here[name])}, it said {_short(value)}"
            for name, value in said.items()
            if name in here and canonical_json(here[name]) != canonical_json(value)
        )

    @cached_property
    def _steps(self) -> Mapping[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self._entries:
            if is_step(entry):
                found.setdefault(str(entry.payload["annotation"]), []).append(entry)
        return found

    @cached_property
    def _citations(self) -> Mapping[tuple[str, str, str], Citation]:
        return {(one.annotation, one.claim, one.analyst): one for one in self._project.citations()}

    def _annotation(self, place: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        said: dict[str, Any] = {}
        for step in self._steps.get(place, ()):
            state = state_of(step, "after")
            said |= state.get("record") or {name: state[name] for name in FIELDS if name in state}
        one = self._project.annotation(place)
        return said, {**encode_annotation(one), **encode_fields(one)}

    def _verdict(self, place: str, analyst: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        states = (state_of(one, "after") for one in self._steps.get(place, ()) if one.analyst == analyst)
        said = [state["verdict"] for state in states if state.get("verdict")]
        found = (encode_verdict(one) for one in self._project.verdicts(place) if one.analyst == analyst)
        return (said[-1] if said else {}), next(found, None) or {}

    def _citation(self, place: str, claim: str, analyst: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        states = (state_of(one, "after") for one in self._steps.get(place, ()) if one.analyst == analyst)
        said = [told for state in states if (told := state.get("citations", {}).get(claim))]
        return (said[-1] if said else {}), encode_citation(self._citations.get((place, claim, analyst))) or {}


def _short(value: object) -> str:
    text = str(value) if not isinstance(value, Mapping) else canonical_json(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
