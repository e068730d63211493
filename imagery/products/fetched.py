"""What `depotwatch fetch` wrote: one file of all bands, its quality mask beside it, and the item that says so."""

from dataclasses import replace
from pathlib import Path

from .folder import member
from .landsat import MASKED as LANDSAT_MASKED
from .plain import one_file
from .product import Product, Sieve
from .sentinel2 import MASKED as SENTINEL2_MASKED
from .stac import Item

BANDS = "data"  # key of the asset that holds them


def is_fetched(item: Item) -> bool:
    """Say whether an item was written by `depotwatch fetch`."""
    asset = item.assets.get(BANDS, {})
    return isinstance(asset.get("depotwatch:sources"), list) and str(asset.get("href", "")).startswith("./")


def fetched(item: Item, path: Path) -> Product:
    """
    Return the bands, without what the quality mask refuses.

    Parameters
    ----------
    item
        The item; its files lie beside it.
    path
        What the product is called by.

    Raises
    ------
    UnreadableSceneError
        If a file that the item names is missing.
    """
    masks = {
        str(asset["depotwatch:mask"]): member(item.file.parent, str(asset.get("href", "")))
        for asset in item.assets.values()
        if "depotwatch:mask" in asset
    }
    sieves = tuple(
        Sieve(file, SENTINEL2_MASKED) if kind == "scl" else Sieve(file, bits=LANDSAT_MASKED)
        for kind, file in masks.items()
        if kind in ("scl", "qa_pixel")
    )
    product = one_file(member(item.file.parent, str(item.assets[BANDS].get("href", ""))), item)
    return replace(product, path=path, sieves=sieves, files=(*product.files, *(sieve.file for sieve in sieves)))
