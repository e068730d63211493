"""What stands at each place, in the form that steps keep it: read from memory, written into the project."""

from dataclasses import replace
from typing import Any

from ..labels.project import Project
from ..labels.records import Annotation, Citation, Remark, Verdict
from .reading.probes import Probes
from .steps import (
    FIELDS,
    State,
    decode_annotation,
    encode_annotation,
    encode_citation,
    encode_fields,
    encode_remark,
    encode_verdict,
    with_fields,
)
from .worklist import Worklist


class PlaceStates:
    """
    The state of each place for one analyst: of a label in the project, of a probe among the probes.

    Parameters
    ----------
    project
        The open project.
    analyst
        Whose verdicts and ties.
    worklist
        What the project holds, in memory.
    probes
        What the analyst is being measured by.
    """

    def __init__(self, project: Project, analyst: str, worklist: Worklist, probes: Probes) -> None:
        self._project, self._analyst = project, analyst
        self._list, self._probes = worklist, probes

    def of(self, annotation_id: str, like: State) -> dict[str, Any]:
        """Return what stands for the keys of another state."""
        one = self._list.sight.kept.get(annotation_id)
        state: dict[str, Any] = {}
        fields = tuple(name for name in FIELDS if name in like)
        if fields:
            state.update(encode_fields(one or self._absent(annotation_id), fields))
        if "record" in like:
            state["record"] = None if one is None else encode_annotation(one)
        if "verdict" in like:
            state["verdict"] = encode_verdict(self._list.verdicts.get(annotation_id, {}).get(self._analyst))
        if "citations" in like:
            keys = {claim: (annotation_id, claim, self._analyst) for claim in like["citations"]}
            state["citations"] = {claim: encode_citation(self._list.citations.get(key)) for claim, key in keys.items()}
        if "remarks" in like:
            there = {one.id: one for one in self.remarks(annotation_id)}
            state["remarks"] = {name: encode_remark(there.get(name)) for name in like["remarks"]}
        return state

    def remarks(self, annotation_id: str) -> tuple[Remark, ...]:
        """Return all remarks on a place."""
        if self._probes.holds(annotation_id):
            return tuple(self._probes.remarks.get(annotation_id, {}).values())
        return self._project.remarks(annotation_id)

    def changed(self, annotation_id: str, state: State) -> Annotation | None:
        """Return the annotation as it is in a state, or None where that leaves it untouched."""
        if state.get("record") is not None:
            return decode_annotation(state["record"])
        if "record" not in state and not any(name in state for name in FIELDS):
            return None
        one = self._list.sight.kept.get(annotation_id) or self._absent(annotation_id)
        return replace(one, withdrawn=True) if "record" in state else with_fields(one, state)

    def write(self, annotation_id: str, state: State) -> Annotation | None:
        """Write a state into the project; return the annotation as it then is, or None where it is untouched."""
        changed = self.changed(annotation_id, state)
        drawn = changed if state.get("record") is not None else None
        if self._probes.holds(annotation_id) or (drawn is not None and self._probes.home_of(drawn) is not None):
            self._probes.write(annotation_id, changed, state)
            return changed
        if changed is not None:
            self._project.put_annotation(changed)
        if state.get("verdict") is not None:
            self._project.put_verdict(Verdict(**state["verdict"]))
        elif "verdict" in state:
            self._project.remove_verdict(annotation_id, self._analyst)
        for claim, citation in state.get("citations", {}).items():
            if citation is not None:
                self._project.put_citation(Citation(**citation))
            else:
                self._project.remove_citation(annotation_id, claim, self._analyst)
        for name, remark in state.get("remarks", {}).items():
            if remark is not None:
                self._project.put_remark(Remark(**remark))
            else:
                self._project.remove_remark(name)
        return changed

    def _absent(self, annotation_id: str) -> Annotation:
        """Return an annotation that was withdrawn."""
        return self._probes.records.get(annotation_id) or self._project.annotation(annotation_id)
