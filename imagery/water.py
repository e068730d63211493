"""Open water, told by its bands: its glint and turbidity say nothing about sun and sensor over land."""

import numpy as np

from .bands import colours
from .scene import Mask, Scene


def open_water(scene: Scene) -> Mask:
    """
    Return where a scene shows open water, bool (rows, columns); nowhere if its green and near infrared are not named.

    Water is darker in the near infrared than in green (McFeeters 1996, IJRS 17(7):1425: an index above 0). A common
    gain or offset of the two bands does not matter. Where a pixel is not valid, the answer means nothing.
    """
    seen = colours(scene)
    nir = next((colour for colour in ("nir", "nir08") if colour in seen), None)
    if nir is None or "green" not in seen:
        return np.zeros(scene.mask.shape, dtype=bool)
    return np.asarray(scene.pixels[seen.index("green")] > scene.pixels[seen.index(nir)])
