"""What stands on the canvas: the two dates, the change map, an outline for every place. Shows; decides nothing."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from napari.components import ViewerModel
from napari.layers import Layer
from napari.utils.colormaps import AVAILABLE_COLORMAPS
from numpy.typing import NDArray

from ...annotate.kinds import Kind
from ...imagery.scene import Scene
from ...labels.records import Annotation
from . import caption, layers, view
from .frame import Frame
from .shown import Shown
from .stretch import HIGH_PERCENT, LOW_PERCENT, Stretch
from .whereabouts import Whereabouts

LOOK_OF = {"disputed": "unsure"}  # the other verdicts look like themselves
NEUTRAL_COLOUR = "#BBBBBB"
REDRAW_RATIO = 1.25  # lines are redrawn when they have become this much thicker or thinner on screen


class Stage:
    """
    Our layers on one viewer.

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
        self._viewer = viewer
        self._kinds = kinds
        self._where: dict[str, tuple[str, NDArray[np.float64]]] = {}  # annotation id -> verdict shown, outline
        self._colours: dict[str, str] = {}
        self._ids: dict[str, list[str]] = {look: [] for look in layers.LOOKS}
        self._twins: Mapping[Layer, Layer] = {}
        self._both = False
        self._percents = (LOW_PERCENT, HIGH_PERCENT)
        self.thin: tuple[Layer, ...] = ()  # others' lines, kept thin with ours
        self.shown = shown
        self.frame = Frame(shown.before.file_grid)
        self.caption = caption.Caption.of(shown.before, shown.after, synthetic)
        self.before, self.after, self.change_map = self._add_pixels()
        self._line_m = layers.LINE_PX / self._zoom_of_whole()
        self.outlines = {verdict: self._add(layers.outlines(verdict, [], [], self._line_m)) for verdict in layers.LOOKS}
        self._above = self._add(layers.peaks())
        self._lit = self._add(layers.lit(self._line_m))
        self._selected = self._add(layers.selection(self._line_m))
        self.drawing = self._add(layers.drawing(self._line_m), editable=True)
        self._clicks = self._add(layers.clicks())
        caption.put_on_canvas(viewer, self.caption)
        self._whereabouts = Whereabouts(viewer, self.frame)
        for picture in (self.before, self.after):
            if picture is not None:
                picture.events.visible.connect(self._say_what_is_shown)
        viewer.scene.camera.events.zoom.connect(self._keep_lines_thin)
        self._say_what_is_shown()
        self.activate(None)

    def _add_pixels(self) -> tuple[Layer, Layer | None, Layer | None]:
        shown, (first, second) = self.shown, self._stretches()
        title = "before" if shown.after else "scene"
        before_name = f"{title} {day_words(shown.before)}"
        before = self._add(layers.picture(shown.before, first, self.frame, before_name))
        after = change_map = None
        if shown.after is not None:
            own = "" if second == first else " (own stretch)"
            after = self._add(layers.picture(shown.after, second, self.frame, f"after {day_words(shown.after)}{own}"))
        if shown.change is not None:
            colours = np.asarray(AVAILABLE_COLORMAPS["inferno"].colors)
            change_map = self._add(layers.change_map(shown.change, self.frame, colours))
        return before, after, change_map

    def _stretches(self) -> tuple[Stretch, Stretch]:
        """Return the stretch of each date: one for both, unless the after date would be black or white in it."""
        before = Stretch.of(self.shown.before, *self._percents)
        if self.shown.after is None or before.suits(self.shown.after):
            return before, before
        return before, Stretch.of(self.shown.after, *self._percents)

    def _pictured(self) -> Iterator[tuple[Layer, Scene, Stretch]]:
        first, second = self._stretches()
        yield self.before, self.shown.before, first
        if self.after is not None and self.shown.after is not None:
            yield self.after, self.shown.after, second

    def _add(self, data: layers.LayerData, editable: bool = False) -> Layer:
        layer = Layer.create(*data)
        self._viewer.add_layer(layer)
        layer.editable = editable
        layer.locked = True
        return layer

    @property
    def all_layers(self) -> tuple[Layer, ...]:
        """Every layer we added, from the bottom up."""
        pixels = (self.before, self.after, self.change_map)
        found = (*pixels, *self.outlines.values(), self._above, self._lit, self._selected, self.drawing, self._clicks)
        return tuple(layer for layer in found if layer is not None)

    def place(self, annotation: Annotation, verdict: str) -> None:
        """Show a place as what it is now; only its own outline is drawn anew."""
        look = LOOK_OF.get(verdict, verdict)
        self.remove(annotation.id)
        outline = self.frame.outline(annotation.shape, self.shown.before_id)
        if outline is None:
            return
        style = layers.outline_style(look, [self._colour(annotation.kind)], self._line_m)
        for layer in self._faces(self.outlines[look]):
            layer.add([outline], **style)
        self._ids[look].append(annotation.id)
        self._where[annotation.id] = (look, outline)
        self._colours[annotation.id] = self._colour(annotation.kind)

    def place_all(self, placed: Iterable[tuple[Annotation, str]]) -> None:
        """Show places with their verdicts; faster than one by one."""
        by_look: dict[str, list[tuple[Annotation, NDArray[np.float64]]]] = {look: [] for look in layers.LOOKS}
        for annotation, verdict in placed:
            outline = self.frame.outline(annotation.shape, self.shown.before_id)
            if outline is not None:
                by_look[LOOK_OF.get(verdict, verdict)].append((annotation, outline))
        for look, found in by_look.items():
            if found:
                style = layers.outline_style(look, [self._colour(one.kind) for one, _ in found], self._line_m)
                for layer in self._faces(self.outlines[look]):
                    layer.add([outline for _, outline in found], **style)
                self._ids[look] += [one.id for one, _ in found]
                self._where |= {one.id: (look, outline) for one, outline in found}
                self._colours |= {one.id: self._colour(one.kind) for one, _ in found}

    def remove(self, annotation_id: str) -> None:
        """Take a place off the canvas."""
        if annotation_id in self._where:
            verdict, _ = self._where.pop(annotation_id)
            at = self._ids[verdict].index(annotation_id)
            self._ids[verdict].pop(at)
            for layer in self._faces(self.outlines[verdict]):
                layer.remove([at])

    def remove_all(self) -> None:
        """Take every place off the canvas."""
        for look, outlined in self.outlines.items():
            for layer in self._faces(outlined):
                _empty(layer)
            self._ids[look].clear()
        self._where.clear()

    def outline_of(self, annotation_id: str) -> NDArray[np.float64] | None:
        """Return the outline (n, 2) of a place in (y, x) metres; None where it is not on this canvas."""
        found = self._where.get(annotation_id)
        return None if found is None else found[1]

    def colour_of(self, annotation_id: str) -> str:
        """Return the colour of a place on this canvas, "#RRGGBB"."""
        return self._colours.get(annotation_id, NEUTRAL_COLOUR)

    def activate(self, layer: Layer | None) -> None:
        """Make a layer of ours the one that napari's tools work on; None for that of the candidates."""
        self._viewer.layers.selection.active = self.outlines["unreviewed"] if layer is None else layer

    def _colour(self, kind: str) -> str:
        return self._kinds[kind].colour if kind in self._kinds else NEUTRAL_COLOUR

    def select(self, annotation_id: str | None, zoom: bool = False) -> None:
        """Put the box around a place and bring it into view; the zoom is kept where the place is well seen."""
        for layer in self._faces(self._selected):
            _empty(layer)
        if annotation_id not in self._where:
            return
        outline = self._where[annotation_id][1]
        view.bring_into_view(self._viewer, outline, max(self.frame.grid.gsd_m), zoom)
        box = layers.box_around(outline, 3 * self._line_m)  # after the zoom, which sets the line
        for layer in self._faces(self._selected):
            layer.add([box], shape_type="polygon", edge_width=self._line_m, face_color="transparent")

    def light(self, tied: Mapping[str, str]) -> None:
        """Put a thick box around places tied to a claim, coloured by relation; an empty mapping clears them."""
        boxes = [layers.box_around(self._where[one][1], self._line_m) for one in tied if one in self._where]
        colours = [layers.RELATION_COLOURS[relation] for one, relation in tied.items() if one in self._where]
        for layer in self._faces(self._lit):
            _empty(layer)
            if boxes:
                width = 2 * self._line_m
                layer.add(boxes, shape_type="polygon", edge_width=width, edge_color=colours, face_color="transparent")

    def see(self, annotation_ids: Iterable[str]) -> None:
        """Bring places into view, all at once; those that are elsewhere are left out."""
        found = [self._where[one][1] for one in annotation_ids if one in self._where]
        if len(found) > 1:
            view.fit(self._viewer, np.concatenate(found))
        elif found:
            view.bring_into_view(self._viewer, found[0], max(self.frame.grid.gsd_m))

    def see_whole(self) -> None:
        """Fit the whole scene into the canvas."""
        self._viewer.fit_to_view(layers=[self.before])

    def flicker(self) -> None:
        """Show the other date."""
        if self.after is not None:
            self.after.visible = not self.after.visible

    def toggle_change_map(self) -> bool:
        """Show or hide the change map; False where there is none."""
        if self.change_map is None:
            return False
        self.change_map.visible = not self.change_map.visible
        return True

    def show_sketch(self, outline: NDArray[np.float64], closed: bool, clicked: NDArray[np.float64]) -> None:
        """Show what is being drawn, (n, 2) in (y, x) metres, and a numbered mark on every click."""
        _empty(self.drawing)
        if len(outline) >= 2:
            shape = "polygon" if closed and len(outline) >= 3 else "path"
            self.drawing.add([outline], shape_type=shape, edge_width=self._line_m)
        self._clicks.data = clicked
        self._clicks.features = {"number": np.arange(1, len(clicked) + 1)}

    def edit(self, outline: NDArray[np.float64]) -> None:
        """Let the corners of an outline, (n, 2) in (y, x) metres, be dragged; `edited` returns them."""
        _empty(self.drawing)
        self.drawing.add([outline], shape_type="polygon", edge_width=self._line_m)
        self.activate(self.drawing)
        self.drawing.mode = "direct"

    def edited(self) -> NDArray[np.float64]:
        """Return the corners (n, 2) as they are now."""
        return np.asarray(self.drawing.data[-1], dtype=np.float64)[:, -2:]

    def end_drawing(self) -> None:
        """Take what is being drawn off the canvas."""
        self.drawing.mode = "pan_zoom"
        _empty(self.drawing)
        self._clicks.data = np.zeros((0, 2))
        self.activate(None)

    def try_threshold(self, score: float | None, peaks: NDArray[np.int64] | None = None) -> None:
        """
        Show the change map as it would be with its threshold at a score, and a mark at every peak above it.

        Parameters
        ----------
        score
            None takes the marks away and shows the map as it is.
        peaks
            (n, 2), rows and columns.
        """
        if self.change_map is None:
            return
        self.change_map.contrast_limits = (0.0, 2 * (0.5 if score is None else score))
        pixels = np.zeros((0, 2)) if score is None or peaks is None else peaks[:, ::-1] + 0.5
        self._above.data = self.frame.world(pixels)
        if score is not None:
            self.change_map.visible = True

    def toggle_outlines(self) -> None:
        """Show or hide every outline."""
        visible = not self.outlines["unreviewed"].visible
        for ours in (*self.outlines.values(), self._selected):
            for layer in self._faces(ours):
                layer.visible = visible

    def annotation_at(self, position: tuple[float, ...]) -> str | None:
        """Return the id of the topmost visible place at (y, x) metres."""
        for verdict, layer in reversed(self.outlines.items()):
            at = layer.get_value(position, world=True)[0] if layer.visible and layer.nshapes else None
            if at is not None:
                return self._ids[verdict][int(at)]
        return None

    def mirror(self, twins: Mapping[Layer, Layer]) -> None:
        """Keep a twin of some of our layers like them, as for another half of the canvas; without any, stop."""
        self._twins = dict(twins)

    def _faces(self, layer: Layer) -> tuple[Layer, ...]:
        twin = self._twins.get(layer)
        return (layer,) if twin is None else (layer, twin)

    @property
    def line_m(self) -> float:
        """Width of an undecided outline, metres."""
        return self._line_m

    def restretch(self, low_percent: float, high_percent: float) -> None:
        """Show both dates between two percentiles of the before date, 0 to 100."""
        self._percents = (low_percent, high_percent)
        for layer, scene, stretch in self._pictured():
            layer.data = stretch.apply(scene)

    def say_both(self, both: bool) -> None:
        """Say on the canvas that both dates are seen, or which one is."""
        self._both = both
        self._say_what_is_shown()

    def clear(self) -> None:
        """Take everything of ours off the viewer."""
        self._viewer.scene.camera.events.zoom.disconnect(self._keep_lines_thin)
        caption.take_off_canvas(self._viewer)
        self._whereabouts.close()
        for layer in self.all_layers:
            if layer in self._viewer.layers:
                self._viewer.layers.remove(layer)

    def _say_what_is_shown(self, _event: object = None) -> None:
        after = self.after is not None and self.after.visible
        showing = "both" if self._both else "after" if after else "before" if self.before.visible else "nothing"
        caption.set_showing(self._viewer, self.caption, showing)

    def _zoom_of_whole(self) -> float:
        self.see_whole()
        return float(self._viewer.scene.camera.zoom)

    def _keep_lines_thin(self, _event: object = None) -> None:
        wanted = layers.LINE_PX / self._viewer.scene.camera.zoom
        if 1 / REDRAW_RATIO < wanted / self._line_m < REDRAW_RATIO:
            return
        self._line_m = wanted
        widths = {layer: layers.LOOKS[verdict].line * wanted for verdict, layer in self.outlines.items()}
        widths |= {
            self._selected: wanted,
            self._lit: 2 * wanted,
            self.drawing: wanted,
            **dict.fromkeys(self.thin, wanted),
        }
        for ours, width in widths.items():
            for layer in self._faces(ours):
                layer.edge_width = width
                layer.refresh()  # napari changes the mesh and does not draw it
        self.drawing.current_edge_width = wanted


def _empty(layer: Layer) -> None:
    if layer.nshapes:
        layer.remove(list(range(layer.nshapes)))


def day_words(scene: Scene) -> str:
    """Return the day of a scene, short enough for the layer list."""
    return caption.date_words(scene.acquisition.time).partition(" ")[0] if scene.acquisition.time else "(no date)"
