"""A curtain over the before date: the after date to the right of an edge, which has a handle to drag it by."""

from collections.abc import Callable

import numpy as np
from napari.components import ViewerModel
from napari.layers import Layer
from numpy.typing import NDArray

from . import layers, marks
from .stage import Stage

STEP = 0.02  # of the canvas width that one key press moves
REACH = 5 * STEP  # of the canvas width that line and handle are moved in before they are laid anew
EDGE_PX, HANDLE_PX = 2.0, (8.0, 56.0)  # of the line, and of the handle on it: wide, high
GRIP_PX = 9.0  # how near the line a press takes hold of it


class Curtain:
    """
    The after date as a textured surface with a clipping plane at its edge, until its layers are removed.

    Parameters
    ----------
    viewer
        A napari viewer, or a ViewerModel.
    stage
        With an after date.
    insert
        Puts layer data on the canvas at an index.

    Notes
    -----
    Moving the edge sets the places of clipping planes that are there already, and nothing else: no texture is uploaded,
    and no shader compiled. Each fragment of a surface is worked out before it is clipped, so that line and handle are
    cut out of strips that reach only a few steps beyond them.
    """

    def __init__(self, viewer: ViewerModel, stage: Stage, insert: Callable[[int, layers.LayerData], Layer]) -> None:
        assert stage.after is not None
        self._viewer = viewer
        self._size_m = stage.frame.size_m
        self.x_m = 0.0  # of the edge
        above = viewer.layers.index(stage.after) + 1
        self._cloth = insert(above, layers.curtain(stage.after.data, stage.after.affine.affine_matrix))
        self._bars = tuple(
            insert(len(viewer.layers), layers.strip(name, marks.SELECTION_COLOUR)) for name in ("curtain", "handle")
        )
        self._laid: list[layers.Box | None] = [None, None]  # what the strips cover now
        self.listen(True)
        self.move_to(viewer.scene.camera.center[-1])
        if not 0.0 < self.x_m < self._size_m[1]:
            self.move_to(self._size_m[1] / 2)

    def listen(self, on: bool) -> None:
        """Keep line and handle where the camera wants them, or do not any more."""
        camera = self._viewer.scene.camera
        for event, do in ((camera.events.center, self._draw_edge), (camera.events.zoom, self._lay_anew)):
            (event.connect if on else event.disconnect)(do)

    def move_to(self, x_m: float) -> None:
        """Put the edge at x metres; the after date hangs to the right of it."""
        self.x_m = float(np.clip(x_m, 0.0, self._size_m[1]))
        self._cloth.experimental_clipping_planes[0].position = (0.0, 0.0, self.x_m)
        self._draw_edge()

    def step(self, by: int) -> None:
        """Move the edge by so many steps to the right."""
        self.move_to(self.x_m + by * STEP * self._canvas_m[1])

    def grips(self, x_m: float) -> bool:
        """Return True where a press at x metres takes hold of the edge."""
        return bool(abs(x_m - self.x_m) * self._viewer.scene.camera.zoom <= GRIP_PX)

    @property
    def _canvas_m(self) -> tuple[float, float]:
        """Height and width of the canvas, metres on the ground."""
        height, width = self._viewer.canvas.size
        return height / self._viewer.scene.camera.zoom, width / self._viewer.scene.camera.zoom

    def _lay_anew(self, _event: object = None) -> None:
        self._laid = [None, None]
        self._draw_edge()

    def _draw_edge(self, _event: object = None) -> None:
        """Draw line and handle where the edge is, as thick as ever on screen, the handle in the middle."""
        px, middle = 1.0 / self._viewer.scene.camera.zoom, self._viewer.scene.camera.center[-2]
        for number, (wide, high) in enumerate(((EDGE_PX, np.inf), HANDLE_PX)):
            away = np.array([high, wide]) / 2 * px
            box, laid = self._on_scene((middle, self.x_m), away), self._laid[number]
            if laid is None or not _within(box, laid):
                laid = self._laid[number] = self._on_scene((middle, self.x_m), away + REACH * self._canvas_m[1])
                self._bars[number].vertices = layers.corners(laid)
            planes = self._bars[number].experimental_clipping_planes
            for plane, place in zip(planes, layers.sides(box), strict=True):
                if plane.position != place:  # every change of one is told to the graphics card
                    plane.position = place

    def _on_scene(self, place: tuple[float, float], away: NDArray[np.float64]) -> layers.Box:
        """Return the box that reaches so far from a place, as far as the scene does, metres."""
        (top, left), (foot, right) = (np.clip(np.add(place, by), 0.0, self._size_m).tolist() for by in (-away, away))
        return (top, left), (foot, right)


def _within(inner: layers.Box, outer: layers.Box) -> bool:
    (top, left), (foot, right) = inner
    return outer[0][0] <= top and outer[0][1] <= left and foot <= outer[1][0] and right <= outer[1][1]
