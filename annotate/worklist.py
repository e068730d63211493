"""The places of a project in the order in which they are reviewed, kept in memory and updated step by step."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ..labels.records import Annotation, Citation, Verdict, resolve
from .detect import LEFT_OVER
from .reading.probes import Probes
from .reading.sight import CitationKey, Sight
from .sift import Sift
from .standing import Standing
from .steps import State

Key = tuple[tuple[str | int, ...], bool, bool, bool, float, int]


class Worklist:
    """
    Annotations, verdicts and citations as one analyst works through them; each update costs the same at any length.

    Parameters
    ----------
    standing
        What stands in the project.
    sight
        What the analyst sees of it.
    analyst
        Whose decisions are still to be made.
    sift
        The part that is worked through; None for all.
    probes
        What the analyst is being measured by: in the queue, and in nothing that stands.
    """

    def __init__(
        self,
        standing: Standing,
        sight: Sight,
        analyst: str,
        sift: Sift | None = None,
        probes: Probes | None = None,
    ) -> None:
        self._probes = probes
        self._analyst = analyst
        self._sift = sift or Sift()
        self._read = standing
        self.sight = sight
        self._proposed = frozenset[str]().union(*standing.proposals.values())
        self.annotations, self.verdicts = sight.annotations, sight.verdicts
        self._arrivals = list(sight.kept)
        self._arrival = {name: number for number, name in enumerate(self._arrivals)}
        queued = [one for one in self.annotations.values() if self._belongs(one)]
        self._keys = sorted(self._key(one) for one in queued)
        self._open = sorted(self._key(one) for one in queued if self.undecided(one.id))
        self._queue: tuple[Annotation, ...] | None = None

    @property
    def queue(self) -> tuple[Annotation, ...]:
        """What a detector says it is, then what none told, then drawings; in each what nothing else explains first."""
        if self._queue is None:
            self._queue = tuple(self.annotations[self._arrivals[number]] for *_, number in self._keys)
        return self._queue

    @property
    def citations(self) -> Mapping[CitationKey, Citation]:
        """The ties that the analyst may see."""
        return self.sight.citations

    @property
    def progress(self) -> tuple[int, int]:
        """How many this analyst decided, and of how many."""
        return len(self._keys) - len(self._open), len(self._keys)

    def standing(self) -> Standing:
        """Return what stands now, as a view that follows later steps."""
        annotations, verdicts = MappingProxyType(self.annotations), MappingProxyType(self.verdicts)
        probes = self._probes
        if probes is not None and probes.rounds:
            annotations = MappingProxyType({name: one for name, one in annotations.items() if not probes.holds(name)})
            verdicts = MappingProxyType({name: given for name, given in verdicts.items() if not probes.holds(name)})
        return replace(self._read, annotations=annotations, verdicts=verdicts)

    def verdict_of(self, annotation_id: str) -> str:
        """Return what stands for an annotation, by all analysts."""
        return resolve(self.verdicts.get(annotation_id, {}).values())

    def undecided(self, annotation_id: str) -> bool:
        """Return True where this analyst has given no verdict."""
        return self._analyst not in self.verdicts.get(annotation_id, {})

    def holds(self, annotation_id: str) -> bool:
        """Return True where the annotation is in the queue."""
        one = self.annotations.get(annotation_id)
        return one is not None and _has(self._keys, self._key(one))

    def after(self, annotation_id: str | None, undecided: bool) -> str | None:
        """Return the next in the queue; the next undecided one is looked for from the start again after the last."""
        keys = self._open if undecided else self._keys
        if not keys:
            return None
        place = 0 if annotation_id is None else bisect_right(keys, self._place(annotation_id))
        if place == len(keys):
            if not undecided:
                return annotation_id
            place = 0
        return self._arrivals[keys[place][-1]]

    def before(self, annotation_id: str | None) -> str | None:
        """Return the one before in the queue, the first if there is none."""
        if not self._keys:
            return None
        place = 0 if annotation_id is None else bisect_left(self._keys, self._place(annotation_id)) - 1
        return self._arrivals[self._keys[max(place, 0)][-1]]

    def put(self, annotation: Annotation, state: State) -> None:
        """Take over an annotation as a step left it; a withdrawn one leaves the list."""
        name = annotation.id
        if name not in self._arrival:
            self._arrival[name] = len(self._arrivals)
            self._arrivals.append(name)
        before = self.annotations.get(name)
        self.sight.put(annotation, state)
        self._file(name, before)
        self._queue = None

    def judge(self, annotation_id: str, analyst: str, verdict: Verdict | None) -> None:
        """Take over an analyst's verdict, or that there is none."""
        before = self.annotations.get(annotation_id)
        self.sight.judge(annotation_id, analyst, verdict)
        self._file(annotation_id, before)

    def cite(self, key: CitationKey, citation: Citation | None) -> None:
        """Take over a citation, or that there is none."""
        self.sight.cite(key, citation)

    def _belongs(self, one: Annotation) -> bool:
        probe = self._probes is not None and self._probes.holds(one.id)
        kept = probe or one.id in self._proposed or one.origin == "analyst" or bool(self.verdicts.get(one.id))
        return kept and not one.withdrawn and self._sift.takes(one, self.verdict_of(one.id), self.undecided(one.id))

    def _key(self, one: Annotation) -> Key:
        drawn, untold = one.origin == "analyst", one.kind in LEFT_OVER
        explained = one.id in self._read.explained and not drawn
        rank = drawn, untold and not drawn, explained, -(one.score or 0.0), self._arrival[one.id]
        return self._sift.first(one), *rank

    def _place(self, annotation_id: str) -> Key:
        """Return the key of an annotation, also of one that has left the list: then of its end."""
        one = self.annotations.get(annotation_id)
        return self._key(one) if one is not None else ((), True, True, True, float("inf"), 0)

    def _file(self, name: str, before: Annotation | None) -> None:
        """Bring the lists to what a place is now; `before` is what it was."""
        one = self.annotations.get(name)
        if before is not None and (one is None or self._key(before) != self._key(one)):
            self._queue = None
            for keys in (self._keys, self._open):
                _keep(keys, self._key(before), False)
        if one is not None:
            key, belongs = self._key(one), self._belongs(one)
            if _keep(self._keys, key, belongs) or one != before:
                self._queue = None
            _keep(self._open, key, belongs and self.undecided(name))


def _has(keys: list[Key], key: Key) -> bool:
    place = bisect_left(keys, key)
    return place < len(keys) and keys[place] == key


def _keep(keys: list[Key], key: Key, wanted: bool) -> bool:
    """Put a key in or take it out; return True if that changed anything."""
    if wanted == _has(keys, key):
        return False
    if wanted:
        insort(keys, key)
    else:
        del keys[bisect_left(keys, key)]
    return True
