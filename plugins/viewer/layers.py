"""Scenes and annotations as napari layer data: the only file that knows layer formats. Metres, y down."""

from typing import Any

import numpy as np
from napari.layers import Layer
from napari.utils.colormaps.standardize_color import transform_color
from numpy.typing import NDArray

from ...annotate.pictures.stretch import Stretch
from ...imagery.scene import ChangeMap, Scene
from .frame import Frame

LayerData = tuple[Any, dict[str, Any], str]
METRES = ("m", "m")
Box = tuple[tuple[float, float], tuple[float, float]]  # upper left and lower right corner, (y, x) metres


def picture(scene: Scene, stretch: Stretch, frame: Frame, title: str) -> LayerData:
    """Return a scene as an image of red, green, blue and alpha; not valid is transparent."""
    kwargs = {
        "name": title,
        "rgb": True,
        "affine": frame.placement(scene.grid),
        "units": METRES,
        "interpolation2d": "nearest",
    }
    return stretch.apply(scene), kwargs, "image"


def change_map(change: ChangeMap, frame: Frame, colours: NDArray[np.float64]) -> LayerData:
    """
    Return the score as an image, not shown at first.

    Parameters
    ----------
    change
        Its score; NaN is transparent.
    frame
        Of the before grid.
    colours
        (n, 3) of a perceptual colour map. The lower half of the score (below the threshold) fades out, so that the
        scene stays readable under the map.
    """
    fade = np.clip((np.linspace(0.0, 1.0, len(colours)) - 0.25) / 0.25, 0.0, 1.0)
    kwargs = {
        "name": "change map",
        "affine": frame.placement(change.grid),
        "units": METRES,
        "contrast_limits": (0.0, 1.0),
        "colormap": {"name": "depotwatch change", "colors": np.column_stack([colours[:, :3], fade])},
        "interpolation2d": "nearest",
        "opacity": 0.75,
        "visible": False,
    }
    return change.score, kwargs, "image"


def curtain(image: NDArray[np.uint8], placement: NDArray[np.float64]) -> LayerData:
    """
    Return an image (rows, columns, 4) as a textured surface in metres, whose clipping plane is its left edge.

    Parameters
    ----------
    image
        Red, green, blue, alpha.
    placement
        Affine (3, 3) of its pixel centres, as `Frame.placement` gives it.
    """
    rows, columns = image.shape[:2]
    corners = np.array([[0, 0], [0, columns], [rows, columns], [rows, 0]]) - 0.5
    vertices = corners @ placement[:2, :2].T + placement[:2, 2]
    texture = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])  # as OpenGL counts: from the foot up
    kwargs = {
        "name": "after, behind the curtain",
        "units": METRES,
        "texture": image,
        "texcoords": texture,
        "vertex_colors": np.ones((4, 4)),  # else napari looks every pixel up in a colour map as well
        "shading": "none",
        "experimental_clipping_planes": [{"position": (0.0, 0.0, 0.0), "normal": (0.0, 0.0, 1.0), "enabled": True}],
    }
    return (vertices, np.array([[0, 1, 2], [0, 2, 3]])), kwargs, "surface"


def strip(name: str, colour: str) -> LayerData:
    """Return a plain surface of which four clipping planes leave an upright box; `corners` and `sides` place both."""
    nothing = ((0.0, 0.0), (0.0, 0.0))
    normals = [(0.0, 1.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0), (0.0, 0.0, -1.0)]
    planes = [
        {"position": place, "normal": normal, "enabled": True}
        for place, normal in zip(sides(nothing), normals, strict=True)
    ]
    kwargs = {
        "name": name,
        "units": METRES,
        "shading": "none",
        "vertex_colors": np.tile(transform_color(colour), (4, 1)),
        "experimental_clipping_planes": planes,
    }
    return (corners(nothing), np.array([[0, 1, 2], [0, 2, 3]])), kwargs, "surface"


def corners(box: Box) -> NDArray[np.float64]:
    """Return the corners (4, 2), (y, x) metres, of an upright box."""
    (top, left), (foot, right) = box
    return np.array([[top, left], [top, right], [foot, right], [foot, left]])


def sides(box: Box) -> list[tuple[float, float, float]]:
    """Return where the clipping planes of a strip, in their order, leave an upright box."""
    (top, left), (foot, right) = box
    return [(0.0, top, 0.0), (0.0, foot, 0.0), (0.0, 0.0, left), (0.0, 0.0, right)]


def red_cyan(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (rows, columns, 4): red where the before date is the brighter one, cyan where the after date is."""
    grey = [image[..., :3].mean(axis=-1).round().astype(np.uint8) for image in (before, after)]
    alpha = np.minimum(before[..., 3], after[..., 3])
    return np.stack([grey[0], grey[1], grey[1], alpha], axis=-1)


def hatching(image: NDArray[np.uint8], side_px: float, frame: Frame) -> LayerData:
    """Return an image of red, green, blue and alpha over the before scene's file, `side_px` of its pixels a pixel."""
    affine = np.diag([*(side_px * np.asarray(frame.grid.gsd_m)), 1.0])
    affine[:2, 2] = np.diag(affine)[:2] / 2
    kwargs = {"name": "not looked at", "rgb": True, "affine": affine, "units": METRES, "interpolation2d": "nearest"}
    return image, kwargs, "image"


def overlay(image: NDArray[np.uint8], like: Layer) -> LayerData:
    """Return an image of red, green, blue and alpha that lies where another does."""
    kwargs = {
        "name": "before red, after cyan",
        "rgb": True,
        "affine": like.affine,
        "units": METRES,
        "interpolation2d": "nearest",
    }
    return image, kwargs, "image"
