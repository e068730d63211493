"""The slots of a block on the canvas: a click fills or frees one, keys set the tiers, every step can go back."""

from shapely import Polygon

from ...annotate.draw.footprint import Footprint, require_slots
from ...annotate.draw.footprint_view import footprint_of
from ...annotate.errors import ReviewError
from ...annotate.review import Review
from ...labels.records import Annotation
from .corners import Ring
from .stage import Stage

STACK = "container-stack"


class Slots:
    """
    A footprint that is corrected, as one of the things that `Drawing` has in hand.

    Parameters
    ----------
    stage
        Where it is shown.
    review
        Knows what was kept before.
    place
        A place of the stage whose boxes are counted.
    """

    def __init__(self, stage: Stage, review: Review, place: Annotation) -> None:
        self._stage = stage
        shown, kind = stage.shown, review.kinds.get(place.kind)
        if place.kind != STACK:
            title = place.kind if kind is None else kind.title
            raise ReviewError(f"This is a {title}; boxes are counted on a container stack: select one, or draw it.")
        after = None if place.change == "present" else shown.after
        resolvable = kind is not None and review.standing.testability(kind, place.before, place.after).count
        outline = Polygon(place.shape.pixels.exterior)
        read = footprint_of(outline, place.change, shown.before_at(outline), after, resolvable)
        kept = review.counted_by(place.id)
        self.footprint: Footprint = require_slots(read if kept is None else read.as_kept(kept[1]))
        self._past: list[Footprint] = []
        self.lacking, self.begun = "", False
        self.rings: list[Ring] = []  # there is nothing to be taken up again but a few clicks
        self.show()

    @property
    def told(self) -> tuple[str, bool]:
        """How many boxes there are; never wrong."""
        return self.footprint.words, False

    def click(self, y: float, x: float, _near_m: float) -> bool:
        """Fill or free the slot at (y, x) metres."""
        ((column, row),) = self._stage.frame.pixels([(y, x)])
        self._take(self.footprint.toggled(float(column), float(row)))
        return False

    def settle(self) -> None:
        """Nothing hovers."""

    def mend(self) -> None:
        """Leave the slots as they are."""

    def close(self) -> None:
        """Nothing listens."""

    def stack(self, by: int) -> None:
        """Say that there are more tiers, or fewer."""
        self._take(self.footprint.stacked(by))

    def back(self) -> None:
        """Take the last correction back."""
        if self._past:
            self.footprint = self._past.pop()
            self.show()

    def show(self) -> None:
        """Draw the slots."""
        shape = self.footprint.slots.shape
        corners = self._stage.frame.world(self.footprint.slots.reshape(-1, 2)).reshape(-1, *shape[2:])
        self._stage.show_slots(list(corners), self.footprint.filled.ravel().tolist())

    def _take(self, footprint: Footprint) -> None:
        if footprint is not self.footprint:
            self._past.append(self.footprint)
            self.footprint = footprint
            self.show()
