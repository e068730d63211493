"""The corners of an outline and of its holes: dragged, added and taken on napari's own layer; a drag can go back."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from napari.layers import Shapes
from numpy.typing import NDArray
from shapely import Polygon

from ...annotate.draw.flaw import flaw_of
from .outlines import empty
from .sketch import size_words
from .stage import Stage

Ring = NDArray[np.float64]
ENDED = ("changed", "removed")


class Corners:
    """
    Rings on a stage's drawing layer until `close`, as one of the things that `Drawing` has in hand.

    Parameters
    ----------
    stage
        Where they are shown.
    rings
        (n, 2) each, (y, x) metres: the outline first, then its holes.
    moved
        Called while a corner is dragged and after.
    """

    def __init__(self, stage: Stage, rings: Sequence[Ring], moved: Callable[[], None]) -> None:
        self._stage = stage
        self._layer: Shapes = stage.drawing
        self._moved = moved
        self._past: list[list[Ring]] = []
        self._rest: list[Ring] = []  # as they were before the drag that goes on
        self.lacking = ""
        stage.activate(self._layer)
        self._show(rings)
        self._layer.events.data.connect(self._heard)
        self._layer.events.set_data.connect(self._dragged)

    @property
    def begun(self) -> bool:
        """True where something would be lost."""
        return bool(self._past)

    @property
    def rings(self) -> list[Ring]:
        """The rings as they are now."""
        return [np.array(ring, dtype=np.float64)[:, -2:] for ring in self._layer.data]

    @property
    def polygon(self) -> Polygon:
        """What they outline, in (column, row)."""
        exterior, *holes = [self._stage.frame.pixels(ring) for ring in self.rings] or [np.zeros((0, 2))]
        return Polygon(exterior, holes)

    @property
    def told(self) -> tuple[str, bool]:
        """What is measured, or what is wrong; and whether it is the latter."""
        flaw = flaw_of(self.polygon, self._stage.frame.grid)
        return (size_words(self._stage.frame.metres(self.rings[0])), False) if flaw is None else (flaw, True)

    def click(self, _y: float, _x: float, _near_m: float) -> bool:
        """Leave clicks to napari's own tools."""
        return False

    def settle(self) -> None:
        """Nothing hovers."""

    def mend(self) -> None:
        """Leave the corners where they are."""

    def put(self, ring: Ring) -> None:
        """Take another outline, (n, 2), instead; holes stay."""
        self._past.append(self.rings)
        self._show([ring, *self.rings[1:]])

    def back(self) -> None:
        """Take the last drag back."""
        if self._past:
            self._show(self._past.pop())

    def close(self) -> None:
        """Listen no more."""
        self._layer.events.data.disconnect(self._heard)
        self._layer.events.set_data.disconnect(self._dragged)

    def _show(self, rings: Sequence[Ring]) -> None:
        with self._layer.events.data.blocker(self._heard), self._layer.events.set_data.blocker(self._dragged):
            empty(self._layer)
            self._layer.add([np.asarray(ring) for ring in rings], shape_type="polygon", edge_width=self._stage.line_m)
            self._layer.mode = "direct"
            self._layer.selected_data = set(range(len(rings)))  # else the first drag only selects
        self._rest = self.rings

    def _heard(self, event: Any) -> None:  # noqa: ANN401 (napari's)
        action = str(getattr(event.action, "value", event.action))
        if action in ENDED:
            self._past.append(self._rest)
            self._rest = self.rings
            self._moved()

    def _dragged(self, _event: object = None) -> None:
        if self._layer.nshapes:
            self._moved()
