"""A file that stands alone, and band files of one grid."""

from collections.abc import Sequence
from pathlib import Path

from rasterio.enums import ColorInterp

from ..errors import UnreadableSceneError
from ..formats import open_raster
from .product import Layer, Product


def one_file(file: Path) -> Product:
    """Return every band of a file but its alpha, which is a mask."""
    with open_raster(file) as dataset:
        bands = [i for i, use in enumerate(dataset.colorinterp, 1) if use != ColorInterp.alpha] or [1]
        layers = tuple(Layer(file, i, dataset.descriptions[i - 1] or f"band{i}") for i in bands)
        tags = {**dataset.tags(), **{key.upper(): value for key, value in dataset.tags().items()}}
    return Product(file, layers, (file,), tags)


def band_files(files: Sequence[Path]) -> Product:
    """
    Return single-band files as one scene; a band is called after its file, and the first file says what is known.

    Raises
    ------
    UnreadableSceneError
        If one of them holds several bands.
    """
    parts = [one_file(file) for file in files]
    if any(len(part.layers) != 1 for part in parts):
        raise UnreadableSceneError("Band files joined by commas must hold one band each.")
    layers = tuple(Layer(file, part.layers[0].index, file.stem) for file, part in zip(files, parts, strict=True))
    return Product(files[0], layers, tuple(files), parts[0].tags)
