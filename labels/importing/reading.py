"""Which reader a file has, and the limits that hold for all of them."""

from collections.abc import Callable
from pathlib import Path

from ..errors import ImportFileError
from .coco import read_coco
from .foreign import ForeignLabels
from .geojson import read_geojson
from .gpkg import read_gpkg
from .kml import read_kml
from .shapefile import read_shapefile
from .table import read_csv
from .text import parsed_json

MAX_BYTES = 256 << 20

Reader = Callable[[Path], ForeignLabels]


def _read_json(path: Path) -> ForeignLabels:
    """Return the labels of a .json, which is GeoJSON or COCO as what it holds says."""
    found = parsed_json(path)
    return read_coco(path) if "annotations" in found and "images" in found else read_geojson(path)


READERS: dict[str, Reader] = {
    ".geojson": read_geojson,
    ".json": _read_json,
    ".csv": read_csv,
    ".kml": read_kml,
    ".shp": read_shapefile,
    ".gpkg": read_gpkg,
}


def read_labels(path: Path) -> ForeignLabels:
    """
    Return the labels of a file, by its ending.

    Raises
    ------
    ImportFileError
        There is no such file, it is too large, of a format that is not read, or not what its ending says.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ImportFileError(f"{path.name} is of no format that is read; the endings {', '.join(READERS)} are.")
    try:
        if not path.is_file():
            raise ImportFileError(f"There is no file {path}: check the path.")
        if path.stat().st_size > MAX_BYTES:
            size = path.stat().st_size >> 20
            raise ImportFileError(f"{path} has {size} MiB; at most {MAX_BYTES >> 20} are read: import a part of it.")
        return reader(path)
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read ({error.strerror or error}): check the path.") from error
