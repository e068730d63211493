"""The review: verdicts, corrections, drawings and citations of one analyst, each a step on disk."""

from collections.abc import Mapping

from shapely import Polygon

from ..labels.journal import utc_now
from ..labels.records import STATES, Annotation, Count, Verdict
from . import sentences
from .draw.drawing import checked, drawn, held_by_default
from .draw.flaw import sound
from .errors import ReviewError
from .judging import Judging
from .kinds import kind_named
from .outline import grid_of, measure
from .steps import encode_annotation, encode_count, encode_shape, encode_verdict


class Review(Judging):
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
