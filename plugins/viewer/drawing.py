"""Drawing a place by hand: one polygon on a layer of its own, kept by the review as soon as it is finished."""

from collections.abc import Callable
from typing import Any

import numpy as np
from napari.components import ViewerModel
from napari.layers import Shapes
from shapely import Polygon

from ...annotate.errors import AnnotateError, ReviewError
from ...annotate.review import Review
from ...labels.errors import LabelsError
from ...labels.records import Annotation
from .stage import Stage

DRAW_MODE, REST_MODE = "add_polygon", "pan_zoom"
CURVE_PIECES = 32  # sides of the polygon that stands for an ellipse


class Drawing:
    """
    One outline at a time.

    Parameters
    ----------
    stage
        Holds the drawing layer and the grid it is on.
    review
        Keeps the outline.
    say
        `say(sentence, wrong)`.

    Notes
    -----
    `kind` and `change` are what the next outline will be. `later` runs a callable after napari's own handling of the
    event; the window sets it, since a layer must not be emptied while napari is still adding to it.
    """

    def __init__(self, stage: Stage, review: Review, say: Callable[[str, bool], None]) -> None:
        self._stage = stage
        self._review = review
        self._say = say
        self._layer: Shapes = stage.drawing
        self._given_up = False
        self._redrawn: Annotation | None = None
        self.kind = next(iter(review.kinds))
        self.change = "appeared" if stage.shown.after is not None else "present"
        self.later: Callable[[Callable[[], None]], None] = lambda work: work()
        self._layer.events.data.connect(self._changed)

    @property
    def active(self) -> bool:
        """True while an outline is being drawn."""
        return bool(self._stage.drawing.mode != REST_MODE)

    def bind_ends(self) -> None:
        """Bind Escape on the drawing layer: it gives up, where napari would keep a half-drawn outline."""
        self._layer.bind_key("Escape", self._escape, overwrite=True)

    def start(self, redraw: Annotation | None = None) -> None:
        """Let the analyst draw: the drawing layer becomes active. With `redraw`, that place gets the new outline."""
        self._given_up, self._redrawn = False, redraw
        self._stage.activate(self._layer)
        self._layer.mode = DRAW_MODE
        kind = self._review.kinds.get(self.kind if redraw is None else redraw.kind)
        what = f"a {kind.title if kind else 'place'} ({self.change if redraw is None else 'new outline'})"
        self._say(f"Drawing {what}: click the corners; Enter ends it, Escape gives up.", False)

    def give_up(self) -> None:
        """Forget what was drawn."""
        self._given_up = True
        self._rest()
        self._say("Nothing was drawn.", False)

    def close(self) -> None:
        """Listen no more."""
        self._layer.events.data.disconnect(self._changed)

    def _escape(self, _layer: ViewerModel) -> None:
        self.give_up()

    def _changed(self, event: Any) -> None:  # noqa: ANN401 (napari's event)
        if str(event.action) == "added" and not self._given_up and self._layer.nshapes:
            self.later(self._keep)

    def _keep(self) -> None:
        if not self._layer.nshapes:
            return
        outline = _polygon(self._layer.data[-1], self._layer.shape_type[-1])
        self._rest()
        try:
            one = self._given_to_review(Polygon(self._stage.frame.pixels(outline)))
        except (AnnotateError, LabelsError, ValueError) as error:
            self._say(f"Not kept: {' '.join(str(error).split())}", True)
            return
        self._say(f"Kept: {one.kind} of {one.shape.area_m2:,.0f} m².", False)

    def _given_to_review(self, polygon: Polygon) -> Annotation:
        scene, redrawn = self._stage.shown.before_id, self._redrawn
        if redrawn is None:
            after = None if self.change == "present" else self._stage.shown.after_id
            return self._review.draw(self.kind, polygon, scene, self.change, after=after)
        if redrawn.shape.scene != scene:
            raise ReviewError("This place was outlined on another scene; open its own pair to draw it anew.")
        self._review.reshape(redrawn.id, polygon)
        return self._review.standing.annotations[redrawn.id]

    def _rest(self) -> None:
        self._layer.mode = REST_MODE
        if self._layer.nshapes:
            self._layer.remove(list(range(self._layer.nshapes)))
        self._stage.activate(None)


def _polygon(vertices: np.ndarray, shape_type: str) -> np.ndarray:
    """Return the corners (n, 2) in (y, x); an ellipse, given by the corners of its box, becomes a polygon."""
    if shape_type != "ellipse":
        return vertices
    centre, turn = vertices.mean(axis=0), np.linspace(0, 2 * np.pi, CURVE_PIECES, endpoint=False)[:, None]
    along, across = (vertices[1] - vertices[0]) / 2, (vertices[3] - vertices[0]) / 2
    return np.asarray(centre + np.cos(turn) * along + np.sin(turn) * across)
