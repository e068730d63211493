"""GeoPackages of others, read row by row: nothing that such a file brings along is run."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from ..errors import ImportFileError
from ..project.columns import quoted
from .crs import to_lonlat
from .foreign import MAX_LABELS, ForeignLabels
from .own import own_of_row

_HEADER = b"SQLite format 3\x00"
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_MAX_VALUE = 1 << 25
_PROJECT = {"project", "journal", "annotation"}


def read_gpkg(path: Path) -> ForeignLabels:
    """Return the polygons of all layers on the ground, and of our own layers in pixels."""
    with open(path, "rb") as file:
        if file.read(16) != _HEADER:
            raise ImportFileError(f"{path} is no GeoPackage: check the file.")
    labels = ForeignLabels()
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
        database.execute("PRAGMA trusted_schema = OFF")
        for table, geometry, crs in _layers(database, path):
            for row in _rows(database, table):
                _add(labels, row, geometry, crs)
    except sqlite3.Error as error:
        raise ImportFileError(f"{path} cannot be read ({error}): check the file.") from error
    finally:
        database.close()
    return labels


def _layers(database: sqlite3.Connection, path: Path) -> Iterator[tuple[str, str, str | None]]:
    """Give the plain tables with a geometry: name, geometry column, coordinate system (None for pixels)."""
    plain = {
        str(name)
        for name, sql in database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if str(sql).upper().startswith("CREATE TABLE")
    }
    if plain >= _PROJECT:
        raise ImportFileError(f"{path} is a depotwatch project: join it with depotwatch merge.")
    found = database.execute(
        """SELECT g.table_name, g.column_name, g.srs_id, s.organization, s.organization_coordsys_id, s.definition
           FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id ORDER BY g.table_name"""
    ).fetchall()
    for table, column, srs, organisation, code, definition in found:
        if table not in plain:
            raise ImportFileError(f"{path} has a layer {table!r} that is no plain table: export it to a new file.")
        crs = f"EPSG:{code}" if str(organisation).upper() == "EPSG" else str(definition)
        yield str(table), str(column), None if srs in (-1, 0) else crs


def _rows(database: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    cursor = database.execute(f"SELECT * FROM {quoted(table.replace(chr(34), chr(34) * 2))} LIMIT {MAX_LABELS + 1}")
    names = [column[0] for column in cursor.description]
    for values in cursor:
        yield dict(zip(names, values, strict=True))


def _add(labels: ForeignLabels, row: dict[str, Any], geometry: str, crs: str | None) -> None:
    shape, number = _shape(row.pop(geometry, None)), len(labels.labels) + labels.left_out + 1
    own = own_of_row(row)
    if crs is not None and shape is not None:
        labels.add(number, to_lonlat(shape, crs), row, own)
    else:
        labels.add(number, shape if own else None, row, own, str(own.get("scene") or ""))


def _shape(blob: object) -> BaseGeometry | None:
    if not isinstance(blob, bytes):
        return None
    try:
        if blob[:2] != b"GP":
            raise ImportFileError("The file holds a geometry that is no GeoPackage's: check the file.")
        return shapely.from_wkb(blob[8 + _ENVELOPE_BYTES[(blob[3] >> 1) & 0b111] :])
    except (ShapelyError, IndexError, KeyError) as error:
        raise ImportFileError(f"The file holds a geometry that cannot be read ({error}): check the file.") from error
