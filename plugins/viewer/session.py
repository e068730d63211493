"""One open project on one viewer: passes keys to the review, and what the review says to the canvas. No Qt."""

import json
import time
from collections.abc import Callable

from napari.components import ViewerModel

from ...annotate.reading.pace import Pace
from ...annotate.review import Review
from ...annotate.sift import Sift
from ...labels.project import Project
from .own_keys import OwnKeys
from .pointer import Pointer
from .steps import Steps


class Session(Steps):
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
        super().__init__(viewer, project, review, own_keys or OwnKeys(), zoom_to_places)
        self.pace = Pace()
        self.compare_again: Callable[[str, float | None], None] = lambda _method, _threshold: None
        self.plant: Callable[[int], None] = lambda _asked: None
        self.reload: Callable[[], None] = lambda: None
        self.records_open: Callable[[], bool] = lambda: False
        self.page: Callable[[], str] = lambda: ""
        self.open_page: Callable[[str], None] = lambda _title: None
        kept = project.preference(self._sift_key)
        if kept is not None:
            review.work_through(Sift.from_json(json.loads(kept)))
        self._unsubscribe = review.subscribe(self._heard)
        self._pointer = Pointer(viewer, self._pick)

    def sift(self, sift: Sift) -> None:
        """Go through a part of the queue; remembered with the project, for this analyst."""
        self.review.work_through(sift)
        self.project.set_preference(self._sift_key, json.dumps(sift.to_json()))

    @property
    def _sift_key(self) -> str:
        return f"sift of {self.review.analyst}"

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

    def _pick(self, y: float, x: float) -> None:
        if self.drawing is not None and self.drawing.active:
            self.drawing.click(y, x)
        elif self.stage is not None:
            found = self.stage.annotation_at((y, x))
            if found is not None and found != self._current_id():
                self.decide("select", found)
