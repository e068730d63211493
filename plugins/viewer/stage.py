"""What stands on the canvas: the two dates, the change map, an outline for every place. Shows; decides nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from napari.components import ViewerModel
from napari.layers import Layer
from napari.utils.colormaps import AVAILABLE_COLORMAPS
from numpy.typing import NDArray

from ...annotate.kinds import Kind
from ...annotate.pictures.stretch import HIGH_PERCENT, LOW_PERCENT, Stretch
from ...imagery.scene import ChangeMap, Scene
from . import caption, layers, marks
from .outlines import Outlines, empty
from .pyramid import levels, stretched
from .shown import Shown
from .whereabouts import Whereabouts


class Stage(Outlines):
    """
    Our layers on one viewer: the pictures, and the outlines over them.

    Parameters
    ----------
    viewer
        A napari viewer, or a ViewerModel.
    shown
        The scenes.
    kinds
        For the colours.
    synthetic
        What the project says of itself.
    """

    def __init__(self, viewer: ViewerModel, shown: Shown, kinds: Mapping[str, Kind], synthetic: bool = False) -> None:
        super().__init__(viewer, shown, kinds)
        self._both = False
        self._hatching: Layer | None = None
        self.percents = (LOW_PERCENT, HIGH_PERCENT)
        self.other: Scene | None = None  # seen in the place of the after date
        self._own_name = ""
        self._synthetic = synthetic
        self.caption = caption.Caption.of(shown.before, shown.after, synthetic, shown.planted)
        self.change_map: Layer | None = None
        self._map_wanted = False  # before it is worked out
        viewer.layers.selection.clear()
        with viewer.layers.selection.events.blocker_all():  # else every layer is shown as the selected one in turn
            self.before, self.after = self._add_pixels()
            self.see_whole()
            self._add_outlines()
            self.drawing = self._add(marks.drawing(self._line_m), editable=True)
            self.thin = (self.drawing,)
            self._clicks = self._add(marks.clicks())
        caption.put_on_canvas(viewer, self.caption)
        self._whereabouts = Whereabouts(viewer, self.frame)
        for picture in (self.before, self.after):
            if picture is not None:
                picture.events.visible.connect(self._say_what_is_shown)
        self._say_what_is_shown()
        self.activate(None)

    def _add_pixels(self) -> tuple[Layer, Layer | None]:
        shown, (first, second) = self.shown, self._stretches()
        title = "before" if shown.after else "scene"
        planted = " (SYNTHETIC things planted)" if shown.planted else ""
        before_name = f"{title} {day_words(shown.before)}{planted}"
        if shown.large is None:
            before = self._add(layers.picture(shown.before, first, self.frame, before_name))
        else:
            shown.large.__enter__()  # it is read for as long as it is shown
            before = self._add(stretched(shown.large, shown.before, first, self.frame, before_name))
        after = None
        if shown.after is not None:
            own = "" if second == first else " (own stretch)"
            after = self._add(
                layers.picture(shown.after, second, self.frame, f"after {day_words(shown.after)}{own}{planted}")
            )
        if shown.change is not None:
            self.change_map = self._add(self._mapped(shown.change))
        return before, after

    def _mapped(self, change: ChangeMap) -> layers.LayerData:
        return layers.change_map(change, self.frame, np.asarray(AVAILABLE_COLORMAPS["inferno"].colors))

    def add_map(self, shown: Shown) -> None:
        """Take up the same scenes with their change map, which took longer; it is shown where someone asked for it."""
        self.shown = shown
        if shown.change is not None:
            above = self.before if self.after is None else self.after
            active = self._viewer.layers.selection.active
            layer = self.change_map = Layer.create(*self._mapped(shown.change))
            if above in self._viewer.layers:  # else it comes when deleted layers are put back, or the viewer is closing
                self._viewer.layers.insert(self._viewer.layers.index(above) + 1, layer)
            layer.editable, layer.locked, layer.visible = False, True, self._map_wanted
            self._viewer.layers.selection.active = active

    @property
    def second(self) -> Scene | None:
        """The scene in the place of the after date."""
        return self.shown.after if self.other is None else self.other

    @property
    def both(self) -> bool:
        """True while both dates are seen at once."""
        return self._both

    def _stretches(self) -> tuple[Stretch, Stretch]:
        """Return the stretch of each date: one for both, unless the second would be black or white in it."""
        before = Stretch.of(self.shown.before, *self.percents)
        if self.second is None or before.suits(self.second):
            return before, before
        return before, Stretch.of(self.second, *self.percents)

    def _pictured(self) -> Iterator[tuple[Layer, Scene, Stretch]]:
        first, second = self._stretches()
        yield self.before, self.shown.before, first
        if self.after is not None and self.second is not None:
            yield self.after, self.second, second

    def see_before(self) -> None:
        """Show the before date alone."""
        self.before.visible = True
        if self.after is not None:
            self.after.visible = False

    def show_other(self, scene: Scene | None, words: str) -> None:
        """
        Show another date in the place of the after one, under the same stretch; None brings the after date back.

        Parameters
        ----------
        scene
            On any grid that can be related to the before one.
        words
            Which date it is, as "date 3 of 8".
        """
        if self.other is None and self.after is not None:
            self._own_name = self.after.name
        self.other = scene
        second = self.second
        if second is None:
            return
        usual, own = self._stretches()
        name = (
            self._own_name if scene is None else f"{words} {day_words(scene)}{'' if own == usual else ' (own stretch)'}"
        )
        picture = layers.picture(second, own, self.frame, name)
        if self.after is None:
            active = self._viewer.layers.selection.active
            self.after = Layer.create(*picture)
            self._viewer.layers.insert(self._viewer.layers.index(self.before) + 1, self.after)
            self._viewer.layers.selection.active = active
            self.after.editable, self.after.locked = False, True
            self.after.events.visible.connect(self._say_what_is_shown)
        else:
            self.after.data, self.after.name = picture[0], name
            self.after.affine = picture[1]["affine"]
        self.after.visible = True
        said = caption.Caption.of(self.shown.before, second, self._synthetic, self.shown.planted)
        first = "this scene" if self.shown.after is None else "before"
        self.caption = said if scene is None else replace(said, second=words, first=first)
        caption.put_on_canvas(self._viewer, self.caption)
        self._say_what_is_shown()

    @property
    def all_layers(self) -> tuple[Layer, ...]:
        """Every layer we added, from the bottom up."""
        pixels = (self.before, self.after, self.change_map)
        found = (*pixels, *self.outlines.values(), self._above, self._lit, self._selected, self.drawing, self._clicks)
        return tuple(layer for layer in found if layer is not None)

    def activate(self, layer: Layer | None) -> None:
        """Make a layer of ours the one that napari's tools work on, and show it; None for that of the candidates."""
        if layer is not None:  # it is shown before anything is on it: napari lets nobody draw on a hidden one
            self._filled.add(layer)
            for face in self._faces(layer):
                face.visible = True
        self._viewer.layers.selection.active = self.outlines["unreviewed"] if layer is None else layer

    def see_whole(self) -> None:
        """Fit the whole scene into the canvas."""
        self._viewer.fit_to_view(layers=[self.before])

    def flicker(self) -> None:
        """Show the other date."""
        if self.after is not None:
            self.after.visible = not self.after.visible

    @property
    def map_on(self) -> bool:
        """True where the change map is shown, or will be as soon as it is worked out."""
        return self._map_wanted if self.change_map is None else bool(self.change_map.visible)

    def show_map(self, on: bool) -> None:
        """Show or hide the change map, now or as soon as it is worked out."""
        self._map_wanted = on
        if self.change_map is not None:
            self.change_map.visible = on

    def toggle_change_map(self) -> bool:
        """Show or hide the change map; False where there is none and none is being worked out."""
        if self.change_map is None and not self.shown.awaits_map:
            return False
        self.show_map(not self.map_on)
        return True

    @property
    def hatched(self) -> bool:
        """Whether the ground that was not looked at is hatched."""
        return self._hatching in self._viewer.layers

    def hatch(self, hatching: tuple[NDArray[np.uint8], float] | None) -> None:
        """Hatch ground by an image (rows, columns, 4) and its pixel's side in scene pixels; None takes it away."""
        layer = self._hatching if self.hatched else None
        if hatching is not None and layer is not None:
            layer.data = hatching[0]
        elif hatching is not None:
            active = self._viewer.layers.selection.active
            above = self._viewer.layers.index(self.outlines["rejected"])
            self._hatching = self._add(layers.hatching(*hatching, self.frame))
            self._viewer.layers.move(len(self._viewer.layers) - 1, above)
            self._viewer.layers.selection.active = active
        elif layer is not None:
            layer.locked = False
            self._viewer.layers.remove(layer)

    def show_sketch(
        self, outline: NDArray[np.float64], closed: bool, clicked: NDArray[np.float64], flawed: bool = False
    ) -> None:
        """Show what is being drawn, (n, 2) in (y, x) metres, and a numbered mark on every click."""
        colour = marks.FLAWED_COLOUR if flawed else marks.DRAWING_COLOUR
        moves = np.linalg.norm(np.diff(outline, axis=0, prepend=outline[:1] - 1), axis=1)
        outline = outline[moves > 0]  # napari draws no path that stands still
        shape = "polygon" if closed and len(outline) >= 3 else "path"
        for layer in self._faces(self.drawing):
            empty(layer)
            if len(outline) >= 2:
                style = {"edge_color": colour, "face_color": f"{colour}33" if closed else "transparent"}
                layer.add([outline], shape_type=shape, edge_width=self._line_m, **style)
        for layer in self._faces(self._clicks):
            layer.data = clicked
        for ours in (self.drawing, self._clicks):
            self._show_filled(ours)
        self._clicks.features = {"number": np.arange(1, len(clicked) + 1)}

    def show_slots(self, slots: Sequence[NDArray[np.float64]], filled: Sequence[bool]) -> None:
        """Show the slots of a block, (4, 2) each in (y, x) metres: filled ones full, free ones as an empty frame."""
        style = {
            "edge_color": [marks.DRAWING_COLOUR if one else marks.SELECTION_COLOUR for one in filled],
            "face_color": [f"{marks.DRAWING_COLOUR}55" if one else "transparent" for one in filled],
        }
        for layer in self._faces(self.drawing):
            empty(layer)
            layer.add(list(slots), shape_type="polygon", edge_width=self._line_m / 2, **style)
        self._show_filled(self.drawing)

    def end_drawing(self) -> None:
        """Take what is being drawn off the canvas."""
        self.drawing.mode = "pan_zoom"
        for layer in self._faces(self.drawing):
            empty(layer)
        for layer in self._faces(self._clicks):
            layer.data = np.zeros((0, 2))
        for ours in (self.drawing, self._clicks):
            self._show_filled(ours)
        self.activate(None)

    def try_threshold(
        self, score: float | None, peaks: NDArray[np.int64] | None = None, change: ChangeMap | None = None
    ) -> None:
        """
        Show the change map as it would be with its threshold at a score, and a pin on every peak above it.

        Parameters
        ----------
        score
            None takes the pins away and shows the map as it is.
        peaks
            (n, 2), rows and columns.
        change
            A map of the same grid in place of the comparison's, as by another method; None for that.
        """
        if self.change_map is None or self.shown.change is None:
            return
        pixels_of = self.shown.change if change is None else change
        if self.change_map.data is not pixels_of.score:
            self.change_map.data = pixels_of.score
        self.change_map.contrast_limits = (0.0, 2 * (0.5 if score is None else score))
        pixels = np.zeros((0, 2)) if score is None or peaks is None else peaks[:, ::-1] + 0.5
        self.pin(self.frame.world(pixels))
        if score is not None and not self.change_map.visible:
            self.change_map.visible = True

    def restretch(self, low_percent: float, high_percent: float) -> None:
        """Show both dates between two percentiles of the before date, 0 to 100."""
        self.percents = (low_percent, high_percent)
        for layer, scene, stretch in self._pictured():
            large = self.shown.large if layer is self.before else None
            layer.data = stretch.apply(scene) if large is None else levels(large, stretch)

    def say_both(self, both: bool) -> None:
        """Say on the canvas that both dates are seen, or which one is."""
        self._both = both
        self._say_what_is_shown()

    def put_back(self) -> None:
        """Put layers of ours that are gone from the viewer back where they were."""
        at = 0
        for layer in self.all_layers:
            if layer not in self._viewer.layers:
                self._viewer.layers.insert(at, layer)
                layer.locked = True
            at = self._viewer.layers.index(layer) + 1

    def clear(self) -> None:
        """Take everything of ours off the viewer."""
        self._viewer.scene.camera.events.zoom.disconnect(self._keep_lines_thin)
        caption.take_off_canvas(self._viewer)
        self._whereabouts.close()
        self.hatch(None)
        for layer in self.all_layers:
            if layer in self._viewer.layers:
                self._viewer.layers.remove(layer)
        if self.shown.large is not None:
            self.shown.large.__exit__(None, None, None)

    def _say_what_is_shown(self, _event: object = None) -> None:
        after = self.after is not None and self.after.visible
        showing = "both" if self._both else "after" if after else "before" if self.before.visible else "nothing"
        caption.set_showing(self._viewer, self.caption, showing)


def day_words(scene: Scene) -> str:
    """Return the day of a scene, short enough for the layer list."""
    return caption.date_words(scene.acquisition.time).partition(" ")[0] if scene.acquisition.time else "(no date)"
