"""Drawing by hand: clicks become a place, a length or a count, kept by the review as soon as they are ended."""

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from napari.components import ViewerModel
from numpy.typing import NDArray
from shapely import LineString, MultiPoint, Polygon
from shapely.ops import split

from ...annotate.errors import AnnotateError, ReviewError
from ...annotate.review import Review
from ...labels.errors import LabelsError
from ...labels.records import Annotation, Count
from .sketch import Sketch, Tool
from .stage import Stage

CLOSE_PX = 8.0  # a click so near the first or the last corner ends the outline
AROUND_M = 3.0  # around counted objects: half a box and what the hand misses
HELP = {
    "polygon": "click the corners; Enter ends",
    "box": "click both ends of one side, then the far side",
    "line": "click along; Enter ends",
    "count": "click each one; Enter ends",
    "edit": "drag the corners; Enter keeps",
    "split": "click a line across the place; Enter parts it",
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

    Notes
    -----
    `kind` and `change` are what the next outline will be. What is refused is not lost: the corners stay, to be put
    right or given up.
    """

    def __init__(self, viewer: ViewerModel, stage: Stage, review: Review, say: Callable[[str, bool], None]) -> None:
        self._viewer = viewer
        self._stage = stage
        self._review = review
        self._say = say
        self._sketch: Sketch | None = None
        self._purpose = ""
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
            the selected place.
        redraw
            The place that gets the outline; None for a new one.

        Raises
        ------
        ReviewError
            If there is no place to edit or split here.
        """
        self.give_up(quietly=True)
        self._redrawn = redraw
        if purpose in ("edit", "split"):
            self._redrawn = self._own(self._review.current)
        self._purpose = purpose
        if purpose == "edit":
            assert self._redrawn is not None
            self._stage.edit(self._stage.frame.world(np.asarray(self._redrawn.shape.pixels.exterior.coords)[:-1]))
        else:
            tool: Tool = "line" if purpose == "split" else purpose  # type: ignore[assignment]
            self._sketch = Sketch(tool)
            self._viewer.mouse_move_callbacks.append(self._hovered)
        self._say(f"{self._title()}: {HELP[purpose]}, Backspace takes back, Escape gives up.", False)

    def click(self, y: float, x: float) -> None:
        """Take a click at (y, x) metres."""
        sketch = self._sketch
        if sketch is None:
            return
        near_m = CLOSE_PX / self._viewer.scene.camera.zoom
        ends = () if sketch.tool == "count" else (*sketch.points[:1], *sketch.points[-1:])
        if sketch.enough and any(np.hypot(y - one[0], x - one[1]) < near_m for one in ends):
            self.finish()
            return
        sketch.points.append((y, x))
        self._show()
        if sketch.complete:
            self.finish()

    def back(self) -> None:
        """Take the last click back."""
        if self._sketch is not None and self._sketch.points:
            self._sketch.points.pop()
            self._show()

    def finish(self) -> None:
        """Keep what was drawn; where it is refused, say why and leave it to be put right."""
        if not self.active:
            return
        sketch = self._sketch
        if sketch is not None and not sketch.enough:
            self._say("There is not enough yet: click on, or give it up with Escape.", True)
            return
        if sketch is not None:
            sketch.pointer = None
        try:
            kept = self._kept()
        except (AnnotateError, LabelsError, ValueError) as error:
            if sketch is not None and sketch.complete:
                sketch.points.pop()
            self._say(f"Not kept: {' '.join(str(error).split())}", True)
            return
        self._rest()
        self._say(kept, False)

    def give_up(self, quietly: bool = False) -> None:
        """Forget what was drawn."""
        if self.active:
            self._rest()
            if not quietly:
                self._say("Nothing was drawn.", False)

    def close(self) -> None:
        """Listen no more."""
        self.give_up(quietly=True)

    def _kept(self) -> str:
        """Give the drawing to the review; return what was kept, in a sentence."""
        sketch, purpose = self._sketch, self._purpose
        if purpose == "line" and sketch is not None:
            return f"{sketch.words()}; lengths are not kept."
        if purpose == "count" and sketch is not None:
            return self._counted(self._pixels(np.array(sketch.points)))
        if purpose == "split" and sketch is not None:
            return self._parted(self._pixels(sketch.outline()))
        corners = self._stage.edited() if sketch is None else sketch.outline()
        polygon = Polygon(self._pixels(corners))
        if self._redrawn is None:
            one = self._drawn(self.kind, self.change, polygon)
        else:
            self._review.reshape(self._own(self._redrawn).id, polygon)
            one = self._review.standing.annotations[self._redrawn.id]
        return f"Kept: {one.kind}, {one.shape.length_m:.1f} × {one.shape.width_m:.1f} m, {one.shape.area_m2:,.0f} m²."

    def _counted(self, places: NDArray[np.float64]) -> str:
        """Count into the selected place where every click is on it; else keep a new place around the clicks."""
        count, current = Count(len(places), len(places), len(places)), self._review.current
        points = MultiPoint(places)
        around_px = AROUND_M / max(self._stage.frame.grid.gsd_m)
        if (
            current is not None
            and self._stage.shown.holds(current)
            and current.shape.scene == self._stage.shown.before_id
        ):
            if current.shape.pixels.buffer(around_px).covers(points):
                self._review.set_count(count)
                return f"Kept: the selected place holds {len(places)}, counted by eye."
        hull = points.convex_hull.buffer(around_px, join_style="mitre")
        one = self._drawn(self.kind, self.change, Polygon(hull.exterior), count)
        return f"Kept: {one.kind} with {len(places)}, counted by eye."

    def _parted(self, line: NDArray[np.float64]) -> str:
        """Part the place along a line: the larger piece stays it, the other is drawn."""
        assert self._redrawn is not None
        one = self._own(self._redrawn)
        pieces = sorted(split(one.shape.pixels, LineString(line)).geoms, key=lambda piece: -piece.area)
        if len(pieces) != 2:
            raise ReviewError(f"This line makes {len(pieces)} of the place; draw it from outside across to outside.")
        self._review.reshape(one.id, pieces[0])
        self._drawn(one.kind, one.change, pieces[1])
        return "Parted: the larger piece keeps what was decided, the other is drawn by you."

    def merge(self, annotation_ids: tuple[str, ...]) -> None:
        """Make one place of several marked ones: the first gets the outline of all, the others are its duplicates."""
        ones = [self._own(self._review.standing.annotations[one]) for one in annotation_ids]
        if len(ones) < 2:
            raise ReviewError("Mark two places or more in the list, with Ctrl and a click, to make them one.")
        whole = shapely.union_all([one.shape.pixels for one in ones])
        if whole.geom_type != "Polygon":
            whole = whole.convex_hull
        first = ones[0]
        for other in ones[1:]:
            self._review.select(other.id)
            self._review.reject("duplicate", f"part of {first.id[:8]}")
        self._review.reshape(first.id, Polygon(whole.exterior))
        self._review.select(first.id)
        self._say(f"One place of {len(ones)}; the others are rejected as its duplicates.", False)

    def _drawn(self, kind: str, change: str, polygon: Polygon, count: Count | None = None) -> Annotation:
        after = None if change == "present" else self._stage.shown.after_id
        return self._review.draw(kind, polygon, self._stage.shown.before_id, change, count, after=after)

    def _own(self, one: Annotation | None) -> Annotation:
        """Return a place that is outlined on the scene of this canvas."""
        if one is None:
            raise ReviewError("Nothing is selected; select a place first.")
        if one.shape.scene != self._stage.shown.before_id:
            raise ReviewError("This place was outlined on another scene; open its own pair to draw it anew.")
        return one

    def _pixels(self, corners: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._stage.frame.pixels(corners)

    def _hovered(self, _viewer: ViewerModel, event: Any) -> None:  # noqa: ANN401 (napari's)
        if self._sketch is not None:
            self._sketch.pointer = (float(event.position[-2]), float(event.position[-1]))
            self._show()

    def _show(self) -> None:
        sketch = self._sketch
        assert sketch is not None
        clicked = np.array(sketch.points, dtype=np.float64).reshape(-1, 2)
        self._stage.show_sketch(sketch.outline(), closed=sketch.tool in ("polygon", "box"), clicked=clicked)
        self._say(f"{self._title()}: {sketch.words() or HELP[self._purpose]}", False)

    def _title(self) -> str:
        if self._purpose in ("line", "count", "split"):
            return {"line": "Length", "count": "Count", "split": "Part"}[self._purpose]
        kind = self._review.kinds.get(self.kind if self._redrawn is None else self._redrawn.kind)
        what = self.change if self._redrawn is None else "new outline"
        return f"Drawing a {kind.title if kind else 'place'} ({what})"

    def _rest(self) -> None:
        if self._hovered in self._viewer.mouse_move_callbacks:
            self._viewer.mouse_move_callbacks.remove(self._hovered)
        self._sketch, self._purpose, self._redrawn = None, "", None
        self._stage.end_drawing()
