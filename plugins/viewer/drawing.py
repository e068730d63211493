"""Drawing by hand: clicks become a place, a length or a count, kept by the review as soon as they are ended."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import numpy as np
from napari.components import ViewerModel
from numpy.typing import NDArray
from shapely import Polygon

from ...annotate.errors import AnnotateError, ReviewError
from ...annotate.flaw import flaw_of
from ...annotate.parting import pieces_of
from ...annotate.review import Review
from ...labels.errors import LabelsError
from ...labels.records import Annotation
from . import keeping
from .corners import Corners, Ring
from .readout import show_readout
from .shelf import Left, Shelf
from .sketch import Sketch, Tool, size_words
from .slots import Slots
from .stage import Stage

CLOSE_PX = 8.0  # a click so near the first or the last corner ends the outline
HELP = {
    "polygon": "click the corners; Enter ends",
    "box": "click both ends of one side, then the far side",
    "line": "click along; Enter ends",
    "count": "click each one; Enter ends",
    "edit": "drag the corners; 2 and a click adds one, 1 and a click takes one away, 4 drags again; Enter keeps",
    "split": "click a line across the place; Enter parts it",
    "stack": "click a slot to fill or free it, ↑ ↓ set the tiers; Enter keeps the count",
}


class Drawing:
    """
    One thing at a time: an outline, a length, a count, or corners that are moved.

    Parameters
    ----------
    viewer
        A napari viewer, or a ViewerModel.
    stage
        Holds the drawing layer and the grid it is on.
    review
        Keeps what is drawn.
    say
        `say(sentence, wrong)`.
    label_of
        `label_of(action)`, its key as people read it.

    Notes
    -----
    `kind` and `change` are what the next outline will be. What is refused is not lost: the corners stay, to be put
    right; and what is given up, or was being drawn when the window closed, is taken up again by `resume`.
    """

    def __init__(
        self,
        viewer: ViewerModel,
        stage: Stage,
        review: Review,
        say: Callable[[str, bool], None],
        label_of: Callable[[str], str],
    ) -> None:
        self._viewer = viewer
        self._stage = stage
        self._review = review
        self._say = say
        self._label_of = label_of
        self._shelf = Shelf(review.project, review.analyst)
        self._sketch: Sketch | None = None
        self._corners: Corners | None = None
        self._slots: Slots | None = None
        self._purpose = self._id = ""
        self._redrawn: Annotation | None = None
        self.kind = next(iter(review.kinds))
        self.change = "appeared" if stage.shown.after is not None else "present"

    @property
    def active(self) -> bool:
        """True while something is being drawn."""
        return self._purpose != ""

    def start(self, purpose: str, redraw: Annotation | None = None) -> None:
        """
        Begin to draw.

        Parameters
        ----------
        purpose
            "polygon" or "box" for an outline, "line" for a length, "count" for single objects, "edit" or "split" for
            the selected place, "stack" for the boxes that it holds.
        redraw
            The place that gets the outline; None for a new one.

        Raises
        ------
        ReviewError
            If there is no place to edit or split here, or something else is half drawn.
        """
        if self._sketch is not None and self._sketch.points:
            raise ReviewError("Something is half drawn: end it with Enter, or give it up with Escape, then go on.")
        if purpose in ("edit", "split", "stack"):
            redraw = keeping.own(self._review.current, self._stage)
        slots = Slots(self._stage, self._review, redraw) if purpose == "stack" and redraw is not None else None
        self._begin(purpose, redraw, uuid4().hex)
        if slots is not None:
            self._slots = slots
            slots.show()
            self._measured(slots.footprint.words, False)
            return
        if purpose == "edit" and redraw is not None:
            pixels = redraw.shape.pixels
            self._edit([np.asarray(ring.coords)[:-1] for ring in (pixels.exterior, *pixels.interiors)])
        self._say(f"{self._title()}: {HELP[purpose]}, Backspace takes back, Escape gives up.", False)

    def click(self, y: float, x: float) -> None:
        """Take a click at (y, x) metres."""
        sketch = self._sketch
        if self._slots is not None:
            self._slots.click(y, x)
            self._measured(self._slots.footprint.words, False)
        if sketch is None:
            return
        near_m = CLOSE_PX / self._viewer.scene.camera.zoom
        ends = () if sketch.tool == "count" else (*sketch.points[:1], *sketch.points[-1:])
        if sketch.enough and any(np.hypot(y - one[0], x - one[1]) < near_m for one in ends):
            self.finish()
            return
        sketch.add((y, x))
        self._hold()
        self._show()
        if sketch.complete:
            self.finish()

    @property
    def stacking(self) -> bool:
        """True while the boxes of a place are counted slot by slot."""
        return self._slots is not None

    def stack(self, by: int) -> None:
        """Say that the boxes stand in more tiers, or in fewer."""
        if self._slots is not None:
            self._slots.stack(by)
            self._measured(self._slots.footprint.words, False)

    def back(self) -> None:
        """Take the last click or drag back."""
        if self._slots is not None:
            self._slots.back()
            self._measured(self._slots.footprint.words, False)
        elif self._corners is not None:
            self._corners.back()
        elif self._sketch is not None and self._sketch.back():
            self._hold()
            self._show()

    def finish(self) -> None:
        """Keep what was drawn; where it is refused, say why and leave it to be put right."""
        if not self.active:
            return
        sketch = self._sketch
        if sketch is not None and not sketch.enough:
            self._refuse("There is not enough yet: click on, or give it up with Escape.")
            return
        if sketch is not None:
            sketch.pointer = None
        try:
            kept = self._kept()
        except (AnnotateError, LabelsError, ValueError) as error:
            if sketch is not None and sketch.complete:
                sketch.back()
            self._refuse(f"Not kept: {' '.join(str(error).split())}")
            return
        self._shelf.drop(self._id)
        self._rest()
        self._say(kept, False)

    def give_up(self, quietly: bool = False) -> None:
        """Put what was drawn aside, for `resume`."""
        if self.active:
            left = self._corners is not None or (self._sketch is not None and bool(self._sketch.points))
            self._rest()
            if not quietly:
                self._say(
                    f"Given up; {self._label_of('resume')} takes it up again." if left else "Nothing was changed.",
                    False,
                )

    def snap(self) -> None:
        """Move what is drawn, or else the selected place, to the edges of the object; it can be taken back."""
        if not self.active:
            self._say(*keeping.reshaped(self._review, self._stage))
            return
        sketch = self._sketch
        if self._purpose not in ("polygon", "edit") or (sketch is not None and not sketch.enough):
            raise ReviewError("Only an outline of three corners or more can be snapped; click on, or end it first.")
        if sketch is not None:
            sketch.pointer = None
        change = self.change if self._redrawn is None else self._redrawn.change
        result = keeping.snapped(self._stage, self._polygon(), change)
        if result.found:
            world = self._stage.frame.world(np.asarray(result.outline.exterior.coords)[:-1])
            if self._corners is not None:
                self._corners.put([world, *self._corners.rings[1:]])
            elif sketch is not None:
                sketch.put([(float(y), float(x)) for y, x in world])
                self._hold()
                self._show()
        self._say(result.sentence, not result.found)

    def resume(self) -> None:
        """Take up again what was given up last on this scene, also before a restart."""
        found = self._shelf.latest(self._stage.shown.before_id)
        if self.active:
            raise ReviewError("Something is being drawn: end it with Enter, or give it up with Escape, then go on.")
        if found is None:
            raise ReviewError("No drawing of yours was given up on this scene.")
        drawing_id, left = found
        redrawn = None if left.redrawn is None else self._review.find(left.redrawn)
        if left.redrawn is not None and redrawn is None:
            self._shelf.drop(drawing_id)
            raise ReviewError("The place that was being drawn anew is gone; draw it as a new one.")
        self._begin(left.purpose, redrawn, drawing_id)
        if self._sketch is None:
            self._edit([np.array(ring) for ring in left.rings])
        else:
            self._sketch.put([(float(y), float(x)) for y, x in self._stage.frame.world(left.rings[0])])
            self._show()
        self._say(f"{self._title()}: {HELP[left.purpose]}.", False)

    def close(self) -> None:
        """Listen no more."""
        self.give_up(quietly=True)

    def merge(self, annotation_ids: tuple[str, ...]) -> None:
        """Make one place of several marked ones: the first gets the outline of all, the others are its duplicates."""
        self._say(keeping.merged(self._review, self._stage, annotation_ids), False)

    def _begin(self, purpose: str, redraw: Annotation | None, drawing_id: str) -> None:
        self.give_up(quietly=True)
        self._stage.activate(None)  # so that no click goes onto a layer of the analyst's own as well
        self._purpose, self._redrawn, self._id = purpose, redraw, drawing_id
        if purpose not in ("edit", "stack"):
            tool: Tool = "line" if purpose == "split" else purpose  # type: ignore[assignment]
            self._sketch = Sketch(tool, metres=lambda corners: self._stage.frame.metres(corners))
            self._viewer.mouse_move_callbacks.append(self._hovered)

    def _edit(self, rings: Sequence[NDArray[np.float64]]) -> None:
        """Let the corners of rings, (column, row), be dragged."""
        stage = self._stage
        stage.activate(stage.drawing)
        self._corners = Corners(stage.drawing, [stage.frame.world(ring) for ring in rings], stage.line_m, self._moved)
        self._measure_edited()

    def _kept(self) -> str:
        """Give the drawing to the review; return what was kept, in a sentence."""
        sketch, review, stage = self._sketch, self._review, self._stage
        if sketch is not None and self._purpose == "line":
            return f"{sketch.words()}; lengths are not kept."
        if sketch is not None and self._purpose == "count":
            places = stage.frame.pixels(np.array(sketch.points))
            return keeping.counted(review, stage, self.kind, self.change, places)
        if sketch is not None and self._purpose == "split":
            assert self._redrawn is not None
            return keeping.parted(review, self._redrawn, stage.frame.pixels(sketch.outline()))
        if self._slots is not None and self._redrawn is not None:
            return keeping.stacked(review, self._redrawn, self._slots.footprint)
        polygon = self._polygon()
        flaw = flaw_of(polygon, stage.frame.grid)
        if flaw is not None:
            raise ReviewError(flaw)
        return keeping.outlined(review, stage, self.kind, self.change, polygon, self._redrawn)

    def _polygon(self) -> Polygon:
        """Return what is drawn, in (column, row)."""
        rings: list[Ring] = self._corners.rings if self._corners is not None else []
        if self._sketch is not None:
            rings = [self._sketch.outline()]
        exterior, *holes = (self._stage.frame.pixels(ring) for ring in rings)
        return Polygon(exterior, holes)

    def _hovered(self, _viewer: ViewerModel, event: Any) -> None:  # noqa: ANN401 (napari's)
        if self._sketch is not None:
            self._sketch.pointer = (float(event.position[-2]), float(event.position[-1]))
            self._show()

    def _show(self) -> None:
        sketch = self._sketch
        assert sketch is not None
        clicked = np.array(sketch.points, dtype=np.float64).reshape(-1, 2)
        closed, outline = sketch.tool in ("polygon", "box"), sketch.outline()
        flaw = flaw_of(self._polygon(), self._stage.frame.grid) if closed and len(outline) > 3 else None
        self._stage.show_sketch(outline, closed, clicked, flaw is not None)
        self._measured(flaw or self._words(sketch), flaw is not None)

    def _words(self, sketch: Sketch) -> str:
        """Return what a sketch measures; of a line that parts a place, its pieces."""
        if self._purpose == "split" and self._redrawn is not None and len(sketch.outline()) > 1:
            frame = self._stage.frame
            pieces = pieces_of(self._redrawn.shape.pixels, frame.pixels(sketch.outline()))
            if len(pieces) > 1:
                areas = (Polygon(frame.grid.metres(*np.asarray(one.exterior.coords).T)).area for one in pieces)
                return f"pieces of {' + '.join(f'{area:,.0f}' for area in areas)} m²"
        return sketch.words()

    def _moved(self) -> None:
        """Measure what is edited, and keep it on the shelf."""
        self._hold()
        self._measure_edited()

    def _measure_edited(self) -> None:
        if self._corners is None or not self._corners.rings:
            return
        polygon = self._polygon()
        flaw = flaw_of(polygon, self._stage.frame.grid)
        self._measured(flaw or size_words(self._stage.frame.metres(self._corners.rings[0])), flaw is not None)

    def _measured(self, words: str, wrong: bool) -> None:
        show_readout(self._viewer, words, wrong)
        self._say(f"{self._title()}: {words or HELP[self._purpose]}", wrong)

    def _refuse(self, sentence: str) -> None:
        show_readout(self._viewer, sentence, wrong=True)
        self._say(sentence, True)

    def _hold(self) -> None:
        """Put what is drawn on the shelf, for a time when it is not ended here."""
        frame, rings = self._stage.frame, [] if self._corners is None else self._corners.rings
        if self._sketch is not None:
            rings = [np.array(self._sketch.points)] if self._sketch.points else []
        if not rings:
            self._shelf.drop(self._id)
            return
        pixels = tuple(tuple((float(x), float(y)) for x, y in frame.pixels(ring)) for ring in rings)
        redrawn = None if self._redrawn is None else self._redrawn.id
        self._shelf.hold(self._id, Left(self._purpose, self._stage.shown.before_id, pixels, redrawn))

    def _title(self) -> str:
        if self._purpose in ("line", "count", "split", "stack"):
            return {"line": "Length", "count": "Count", "split": "Part", "stack": "Boxes"}[self._purpose]
        kind = self._review.kinds.get(self.kind if self._redrawn is None else self._redrawn.kind)
        what = self.change if self._redrawn is None else "new outline"
        return f"Drawing a {kind.title if kind else 'place'} ({what})"

    def _rest(self) -> None:
        if self._hovered in self._viewer.mouse_move_callbacks:
            self._viewer.mouse_move_callbacks.remove(self._hovered)
        if self._corners is not None:
            self._corners.close()
        self._sketch = self._corners = self._slots = self._redrawn = None
        self._purpose = self._id = ""
        show_readout(self._viewer, "")
        self._stage.end_drawing()
