"""Marks on the canvas as napari layer data: outlines, boxes, clicks, peaks. Metres, y down; hidden while empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Image, Layer, Points, Surface
from numpy.typing import NDArray

from .layers import METRES, LayerData

SELECTION_COLOUR = "#FFFFFF"
DRAWING_COLOUR, FLAWED_COLOUR = "#009E73", "#D55E00"
RELATION_COLOURS: Mapping[str, str] = {"supports": "#56B4E9", "opposes": "#D55E00", "context": "#C8CDD4"}
HALO_SHARE = 0.35  # of the object's longer side, kept free between outline and selection box
LINE_PX = 2.6  # screen pixels
PIN_PX = ((-10.0, -4.0), (-10.0, 4.0), (-2.0, 0.0))  # (y, x) from the place that it points to
CLICK_PX = 15.0  # holds a number


@dataclass(frozen=True)
class Look:
    """
    How one verdict looks: kind gives the colour, verdict gives line and fill. "disputed" looks like "unsure".

    Parameters
    ----------
    title
        Name of the layer.
    line
        Width of the outline relative to an undecided one.
    fill
        Opacity of the inside, 0 to 1.
    opacity
        Of the whole layer, 0 to 1.
    """

    title: str
    line: float
    fill: float
    opacity: float


LOOKS: Mapping[str, Look] = {
    "rejected": Look("rejected", 0.6, 0.0, 0.45),
    "unreviewed": Look("candidates", 1.0, 0.0, 1.0),
    "unsure": Look("unsure or disputed", 1.0, 0.12, 0.9),
    "accepted": Look("accepted", 1.6, 0.1, 1.0),
}


def outlines(verdict: str, shapes: Sequence[NDArray[np.float64]], colours: Sequence[str], line_m: float) -> LayerData:
    """
    Return the outlines of one verdict.

    Parameters
    ----------
    verdict
        A key of `LOOKS`.
    shapes
        (n, 2) each, (y, x) metres.
    colours
        "#RRGGBB" of the kind, one a shape.
    line_m
        Width of an undecided outline, metres.
    """
    kwargs = {
        "name": LOOKS[verdict].title,
        "ndim": 2,
        "units": METRES,
        "opacity": LOOKS[verdict].opacity,
        "visible": bool(shapes),
    }
    return list(shapes), {**kwargs, **outline_style(verdict, colours, line_m)}, "shapes"


def outline_style(verdict: str, colours: Sequence[str], line_m: float) -> dict[str, Any]:
    """Return what `Shapes.add` and the layer take for outlines of one verdict; see `outlines`."""
    look = LOOKS[verdict]
    style: dict[str, Any] = {"shape_type": "polygon", "edge_width": look.line * line_m}
    if colours:
        style["edge_color"] = list(colours)
        style["face_color"] = [f"{colour}{round(255 * look.fill):02X}" for colour in colours]
    return style


def box_style(line_m: float) -> dict[str, Any]:
    """Return what `Shapes.add` takes for the box around the selected place; see `coming_style`."""
    return {"edge_width": line_m, "edge_color": SELECTION_COLOUR, "face_color": "#00000000"}


def coming_style(look: str, colour: str, line_m: float) -> dict[str, Any]:
    """Return what `Shapes.add` takes for an outline that looks, on an opaque layer, as on the layer of its look."""
    how = LOOKS[look]
    edge, face = (f"{colour}{round(255 * how.opacity * share):02X}" for share in (1.0, how.fill))
    return {"edge_width": how.line * line_m, "edge_color": edge, "face_color": face}


def peaks() -> LayerData:
    """Return the empty layer of pins on what stands above a threshold that is being tried; see `pins`."""
    kwargs = {
        "name": "above the threshold",
        "units": METRES,
        "visible": False,
        "shading": "none",
        "colormap": "gray",
        "contrast_limits": (0.0, 1.0),
    }
    return pins(np.zeros((1, 2)), 0.0), kwargs, "surface"


def pins(
    places: NDArray[np.float64], px_m: float
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """
    Return a white triangle above every place, its tip just off it: napari draws thousands of them in one go.

    Parameters
    ----------
    places
        (n, 2), (y, x) metres; at least one.
    px_m
        Metres a screen pixel.

    Returns
    -------
    tuple of ndarray
        As a surface takes them: corners (3n, 2), triangles (n, 3), brightness (3n).
    """
    corners = places[:, None] + np.array(PIN_PX) * px_m
    return corners.reshape(-1, 2), np.arange(3 * len(places)).reshape(-1, 3), np.ones(3 * len(places))


def lit(line_m: float) -> LayerData:
    """Return the empty layer of boxes around the places that are tied to a claim."""
    kwargs = {
        "name": "tied to the claim",
        "ndim": 2,
        "units": METRES,
        "visible": False,
        "edge_width": 2 * line_m,
    }
    return [], kwargs, "shapes"


def selection(line_m: float) -> LayerData:
    """Return the empty layer of the box around the selected place."""
    kwargs = {
        "name": "selected",
        "ndim": 2,
        "units": METRES,
        "visible": False,
        "edge_width": line_m,
        "edge_color": SELECTION_COLOUR,
        "face_color": "transparent",
    }
    return [], kwargs, "shapes"


def first_layer() -> None:
    """Have napari load what it loads with its first layer: half a second, better spent while pixels are read."""
    Layer.create(*selection(LINE_PX))


def drawing(line_m: float) -> LayerData:
    """Return the empty layer on which the analyst draws one outline."""
    kwargs = {
        "name": "drawing",
        "ndim": 2,
        "units": METRES,
        "visible": False,
        "edge_width": line_m,
        "edge_color": DRAWING_COLOUR,
        "face_color": f"{DRAWING_COLOUR}33",
    }
    return [], kwargs, "shapes"


def clicks() -> LayerData:
    """Return the empty layer of numbered clicks."""
    kwargs = {
        "name": "clicks",
        "ndim": 2,
        "units": METRES,
        "visible": False,
        "size": CLICK_PX,
        "canvas_size_limits": (CLICK_PX, CLICK_PX),
        "face_color": DRAWING_COLOUR,
        "border_width": 0,
        "features": {"number": np.zeros(0, dtype=np.int64)},
        "text": {"string": "{number}", "size": 8, "color": SELECTION_COLOUR, "anchor": "center"},
    }
    return np.zeros((0, 2)), kwargs, "points"


def box_around(outline: NDArray[np.float64], least_m: float) -> NDArray[np.float64]:
    """
    Return the corners (4, 2) of an upright box that leaves the outline free.

    Parameters
    ----------
    outline
        (n, 2), (y, x) metres.
    least_m
        Least distance kept, metres.
    """
    low, high = outline.min(axis=0), outline.max(axis=0)
    gap = max(float((high - low).max()) * HALO_SHARE, least_m)
    (top, left), (bottom, right) = low - gap, high + gap
    return np.array([[top, left], [top, right], [bottom, right], [bottom, left]])


def mirrored(layer: Layer) -> LayerData:
    """Return a layer of ours once more, with the same data, for another half of the canvas."""
    kwargs: dict[str, Any] = {
        "name": f"{layer.name} (left)",
        "units": METRES,
        "opacity": layer.opacity,
        "visible": layer.visible,
    }
    if isinstance(layer, Image):
        look = {"colormap": layer.colormap, "contrast_limits": layer.contrast_limits, "interpolation2d": "nearest"}
        return layer.data, {**kwargs, **look, "affine": layer.affine}, "image"
    if isinstance(layer, Points):
        look = {"size": CLICK_PX, "canvas_size_limits": (CLICK_PX, CLICK_PX), "symbol": "ring"}
        return layer.data, {**kwargs, **look, "ndim": 2}, "points"
    if isinstance(layer, Surface):
        look = {"shading": "none", "colormap": "gray", "contrast_limits": (0.0, 1.0)}
        return layer.data, {**kwargs, **look}, "surface"
    if layer.nshapes:
        kwargs |= {name: getattr(layer, name) for name in ("shape_type", "edge_width", "edge_color", "face_color")}
    return list(layer.data), {**kwargs, "ndim": 2}, "shapes"
