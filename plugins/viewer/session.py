"""One open project on one viewer: passes keys to the review, and what the review says to the canvas. No Qt."""

import json
import time
from collections.abc import Callable, Mapping

from napari.components import ViewerModel

from ...annotate.dates import dates_of
from ...annotate.errors import AnnotateError
from ...annotate.reading.pace import Pace
from ...annotate.review import Review
from ...annotate.sift import Sift
from ...labels.errors import LabelsError
from ...labels.project import Project
from ...labels.records import Annotation, SceneRecord
from ..errors import ViewerError
from .comparing import MODES, Comparing, Mode
from .dates import Dates
from .drawing import HELP, Drawing
from .keyboard import Keyboard
from .looking import Looking
from .measuring import Measuring
from .own_keys import OwnKeys
from .pointer import Pointer
from .shown import Shown
from .stage import Stage
from .writer import PROJECT

TIERS = {"previous": 1, "next": -1}  # ↑ and ↓, while boxes are counted slot by slot
GOING = ("help", "to_dock", "to_records", "settle")
DECISIONS = ("accept", "reject", "unsure", "undo", "redo")


class Session:
    """
    Review and canvas of one project.

    Parameters
    ----------
    viewer
        A napari viewer or a ViewerModel.
    project
        Open; closed with the session.
    review
        The one mutable object.
    own_keys
        Keys that the user changed.
    zoom_to_places
        Zoom to every place in turn, and not only where it is seen too small or too large.

    Notes
    -----
    The window sets `say(sentence, wrong)`, `ask_reason()`, `show_help()`, `to_dock()`, `to_records()` and
    `to_dispute()`, which put the keyboard there, `seen()`, called when the dates are seen in another mode, `marked()`,
    which returns the ids of the places marked in its list, `records_open()`, which tells whether claims, counts and
    series are open, `page()` and `open_page(title)`, for the page of the dock that is open,
    `want(annotation)`, which is asked for when a place of other scenes becomes the current one, and
    `compare_again(method, threshold)`, which stores a comparison of the pair that is shown.
    """

    def __init__(
        self,
        viewer: ViewerModel,
        project: Project,
        review: Review,
        own_keys: OwnKeys | None = None,
        zoom_to_places: bool = False,
    ) -> None:
        self.viewer = viewer
        self.project = project
        self.review = review
        self.stage: Stage | None = None
        self.drawing: Drawing | None = None
        self.comparing: Comparing | None = None
        self.dates: Dates | None = None
        self.looking: Looking | None = None
        self.measuring: Measuring | None = None
        self.pace = Pace()
        self._zoom = zoom_to_places
        self._queued: tuple[tuple[Annotation, ...], Shown, tuple[Annotation, ...]] | None = None
        self.say: Callable[[str, bool], None] = _to_status(viewer)
        self.ask_reason: Callable[[], None] = lambda: self.decide("reject", "other")
        self.show_help: Callable[[], None] = lambda: None
        self.to_dock: Callable[[], None] = lambda: None
        self.to_records: Callable[[], None] = lambda: self.say("Claims, counts and series are not open here.", True)
        self.to_dispute: Callable[[], None] = lambda: None
        self.marked: Callable[[], tuple[str, ...]] = lambda: ()
        self.seen: Callable[[], None] = lambda: None
        self.compare_again: Callable[[str, float | None], None] = lambda _method, _threshold: None
        self.plant: Callable[[int], None] = lambda _asked: None
        self.reload: Callable[[], None] = lambda: None
        self.fetch: Callable[[SceneRecord], None] = lambda _record: None
        self.want: Callable[[Annotation], None] = lambda _annotation: None
        self.records_open: Callable[[], bool] = lambda: False
        self.page: Callable[[], str] = lambda: ""
        self.open_page: Callable[[str], None] = lambda _title: None
        kept = project.preference(self._sift_key)
        if kept is not None:
            review.work_through(Sift.from_json(json.loads(kept)))
        self._unsubscribe = review.subscribe(self._heard)
        self.keyboard = Keyboard(viewer, review.kinds, own_keys or OwnKeys(), self.act)
        self._pointer = Pointer(viewer, self._pick)

    def show(self, shown: Shown) -> None:
        """Put scenes and their places on the canvas, and go to the first undecided of them."""
        self._clear_stage()
        stage = self.stage = Stage(self.viewer, shown, self.review.kinds, self.project.synthetic)
        self.comparing = Comparing(self.viewer, stage)
        self.drawing = Drawing(
            self.viewer, stage, self.review, lambda sentence, wrong: self.say(sentence, wrong), self.keyboard.label_of
        )
        site = None if shown.comparison is None else shown.comparison.site
        records = dates_of(self.project, self.review.standing, shown.before_id, site)
        self.dates = Dates(stage, records, lambda sentence, wrong: self.say(sentence, wrong))
        self.dates.fetch, self.dates.seen = lambda record: self.fetch(record), self._date_seen
        self.looking = Looking(self.viewer, stage, self.comparing, self.review)
        self.measuring = Measuring(self.review, shown)
        for layer in stage.outlines.values():
            layer.metadata[PROJECT] = str(self.project.path)
        self.keyboard.take(stage)
        self._place_all()
        current = self.review.current
        if current is None or not shown.holds(current):
            waiting = [one for one in self.queue() if self.review.my_verdict(one.id) is None]
            first = next(iter(waiting or self.queue()), None)
            if first is not None:
                self.review.select(first.id)
        stage.select(self._current_id(), zoom=True)

    def add_map(self, shown: Shown) -> None:
        """Take up the change map of what is shown; another pair's is left alone."""
        stage, comparing = self.stage, self.comparing
        if stage is None or comparing is None or stage.shown.comparison != shown.comparison:
            return
        mode = comparing.mode
        if mode == "side":  # both halves hold as many layers
            comparing.show("one")
        stage.add_map(shown)
        self.keyboard.take(stage)
        if mode == "side":
            comparing.show(mode)

    def put_back(self) -> None:
        """Bring back layers of ours that were deleted, with all that was on them, and say so."""
        stage, comparing = self.stage, self.comparing
        if stage is None or comparing is None:
            return
        gone = [one for one in (*stage.all_layers, *comparing.extra) if one not in self.viewer.layers]
        if not gone:
            return
        mode, drawing = comparing.mode, self.drawing is not None and self.drawing.active
        comparing.show("one")
        stage.put_back()
        stage.activate(stage.drawing if drawing else None)
        if mode != "one":
            comparing.show(mode)
        what = f"The layer “{gone[0].name}” is" if len(gone) == 1 else f"{len(gone)} layers of depotwatch are"
        self.say(f"{what} back, with all that was on it; to take them away, close the project or its dock.", True)

    def queue(self) -> tuple[Annotation, ...]:
        """Return the places of the scenes that are shown, in the order of the review."""
        if self.stage is None:
            return ()
        queue, shown = self.review.queue(), self.stage.shown
        if self._queued is None or self._queued[0] is not queue or self._queued[1] is not shown:
            self._queued = (queue, shown, tuple(one for one in queue if shown.holds(one)))
        return self._queued[2]

    def sift(self, sift: Sift) -> None:
        """Go through a part of the queue; remembered with the project, for this analyst."""
        self.review.work_through(sift)
        self.project.set_preference(self._sift_key, json.dumps(sift.to_json()))

    @property
    def _sift_key(self) -> str:
        return f"sift of {self.review.analyst}"

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

    def _date_seen(self) -> None:
        """Follow another date of the site that came to the canvas."""
        stage, comparing = self.stage, self.comparing
        if stage is None or comparing is None:
            return
        self.keyboard.take(stage)
        try:
            comparing.restretched()
        except ViewerError as error:
            comparing.show("one")
            self.say(str(error), True)
        self.seen()

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

    def light(self, tied: Mapping[str, str], see: bool = False) -> None:
        """Light up places tied to a claim, by annotation id and relation; with `see`, bring all of them into view."""
        if self.stage is not None:
            self.stage.light(tied)
            if see:
                self.stage.see(tied)

    def attempt(self, step: Callable[[], object], refused: Callable[[str], None] | None = None) -> None:
        """Call something that may refuse, and say why it did: where others say what is wrong, or with `refused`."""
        try:
            step()
        except (AnnotateError, LabelsError, ViewerError) as error:
            sentence = " ".join(str(error).split())
            if refused is None:
                self.say(sentence, True)
            else:
                refused(sentence)

    def close(self, canvas: bool = True) -> None:
        """Close the project and give the keys back; with `canvas`, take our layers off the viewer."""
        if self.looking is not None:
            self.attempt(self.looking.keep)
        self._unsubscribe()
        if canvas:
            self._clear_stage()
        self.keyboard.release()
        self.stage = self.drawing = self.comparing = self.looking = self.measuring = None
        self._pointer.release()
        self.project.close()

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

    def _current_id(self) -> str | None:
        return None if self.review.current is None else self.review.current.id

    def _heard(self, event: str, annotation_id: str | None) -> None:
        if self.stage is None:
            return
        if event == "verdict" and annotation_id is not None and self.review.my_verdict(annotation_id) is not None:
            self.pace.decided(time.monotonic())
        if event == "reloaded":
            self._place_all()
        elif event in ("verdict", "changed", "drawn", "withdrawn") and annotation_id is not None:
            self._place(annotation_id)
        if event in ("current", "reloaded", "changed", "withdrawn", "drawn"):
            self._follow()

    def _place(self, annotation_id: str) -> None:
        assert self.stage is not None
        found = self.review.find(annotation_id)
        if found is None or found.withdrawn:
            self.stage.remove(annotation_id)
        elif self.stage.shown.holds(found):
            self.stage.place(found, self.review.verdict_of(annotation_id))

    def _place_all(self) -> None:
        assert self.stage is not None
        self.stage.remove_all()
        self.stage.place_all((one, self.review.verdict_of(one.id)) for one in self.queue())

    def _follow(self) -> None:
        assert self.stage is not None
        current = self.review.current
        if current is not None and not self.stage.shown.holds(current):
            self.want(current)
            return
        self.stage.select(None if current is None else current.id, self._zoom)
        if self.comparing is not None:
            self.comparing.recentre()

    def _pick(self, y: float, x: float) -> None:
        if self.drawing is not None and self.drawing.active:
            self.drawing.click(y, x)
        elif self.stage is not None:
            found = self.stage.annotation_at((y, x))
            if found is not None and found != self._current_id():
                self.decide("select", found)

    def _clear_stage(self) -> None:
        if self.looking is not None:
            self.attempt(self.looking.keep)
        if self.drawing is not None:
            self.drawing.close()
        if self.comparing is not None:
            self.comparing.close()
        if self.stage is not None:
            self.stage.clear()
        self.keyboard.take(None)
        self.stage = self.drawing = self.comparing = self.looking = self.measuring = None


def _to_status(viewer: ViewerModel) -> Callable[[str, bool], None]:
    def say(sentence: str, wrong: bool) -> None:
        viewer.status = sentence

    return say
