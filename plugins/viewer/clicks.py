"""Clicks on the canvas that become an outline, a length, a count, or a line that parts a place."""

from collections.abc import Sequence

import numpy as np
from shapely import Polygon

from ...annotate.draw.flaw import flaw_of
from ...annotate.draw.parting import pieces_of
from ...labels.records import Annotation
from .corners import Ring
from .sketch import Sketch, Tool
from .stage import Stage


class Clicks:
    """
    A sketch that is clicked, as one of the things that `Drawing` has in hand.

    Parameters
    ----------
    stage
        Where it is shown.
    purpose
        As `Drawing.start` knows it.
    place
        That is parted, or gets the outline; None for a new one.
    points
        (y, x) metres, to begin with.
    """

    def __init__(self, stage: Stage, purpose: str, place: Annotation | None, points: Sequence[Ring] = ()) -> None:
        tool: Tool = "line" if purpose == "split" else purpose  # type: ignore[assignment]
        self._stage, self._place = stage, place if purpose == "split" else None
        self.sketch = Sketch(tool, metres=stage.frame.metres)
        if len(points):
            self.sketch.put([(float(y), float(x)) for y, x in points[0]])
            self.show()

    @property
    def begun(self) -> bool:
        """True where something would be lost."""
        return bool(self.sketch.points)

    @property
    def lacking(self) -> str:
        """What is to be done before it can be ended; empty where nothing is."""
        return "" if self.sketch.enough else "There is not enough yet: click on, or give it up with Escape."

    @property
    def rings(self) -> list[Ring]:
        """The clicks so far, (n, 2), (y, x) metres."""
        return [np.array(self.sketch.points)] if self.sketch.points else []

    @property
    def polygon(self) -> Polygon:
        """The outline in (column, row), with the pointer as the next corner."""
        return Polygon(self._stage.frame.pixels(self.sketch.outline()))

    @property
    def told(self) -> tuple[str, bool]:
        """What is measured, or what is wrong; and whether it is the latter."""
        flaw = self._flaw()
        return flaw or self._words(), flaw is not None

    def click(self, y: float, x: float, near_m: float) -> bool:
        """Take a click; True where it ends the sketch: so near its first or last corner, or the last one needed."""
        sketch = self.sketch
        ends = () if sketch.tool == "count" else (*sketch.points[:1], *sketch.points[-1:])
        if sketch.enough and any(np.hypot(y - one[0], x - one[1]) < near_m for one in ends):
            return True
        sketch.add((y, x))
        self.show()
        return sketch.complete

    def hover(self, y: float, x: float) -> None:
        """Show what a click here would make."""
        self.sketch.pointer = (y, x)
        self.show()

    def settle(self) -> None:
        """Forget the pointer: what counts is what was clicked."""
        self.sketch.pointer = None

    def back(self) -> None:
        """Take the last step back."""
        self.sketch.back()
        self.show()

    def put(self, ring: Ring) -> None:
        """Take another outline, (n, 2), instead."""
        self.sketch.put([(float(y), float(x)) for y, x in ring])
        self.show()

    def mend(self) -> None:
        """Make room to put right what was refused."""
        if self.sketch.complete:
            self.sketch.back()

    def show(self) -> None:
        """Draw it."""
        clicked = np.array(self.sketch.points, dtype=np.float64).reshape(-1, 2)
        closed = self.sketch.tool in ("polygon", "box")
        self._stage.show_sketch(self.sketch.outline(), closed, clicked, self._flaw() is not None)

    def close(self) -> None:
        """Nothing listens."""

    def _flaw(self) -> str | None:
        closed = self.sketch.tool in ("polygon", "box") and len(self.sketch.outline()) > 3
        return flaw_of(self.polygon, self._stage.frame.grid) if closed else None

    def _words(self) -> str:
        """Return what is measured; of a line that parts a place, its pieces."""
        line = self.sketch.outline()
        if self._place is not None and len(line) > 1:
            frame = self._stage.frame
            pieces = pieces_of(self._place.shape.pixels, frame.pixels(line))
            if len(pieces) > 1:
                areas = (one.area * frame.grid.pixel_area_m2 for one in pieces)
                return f"pieces of {' + '.join(f'{area:,.0f}' for area in areas)} m²"
        return self.sketch.words()
