"""How a step is made: one committed transaction with its journal entry, undone and done again from the journal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from ..labels.journal import Entry
from ..labels.project import Project
from . import sentences
from .errors import ReviewError
from .following import Following
from .reading.sight import READING, saw
from .steps import State, state_of


class Stepping(Following):
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
        super().__init__(project, analyst)
        self._whole: dict[str, str] | None = None

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

    def _step(self, action: str, annotation_id: str, after: State, said: Mapping[str, object] | None = None) -> None:
        """Commit a step that brings a place to a state; one that changes and says nothing is none."""
        with self._writing():
            before = self._states.of(annotation_id, after)
            if before == after and not said:
                return
            if action not in ("verdict", "note") and self._probes.role_of(annotation_id) == "tile":
                raise ReviewError("A random tile is only looked through: draw what is there, or say that nothing is.")
            if action != "draw" and annotation_id not in self._list.annotations:
                raise ReviewError(f"Annotation {annotation_id[:8]} was withdrawn; choose another.")
            changed = self._states.write(annotation_id, after)
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

    def _blindly(self, annotation_id: str, after: State) -> dict[str, object]:
        """Return what the journal keeps besides of a step of a blind reading: that it was one, and what was seen."""
        one = self._list.annotations.get(annotation_id)
        return {} if not self.blind else {"blind": True} if one is None else {"blind": True, "saw": saw(one, after)}

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
            changed = self._states.write(annotation_id, goal)
            seen = step.payload.get("saw") if action == "undo" else None
            payload = {"annotation": annotation_id, "of": step.seq, "step": step.hash, "before": start, "after": goal}
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
        if self._states.of(str(step.payload["annotation"]), start) != start:
            raise ReviewError(f"Cannot {action} {what}: the place was changed since; change it by hand.")

    def _shown(self, annotation_id: str) -> None:
        """Be told which place was just undone or done again."""
