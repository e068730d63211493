"""Writing what came: cloud-optimised files and an item in a folder that is there whole, or not at all."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasterio.enums import ColorInterp
from rasterio.errors import RasterioError
from rasterio.io import MemoryFile

from ..errors import ImageryError
from ..facts import number
from ..grid import Grid
from ..hashing import sha256_of
from ..products.stac import Item, read_item

TILE_PX = 512
SHA256 = "1220"  # multihash: the algorithm and its length, as the STAC file extension writes checksums
OWN = r"(_[a-z_]+)?\.tif|\.json"  # how names of files go on after the folder's
COG = "image/tiff; application=geotiff; profile=cloud-optimized"


def named(id: str, *parts: str) -> str:
    """Return a folder name of an id, fit for every file system, and a few letters of the hash of what was asked for."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "_" for letter in id)
    return f"{plain[:80]}-{hashlib.sha256(json.dumps([id, *parts]).encode()).hexdigest()[:8]}"


def write_cog(
    path: Path,
    grid: Grid,
    pixels: np.ndarray,
    colours: Sequence[ColorInterp],
    descriptions: Sequence[str | None],
    nodata: float | None,
    tags: Mapping[str, str],
    categorical: bool = False,
) -> None:
    """
    Write pixels as a cloud-optimised GeoTIFF.

    Parameters
    ----------
    path
        Ends in .tif.
    grid, pixels
        [band, row, column], in the dtype that they are kept in.
    colours, descriptions
        Of each band.
    nodata
        None where no number stands for it.
    tags
        What the file says of itself.
    categorical
        True for classes, of which no mean is taken for overviews.

    Raises
    ------
    OSError
        If the disk does not take it.
    """
    count, height, width = pixels.shape
    settings = {
        **{"driver": "COG", "compress": "deflate", "predictor": "YES", "blocksize": TILE_PX},
        **{"overview_resampling": "nearest" if categorical else "average"},
        **{"count": count, "height": height, "width": width, "dtype": pixels.dtype.name, "nodata": nodata},
        **{"crs": grid.crs, "transform": grid.transform},
    }
    with MemoryFile() as memory:  # GDAL tells of a full disk in many ways, Python in one
        with memory.open(**settings) as dataset:
            dataset.write(pixels)
            dataset.descriptions = tuple(descriptions)
            dataset.colorinterp = tuple(colours)
            dataset.update_tags(**{key: value.encode("utf-8", "replace").decode() for key, value in tags.items()})
        path.write_bytes(memory.getbuffer())


def facts_of_file(file: Path) -> dict[str, Any]:
    """Return size and checksum as the STAC file extension writes them."""
    return {"file:size": file.stat().st_size, "file:checksum": SHA256 + sha256_of([file])}


def kept_whole(folder: Path) -> Item | None:
    """Return the item of a folder whose files are all there with the bytes it states; None where they are not."""
    item = read_item(folder / f"{folder.name}.json")
    if item is None or number(item.properties.get("depotwatch:valid")) is None:
        return None
    for asset in item.assets.values():
        file = folder / Path(str(asset.get("href", ""))).name
        stated = {key: asset.get(key) for key in ("file:size", "file:checksum")}
        if not file.is_file() or facts_of_file(file) != stated:
            return None
    return item


def write_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """
    Make a folder under a hidden name, let it be filled, and give it its name.

    Parameters
    ----------
    folder
        To be there; what was there and is not whole goes.
    fill
        Writes its files into a folder.

    Raises
    ------
    ImageryError
        If the disk does not take it, or what is there holds files of somebody else.
    """
    hidden = f".{folder.name}."
    part = folder.with_name(f"{hidden}{os.getpid()}.part")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for left in folder.parent.glob(f"{hidden}*.part"):  # of a process that was killed
            shutil.rmtree(left)
        part.mkdir()
        fill(part)
        if folder.exists():
            _require_own(folder)
            shutil.rmtree(folder)
        part.rename(folder)
    except (OSError, RasterioError) as error:
        raise _unwritten(folder, getattr(error, "strerror", None) or str(error)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _require_own(folder: Path) -> None:
    """Require that a folder which is to be replaced holds nothing that somebody else put there."""
    strangers = [path.name for path in folder.iterdir() if not re.fullmatch(OWN, path.name.removeprefix(folder.name))]
    if strangers:
        raise ImageryError(
            f"{folder} is damaged and cannot be replaced, as it holds {strangers[0]} too; move that away, or choose "
            "another folder."
        )


def write_json(path: Path, root: Mapping[str, Any]) -> None:
    """Write a document, the same bytes for the same content."""
    path.write_text(json.dumps(root, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def _unwritten(path: Path, why: str) -> ImageryError:
    return ImageryError(
        f"{path.name} cannot be written ({why}); free disk space or choose another folder, then fetch it again: "
        "what has come is kept."
    )
