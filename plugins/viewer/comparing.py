"""Two dates on one canvas: one at a time, a curtain, side by side, red against cyan, or one shining through."""

from collections.abc import Callable, Generator
from typing import Any, Literal, get_args

import numpy as np
from napari.components import ViewerModel
from napari.layers import Layer

from ..errors import ViewerError
from . import layers, marks
from .curtain import STEP, Curtain
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
    """

    def __init__(self, viewer: ViewerModel, stage: Stage) -> None:
        self._viewer = viewer
        self._stage = stage
        self.mode: Mode = "one"
        self._extra: list[Layer] = []
        self._curtain: Curtain | None = None
        self._opacity = 0.5
        self.later: Callable[[Callable[[], None]], None] = lambda work: work()

    @property
    def edge_m(self) -> float:
        """Where the curtain's edge hangs, metres from the left."""
        return 0.0 if self._curtain is None else self._curtain.x_m

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
        if self._curtain is not None:
            self._curtain.step(by)
        elif self.mode == "blend":
            self.set_opacity(self._opacity + by * STEP)
        elif self.mode == "one" and self._stage.after is not None:
            self._stage.after.visible = by > 0

    def move_to(self, x_m: float) -> None:
        """Put the curtain's edge at x metres; the after date hangs to the right of it."""
        if self._curtain is not None:
            self._curtain.move_to(x_m)

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
        if self._curtain is not None and abs(self._curtain.x_m - centre) * self._viewer.scene.camera.zoom > 0.9 * half:
            self.move_to(centre)

    def set_opacity(self, opacity: float) -> None:
        """Let the after date shine through by 0 to 1, in the mode that blends."""
        self._opacity = float(np.clip(opacity, 0.0, 1.0))
        if self.mode == "blend" and self._stage.after is not None:
            self._stage.after.opacity = self._opacity

    def restretched(self) -> None:
        """Draw anew what was made of the pictures, after their stretch changed."""
        mode, x_m = self.mode, self.edge_m
        if mode in ("swipe", "side", "red-cyan"):
            self.show(mode)
            self.move_to(x_m)

    def _swipe(self) -> None:
        assert self._stage.after is not None
        self._curtain = Curtain(self._viewer, self._stage, self._insert)
        self._stage.after.visible = False
        self._viewer.mouse_drag_callbacks.append(self._dragged)

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
        if self._curtain is not None:
            self._curtain.listen(False)
            self._curtain = None
        for layer in self._extra:
            if layer in self._viewer.layers:
                layer.locked = False
                self._viewer.layers.remove(layer)
        self._extra.clear()
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
        if self._curtain is None or not self._curtain.grips(float(event.position[-1])):
            return
        viewer.scene.camera.mouse_pan = False
        yield
        while event.type == "mouse_move":
            self.move_to(float(event.position[-1]))
            yield
        viewer.scene.camera.mouse_pan = True
