"""Where north is, and where the pointer stands in latitude and longitude: the corner of the canvas that says so."""

from typing import Any

import numpy as np
from napari.components import ViewerModel
from napari.components.overlays import TextOverlay

from .caption import BOX_COLOUR, TEXT_COLOUR
from .frame import Frame

NAME = "depotwatch_whereabouts"
ARROWS = "↑↗→↘↓↙←↖"  # every 45° clockwise


class Whereabouts:
    """
    Listens to the pointer until `close`.

    Parameters
    ----------
    viewer
        A napari viewer, or a ViewerModel.
    frame
        Of the scene on the canvas.
    """

    def __init__(self, viewer: ViewerModel, frame: Frame) -> None:
        self._viewer = viewer
        self._frame = frame
        self._north = north_words(frame)
        viewer.canvas.overlays[NAME] = TextOverlay(
            text=self._north, position="top_right", font_size=10, color=TEXT_COLOUR, box=True, box_color=BOX_COLOUR
        )
        viewer.canvas.overlays[NAME].visible = bool(self._north)
        viewer.mouse_move_callbacks.append(self._moved)

    def close(self) -> None:
        """Listen no more, and leave the corner empty."""
        if self._moved in self._viewer.mouse_move_callbacks:
            self._viewer.mouse_move_callbacks.remove(self._moved)
        self._viewer.canvas.overlays.pop(NAME, None)

    def _moved(self, _viewer: ViewerModel, event: Any) -> None:  # noqa: ANN401 (napari's)
        if self._north:
            self._viewer.canvas.overlays[NAME].text = f"{place_words(self._frame, event.position[-2:])}   {self._north}"


def north_words(frame: Frame) -> str:
    """Return an arrow to where north is on the canvas, with its degrees where it is not up; "" without georeference."""
    if frame.grid.crs is None:
        return ""
    up = frame.grid.metres(0, -1) - frame.grid.metres(0, 0)
    turn = float(-np.degrees(np.arctan2(up[0], up[1]))) % 360  # of north, clockwise from the canvas's up
    arrow = ARROWS[round(turn / 45) % 8]
    off = min(turn, 360 - turn)
    return f"N {arrow}" if off < 0.5 else f"N {arrow} {off:.0f}° {'right' if turn < 180 else 'left'} of up"


def place_words(frame: Frame, world: tuple[float, ...]) -> str:
    """Return the latitude and longitude of (y, x) metres on the canvas, to about a metre."""
    ((column, row),) = frame.pixels([world])
    lon, lat = (float(value) for value in frame.grid.lonlat(column, row))
    return f"{abs(lat):.5f}° {'N' if lat >= 0 else 'S'}  {abs(lon):.5f}° {'E' if lon >= 0 else 'W'}"
