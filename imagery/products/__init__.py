"""What users have, behind one door: a file, band files, or the folder of a product."""

from collections.abc import Sequence
from pathlib import Path

from ..errors import UnreadableSceneError
from ..formats import DRIVERS, envi_header
from .envi import data_of, envi
from .fetched import fetched, is_fetched
from .folder import one_of
from .landsat import is_landsat, landsat
from .plain import band_files, one_file
from .product import Layer, Product, Sieve
from .sentinel1 import are_polarisations, polarisations, sentinel1
from .sentinel2 import is_sentinel2, sentinel2
from .stac import Item, item_beside, item_in, read_item

__all__ = ["Layer", "Product", "Sieve", "product_of"]

FOLDERS = ("MTD_MSIL2A.xml", "MTD_MSIL1C.xml", "*_MTL.txt", "*_MTL.json", "*_MTL.xml")


def product_of(path: str | Path, beside: bool = True) -> Product:
    """
    Return what is to be read of a scene.

    Parameters
    ----------
    path
        A file; single-band files of one grid joined by commas; a product folder or its metadata file. A STAC item of
        the same stem is read too, or may be joined by a comma.
    beside
        False where the path names all files, so that an item which came to lie beside them later is left alone.

    Raises
    ------
    UnreadableSceneError
        If it is none of these, or a file of it is missing or cannot be read.
    """
    files = [Path(part) for part in str(path).split(",") if part] if isinstance(path, str) else [path]
    if not files:
        raise UnreadableSceneError("No file was given; name a scene.")
    if files[0].is_dir() and len(files) == 1:
        return _of_folder(files[0])
    if is_sentinel2(files[0]) or is_landsat(files[0]):
        return _listed(sentinel2(files[0]) if is_sentinel2(files[0]) else landsat(files[0]), files)
    if any(file.suffix.lower() == ".hdr" or _is_envi(file) for file in files):
        header = next((file for file in files if file.suffix.lower() == ".hdr"), None)
        return _listed(envi(data_of(files[0]) if files[0] == header else files[0]), files)
    items = [file for file in files if file.suffix.lower() == ".json"]
    rasters = [file for file in files if file not in items]
    if not rasters:
        raise UnreadableSceneError(f"{files[0].name} is metadata; give the image it belongs to.")
    item = _item_given(items) if items else item_beside(rasters[0]) if beside else None
    if item is not None and is_fetched(item):
        return _listed(fetched(item, rasters[0]), files)
    return _of_rasters(rasters, item)


def _of_folder(folder: Path) -> Product:
    metadata = next((file for pattern in FOLDERS if (file := one_of(folder, pattern)) is not None), None)
    if metadata is not None:
        return sentinel2(metadata) if is_sentinel2(metadata) else landsat(metadata)
    item = item_in(folder)
    if item is not None and is_fetched(item):
        return fetched(item, folder)
    radar = polarisations(folder)
    if radar:
        return sentinel1(folder, radar, item)
    raise UnreadableSceneError(
        f"{folder.name} is a folder without MTD_MSIL1C.xml or MTD_MSIL2A.xml (Sentinel-2), *_MTL.txt (Landsat), VV "
        "and VH images (Sentinel-1 RTC) or the item of what was fetched; give a product folder, a file, or band files "
        "joined by commas."
    )


def _of_rasters(rasters: Sequence[Path], item: Item | None) -> Product:
    if are_polarisations(rasters):
        return sentinel1(rasters[0], rasters, item)
    return one_file(rasters[0], item) if len(rasters) == 1 else band_files(rasters, item)


def _item_given(files: Sequence[Path]) -> Item:
    item = read_item(files[0]) if len(files) == 1 and files[0].is_file() else None
    if item is None:
        raise UnreadableSceneError(f"{files[0].name} is not one STAC item; join one to the image, or none.")
    return item


def _is_envi(file: Path) -> bool:
    return file.suffix.lower() not in DRIVERS and envi_header(file) is not None


def _listed(product: Product, files: Sequence[Path]) -> Product:
    """Require that a scene which is opened again by the list of its files is still made of those."""
    if len(files) > 1 and {file.resolve() for file in files} != {file.resolve() for file in product.files}:
        raise UnreadableSceneError(
            f"{files[0].name} belongs to a product of {len(product.files)} other files; give it alone."
        )
    return product
