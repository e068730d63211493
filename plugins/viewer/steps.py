"""What a key or a button says, done on the canvas or as a step of the review. No Qt."""

from collections.abc import Callable

from napari.components import ViewerModel

from ...annotate.review import Review
from ...labels.project import Project
from ..errors import ViewerError
from .comparing import MODES, Mode
from .drawing import HELP
from .keyboard import Keyboard
from .looking import Looking
from .own_keys import OwnKeys
from .places import Places
from .stage import Stage

TIERS = {"previous": 1, "next": -1}  # ↑ and ↓, while boxes are counted slot by slot
GOING = ("help", "to_dock", "to_records", "settle")
DECISIONS = ("accept", "reject", "unsure", "undo", "redo")


class Steps(Places):
    """
    What can be done in a project; see `Session` for what the window sets.

    Parameters
    ----------
    viewer
        A napari viewer or a ViewerModel.
    project
        Open.
    review
        The one mutable object.
    own_keys
        Keys that the user changed.
    zoom_to_places
        Zoom to every place in turn, and not only where it is seen too small or too large.
    """

    def __init__(
        self, viewer: ViewerModel, project: Project, review: Review, own_keys: OwnKeys, zoom_to_places: bool
    ) -> None:
        super().__init__(viewer, project, review, Keyboard(viewer, review.kinds, own_keys, self.act), zoom_to_places)
        self.ask_reason: Callable[[], None] = lambda: self.decide("reject", "other")
        self.show_help: Callable[[], None] = lambda: None
        self.to_dock: Callable[[], None] = lambda: None
        self.to_records: Callable[[], None] = lambda: self.say("Claims, counts and series are not open here.", True)
        self.to_dispute: Callable[[], None] = lambda: None
        self.marked: Callable[[], tuple[str, ...]] = lambda: ()

    def act(self, action: str) -> None:
        """Do what a key or a button says; what cannot be done is said in a sentence."""
        if self.stage is None or self.drawing is None:
            return
        if self.drawing.stacking and action in TIERS:
            self.drawing.stack(TIERS[action])
        elif self.drawing.active and action in DECISIONS:
            self.say("Finish the drawing with Enter, or give it up with Escape; then decide.", True)
        elif action in ("accept", "reject") and self.review.role_of(self._current_id()) == "tile":
            self._answer_tile(action)
        elif action == "reject":
            self.ask_reason()
        elif action in GOING:
            goes = {"help": self.show_help, "to_dock": self.to_dock, "to_records": self.to_records}
            (goes | {"settle": self.to_dispute})[action]()
        elif action in HELP:
            self.attempt(lambda: self._draw(action))
        elif action in ("finish", "back", "give_up"):
            getattr(self.drawing, action)()
        elif action == "looked" and self.looking is not None:
            self._hatch(self.looking)
        elif action == "merge":
            self.attempt(self._merge)
        elif action in ("resume", "snap"):
            self.attempt(getattr(self.drawing, action))
        elif action == "change_map":
            if not self.stage.toggle_change_map():
                self.say("There is no change map: this comparison was refused, or there is one scene alone.", True)
            elif self.stage.change_map is None and self.stage.map_on:
                self.say("The change map is still being worked out; it is shown as soon as it is there.", False)
        elif action in ("flicker", "outlines", "whole", "centre"):
            self._look(action, self.stage)
        elif action in MODES:
            self.compare_by(action)
        elif action in ("date_before", "date_after") and self.dates is not None:
            dates, by = self.dates, 1 if action == "date_after" else -1
            self.attempt(lambda: dates.step(by))
        elif action in ("earlier", "later") and self.comparing is not None:
            self.comparing.shift(-1 if action == "earlier" else 1)
        else:
            self.decide(action)

    def compare_by(self, mode: Mode, toggle: bool = True) -> None:
        """See the two dates in a mode; with `toggle`, from that mode back to one date at a time."""
        comparing = self.comparing
        if comparing is not None:
            self.attempt(lambda: comparing.toggle(mode) if toggle else comparing.show(mode))
            self.seen()

    def decide(self, action: str, detail: str = "") -> None:
        """Take one step of the review, which is on disk when this returns."""
        review = self.review
        steps: dict[str, Callable[[], object]] = {
            "accept": review.accept,
            "reject": lambda: review.reject(detail),
            "unsure": review.unsure,
            "undo": lambda: self.say(review.undo(), False),
            "redo": lambda: self.say(review.redo(), False),
            "next": lambda: self._move(1),
            "previous": lambda: self._move(-1),
            "next_undecided": review.next,
            "kind": lambda: review.set_kind(detail),
            "state": lambda: review.set_state(detail),
            "note": lambda: review.remark(detail),
            "select": lambda: review.select(detail),
        }
        name, _, value = action.partition(":")
        detail = detail or value
        self.attempt(steps[name])

    def _look(self, action: str, stage: Stage) -> None:
        if action == "flicker":
            if self.comparing is not None and self.comparing.mode != "one":
                self.compare_by("one", toggle=False)
            stage.flicker()
        elif action == "outlines":
            stage.toggle_outlines()
        elif action == "whole":
            stage.see_whole()
        else:
            stage.select(self._current_id(), zoom=True)

    def _answer_tile(self, action: str) -> None:
        """Draw what a tile of a sample holds, or say that it holds nothing."""
        if action == "reject":
            self.attempt(self.review.nothing_here)
            return
        self.attempt(lambda: self._draw("polygon"))

    def _hatch(self, looking: Looking) -> None:
        if self.comparing is not None and self.comparing.mode == "side":
            self.compare_by("one", toggle=False)
        self.attempt(looking.toggle)

    def _draw(self, purpose: str) -> None:
        assert self.drawing is not None and self.stage is not None
        if self.stage.other is not None:
            back = f"{self.keyboard.label_of('date_before')} or {self.keyboard.label_of('date_after')}"
            raise ViewerError(
                f"Another date of the site is shown; go back to the compared ones with {back}, then draw."
            )
        self.drawing.start(purpose)

    def _merge(self) -> None:
        assert self.drawing is not None
        self.drawing.merge(self.marked())

    def _move(self, by: int) -> None:
        queue = [one.id for one in self.queue()]
        if not queue:
            raise ViewerError("There is nothing to review here yet; draw a place with P, or compare two scenes.")
        current = self._current_id()
        at = queue.index(current) + by if current in queue else 0
        if 0 <= at < len(queue):
            self.review.select(queue[at])
