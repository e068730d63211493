"""The probes of one analyst: places of the rounds that run, held beside the annotations and never among them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from shapely import Polygon

from ...labels.integrity import sha256_text
from ...labels.journal import Entry
from ...labels.project import Project
from ...labels.records import Annotation, Citation, Probe, ProbeRound, Remark, Verdict
from ..steps import State, decode_annotation, decode_verdict, encode_annotation

ROUND = "probes"  # the journal's word for the beginning and the end of a round
TOUCHED = 0.2  # share of a thing that an outline covers, or of an outline that lies on it, to be taken for it


class Probes:
    """
    What an analyst is being measured by.

    Parameters
    ----------
    project
        The open project.
    analyst
        Whose rounds.
    entries
        The journal, which alone keeps remarks on them and their ties to claims.
    """

    def __init__(self, project: Project, analyst: str, entries: Iterable[Entry] = ()) -> None:
        self._project = project
        self._analyst = analyst
        self.rounds = {one.id: one for one in project.probe_rounds(analyst) if one.ended is None}
        self._probes = {one.id: one for name in self.rounds for one in project.probes(name)}
        self.records = {name: decode_annotation(one.record) for name, one in self._probes.items()}
        self.remarks: dict[str, dict[str, Remark]] = {}
        self.citations: dict[tuple[str, str, str], Citation] = {}
        for entry in entries:
            state = entry.payload.get("after")
            if entry.payload.get("probe") in self.rounds and isinstance(state, Mapping):
                name = str(entry.payload["annotation"])
                self._note(name, state)
                self._tie(name, state)

    @property
    def planted(self) -> bool:
        """Whether a round of planted things runs: a place that others judged would tell itself from them."""
        return any(one.role == "implant" for one in self.rounds.values())

    @property
    def annotations(self) -> dict[str, Annotation]:
        """The places as annotations, without drawings that were taken back."""
        return {name: one for name, one in self.records.items() if not one.withdrawn}

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The analyst's verdicts on them."""
        return {name: decode_verdict(one.verdict) for name, one in self._probes.items() if one.verdict is not None}

    def holds(self, annotation_id: str) -> bool:
        """Return True for a place that is a probe."""
        return annotation_id in self._probes

    def role_of(self, annotation_id: str | None) -> str | None:
        """Return implant or tile; None for what is no probe."""
        found = None if annotation_id is None else self._probes.get(annotation_id)
        return None if found is None else self.rounds[found.round].role

    def home_of(self, one: Annotation) -> tuple[str, int] | None:
        """Return the round and the thing that a drawing lies on: what is drawn on an implant is no label."""
        for running in self.rounds.values():
            if running.role != "implant" or running.before != one.shape.scene:
                continue
            for index, thing in enumerate(things_of(running)):
                shared = outline_of(thing).intersection(one.shape.pixels).area
                if shared > TOUCHED * min(outline_of(thing).area, one.shape.pixels.area):
                    return running.id, index
        return None

    def tile_of(self, one: Annotation) -> str | None:
        """Return the id of the undecided tile that the middle of a drawing lies in."""
        middle = one.shape.pixels.centroid
        for name, probe in self._probes.items():
            tile = self.records[name]
            if self.role_of(name) == "tile" and probe.verdict is None and tile.shape.scene == one.shape.scene:
                if tile.shape.pixels.contains(middle):
                    return name
        return None

    def said(self, annotation_id: str) -> dict[str, object]:
        """Return what the journal keeps of a step at a probe besides: that it was none at a label."""
        found = self._probes.get(annotation_id)
        if found is None:
            return {}
        return {"probe": found.round, "synthetic": self.rounds[found.round].synthetic}

    def write(self, annotation_id: str, changed: Annotation | None, state: State) -> None:
        """Keep a state of a probe; one that is new is a drawing on an implant."""
        known = self._probes.get(annotation_id)
        if known is None:
            assert changed is not None
            home = self.home_of(changed)
            assert home is not None
            known = Probe(annotation_id, *home, {})
        record = self.records.get(annotation_id) if changed is None else changed
        assert record is not None
        given = state["verdict"] if "verdict" in state else known.verdict
        probe = replace(known, record=encode_annotation(record), verdict=given)
        self._project.put_probe(probe)
        self._probes[annotation_id], self.records[annotation_id] = probe, record
        self._note(annotation_id, state)

    def of(self, round_id: str) -> tuple[Probe, ...]:
        """Return the places of one round."""
        return tuple(one for one in self._probes.values() if one.round == round_id)

    def _note(self, annotation_id: str, state: State) -> None:
        for name, remark in state.get("remarks", {}).items():
            there = self.remarks.setdefault(annotation_id, {})
            there.pop(name, None)
            if remark is not None:
                there[name] = Remark(**remark)

    def _tie(self, annotation_id: str, state: State) -> None:
        for claim, citation in state.get("citations", {}).items():
            key = (annotation_id, claim, self._analyst)
            self.citations.pop(key, None)
            if citation is not None:
                self.citations[key] = Citation(**citation)


def things_of(one: ProbeRound) -> list[Mapping[str, Any]]:
    """Return what was planted, or the tiles."""
    found = one.things["things"]
    assert isinstance(found, list)
    return found


def outline_of(thing: Mapping[str, Any]) -> Polygon:
    """Return the outline of a thing, or of a tile, in (column, row) of the before scene's file."""
    return Polygon(thing["outline"])


def probe_of(running: ProbeRound, thing: int, shown: Annotation) -> Probe:
    """Return a thing of a round as it is put before the analyst: nothing tells it from a candidate."""
    record = replace(shown, id=sha256_text(f"{running.id} {thing}"))
    return Probe(record.id, running.id, thing, encode_annotation(record))
