"""A share of the pixels of some windows: what medians and fits need of them."""

from collections.abc import Sequence

import numpy as np

from ..scene import Floats, Mask


def thinned(images: Sequence[Floats], masks: Sequence[Mask], count: int) -> Floats:
    """
    Return about `count` pixels where the masks are True, evenly over all windows.

    Parameters
    ----------
    images
        A window each, float32 (rows, columns) or (bands, rows, columns).
    masks
        Of the same windows.
    count
        Fewer where fewer are True; up to twice as many.

    Returns
    -------
    Floats
        (n,) or (bands, n).
    """
    inside = [np.flatnonzero(mask) for mask in masks]
    step = max(1, sum(len(at) for at in inside) // count)
    flat = [image.reshape(*image.shape[:-2], -1) for image in images]
    return np.concatenate(
        [np.take(image, at[::step], axis=-1) for image, at in zip(flat, inside, strict=True)], axis=-1
    )
