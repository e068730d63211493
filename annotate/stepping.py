"""How a step is made: one committed transaction with its journal entry, undone and done again from the journal."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from ..labels.journal import Entry
from ..labels.project import Project
from ..labels.records import Annotation, Citation, Remark, Verdict
from . import sentences
from .errors import ReviewError
from .history import History
from .reading.ground import LOOKED, Pair, looked_at
from .reading.probes import Probes
from .reading.sight import READING, Sight, proposals_of, reads_blind, saw, seen_after
from .sift import Sift
from .standing import Standing, what_stands
from .steps import (
    FIELDS,
    State,
    decode_annotation,
    encode_annotation,
    encode_citation,
    encode_fields,
    encode_remark,
    encode_verdict,
    is_step,
    state_of,
    with_fields,
)
from .worklist import Worklist

Observer = Callable[[str, str | None], None]


class Stepping:
    """
    A project, an analyst, and the steps between them; `Review` says which steps there are.

    Parameters
    ----------
    project
        The open project.
    analyst
        Name the analyst works under.
    """

    def __init__(self, project: Project, analyst: str) -> None:
        self.project = project
        self.analyst = analyst
        self._observers: list[Observer] = []
        self._news: list[Entry] = []
        self._whole: dict[str, str] | None = None
        self.sift = Sift()
        self._load()

    @property
    def standing(self) -> Standing:
        """What stands now, for `count_standing`, without reading the project again."""
        return replace(self._list.standing(), looked=self._looked)

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """
        Call `observer(event, annotation_id)` after every change, and return what ends that.

        Events are verdict, changed, drawn, withdrawn, cited, current, and reloaded (without an id).
        """
        self._observers.append(observer)

        def unsubscribe() -> None:
            if observer in self._observers:
                self._observers.remove(observer)

        return unsubscribe

    def refresh(self) -> None:
        """Read the project again, as after a comparison or another analyst's work."""
        self._load()
        self._tell("reloaded", None)

    def catch_up(self) -> tuple[Entry, ...]:
        """Take in what was written elsewhere since the last look, and return its entries; to a blind reader none."""
        if self.project.head != self._head:
            self._tell_all(self._follow())
        news, self._news = tuple(self._news), []
        return () if self.blind else news

    def undo(self) -> str:
        """Take back this analyst's last standing step and return a sentence that names it."""
        return self._turn_whole("undo")

    def redo(self) -> str:
        """Do the step last undone again, if none was made since, and return a sentence that names it."""
        return self._turn_whole("redo")

    @contextmanager
    def together(self, called: str) -> Iterator[None]:
        """
        Make the steps of a block one: all or none of them is kept, and undo and redo turn all of them.

        Parameters
        ----------
        called
            What they are called together: "the parting of 1a2b3c4d".
        """
        self._whole = {"id": uuid4().hex, "called": called}
        try:
            with self._all_or_none():
                yield
        finally:
            self._whole = None

    @property
    def blind(self) -> bool:
        """Whether the analyst sees nothing of what others decided; see `Sight`. While things are planted, always."""
        return self._list.sight.blind

    def read_blind(self, blind: bool) -> None:
        """See nothing of what others decided on places that one has not decided, or all of it again; journalled."""
        if blind == self.blind:
            return
        if not blind and self._probes.planted:
            raise ReviewError("While things are planted you read blind, as others judged none of them; end the round.")
        with self._writing():
            decided, total = self._list.progress
            self.project.append(self.analyst, READING, {"blind": blind, "decided": decided, "of": total})
        self.refresh()

    @property
    def _seen_analysts(self) -> set[str] | None:
        """Whose work may be seen; None for everyone's."""
        return {self.analyst} if self.blind else None

    def _shares(self) -> Mapping[Pair, float]:
        """Return the share of each ground that was looked at by those whose work the analyst may see."""
        return {pair: one.share(self._seen_analysts) for pair, one in looked_at(self.project).items()}

    def _load(self) -> None:
        self._head = self.project.head  # first, so that what is written meanwhile makes the next step read again
        entries, standing = self.project.journal(), what_stands(self.project)
        self._seq = entries[-1].seq if entries else 0
        self._probes = Probes(self.project, self.analyst, entries)
        blind = self._probes.planted or reads_blind(entries, self.analyst)
        proposals = proposals_of(self.project, standing) if blind else None
        sight = Sight(standing, self.project.citations(), self.analyst, proposals, entries, self._probes)
        lasting = (entry for entry in entries if entry.payload.get("probe") in (None, *self._probes.rounds))
        self._history = History(lasting, self.analyst)
        self._list = Worklist(standing, sight, self.analyst, self.sift, self._probes)
        self._looked = self._shares() if sight.blind else standing.looked

    def _follow(self) -> list[tuple[str, str | None]]:
        """Take over what others wrote: step by step, or all anew where it was more than steps; return the events."""
        head, written = self.project.head, self.project.journal(self._seq)
        entries = [entry for entry in written if not self._is_no_matter(entry)]
        self._news += entries
        if (self.blind and entries) or not all(is_step(entry) and "probe" not in entry.payload for entry in entries):
            self._load()
            return [("reloaded", None)]
        events: list[tuple[str, str | None]] = []
        for entry in entries:
            annotation_id, state = str(entry.payload["annotation"]), state_of(entry, "after")
            events.append(self._take(entry, annotation_id, self._changed(annotation_id, state), state))
        self._head, self._seq = head, written[-1].seq if written else self._seq
        return events

    def _is_no_matter(self, entry: Entry) -> bool:
        """Return True for what others wrote that changes nothing here: ground they looked at, and their own probes."""
        own_probe = "probe" in entry.payload and entry.analyst != self.analyst
        return entry.action == LOOKED or own_probe

    def _tell_all(self, events: Iterable[tuple[str, str | None]]) -> None:
        for event, annotation_id in events:
            self._tell(event, annotation_id)

    def _tell(self, event: str, annotation_id: str | None) -> None:
        for observer in tuple(self._observers):
            observer(event, annotation_id)

    def _shown(self, annotation_id: str) -> None:
        """Be told which place was just undone or done again."""

    def _step(self, action: str, annotation_id: str, after: State, said: Mapping[str, object] | None = None) -> None:
        """Commit a step that brings a place to a state; one that changes and says nothing is none."""
        with self._writing():
            before = self._state(annotation_id, after)
            if before == after and not said:
                return
            if action not in ("verdict", "note") and self._probes.role_of(annotation_id) == "tile":
                raise ReviewError("A random tile is only looked through: draw what is there, or say that nothing is.")
            if action != "draw" and annotation_id not in self._list.annotations:
                raise ReviewError(f"Annotation {annotation_id[:8]} was withdrawn; choose another.")
            changed = self._write(annotation_id, after)
            payload: dict[str, Any] = {
                "annotation": annotation_id,
                "before": before,
                "after": after,
                **self._blindly(annotation_id, after),
                **self._probes.said(annotation_id),
                **(said or {}),
            }
            if self._whole is not None:
                payload["whole"] = self._whole
            entry = self.project.append(self.analyst, action, payload)
        self._tell(*self._take(entry, annotation_id, changed, after))

    def _turn_whole(self, action: str) -> str:
        """Turn the latest step, and where it was made together with others all of them."""
        with self._writing():  # what another window wrote comes first
            first = self._next(action)
        whole = None if first is None else first.payload.get("whole")
        if not isinstance(whole, Mapping):
            return self._turn(action)
        with self._all_or_none():
            step = first
            while step is not None and step.payload.get("whole") == whole:
                self._turn(action)
                step = self._next(action)
        return f"{'Undone' if action == 'undo' else 'Done again'}: {whole['called']}."

    def _next(self, action: str) -> Entry | None:
        return self._history.last if action == "undo" else self._history.last_undone

    @contextmanager
    def _all_or_none(self) -> Iterator[None]:
        """Commit all steps of the block, or none of them, in the file and in memory."""
        try:
            with self.project.transaction():
                yield
        except BaseException:
            self.refresh()
            raise

    def _turn(self, action: str) -> str:
        with self._writing():
            step = self._next(action)
            if step is None:
                raise ReviewError(f"Nothing to {action}.")
            annotation_id = str(step.payload["annotation"])
            ends = state_of(step, "before"), state_of(step, "after")
            goal, start = ends if action == "undo" else ends[::-1]
            self._require_free(step, action, start)
            changed = self._write(annotation_id, goal)
            seen = step.payload.get("saw") if action == "undo" else None
            payload = {"annotation": annotation_id, "of": step.seq, "before": start, "after": goal}
            payload |= ({} if seen is None else {"saw": seen}) | self._probes.said(annotation_id)
            entry = self.project.append(self.analyst, action, payload)
        self._tell(*self._take(entry, annotation_id, changed, goal))
        self._shown(annotation_id)
        return f"{'Undone' if action == 'undo' else 'Done again'}: {sentences.called(step)}."

    def _require_free(self, step: Entry, action: str, start: State) -> None:
        """Raise a ReviewError that names what stands in the way of undoing a step or doing it again."""
        what = sentences.called(step)
        other = self._history.blocking(step) if action == "undo" else None
        if other is not None:
            by = f"{sentences.called(other)} by {other.analyst} (journal entry {other.seq})"
            by = "a step of another analyst" if self.blind else by
            raise ReviewError(f"Cannot undo {what}: {by} rests on it and must be undone first.")
        if self._state(str(step.payload["annotation"]), start) != start:
            raise ReviewError(f"Cannot {action} {what}: the place was changed since; change it by hand.")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Open a transaction on what the file holds now, read again if anyone else wrote to it."""
        events: list[tuple[str, str | None]] = []
        try:
            with self.project.transaction():
                if self.project.head != self._head:
                    events = self._follow()
                yield
        finally:
            self._tell_all(events)

    def _state(self, annotation_id: str, like: State) -> dict[str, Any]:
        """Return what stands for the keys of another state."""
        one = self._list.sight.kept.get(annotation_id)
        state: dict[str, Any] = {}
        fields = tuple(name for name in FIELDS if name in like)
        if fields:
            state.update(encode_fields(one or self._absent(annotation_id), fields))
        if "record" in like:
            state["record"] = None if one is None else encode_annotation(one)
        if "verdict" in like:
            state["verdict"] = encode_verdict(self._list.verdicts.get(annotation_id, {}).get(self.analyst))
        if "citations" in like:
            keys = {claim: (annotation_id, claim, self.analyst) for claim in like["citations"]}
            state["citations"] = {claim: encode_citation(self._list.citations.get(key)) for claim, key in keys.items()}
        if "remarks" in like:
            there = {one.id: one for one in self._remarks(annotation_id)}
            state["remarks"] = {name: encode_remark(there.get(name)) for name in like["remarks"]}
        return state

    def _absent(self, annotation_id: str) -> Annotation:
        """Return an annotation that was withdrawn."""
        return self._probes.records.get(annotation_id) or self.project.annotation(annotation_id)

    def _remarks(self, annotation_id: str) -> tuple[Remark, ...]:
        """Return all remarks on a place."""
        if self._probes.holds(annotation_id):
            return tuple(self._probes.remarks.get(annotation_id, {}).values())
        return self.project.remarks(annotation_id)

    def _blindly(self, annotation_id: str, after: State) -> dict[str, object]:
        """Return what the journal keeps besides of a step of a blind reading: that it was one, and what was seen."""
        one = self._list.annotations.get(annotation_id)
        return {} if not self.blind else {"blind": True} if one is None else {"blind": True, "saw": saw(one, after)}

    def _changed(self, annotation_id: str, state: State) -> Annotation | None:
        """Return the annotation as it is in a state, or None where that leaves it untouched."""
        if state.get("record") is not None:
            return decode_annotation(state["record"])
        if "record" not in state and not any(name in state for name in FIELDS):
            return None
        one = self._list.sight.kept.get(annotation_id) or self._absent(annotation_id)
        return replace(one, withdrawn=True) if "record" in state else with_fields(one, state)

    def _write(self, annotation_id: str, state: State) -> Annotation | None:
        """Write a state into the project; return the annotation as it then is, or None where it is untouched."""
        changed = self._changed(annotation_id, state)
        drawn = changed if state.get("record") is not None else None
        if self._probes.holds(annotation_id) or (drawn is not None and self._probes.home_of(drawn) is not None):
            self._probes.write(annotation_id, changed, state)
            return changed
        if changed is not None:
            self.project.put_annotation(changed)
        if state.get("verdict") is not None:
            self.project.put_verdict(Verdict(**state["verdict"]))
        elif "verdict" in state:
            self.project.remove_verdict(annotation_id, self.analyst)
        for claim, citation in state.get("citations", {}).items():
            if citation is not None:
                self.project.put_citation(Citation(**citation))
            else:
                self.project.remove_citation(annotation_id, claim, self.analyst)
        for name, remark in state.get("remarks", {}).items():
            if remark is not None:
                self.project.put_remark(Remark(**remark))
            else:
                self.project.remove_remark(name)
        return changed

    def _take(self, entry: Entry, annotation_id: str, changed: Annotation | None, state: State) -> tuple[str, str]:
        """Bring what is in memory to what was committed; return what observers are told."""
        self._head = entry.hash
        self._history.add(entry)
        self._seq = entry.seq
        if "verdict" in state:
            given = state["verdict"]
            self._list.judge(annotation_id, entry.analyst, None if given is None else Verdict(**given))
        if changed is not None:
            self._list.put(changed, seen_after(entry, state))
        for claim, citation in state.get("citations", {}).items():
            key = (annotation_id, claim, entry.analyst)
            self._list.cite(key, None if citation is None else Citation(**citation))
        return _event(changed, state), annotation_id


def _event(changed: Annotation | None, state: State) -> str:
    """Return what observers are told of a state that was reached."""
    if changed is not None:
        arrived = "record" in state or "withdrawn" in state
        return "withdrawn" if changed.withdrawn else "drawn" if arrived else "changed"
    return "verdict" if "verdict" in state else "cited"
