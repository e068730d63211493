"""The review: verdicts, corrections, drawings and citations of one analyst, each a step on disk."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from shapely import Polygon

from ..labels.journal import utc_now
from ..labels.project import Project
from ..labels.records import REASONS, RELATIONS, STATES, VERDICTS, Annotation, Citation, Count, Remark, Verdict
from . import sentences
from .draw.drawing import checked, drawn, held_by_default
from .draw.flaw import sound
from .errors import ReviewError
from .kinds import Kind, kind_named
from .outline import grid_of, measure
from .own_kinds import project_kinds
from .reading.probing import Probing
from .sift import Sift
from .steps import encode_annotation, encode_citation, encode_count, encode_remark, encode_shape, encode_verdict


class Review(Probing):
    """
    One analyst's work on one project: the one mutable object of depotwatch, without any window.

    Every step is one committed transaction, with its entry in the journal, before the method returns: what was decided
    is on disk. Undo and redo are read from the journal, so they survive a restart; they append to it and erase nothing.

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
        If the name is empty; and from every step that is not possible.
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

    def verdict_of(self, annotation_id: str) -> str:
        """Return unreviewed, accepted, rejected, unsure or disputed, by all analysts."""
        return self._list.verdict_of(annotation_id)

    def my_verdict(self, annotation_id: str) -> Verdict | None:
        """Return this analyst's own verdict, or None."""
        return self._list.verdicts.get(annotation_id, {}).get(self.analyst)

    def find(self, annotation_id: str) -> Annotation | None:
        """Return a place that the analyst sees, in the queue or not; None where there is none of that id."""
        return self._list.annotations.get(annotation_id)

    def place(self, annotation_id: str) -> Annotation:
        """Return the same; a ReviewError where there is none."""
        return self._require(annotation_id)

    def citations(self) -> tuple[Citation, ...]:
        """Return every tie of a place to a claim that may be seen."""
        return tuple(self._list.citations.values())

    def citations_of(self, annotation_id: str) -> tuple[Citation, ...]:
        """Return the claims an annotation is tied to, by anyone."""
        return tuple(one for one in self.citations() if one.annotation == annotation_id)

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

    def accept(self, note: str = "") -> None:
        """Judge that it is there and is of its kind, and go to the next undecided one."""
        self._judge("accepted", None, note)

    def reject(self, reason: str, note: str = "") -> None:
        """Judge that it is not, for one of `REASONS`, and go to the next undecided one."""
        if reason not in REASONS:
            raise ReviewError(f"{reason!r} is no reason for a rejection; choose one of {', '.join(REASONS)}.")
        self._judge("rejected", reason, note)

    def unsure(self, note: str = "") -> None:
        """Say that it cannot be told, and go to the next undecided one."""
        self._judge("unsure", None, note)

    def nothing_here(self) -> None:
        """Say that a tile of a sample holds nothing, and go to the next undecided one; a drawing in it says it does."""
        one = self._require_current()
        if self.role_of(one.id) != "tile":
            raise ReviewError(f"{sentences.name(one)} is no tile of a sample; reject it with a reason.")
        self._judge("rejected", None, "")

    def judge(self, annotation_ids: Sequence[str], value: str, reason: str | None = None) -> None:
        """
        Judge several at once, a step each, and go on from the last where the current one is among them.

        Parameters
        ----------
        annotation_ids
            Of the queue.
        value
            accepted, rejected or unsure.
        reason
            One of `REASONS` for rejected ones, else None.
        """
        if value not in VERDICTS or (value == "rejected") != (reason in REASONS):
            raise ReviewError(f"{value!r} with reason {reason!r} is no verdict; a rejection alone has a reason.")
        here = self._current
        for one in annotation_ids:
            self._decide(self._require(one), value, reason, "")
        if here in annotation_ids:
            self.next()

    def set_kind(self, kind: str) -> None:
        """Correct what it is; what it holds is then one for a single object, else not counted."""
        one = self._require_current()
        known = kind_named(kind, self.kinds)
        if one.kind != kind:
            held = held_by_default(known, self.standing, one.before, one.after)
            self._step("kind", one.id, {"kind": kind, "count": encode_count(held)})

    def set_state(self, state: str) -> None:
        """Correct its state."""
        if state not in STATES:
            raise ReviewError(f"{state!r} is no state; choose one of {', '.join(STATES)}.")
        self._step("state", self._require_current().id, {"state": state})

    def remark(self, text: str) -> None:
        """Write about the place: a remark beside those that are there, and the note that is exported with the label."""
        words, place = text.strip(), self._require_current().id
        if not words:
            raise ReviewError("A remark needs words; write what you see.")
        one = Remark(uuid4().hex, place, self.analyst, utc_now(), words)
        self._step("note", place, {"note": words, "remarks": {one.id: encode_remark(one)}})

    def thread(self, annotation_id: str) -> tuple[Remark, ...]:
        """Return the remarks on a place that may be seen, oldest first; a note of earlier releases has no name."""
        knows = self._list.sight.knows(annotation_id)
        found = [one for one in self._states.remarks(annotation_id) if knows or one.analyst == self.analyst]
        one = self._list.annotations.get(annotation_id)
        if one is not None and one.note and one.note not in {remark.text for remark in found}:
            found.insert(0, Remark("", annotation_id, "", "", one.note))
        return tuple(found)

    def set_count(self, count: Count | None, how: Mapping[str, object] | None = None) -> None:
        """Say how many it holds, counted by eye; None for not counted. `how` it was counted is kept with the step."""
        said = {} if how is None else {"how": dict(how)}
        self._step("count", self._require_current().id, {"count": encode_count(checked(count))}, said)

    def counted_by(self, annotation_id: str) -> tuple[str, Mapping[str, object]] | None:
        """Return who counted last what a place holds, and how; None for the machine, and where that is hidden."""
        step = self._history.standing(annotation_id, ("count", "kind"))  # another kind holds another number
        if step is None or step.action == "kind" or (self.blind and step.analyst != self.analyst):
            return None
        how = step.payload.get("how")
        return step.analyst, how if isinstance(how, Mapping) else {}

    def draw(
        self,
        kind: str,
        polygon: Polygon,
        scene_id: str,
        change: str = "appeared",
        count: Count | None = None,
        after: str | None = None,
    ) -> Annotation:
        """
        Keep a place that nobody proposed, accepted by the analyst who drew it, and make it the current one.

        Parameters
        ----------
        kind
            Of the kinds.
        polygon
            In (column, row) of the scene, pixel corners at integers.
        scene_id
            The scene it was drawn on: a scene of a compared pair, or for "present" any scene.
        change
            One of `CHANGES`; "present" for what is there on this one scene.
        count
            How many it holds; for a kind of single objects one, unless said otherwise.
        after
            Id of the after scene, where the scene was compared with several.
        """
        known = kind_named(kind, self.kinds)
        one = drawn(self.project, self.standing, known, polygon, scene_id, change, checked(count), after, self.current)
        verdict = Verdict(one.id, self.analyst, "accepted", None, "", utc_now())
        step = {"record": encode_annotation(one), "verdict": encode_verdict(verdict)}
        tile = None if self._whole is not None else self._probes.tile_of(one)
        if tile is None:
            self._step("draw", one.id, step)
        else:
            with self.together("a drawing in a tile"):
                self._step("draw", one.id, step)
                self._decide(self._require(tile), "accepted", None, "")
        return self._go(one.id)

    def reshape(self, annotation_id: str, polygon: Polygon) -> None:
        """Correct an outline, in (column, row) of the scene that its shape names."""
        one = self._require(annotation_id)
        grid = grid_of(self.standing.scenes[one.shape.scene])
        shape = measure(sound(polygon, grid), one.shape.scene, grid)
        self._step("reshape", one.id, {"shape": encode_shape(shape)})

    def withdraw(self, annotation_id: str) -> None:
        """Take a drawing back: it stays in the record and is shown and counted nowhere."""
        one = self._require(annotation_id)
        if one.origin != "analyst":
            raise ReviewError(f"{sentences.name(one)} was proposed, not drawn; reject it instead.")
        others = sorted({verdict.analyst for verdict in self.project.verdicts(one.id)} - {self.analyst})
        if others:
            who = "another analyst" if self.blind else others[0]
            raise ReviewError(f"{sentences.name(one)} was judged by {who}; reject it instead.")
        self._step("withdraw", one.id, {"withdrawn": True})
        self._leave(one.id)

    def cite(self, claim_id: str, relation: str, note: str = "", annotation_id: str | None = None) -> None:
        """Tie an annotation, else the current one, to a claim that it supports, opposes or gives context to."""
        one = self._require_current() if annotation_id is None else self._require(annotation_id)
        if relation not in RELATIONS:
            raise ReviewError(f"{relation!r} is no relation; choose one of {', '.join(RELATIONS)}.")
        if claim_id not in {claim.id for claim in self.project.claims()}:
            raise ReviewError(f"There is no claim {claim_id!r} in the project; import or add it first.")
        citation = Citation(one.id, claim_id, relation, self.analyst, utc_now(), note)
        had = self._list.citations.get((one.id, claim_id, self.analyst))
        if had is None or (had.relation, had.note) != (relation, note):
            self._step("cite", one.id, {"citations": {claim_id: encode_citation(citation)}})

    def uncite(self, claim_id: str, annotation_id: str | None = None) -> None:
        """Take back one's own tie between an annotation, else the current one, and a claim."""
        one = self._require_current() if annotation_id is None else self._require(annotation_id)
        if (one.id, claim_id, self.analyst) not in self._list.citations:
            raise ReviewError(f"You have not tied {sentences.name(one)} to claim {claim_id!r}; cite it first.")
        self._step("uncite", one.id, {"citations": {claim_id: None}})

    def _judge(self, value: str, reason: str | None, note: str) -> None:
        self._decide(self._require_current(), value, reason, note)
        self.next()

    def _decide(self, one: Annotation, value: str, reason: str | None, note: str) -> None:
        had = self.my_verdict(one.id)
        if had is None or (had.value, had.reason, had.note) != (value, reason, note):
            verdict = Verdict(one.id, self.analyst, value, reason, note, utc_now())
            self._step("verdict", one.id, {"verdict": encode_verdict(verdict)})

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
