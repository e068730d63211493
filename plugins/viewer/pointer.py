"""Clicks on the canvas, told from drags that move the view."""

from collections.abc import Callable, Generator
from typing import Any

from napari.components import ViewerModel

SAME_PLACE_PX = 4.0  # a press and release closer than this is a click, not a drag


class Pointer:
    """
    Calls `clicked(y, x)`, metres, for every click on a viewer.

    Parameters
    ----------
    viewer
        Whose mouse is listened to, until `release`.
    clicked
        Called on the release of the button.
    """

    def __init__(self, viewer: ViewerModel, clicked: Callable[[float, float], None]) -> None:
        self._viewer = viewer
        self._clicked = clicked
        viewer.mouse_drag_callbacks.append(self._pressed)

    def release(self) -> None:
        """Listen no more."""
        if self._pressed in self._viewer.mouse_drag_callbacks:
            self._viewer.mouse_drag_callbacks.remove(self._pressed)

    def _pressed(self, _viewer: ViewerModel, event: Any) -> Generator[None, None, None]:  # noqa: ANN401 (napari's)
        start = event.pos
        yield
        while event.type == "mouse_move":
            yield
        if max(abs(a - b) for a, b in zip(event.pos, start, strict=True)) < SAME_PLACE_PX:
            self._clicked(float(event.position[-2]), float(event.position[-1]))
