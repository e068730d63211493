"""A file that stands alone, and band files of one grid."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from ..errors import UnreadableSceneError
from ..facts import Facts, facts_of_tags
from ..formats import open_raster
from .names import facts_of_name
from .product import Layer, Product
from .stac import Item, colours_of_item, factors_of_item, facts_of_item, grid_of_item, has_offset

PICTURES = {"PNG", "JPEG"}
DISPLAY = Facts(level="display", units="display")  # eight bits stretched for the eye


def one_file(file: Path, item: Item | None = None) -> Product:
    """
    Return every band of a file but its alpha, which is a mask; the colours of a palette as red, green and blue.

    Parameters
    ----------
    file
        The raster.
    item
        The STAC item that describes it.
    """
    with open_raster(file) as dataset:
        layers = _layers(dataset, file, item)
        tags = {key.upper(): value for key, value in dataset.tags().items()}
        picture = dataset.driver in PICTURES and dataset.dtypes[0] == "uint8"
    said = [DISPLAY] if picture else []
    said.append(facts_of_tags(tags))
    if item is None:
        return Product(file, layers, (file,), (*said, facts_of_name(file)))
    if any(layer.scale != 1 for layer in layers):
        said.append(Facts(units="reflectance"))
    grid, gsd_m = grid_of_item(item, file)
    facts = (*said, facts_of_item(item, file), facts_of_name(file))
    doubtful = item.file if has_offset(item) and any(layer.offset < 0 for layer in layers) else None
    return Product(file, layers, (file, item.file), facts, offset_stated_by=doubtful, grid=grid, gsd_m=gsd_m)


def band_files(files: Sequence[Path], item: Item | None = None) -> Product:
    """
    Return single-band files as one scene; a band is called after its file, and the first file says what is known.

    Raises
    ------
    UnreadableSceneError
        If one of them holds several bands.
    """
    parts = [one_file(file, item) for file in files]
    if any(len(part.layers) != 1 for part in parts):
        raise UnreadableSceneError("Band files joined by commas must hold one band each.")
    layers = [
        Layer(file, layer.index, file.stem, layer.scale, layer.offset, layer.nodata)
        for file, part in zip(files, parts, strict=True)
        for layer in part.layers
    ]
    used = (*files, *([] if item is None else [item.file]))
    return replace(parts[0], layers=tuple(layers), files=used)


def _layers(dataset: DatasetReader, file: Path, item: Item | None) -> tuple[Layer, ...]:
    if dataset.driver == "PNG" and dataset.colorinterp[0] == ColorInterp.palette:
        table = np.zeros((256, 4))
        for number, colour in dataset.colormap(1).items():
            table[number] = colour
        return tuple(
            Layer(file, 1, name, lookup=tuple(table[:, at])) for at, name in enumerate(("red", "green", "blue"))
        )
    bands = [i for i, use in enumerate(dataset.colorinterp, 1) if use != ColorInterp.alpha] or [1]
    deep = dataset.dtypes[0] in {"int16", "uint16"}
    factors = factors_of_item(item, file, len(bands)) if item is not None and deep else None
    colours = [] if item is None else colours_of_item(item, file)
    if not colours and dataset.driver in PICTURES:
        colours = [use.name for use in dataset.colorinterp[:3] if use.name in {"red", "green", "blue"}]
    names = colours if len(colours) == len(bands) else [f"band{i}" for i in bands]
    return tuple(
        Layer(file, i, dataset.descriptions[i - 1] or name, *factor)
        for i, name, factor in zip(bands, names, factors or [(1.0, 0.0)] * len(bands), strict=True)
    )
