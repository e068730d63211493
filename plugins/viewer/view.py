"""Where the camera looks: on the selected place, and no nearer or farther than needed."""

import numpy as np
from napari.components import ViewerModel
from numpy.typing import NDArray

LEAST_SHARE, MOST_SHARE, GOOD_SHARE = 0.06, 0.5, 0.2  # of the canvas that a place takes
FIT_SHARE = 0.8
LEAST_SPAN_PX = 60.0  # scene pixels across the canvas, at least


def fit(viewer: ViewerModel, points: NDArray[np.float64]) -> None:
    """Show all of some points, (n, 2) in (y, x) metres, with a margin around them."""
    low, high = points.min(axis=0), points.max(axis=0)
    viewer.scene.camera.zoom = FIT_SHARE * float((np.asarray(viewer.canvas.size) / np.maximum(high - low, 1e-6)).min())
    viewer.scene.camera.center = (0.0, *(low + high) / 2)


def bring_into_view(viewer: ViewerModel, outline: NDArray[np.float64], gsd_m: float, zoom: bool = False) -> None:
    """
    Centre the camera on a place; keep the zoom where the place is well seen, since jumping tires the eye.

    Parameters
    ----------
    viewer
        Its camera is moved.
    outline
        (n, 2), (y, x) metres.
    gsd_m
        Pixel size of the scene, metres.
    zoom
        Zoom in any case.
    """
    low, high = outline.min(axis=0), outline.max(axis=0)
    camera, canvas = viewer.scene.camera, min(viewer.canvas.size)
    size = float((high - low).max())
    if zoom or not LEAST_SHARE <= size * camera.zoom / canvas <= MOST_SHARE:
        camera.zoom = canvas / max(size / GOOD_SHARE, LEAST_SPAN_PX * gsd_m)
    camera.center = (0.0, *(low + high) / 2)
