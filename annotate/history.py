"""What can be undone and redone, read from the journal: undo appends to it and never erases."""

from collections.abc import Iterable

from ..labels.journal import Entry
from .steps import STEPS


class History:
    """
    The steps that stand, kept up entry by entry.

    Parameters
    ----------
    entries
        The journal so far, oldest first.
    analyst
        Whose steps may be undone here.
    """

    def __init__(self, entries: Iterable[Entry], analyst: str) -> None:
        self._analyst = analyst
        self._undoable: list[Entry] = []
        self._redoable: list[Entry] = []
        self._steps: dict[str, Entry] = {}
        self._standing: dict[str, list[Entry]] = {}
        for entry in entries:
            self.add(entry)

    @property
    def last(self) -> Entry | None:
        """The step that undo takes back, or None."""
        return self._undoable[-1] if self._undoable else None

    @property
    def last_undone(self) -> Entry | None:
        """The step that redo does again, or None."""
        return self._redoable[-1] if self._redoable else None

    def add(self, entry: Entry) -> None:
        """Take note of an entry by anyone; those that are no step of a review change nothing."""
        mine = entry.analyst == self._analyst
        if entry.action in STEPS and {"annotation", "before", "after"} <= entry.payload.keys():
            self._steps[entry.hash] = entry
            self._standing.setdefault(_place(entry), []).append(entry)
            if mine:
                self._undoable.append(entry)
                self._redoable.clear()
        elif entry.action in ("undo", "redo"):
            step = self._steps.get(str(entry.payload["step"]))
            if step is not None:
                self._turn(step, entry.action, mine)

    def standing(self, annotation_id: str, actions: tuple[str, ...]) -> Entry | None:
        """Return the newest standing step of these kinds at a place, by anyone, or None."""
        steps = self._standing.get(annotation_id, ())
        return next((step for step in reversed(steps) if step.action in actions), None)

    def blocking(self, step: Entry) -> Entry | None:
        """Return the newest standing step by someone else that depends on this one, or None."""
        standing = self._standing.get(_place(step), [])
        if step not in standing:
            return None
        later = standing[standing.index(step) + 1 :]
        return next(
            (other for other in reversed(later) if other.analyst != step.analyst and _depends(other, step)), None
        )

    def _turn(self, step: Entry, action: str, mine: bool) -> None:
        """Take a step out of what stands, or put it back as the newest."""
        standing = self._standing.setdefault(_place(step), [])
        taken, given = (self._undoable, self._redoable) if action == "undo" else (self._redoable, self._undoable)
        if action == "undo" and step in standing:
            standing.remove(step)
        elif action == "redo":
            standing.append(step)
        if mine and step in taken:
            taken.remove(step)
            given.append(step)


def _place(entry: Entry) -> str:
    return str(entry.payload["annotation"])


def _depends(later: Entry, step: Entry) -> bool:
    """
    Say whether a later step rests on an earlier one at the same place.

    Verdicts and citations are each analyst's own and nothing rests on them. What a place is and where it lies is what
    everybody judges, so whatever is done later rests on it, except a note.
    """
    if step.action in ("verdict", "adjudicate", "cite", "uncite"):
        return False
    return later.action == step.action if "note" in (step.action, later.action) else True
