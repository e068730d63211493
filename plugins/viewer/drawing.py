"""Drawing by hand: one thing at a time is in hand, and is kept by the review as soon as it is ended."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import numpy as np
from napari.components import ViewerModel

from ...annotate.draw.flaw import sound
from ...annotate.errors import AnnotateError, ReviewError
from ...annotate.review import Review
from ...labels.errors import LabelsError
from ...labels.records import Annotation
from . import keeping
from .clicks import Clicks
from .corners import Corners
from .readout import show_readout
from .shelf import Left, Shelf
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
OF_A_PLACE = ("edit", "split", "stack")
TITLES = {"line": "Length", "count": "Count", "split": "Part", "stack": "Boxes"}


class Drawing:
    """
    One thing at a time: an outline, a length, a count, corners that are moved, or the slots of a stack.

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
        self._hand: Clicks | Corners | Slots | None = None
        self._purpose = self._id = ""
        self._place: Annotation | None = None
        self.kind = next(iter(review.kinds))
        self.change = "appeared" if stage.shown.after is not None else "present"

    @property
    def active(self) -> bool:
        """True while something is being drawn."""
        return self._hand is not None

    @property
    def stacking(self) -> bool:
        """True while the boxes of a place are counted slot by slot."""
        return isinstance(self._hand, Slots)

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
        if isinstance(self._hand, Clicks) and self._hand.begun:
            raise ReviewError("Something is half drawn: end it with Enter, or give it up with Escape, then go on.")
        if purpose in OF_A_PLACE:
            redraw = keeping.own(self._review.current, self._stage)
        self.give_up(quietly=True)
        self._take(purpose, redraw, uuid4().hex, ())
        self._tell(f"{HELP[purpose]}, Backspace takes back, Escape gives up.")

    def click(self, y: float, x: float) -> None:
        """Take a click at (y, x) metres."""
        if self._hand is not None:
            ended = self._hand.click(y, x, CLOSE_PX / self._viewer.scene.camera.zoom)
            self._changed()
            if ended:
                self.finish()

    def stack(self, by: int) -> None:
        """Say that the boxes stand in more tiers, or in fewer."""
        if isinstance(self._hand, Slots):
            self._hand.stack(by)
            self._changed()

    def back(self) -> None:
        """Take the last step back."""
        if self._hand is not None:
            self._hand.back()
            self._changed()

    def snap(self) -> None:
        """Move what is drawn, or else the selected place, to the edges of the object; it can be taken back."""
        hand = self._hand
        if hand is None:
            self._say(*keeping.reshaped(self._review, self._stage))
            return
        if isinstance(hand, Slots) or self._purpose not in ("polygon", "edit") or hand.lacking:
            raise ReviewError("Only an outline of three corners or more can be snapped; click on, or end it first.")
        hand.settle()
        change = self.change if self._place is None else self._place.change
        result = keeping.snapped(self._stage, hand.polygon, change)
        if result.found:
            hand.put(self._stage.frame.world(np.asarray(result.outline.exterior.coords)[:-1]))
            self._changed()
        self._say(result.sentence, not result.found)

    def finish(self) -> None:
        """Keep what was drawn; where it is refused, say why and leave it to be put right."""
        hand = self._hand
        if hand is None:
            return
        if hand.lacking:
            self._refuse(hand.lacking)
            return
        hand.settle()
        self._stage.still = True
        try:
            kept = self._kept(hand)
        except (AnnotateError, LabelsError, ValueError) as error:
            hand.mend()
            self._refuse(f"Not kept: {' '.join(str(error).split())}")
            return
        finally:
            self._stage.still = False
        self._shelf.drop(self._id)
        self._rest()
        self._say(kept, False)

    def give_up(self, quietly: bool = False) -> None:
        """Put what was drawn aside, for `resume`."""
        if self._hand is not None:
            left = self._hand.begun and bool(self._hand.rings)
            self._rest()
            if not quietly:
                again = f"Given up; {self._label_of('resume')} takes it up again."
                self._say(again if left else "Nothing was changed.", False)

    def resume(self) -> None:
        """Take up again what was given up last on this scene, also before a restart."""
        found = self._shelf.latest(self._stage.shown.before_id)
        if self.active:
            raise ReviewError("Something is being drawn: end it with Enter, or give it up with Escape, then go on.")
        if found is None:
            raise ReviewError("No drawing of yours was given up on this scene.")
        drawing_id, left = found
        place = None if left.redrawn is None else self._review.standing.annotations.get(left.redrawn)
        if left.redrawn is not None and place is None:
            self._shelf.drop(drawing_id)
            raise ReviewError("The place that was being drawn anew is gone; draw it as a new one.")
        self._take(left.purpose, place, drawing_id, left.rings)
        self._tell(f"{HELP[left.purpose]}.")

    def close(self) -> None:
        """Listen no more."""
        self.give_up(quietly=True)

    def merge(self, annotation_ids: tuple[str, ...]) -> None:
        """Make one place of several marked ones: the first gets the outline of all, the others are its duplicates."""
        self._say(keeping.merged(self._review, self._stage, annotation_ids), False)

    def _take(
        self, purpose: str, place: Annotation | None, drawing_id: str, left: tuple[tuple[tuple[float, float], ...], ...]
    ) -> None:
        """Take what a purpose needs in hand, with rings, (column, row), that were left."""
        stage, rings = self._stage, [self._stage.frame.world(ring) for ring in left]
        stage.activate(None)  # so that no click or key goes to a layer of the analyst's own as well
        if purpose == "stack" and place is not None:
            self._hand = Slots(stage, self._review, place)
        elif purpose == "edit" and place is not None:
            self._hand = Corners(stage, rings or keeping.rings_of(place, stage), self._changed)
        else:
            self._hand = Clicks(stage, purpose, place, rings)
            self._viewer.mouse_move_callbacks.append(self._hovered)
        self._purpose, self._place, self._id = purpose, place, drawing_id
        if rings or purpose in ("edit", "stack"):
            show_readout(self._viewer, *self._hand.told)

    def _kept(self, hand: Clicks | Corners | Slots) -> str:
        """Give the drawing to the review; return what was kept, in a sentence."""
        review, stage, place = self._review, self._stage, self._place
        if isinstance(hand, Slots):
            assert place is not None
            return keeping.stacked(review, place, hand.footprint)
        if self._purpose == "line":
            return f"{hand.told[0]}; lengths are not kept."
        if self._purpose == "count":
            return keeping.counted(review, stage, self.kind, self.change, stage.frame.pixels(hand.rings[0]))
        if self._purpose == "split":
            assert place is not None
            return keeping.parted(review, place, stage.frame.pixels(hand.rings[0]))
        polygon = sound(hand.polygon, stage.frame.grid)
        return keeping.outlined(review, stage, self.kind, self.change, polygon, place)

    def _hovered(self, _viewer: ViewerModel, event: Any) -> None:  # noqa: ANN401 (napari's)
        if isinstance(self._hand, Clicks):
            self._hand.hover(float(event.position[-2]), float(event.position[-1]))
            self._measure()

    def _changed(self) -> None:
        """Measure what is in hand, and put it on the shelf for a time when it is not ended here."""
        if self._hand is None:
            return
        frame, rings = self._stage.frame, self._hand.rings
        if rings:
            pixels = tuple(tuple((float(x), float(y)) for x, y in frame.pixels(ring)) for ring in rings)
            place = None if self._place is None else self._place.id
            self._shelf.hold(self._id, Left(self._purpose, self._stage.shown.before_id, pixels, place))
        else:
            self._shelf.drop(self._id)
        self._measure()

    def _measure(self) -> None:
        if self._hand is not None:
            words, wrong = self._hand.told
            show_readout(self._viewer, words, wrong)
            self._tell(words or HELP[self._purpose], wrong)

    def _refuse(self, sentence: str) -> None:
        show_readout(self._viewer, sentence, wrong=True)
        self._say(sentence, True)

    def _tell(self, words: str, wrong: bool = False) -> None:
        """Say something about what is in hand."""
        title = TITLES.get(self._purpose)
        if title is None:
            kind = self._review.kinds.get(self.kind if self._place is None else self._place.kind)
            what = self.change if self._place is None else "new outline"
            title = f"Drawing a {kind.title if kind else 'place'} ({what})"
        self._say(f"{title}: {words}", wrong)

    def _rest(self) -> None:
        if self._hovered in self._viewer.mouse_move_callbacks:
            self._viewer.mouse_move_callbacks.remove(self._hovered)
        if self._hand is not None:
            self._hand.close()
        self._hand = self._place = None
        self._purpose = self._id = ""
        show_readout(self._viewer, "")
        self._stage.end_drawing()
