"""Open water, told by its bands: its glint and turbidity say nothing about sun and sensor over land."""

from collections.abc import Sequence

import numpy as np

from .scene import Mask, Scene

GREEN = {"green", "b03"}
NIR = {"nir", "nir08", "b08", "b8a"}


def open_water(scene: Scene) -> Mask:
    """
    Return where a scene shows open water, bool (rows, columns); nowhere if its green and near infrared are not named.

    Water is darker in the near infrared than in green (McFeeters 1996, IJRS 17(7):1425: an index above 0). A common
    gain or offset of the two bands does not matter. Where a pixel is not valid, the answer means nothing.
    """
    green, nir = _band(scene.bands, GREEN), _band(scene.bands, NIR)
    if green is None or nir is None or scene.acquisition.sensor == "sar":
        return np.zeros(scene.mask.shape, dtype=bool)
    return np.asarray(scene.pixels[green] > scene.pixels[nir])


def _band(bands: Sequence[str], names: set[str]) -> int | None:
    return next((at for at, band in enumerate(bands) if band.lower() in names), None)
