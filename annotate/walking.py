"""The way through the queue: what is in it, which place is the current one, and which comes next."""

from collections.abc import Mapping

from ..labels.project import Project
from ..labels.records import Annotation
from .errors import ReviewError
from .kinds import Kind
from .own_kinds import project_kinds
from .reading.probing import Probing
from .sift import Sift


class Walking(Probing):
    """
    A queue of places, and the one that steps apply to.

    Parameters
    ----------
    project
        The open project.
    analyst
        Name the analyst works under.
    kinds
        Where others are meant than those that the project keeps.

    Raises
    ------
    ReviewError
        If the name is empty.
    """

    def __init__(self, project: Project, analyst: str, kinds: Mapping[str, Kind] | None = None) -> None:
        if not analyst.strip():
            raise ReviewError("A review needs the analyst's name; give --analyst NAME or set DEPOTWATCH_ANALYST.")
        super().__init__(project, analyst.strip())
        self.kinds = project_kinds(project) if kinds is None else kinds
        self._current = self._list.after(None, undecided=True) or self._list.after(None, undecided=False)

    def queue(self) -> tuple[Annotation, ...]:
        """Return what is proposed, drawn or judged: strongest first, drawings last."""
        return self._list.queue

    @property
    def current(self) -> Annotation | None:
        """The annotation that steps apply to."""
        if self._current is None or not self._list.holds(self._current):
            return None
        return self._list.annotations[self._current]

    @property
    def progress(self) -> tuple[int, int]:
        """How many this analyst decided, and of how many."""
        return self._list.progress

    def find(self, annotation_id: str) -> Annotation | None:
        """Return a place that the analyst sees, in the queue or not; None where there is none of that id."""
        return self._list.annotations.get(annotation_id)

    def place(self, annotation_id: str) -> Annotation:
        """Return the same; a ReviewError where there is none."""
        return self._require(annotation_id)

    def refresh(self) -> None:
        """Read the project again, as after a comparison or another analyst's work."""
        super().refresh()
        if self.current is None:
            self.next()

    def work_through(self, sift: Sift) -> None:
        """Go through this part of the queue, in its order; the current place stays where it is in it."""
        if sift != self.sift:
            self.sift = sift
            self.refresh()

    def select(self, annotation_id: str) -> Annotation:
        """Make an annotation of the queue the current one."""
        if not self._list.holds(annotation_id):
            raise ReviewError(f"Annotation {annotation_id[:8]} is not in the queue; choose one that is.")
        return self._go(annotation_id)

    def next(self, undecided: bool = True) -> Annotation | None:
        """Go to the next one this analyst has not decided, from the start again after the last, or just to the next."""
        found = self._list.after(self._current, undecided)
        return None if found is None else self._go(found)

    def previous(self) -> Annotation | None:
        """Go to the one before."""
        found = self._list.before(self._current)
        return None if found is None else self._go(found)

    def _require_current(self) -> Annotation:
        one = self.current
        if one is None:
            raise ReviewError("No annotation is selected; select one first.")
        return one

    def _require(self, annotation_id: str) -> Annotation:
        one = self._list.annotations.get(annotation_id)
        if one is None:
            raise ReviewError(f"There is no annotation {annotation_id[:8]!r} here; choose one of the queue.")
        return one

    def _go(self, annotation_id: str) -> Annotation:
        if annotation_id != self._current:
            self._current = annotation_id
            self._tell("current", annotation_id)
        return self._list.annotations[annotation_id]

    def _shown(self, annotation_id: str) -> None:
        if self._list.holds(annotation_id):
            self._go(annotation_id)
        else:
            self._leave(annotation_id)

    def _leave(self, annotation_id: str) -> None:
        """Go on from a place that has left the queue."""
        if self._current == annotation_id:
            self._current = self._list.after(None, undecided=True) or self._list.after(None, undecided=False)
            self._tell("current", self._current)
