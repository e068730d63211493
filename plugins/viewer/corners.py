"""The corners of an outline and of its holes: dragged, added and taken on napari's own layer; a drag can go back."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from napari.layers import Shapes
from numpy.typing import NDArray

from .outlines import empty

Ring = NDArray[np.float64]
ENDED = ("changed", "removed")


class Corners:
    """
    Rings on a Shapes layer until `close`.

    Parameters
    ----------
    layer
        Editable; nothing else is on it.
    rings
        (n, 2) each, (y, x) metres: the outline first, then its holes.
    line_m
        Width of the line, metres.
    moved
        Called while a corner is dragged and after.
    """

    def __init__(self, layer: Shapes, rings: Sequence[Ring], line_m: float, moved: Callable[[], None]) -> None:
        self._layer = layer
        self._line_m = line_m
        self._moved = moved
        self._past: list[list[Ring]] = []
        self._rest: list[Ring] = []  # as they were before the drag that goes on
        self._show(rings)
        layer.events.data.connect(self._heard)
        layer.events.set_data.connect(self._dragged)

    @property
    def rings(self) -> list[Ring]:
        """The rings as they are now."""
        return [np.array(ring, dtype=np.float64)[:, -2:] for ring in self._layer.data]

    def put(self, rings: Sequence[Ring]) -> None:
        """Take these rings instead; `back` returns to those before."""
        self._past.append(self.rings)
        self._show(rings)
        self._moved()

    def back(self) -> bool:
        """Take the last drag back; False where there is none."""
        if not self._past:
            return False
        self._show(self._past.pop())
        self._moved()
        return True

    def close(self) -> None:
        """Listen no more."""
        self._layer.events.data.disconnect(self._heard)
        self._layer.events.set_data.disconnect(self._dragged)

    def _show(self, rings: Sequence[Ring]) -> None:
        with self._layer.events.data.blocker(self._heard), self._layer.events.set_data.blocker(self._dragged):
            empty(self._layer)
            self._layer.add([np.asarray(ring) for ring in rings], shape_type="polygon", edge_width=self._line_m)
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
