"""Shapefiles, through GDAL: only what begins as one does is handed to it, so that no other driver takes it."""

from pathlib import Path

import shapely
from shapely.errors import ShapelyError

from ..errors import ImportFileError
from .crs import to_lonlat
from .foreign import MAX_LABELS, ForeignLabels

_MAGIC = b"\x00\x00\x27\x0a"  # file code 9994, ESRI Shapefile Technical Description (1998)


def read_shapefile(path: Path) -> ForeignLabels:
    """Return the polygons of a shapefile; its .dbf, .shx and .prj must lie beside it."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    with open(path, "rb") as file:
        if file.read(4) != _MAGIC:
            raise ImportFileError(f"{path} is no shapefile: check the file.")
    lacking = [ending for ending in (".dbf", ".shx", ".prj") if not path.with_suffix(ending).is_file()]
    if lacking:
        raise ImportFileError(f"{path} has no {' and no '.join(lacking)} beside it: copy all files of the shapefile.")
    try:
        meta, _, outlines, columns = pyogrio.raw.read(path, max_features=MAX_LABELS + 1, force_2d=True)
    except (DataSourceError, DataLayerError, ValueError, UnicodeError) as error:
        raise ImportFileError(f"{path} cannot be read ({error}): check the file.") from error
    crs = meta["crs"]
    if crs is None:
        raise ImportFileError(f"{path} has a .prj that names no coordinate system: write it anew in QGIS.")
    labels, names = ForeignLabels(), [str(name) for name in meta["fields"]]
    for number, (outline, *values) in enumerate(zip(outlines, *columns, strict=True), start=1):
        properties = {
            name: getattr(value, "item", lambda v=value: v)() for name, value in zip(names, values, strict=True)
        }
        try:
            shape = None if outline is None else to_lonlat(shapely.from_wkb(outline), str(crs))
        except ShapelyError as error:
            raise ImportFileError(f"{path}: outline {number} cannot be read ({error}).") from error
        labels.add(number, shape, properties, {})
    return labels
