"""What one analyst sees of the work in a project: all of it, or, reading blind, nothing of what others decided."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from ...labels.journal import Entry
from ...labels.project import Project
from ...labels.records import Annotation, Candidate, Citation, Verdict
from ..standing import Standing
from ..steps import FIELDS, State, encode_fields, with_fields
from .probes import Probes

READING = "reading"  # the journal's word for how the project is read from here on
Key = TypeVar("Key")
Value = TypeVar("Value")
CitationKey = tuple[str, str, str]
"""Annotation, claim, analyst."""


def reads_blind(entries: Iterable[Entry], analyst: str) -> bool:
    """Return True where the analyst's reading is blind, as the journal says last."""
    said = [entry.payload.get("blind") for entry in entries if entry.action == READING and entry.analyst == analyst]
    return bool(said) and said[-1] is True


class Sight:
    """
    The annotations, verdicts and citations of a project as they are kept, and as one analyst sees them.

    Whoever reads openly sees all. Whoever reads blind sees each place as the machine proposed it, with their own
    corrections, and neither drawings nor verdicts nor ties of others; a place is seen as it is kept once they have
    decided it, their own drawings always.

    Parameters
    ----------
    standing, citations
        As they are kept.
    analyst
        Who sees.
    proposals
        For whoever reads blind, what the newest comparisons propose, by annotation id; None for an open reading.
    entries
        The journal, which says what is the analyst's own.
    probes
        What the analyst is being measured by, which they see as if it were kept.
    """

    def __init__(
        self,
        standing: Standing,
        citations: Iterable[Citation],
        analyst: str,
        proposals: Mapping[str, Candidate] | None = None,
        entries: Iterable[Entry] = (),
        probes: Probes | None = None,
    ) -> None:
        self._analyst = analyst
        self.blind = proposals is not None
        self.kept = dict(standing.annotations)
        self._given = {name: dict(given) for name, given in standing.verdicts.items()}
        self._tied: dict[CitationKey, Citation] = {(one.annotation, one.claim, one.analyst): one for one in citations}
        self._mine = set[str]()
        if probes is not None:
            self.kept |= probes.annotations
            self._given |= {name: {analyst: verdict} for name, verdict in probes.verdicts.items()}
            self._mine |= set(probes.annotations)
            self._tied |= probes.citations
        self.annotations, self.verdicts = self.kept, self._given
        if proposals is not None:
            self._unrevealed = {
                name: _as_proposed(self.kept[name], one) for name, one in proposals.items() if name in self.kept
            }
            for entry in entries:
                if entry.analyst == analyst:
                    self._replay(entry)
            self.annotations, self.verdicts = {}, {}
            for name in self.kept:
                self._reveal(name)

    @property
    def citations(self) -> Mapping[CitationKey, Citation]:
        """The ties that may be seen."""
        if not self.blind:
            return self._tied
        return {key: one for key, one in self._tied.items() if one.analyst == self._analyst or self.knows(key[0])}

    def put(self, annotation: Annotation, state: State) -> Annotation:
        """Take over an annotation as it is kept after a step of the analyst's, and return it as they see it."""
        name = annotation.id
        _put(self.kept, name, None if annotation.withdrawn else annotation)
        if not self.blind:
            return annotation
        if name in self._unrevealed:
            self._unrevealed[name] = with_fields(self._unrevealed[name], state)
        else:
            self._mine.add(name)
        self._reveal(name)
        return self.annotations.get(name, annotation)

    def judge(self, annotation_id: str, analyst: str, verdict: Verdict | None) -> None:
        """Take over an analyst's verdict, or that there is none."""
        given = self._given.setdefault(annotation_id, {})
        _put(given, analyst, verdict)
        if not given:
            del self._given[annotation_id]
        if self.blind:
            self._reveal(annotation_id)

    def cite(self, key: CitationKey, citation: Citation | None) -> None:
        """Take over a citation, or that there is none."""
        _put(self._tied, key, citation)

    def knows(self, annotation_id: str) -> bool:
        """Return True where the analyst may see what others did at a place."""
        return not self.blind or self._analyst in self._given.get(annotation_id, {})

    def _replay(self, entry: Entry) -> None:
        """Take over what a step of the analyst's own did to how they see a place."""
        name, after = str(entry.payload.get("annotation")), entry.payload.get("after")
        if entry.action == "draw":
            self._mine.add(name)
        elif name in self._unrevealed and isinstance(after, Mapping):
            self._unrevealed[name] = with_fields(self._unrevealed[name], seen_after(entry, after))

    def _reveal(self, name: str) -> None:
        """Bring what is seen of one place to what may be seen of it now."""
        kept, knows = self.kept.get(name), self.knows(name)
        seen = kept if knows or name in self._mine else self._unrevealed.get(name)
        _put(self.annotations, name, None if kept is None else seen)
        given = self._given.get(name, {}) if knows else {}
        _put(self.verdicts, name, dict(given) or None)


def proposals_of(project: Project, standing: Standing) -> dict[str, Candidate]:
    """Return what the newest comparisons propose, by annotation id."""
    return {one.annotation: one for name in standing.comparisons for one in project.candidates(name)}


def saw(seen: Annotation, state: State) -> State:
    """Return what an annotation was seen as before a step to a state: the fields that it changes, and the kind."""
    return encode_fields(seen, tuple(name for name in FIELDS if name in state or name == "kind"))


def seen_after(entry: Entry, state: State) -> State:
    """Return what an analyst sees after a step to a state: where it was undone, what they saw before it."""
    seen = entry.payload.get("saw") if entry.action == "undo" else None
    return seen if isinstance(seen, Mapping) else state


def _as_proposed(kept: Annotation, one: Candidate) -> Annotation:
    """Return an annotation without what any analyst did to it."""
    return replace(kept, kind=one.kind, change=one.change, state=one.state, shape=one.shape, count=one.count, note="")


def _put(mapping: dict[Key, Value], key: Key, value: Value | None) -> None:
    """Put a value in, or take it out where there is none."""
    if value is None:
        mapping.pop(key, None)
    else:
        mapping[key] = value
