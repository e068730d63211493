"""The canvas of a project: its scenes, the places on them, and those that are lit up. No Qt."""

from collections.abc import Callable, Mapping

from napari.components import ViewerModel

from ...annotate.dates import dates_of
from ...annotate.errors import AnnotateError
from ...annotate.review import Review
from ...labels.errors import LabelsError
from ...labels.project import Project
from ...labels.records import Annotation, SceneRecord
from ..errors import ViewerError
from .comparing import Comparing
from .dates import Dates
from .drawing import Drawing
from .keyboard import Keyboard
from .looking import Looking
from .measuring import Measuring
from .shown import Shown
from .stage import Stage
from .writer import PROJECT


class Places:
    """
    What of a project is shown on a viewer; see `Session` for what the window sets.

    Parameters
    ----------
    viewer
        A napari viewer or a ViewerModel.
    project
        Open.
    review
        The one mutable object.
    keyboard
        Bound to our layers.
    zoom_to_places
        Zoom to every place in turn, and not only where it is seen too small or too large.
    """

    def __init__(
        self, viewer: ViewerModel, project: Project, review: Review, keyboard: Keyboard, zoom_to_places: bool
    ) -> None:
        self.viewer = viewer
        self.project = project
        self.review = review
        self.keyboard = keyboard
        self.stage: Stage | None = None
        self.drawing: Drawing | None = None
        self.comparing: Comparing | None = None
        self.dates: Dates | None = None
        self.looking: Looking | None = None
        self.measuring: Measuring | None = None
        self._zoom = zoom_to_places
        self._queued: tuple[tuple[Annotation, ...], Shown, tuple[Annotation, ...]] | None = None
        self.say: Callable[[str, bool], None] = _to_status(viewer)
        self.seen: Callable[[], None] = lambda: None
        self.fetch: Callable[[SceneRecord], None] = lambda _record: None
        self.want: Callable[[Annotation], None] = lambda _annotation: None

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

    def _current_id(self) -> str | None:
        return None if self.review.current is None else self.review.current.id

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
