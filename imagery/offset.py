"""Whether a catalogue item is right about the offset of Sentinel-2 baseline 04.00: some items are known to be wrong."""

from rasterio.windows import Window

from .errors import UnreadableSceneError
from .products import Product
from .raster import Handles, read_layers

MAX_NEGATIVE = 0.01  # share: a reflectance below 0 in every band is noise on the darkest ground
MIN_BANDS = 3  # near infrared alone is often below 0 on water
SIDE_PX = 128
SIXTHS = (1, 3, 5)


def require_offset(handles: Handles, product: Product, shape: tuple[int, int]) -> None:
    """
    Require of nine places that taking the stated offset out leaves hardly a pixel below 0 in every band.

    Raises
    ------
    UnreadableSceneError
        If it leaves more, so that the offset was taken out before.
    """
    item = product.offset_stated_by
    if item is None or len(product.layers) < MIN_BANDS:
        return
    height, width = (min(SIDE_PX, size) for size in shape)
    valid = negative = 0
    for row in ((shape[0] - height) * part // 6 for part in SIXTHS):
        for column in ((shape[1] - width) * part // 6 for part in SIXTHS):
            pixels, mask = read_layers(handles, product.layers, Window(column, row, width, height))
            valid += int(mask.sum())
            negative += int(((pixels < 0).all(axis=0) & mask).sum())
    if negative > MAX_NEGATIVE * valid:
        raise UnreadableSceneError(
            f"{item.name} states an offset to be taken out of {product.path.name}, but that leaves "
            f"{negative / valid:.0%} of it below zero in every band, so it was taken out before; correct the item."
        )
