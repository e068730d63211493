"""What users have, behind one door: a file, band files, or the folder of a product."""

from pathlib import Path

from ..errors import UnreadableSceneError
from .plain import band_files, one_file
from .product import Layer, Product, Sieve

__all__ = ["Layer", "Product", "Sieve", "product_of"]


def product_of(path: str | Path) -> Product:
    """
    Return what is to be read of a scene.

    Parameters
    ----------
    path
        A file, or single-band files of one grid joined by commas.

    Raises
    ------
    UnreadableSceneError
        If it is none of these, or a file of it cannot be read.
    """
    files = [Path(part) for part in str(path).split(",") if part] if isinstance(path, str) else [path]
    if not files:
        raise UnreadableSceneError("No file was given; name a scene.")
    return one_file(files[0]) if len(files) == 1 else band_files(files)
