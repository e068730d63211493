"""Two dates on one canvas: one at a time, a curtain, side by side, red against cyan, or one shining through."""

from collections.abc import Callable, Generator
from typing import Any, Literal, get_args

import numpy as np
from napari.components import ViewerModel
from napari.layers import Layer

from ..errors import ViewerError
from . import layers, marks
from .stage import Stage

Mode = Literal["one", "swipe", "side", "red-cyan", "blend"]
MODES: tuple[Mode, ...] = get_args(Mode)
TITLES: dict[Mode, str] = {
    "one": "one date",
    "swipe": "swipe",
    "side": "side by side",
    "red-cyan": "red / cyan",
    "blend": "blend",
}
STEP = 0.02  # of the canvas width, or of the opacity, that one key press moves
EDGE_PX, HANDLE_PX = 2.0, (8.0, 56.0)  # of the curtain's line, and of the handle on it: wide, high
GRIP_PX = 9.0  # how near the line a press takes hold of it


class Comparing:
    """
    How the two dates of a stage are seen.

    Parameters
    ----------
    viewer
        A napari viewer, or a ViewerModel.
    stage
        With its scenes on the canvas.

    Notes
    -----
    `later` runs a callable after the next drawing of the canvas; the window sets it.

    The curtain is the after date as a textured surface with a clipping plane: moving it uploads nothing, where cropping
    an image would upload the texture at every step.
    """

    def __init__(self, viewer: ViewerModel, stage: Stage) -> None:
        self._viewer = viewer
        self._stage = stage
        self.mode: Mode = "one"
        self._extra: list[Layer] = []
        self._curtain: Layer | None = None
        self._edge: tuple[Layer, ...] = ()  # the line of the curtain, and the handle on it
        self._x_m = 0.0
        self._opacity = 0.5
        self.later: Callable[[Callable[[], None]], None] = lambda work: work()

    @property
    def edge_m(self) -> float:
        """Where the curtain's edge hangs, metres from the left."""
        return self._x_m

    @property
    def extra(self) -> tuple[Layer, ...]:
        """Layers that this mode adds to those of the stage."""
        return tuple(self._extra)

    def close(self) -> None:
        """Go back to one date at a time."""
        self._leave()

    def toggle(self, mode: Mode) -> None:
        """Go to a mode, or from it back to one date at a time."""
        self.show("one" if self.mode == mode else mode)

    def show(self, mode: Mode) -> None:
        """
        Show both dates in a mode.

        Raises
        ------
        ViewerError
            If there is one date alone, or the mode needs both on one grid and they are not.
        """
        stage = self._stage
        if mode != "one" and stage.after is None:
            raise ViewerError("There is one scene alone here; comparing needs two dates.")
        if mode == "red-cyan" and stage.second is not None and stage.second.grid != stage.shown.before.grid:
            raise ViewerError("Red and cyan need both dates on one grid, and these were not registered; try swipe.")
        self._leave()
        self.mode = mode
        enter = {"swipe": self._swipe, "side": self._side, "red-cyan": self._red_cyan, "blend": self._blend}
        if mode != "one":
            enter[mode]()
        stage.say_both(mode != "one")

    def shift(self, by: int) -> None:
        """Move the curtain or the opacity a step; in one-date mode, -1 shows before and 1 after."""
        if self.mode == "swipe":
            self.move_to(self._x_m + by * STEP * float(self._viewer.canvas.size[1]) / self._viewer.scene.camera.zoom)
        elif self.mode == "blend":
            self.set_opacity(self._opacity + by * STEP)
        elif self.mode == "one" and self._stage.after is not None:
            self._stage.after.visible = by > 0

    def move_to(self, x_m: float) -> None:
        """Put the curtain's edge at x metres; the after date hangs to the right of it."""
        if self._curtain is None:
            return
        width = self._stage.frame.size_m[1]
        self._x_m = float(np.clip(x_m, 0.0, width))
        self._curtain.experimental_clipping_planes[0].position = (0.0, 0.0, self._x_m)
        self._draw_edge()

    def _draw_edge(self, _event: object = None) -> None:
        """Draw line and handle where the curtain's edge is, as thick as ever on screen, the handle in the middle."""
        px = 1.0 / self._viewer.scene.camera.zoom
        middle, height = self._viewer.scene.camera.center[-2], self._stage.frame.size_m[0]
        for layer, (wide, high) in zip(self._edge, ((EDGE_PX, np.inf), HANDLE_PX), strict=True):
            top, foot = max(0.0, middle - high / 2 * px), min(height, middle + high / 2 * px)
            low, beyond = (top, self._x_m - wide / 2 * px), (foot, self._x_m + wide / 2 * px)
            layer.experimental_clipping_planes = layers.box_planes(low, beyond)

    def move_share(self, share: float) -> None:
        """Put the curtain's edge at a share of the view, 0 to 1 from its left, or set the opacity."""
        if self.mode == "swipe":
            camera, width_px = self._viewer.scene.camera, float(self._viewer.canvas.size[1])
            self.move_to(camera.center[-1] + (share - 0.5) * width_px / camera.zoom)
        elif self.mode == "blend":
            self.set_opacity(share)

    def recentre(self) -> None:
        """Bring the curtain's edge into the middle of the view, where it has been left out of it."""
        centre, half = self._viewer.scene.camera.center[-1], self._viewer.canvas.size[1] / 2
        if self.mode == "swipe" and abs(self._x_m - centre) * self._viewer.scene.camera.zoom > 0.9 * half:
            self.move_to(centre)

    def set_opacity(self, opacity: float) -> None:
        """Let the after date shine through by 0 to 1, in the mode that blends."""
        self._opacity = float(np.clip(opacity, 0.0, 1.0))
        if self.mode == "blend" and self._stage.after is not None:
            self._stage.after.opacity = self._opacity

    def restretched(self) -> None:
        """Draw anew what was made of the pictures, after their stretch changed."""
        mode, x_m = self.mode, self._x_m
        if mode in ("swipe", "side", "red-cyan"):
            self.show(mode)
            self.move_to(x_m)

    def _swipe(self) -> None:
        stage = self._stage
        assert stage.after is not None
        width = stage.frame.size_m[1]
        above = self._viewer.layers.index(stage.after) + 1
        self._curtain = self._insert(above, layers.curtain(stage.after.data, stage.after.affine.affine_matrix))
        self._edge = tuple(
            self._insert(len(self._viewer.layers), layers.strip(stage.frame.size_m, name, marks.SELECTION_COLOUR))
            for name in ("curtain", "handle")
        )
        stage.after.visible = False
        for moved in (self._viewer.scene.camera.events.center, self._viewer.scene.camera.events.zoom):
            moved.connect(self._draw_edge)
        self._viewer.mouse_drag_callbacks.append(self._dragged)
        self.move_to(self._viewer.scene.camera.center[-1])
        if not 0.0 < self._x_m < width:
            self.move_to(width / 2)

    def _side(self) -> None:
        stage = self._stage
        assert stage.after is not None
        stage.after.visible = True
        stage.hatch(None)
        over = [layer for layer in stage.all_layers if layer not in (stage.before, stage.after)]
        for number, layer in enumerate(over, 1):
            self._insert(number, marks.mirrored(layer))
        stage.mirror(dict(zip(over, self._extra, strict=True)))
        grid = self._viewer.canvas.grid
        grid.stride, grid.shape, grid.enabled = len(over) + 1, (1, 2), True
        self.later(self._zoom_again)

    def _zoom_again(self) -> None:
        """Set the zoom once more: napari gives the halves their size when it draws, and not always their zoom."""
        camera = self._viewer.scene.camera
        zoom = camera.zoom
        camera.zoom = zoom * 1.001
        camera.zoom = zoom

    def _red_cyan(self) -> None:
        stage = self._stage
        assert stage.after is not None
        both = layers.red_cyan(stage.before.data, stage.after.data)
        self._insert(self._viewer.layers.index(stage.after) + 1, layers.overlay(both, stage.before))

    def _blend(self) -> None:
        assert self._stage.after is not None
        self._stage.after.visible = True
        self.set_opacity(self._opacity)

    def _leave(self) -> None:
        stage = self._stage
        self._viewer.canvas.grid.enabled = False
        if self._dragged in self._viewer.mouse_drag_callbacks:
            self._viewer.mouse_drag_callbacks.remove(self._dragged)
        stage.mirror({})
        for moved in (self._viewer.scene.camera.events.center, self._viewer.scene.camera.events.zoom):
            moved.disconnect(self._draw_edge)
        for layer in self._extra:
            if layer in self._viewer.layers:
                layer.locked = False
                self._viewer.layers.remove(layer)
        self._extra.clear()
        self._curtain, self._edge = None, ()
        if stage.after is not None and self.mode != "one":
            stage.after.visible, stage.after.opacity = True, 1.0
        self.mode = "one"

    def _insert(self, index: int, data: layers.LayerData) -> Layer:
        active = self._viewer.layers.selection.active
        layer = Layer.create(*data)
        self._viewer.layers.insert(index, layer)
        layer.editable, layer.locked = False, True
        self._extra.append(layer)
        self._viewer.layers.selection.active = active
        return layer

    def _dragged(self, viewer: ViewerModel, event: Any) -> Generator[None, None, None]:  # noqa: ANN401 (napari's)
        if self._curtain is None or abs(event.position[-1] - self._x_m) * viewer.scene.camera.zoom > GRIP_PX:
            return
        viewer.scene.camera.mouse_pan = False
        yield
        while event.type == "mouse_move":
            self.move_to(float(event.position[-1]))
            yield
        viewer.scene.camera.mouse_pan = True
