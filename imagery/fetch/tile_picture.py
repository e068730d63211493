"""One tile's pixels: PNG, JPEG or WebP by its first bytes, driver pinned, whole, and of a size that tiles have."""

from typing import NamedTuple

import numpy as np
from rasterio.enums import ColorInterp
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader, MemoryFile

from ..errors import UnreadableSceneError
from ..formats import may_be_nowhere

SIDES = (256, 512, 1024)
MAX_BYTES = 4 * 2**20
OPAQUE = 255


class _Kind(NamedTuple):
    """A driver, and the file ending that it knows."""

    driver: str
    ending: str


def decoded(body: bytes, name: str) -> np.ndarray:
    """
    Return the pixels of a tile.

    Parameters
    ----------
    body
        The file.
    name
        For messages.

    Returns
    -------
    ndarray
        uint8 [red green blue alpha, row, column]; alpha is 0 where it shows nothing.

    Raises
    ------
    UnreadableSceneError
        If it is no such picture, is cut short or damaged, or of another size.
    """
    kind = _kind_of(body, name)
    try:
        with may_be_nowhere(), MemoryFile(body, ext=kind.ending) as file, file.open(driver=kind.driver) as dataset:
            _check(dataset, name)
            return _coloured(dataset)
    except RasterioError as error:
        raise UnreadableSceneError(f"{name} cannot be read as {kind.driver}: it is damaged.") from error


def _kind_of(body: bytes, name: str) -> _Kind:
    """Return what a tile is; its end must be there too, as decoders fill what is missing with grey."""
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        kind, whole = _Kind("PNG", ".png"), b"IEND" in body[-16:]
    elif body.startswith(b"\xff\xd8\xff"):
        kind, whole = _Kind("JPEG", ".jpg"), b"\xff\xd9" in body[-64:]
    elif body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        kind, whole = _Kind("WEBP", ".webp"), int.from_bytes(body[4:8], "little") <= len(body) - 8
    else:
        raise UnreadableSceneError(f"{name} is no PNG, JPEG or WebP; check the template and its key.")
    if not whole:
        raise UnreadableSceneError(f"{name} was cut short; fetch it again.")
    return kind


def _check(dataset: DatasetReader, name: str) -> None:
    if dataset.height != dataset.width or dataset.width not in SIDES or set(dataset.dtypes) != {"uint8"}:
        raise UnreadableSceneError(
            f"{name} has {dataset.height} × {dataset.width} pixels of {dataset.dtypes[0]}; tiles are squares of 256, "
            "512 or 1024 pixels of 8 bits."
        )


def _coloured(dataset: DatasetReader) -> np.ndarray:
    pixels = np.asarray(dataset.read())
    if dataset.colorinterp[0] == ColorInterp.palette:
        table = np.zeros((256, 4), dtype=np.uint8)
        for number, colour in dataset.colormap(1).items():
            table[number] = colour
        return np.ascontiguousarray(np.moveaxis(table[pixels[0]], -1, 0))
    has_alpha = dataset.count in (2, 4)
    alpha = pixels[-1:] if has_alpha else np.full_like(pixels[:1], OPAQUE)
    shown = pixels[: 3 if dataset.count >= 3 else 1]
    return np.concatenate([np.repeat(shown, 3, axis=0) if len(shown) == 1 else shown, alpha])
