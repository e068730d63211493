"""An outline for every place on the canvas, the box around the selected one, and those that are lit up."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
from napari.components import ViewerModel
from napari.layers import Layer, Shapes
from numpy.typing import NDArray

from ...annotate.kinds import Kind
from ...labels.records import Annotation
from . import layers, marks, view
from .frame import Frame
from .shown import Shown
from .writer import PLACES

LOOK_OF = {"disputed": "unsure"}  # the other verdicts look like themselves
NEUTRAL_COLOUR = "#BBBBBB"
LARGE = 500  # places in one layer, above which taking one off or putting one on is left until the keys rest
REDRAW_RATIO = 1.25  # lines are redrawn when they have become this much thicker or thinner on screen


class Outlines:
    """
    The layers of places; a decision draws its own place anew and no other.

    Parameters
    ----------
    viewer
        A napari viewer, or a ViewerModel.
    shown
        The scenes, which are on the canvas already.
    kinds
        For the colours.

    Notes
    -----
    `rest` runs a callable when the keys rest; the window sets it. Until then a place that left a large layer is still
    drawn there, below what it is now, and one that comes to a large layer is drawn beside the box of the selected one.

    A layer that holds nothing is hidden: napari would compile and draw it with every frame all the same.
    """

    def __init__(self, viewer: ViewerModel, shown: Shown, kinds: Mapping[str, Kind]) -> None:
        self._viewer = viewer
        self._kinds = kinds
        self._where: dict[str, tuple[str, NDArray[np.float64]]] = {}  # annotation id -> verdict shown, outline
        self._colours: dict[str, str] = {}
        self._ids: dict[str, list[str]] = {look: [] for look in marks.LOOKS}
        self._leaving: dict[str, str] = {}  # annotation id -> the look it still has below what it is now
        self._coming: dict[str, str] = {}  # annotation id -> the look it has, on a layer that it is not yet on
        self._box: NDArray[np.float64] | None = None  # around the selected place
        self._box_alone = False  # on its layer
        self.rest: Callable[[Callable[[], None]], None] = lambda work: work()
        self._twins: Mapping[Layer, Layer] = {}
        self.outlines_on = True
        self._filled = set[Layer]()
        self._peaks = np.zeros((0, 2))  # places that are pinned
        self._changed = set[Layer]()  # whose thumbnails are to be made anew
        self.still = False  # while what the hand draws is kept: the view does not move under it
        self.thin: tuple[Layer, ...] = ()  # others' lines, kept thin with ours
        self.shown = shown
        self.frame = Frame(shown.before.file_grid)

    def _add_outlines(self) -> None:
        """Add the layers, above what is on the canvas."""
        self._line_m = marks.LINE_PX / float(self._viewer.scene.camera.zoom)
        self.outlines = {verdict: self._add(marks.outlines(verdict, [], [], self._line_m)) for verdict in marks.LOOKS}
        for verdict, layer in self.outlines.items():
            layer.metadata[PLACES] = self._ids[verdict]
        self._above = self._add(marks.peaks())
        self._lit = self._add(marks.lit(self._line_m))
        self._selected = self._add(marks.selection(self._line_m))
        self._viewer.scene.camera.events.zoom.connect(self._keep_lines_thin)

    def _add(self, data: layers.LayerData, editable: bool = False) -> Layer:
        layer = Layer.create(*data)
        self._viewer.add_layer(layer)
        layer.editable = editable
        layer.locked = True
        return layer

    def place(self, annotation: Annotation, verdict: str) -> None:
        """Show a place as what it is now; only its own outline is drawn anew."""
        look = LOOK_OF.get(verdict, verdict)
        was, waits = self._where.get(annotation.id), annotation.id in {*self._leaving, *self._coming}
        if was is not None and was[0] != look and len(self._ids[was[0]]) > LARGE and not waits:
            self._leaving[annotation.id] = self._where.pop(annotation.id)[0]
        else:
            self.remove(annotation.id)
        outline = self.frame.outline(annotation.shape, self.shown.before_id)
        if outline is not None:
            self._where[annotation.id] = (look, outline)
            self._colours[annotation.id] = self._colour(annotation.kind)
            if was is not None and len(self._ids[look]) > LARGE:
                self._coming[annotation.id] = look
                self._draw_selected()
            else:
                self._draw(look, [annotation.id])
        self.rest(self.settle)

    def _draw(self, look: str, ids: list[str]) -> None:
        """Draw places on the layer of a look, and no other of its places anew."""
        style = marks.outline_style(look, [self._colours[one] for one in ids], self._line_m)
        for layer in self._faces(self.outlines[look]):
            with self._drawn_once(layer):
                layer.add([self._where[one][1] for one in ids], **style)
        self._show_filled(self.outlines[look])
        self._ids[look] += ids

    def place_all(self, placed: Iterable[tuple[Annotation, str]]) -> None:
        """Show places with their verdicts; faster than one by one."""
        by_look: dict[str, list[tuple[Annotation, NDArray[np.float64]]]] = {look: [] for look in marks.LOOKS}
        placed = tuple(placed)
        outlines = self.frame.outlines([annotation.shape for annotation, _ in placed], self.shown.before_id)
        for (annotation, verdict), outline in zip(placed, outlines, strict=True):
            if outline is not None:
                by_look[LOOK_OF.get(verdict, verdict)].append((annotation, outline))
        for look, found in by_look.items():
            if found:
                style = marks.outline_style(look, [self._colour(one.kind) for one, _ in found], self._line_m)
                for layer in self._faces(self.outlines[look]):
                    layer.add([outline for _, outline in found], **style)
                self._show_filled(self.outlines[look])
                self._ids[look] += [one.id for one, _ in found]
                self._where |= {one.id: (look, outline) for one, outline in found}
                self._colours |= {one.id: self._colour(one.kind) for one, _ in found}

    def remove(self, annotation_id: str) -> None:
        """Take a place off the canvas."""
        if annotation_id in self._leaving or annotation_id in self._coming:
            self.settle()
        if annotation_id in self._where:
            verdict, _ = self._where.pop(annotation_id)
            at = self._ids[verdict].index(annotation_id)
            self._ids[verdict].pop(at)
            for layer in self._faces(self.outlines[verdict]):
                with self._drawn_once(layer):
                    layer.remove([at])
            self._show_filled(self.outlines[verdict])

    def remove_all(self) -> None:
        """Take every place off the canvas."""
        self._leaving.clear()
        self._coming.clear()
        for look, outlined in self.outlines.items():
            for layer in self._faces(outlined):
                empty(layer)
            self._show_filled(outlined)
            self._ids[look].clear()
        self._where.clear()

    def settle(self) -> None:
        """Take off what places were before, put them where they belong, and draw lines as thin as the zoom asks."""
        leaving, self._leaving = self._leaving, {}
        for look in set(leaving.values()):
            ids = self._ids[look]
            gone = [at for at, one in enumerate(ids) if leaving.get(one) == look]
            for layer in self._faces(self.outlines[look]):
                with self._drawn_once(layer):
                    layer.remove(gone)
            self._show_filled(self.outlines[look])
            ids[:] = [one for one in ids if leaving.get(one) != look]
        coming, self._coming = self._coming, {}
        for look in set(coming.values()):
            self._draw(look, [one for one in coming if coming[one] == look])
        if coming:
            self._draw_selected()
        self._thin_lines()
        changed, self._changed = self._changed, set()
        for layer in changed:
            layer.refresh(data_displayed=False, highlight=False, extent=False)

    def outline_of(self, annotation_id: str) -> NDArray[np.float64] | None:
        """Return the outline (n, 2) of a place in (y, x) metres; None where it is not on this canvas."""
        found = self._where.get(annotation_id)
        return None if found is None else found[1]

    def colour_of(self, annotation_id: str) -> str:
        """Return the colour of a place on this canvas, "#RRGGBB"."""
        return self._colours.get(annotation_id, NEUTRAL_COLOUR)

    def _colour(self, kind: str) -> str:
        return self._kinds[kind].colour if kind in self._kinds else NEUTRAL_COLOUR

    def select(self, annotation_id: str | None, zoom: bool = False) -> None:
        """Put the box around a place and bring it into view; the zoom is kept where the place is well seen."""
        if annotation_id not in self._where:
            self._box = None
        else:
            outline = self._where[annotation_id][1]
            if not self.still:
                view.bring_into_view(self._viewer, outline, max(self.frame.grid.gsd_m), zoom)
            self._box = marks.box_around(outline, 3 * self._line_m)  # after the zoom, which sets the line
        self._draw_selected()

    def _draw_selected(self) -> None:
        """Draw the box, and above it the places that have yet to come to their own layers."""
        box = [] if self._box is None else [(self._box, marks.box_style(self._line_m))]
        coming = [
            (self._where[one][1], marks.coming_style(look, self._colours[one], self._line_m))
            for one, look in self._coming.items()
        ]
        shapes, styles = [shape for shape, _ in box + coming], [style for _, style in box + coming]
        for layer in self._faces(self._selected):
            with self._drawn_once(layer):
                if self._box_alone and box and not coming:  # one change of the layer instead of two
                    layer.data = shapes
                else:
                    empty(layer)
                    if shapes:
                        layer.add(
                            shapes, shape_type="polygon", **{key: [one[key] for one in styles] for key in styles[0]}
                        )
        self._box_alone = bool(box) and not coming
        self._show_filled(self._selected)

    def light(self, tied: Mapping[str, str]) -> None:
        """Put a thick box around places tied to a claim, coloured by relation; an empty mapping clears them."""
        boxes = [marks.box_around(self._where[one][1], self._line_m) for one in tied if one in self._where]
        colours = [marks.RELATION_COLOURS[relation] for one, relation in tied.items() if one in self._where]
        for layer in self._faces(self._lit):
            empty(layer)
            if boxes:
                width = 2 * self._line_m
                layer.add(boxes, shape_type="polygon", edge_width=width, edge_color=colours, face_color="transparent")
        self._show_filled(self._lit)

    def pin(self, places: NDArray[np.float64]) -> None:
        """Put a pin on each of some places, (n, 2) in (y, x) metres, and on no other."""
        self._peaks = places
        if len(places):  # else the layer is hidden, which takes no new triangles
            pins = marks.pins(places, self._line_m / marks.LINE_PX)
            for layer in self._faces(self._above):
                with layer.events.blocker_all():  # of its extent, too, by which the viewer would be set up anew
                    layer.data = pins
                layer.refresh(thumbnail=False, highlight=False, extent=False)
        self._show_filled(self._above)

    def see(self, annotation_ids: Iterable[str]) -> None:
        """Bring places into view, all at once; those that are elsewhere are left out."""
        found = [self._where[one][1] for one in annotation_ids if one in self._where]
        if len(found) > 1:
            view.fit(self._viewer, np.concatenate(found))
        elif found:
            view.bring_into_view(self._viewer, found[0], max(self.frame.grid.gsd_m))

    def toggle_outlines(self) -> None:
        """Show or hide every outline."""
        self.outlines_on = not self.outlines_on
        for ours in self._filled.intersection((*self.outlines.values(), self._selected)):
            for layer in self._faces(ours):
                layer.visible = self.outlines_on

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

    @contextmanager
    def _drawn_once(self, layer: Layer) -> Iterator[None]:
        """
        Change the shapes of a layer of ours, and draw it once, without what napari works out besides at every step.

        That is the highlight, which ours have none of, the extent of the scene, which is that of the pictures, and the
        thumbnail, which waits until the keys rest.
        """
        events = layer.events
        with layer.block_thumbnail_update(), events.highlight.blocker(), events.data.blocker():
            with events.set_data.blocker():
                yield
            layer.refresh(thumbnail=False, highlight=False, extent=False)
        self._changed.add(layer)

    def _show_filled(self, ours: Layer) -> None:
        """Show a layer when it gets its first mark, and hide it with its last; between, it is as the analyst has it."""
        held = self._peaks if ours is self._above else ours.data
        filled = bool(ours.nshapes if isinstance(ours, Shapes) else len(held))
        if filled == (ours in self._filled):
            return
        self._filled ^= {ours}
        outline = ours is self._selected or ours in self.outlines.values()
        for layer in self._faces(ours):
            layer.visible = filled and (self.outlines_on or not outline)

    def _faces(self, layer: Layer) -> tuple[Layer, ...]:
        twin = self._twins.get(layer)
        return (layer,) if twin is None else (layer, twin)

    @property
    def line_m(self) -> float:
        """Width of an undecided outline, metres."""
        return self._line_m

    def _keep_lines_thin(self, _event: object = None) -> None:
        self.rest(self._thin_lines)

    def _thin_lines(self) -> None:
        wanted = marks.LINE_PX / self._viewer.scene.camera.zoom
        if 1 / REDRAW_RATIO < wanted / self._line_m < REDRAW_RATIO:
            return
        self._line_m = wanted
        widths = {layer: marks.LOOKS[verdict].line * wanted for verdict, layer in self.outlines.items()}
        widths |= {
            self._selected: wanted,
            self._lit: 2 * wanted,
            **dict.fromkeys(self.thin, wanted),
        }
        for ours, width in widths.items():
            for layer in self._faces(ours):
                layer.edge_width = width
                layer.refresh()  # napari changes the mesh and does not draw it
        if len(self._peaks):
            self.pin(self._peaks)


def empty(layer: Layer) -> None:
    """Take every shape off a layer."""
    if layer.nshapes:
        layer.remove(list(range(layer.nshapes)))
