"""
What makes an SQLite file a GeoPackage 1.3: geometry blobs, bookkeeping tables, the spatial index.

OGC 12-128r17, https://www.geopackage.org/spec130/. Newer versions are avoided on purpose: GDAL 3.6 and QGIS 3.22 only
warn at them.
"""

import sqlite3
import struct
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import shapely
from shapely import Polygon

from ..errors import ProjectError

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300
WGS84 = 4326
UNDEFINED_CARTESIAN = -1

_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_EMPTY_FLAG = 0b10000

_WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)

_CORE = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {USER_VERSION};
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, '{_WGS84_WKT}', 'longitude, latitude in degrees');
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
"""

_INDEX_TRIGGERS = """
CREATE TRIGGER "rtree_{t}_geom_insert" AFTER INSERT ON "{t}"
  WHEN (new."geom" NOT NULL AND NOT ST_IsEmpty(NEW."geom"))
BEGIN
  INSERT OR REPLACE INTO "rtree_{t}_geom" VALUES (NEW."fid",
    ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom"));
END;
CREATE TRIGGER "rtree_{t}_geom_update1" AFTER UPDATE OF "geom" ON "{t}"
  WHEN OLD."fid" = NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom"))
BEGIN
  INSERT OR REPLACE INTO "rtree_{t}_geom" VALUES (NEW."fid",
    ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom"));
END;
CREATE TRIGGER "rtree_{t}_geom_update2" AFTER UPDATE OF "geom" ON "{t}"
  WHEN OLD."fid" = NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom"))
BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id = OLD."fid";
END;
CREATE TRIGGER "rtree_{t}_geom_update3" AFTER UPDATE ON "{t}"
  WHEN OLD."fid" != NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom"))
BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id = OLD."fid";
  INSERT OR REPLACE INTO "rtree_{t}_geom" VALUES (NEW."fid",
    ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom"));
END;
CREATE TRIGGER "rtree_{t}_geom_update4" AFTER UPDATE ON "{t}"
  WHEN OLD."fid" != NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom"))
BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id IN (OLD."fid", NEW."fid");
END;
CREATE TRIGGER "rtree_{t}_geom_delete" AFTER DELETE ON "{t}"
  WHEN old."geom" NOT NULL
BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id = OLD."fid";
END;
"""


def core_sql() -> str:
    """Return the script that turns an empty SQLite file into an empty GeoPackage."""
    return _CORE


def contents_sql(table: str, description: str, srs: int | None) -> str:
    """Return the script that registers a table: as a polygon layer with an index where it has an SRS."""
    described = description.replace("'", "''")
    if srs is None:
        return f"""INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
            VALUES ('{table}', 'attributes', '{table}', '{described}');"""
    return f"""INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
            VALUES ('{table}', 'features', '{table}', '{described}', {srs});
        INSERT INTO gpkg_geometry_columns VALUES ('{table}', 'geom', 'POLYGON', {srs}, 0, 0);
        INSERT INTO gpkg_extensions VALUES ('{table}', 'geom', 'gpkg_rtree_index',
            'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
        CREATE VIRTUAL TABLE "rtree_{table}_geom" USING rtree(id, minx, maxx, miny, maxy);"""


def index_triggers_sql(table: str) -> str:
    """Return the script of the triggers that keep a layer's spatial index."""
    return _INDEX_TRIGGERS.format(t=table)


def encode_polygon(polygon: Polygon, srs: int) -> bytes:
    """Return a polygon as a GeoPackage blob with its envelope; heights are dropped."""
    flat = shapely.force_2d(polygon)
    min_x, min_y, max_x, max_y = flat.bounds
    header = struct.pack("<2sBBi4d", b"GP", 0, 0b11, srs, min_x, max_x, min_y, max_y)
    return header + bytes(shapely.to_wkb(flat, byte_order=1, output_dimension=2))


def decode_polygons(blobs: Sequence[bytes | None]) -> list[Polygon | None]:
    """
    Return the polygons of GeoPackage blobs, None where there is none.

    Raises
    ------
    ProjectError
        A blob is no GeoPackage geometry, or not a polygon.
    """
    try:
        found: list[Polygon | None] = shapely.from_wkb(np.array([_wkb(blob) for blob in blobs], dtype=object)).tolist()
    except shapely.errors.GEOSException as error:
        raise ProjectError(f"An outline in the project cannot be read ({error}): restore a copy.") from error
    for geometry in found:
        if not isinstance(geometry, Polygon | None):
            raise ProjectError(f"An outline in the project is a {geometry.geom_type}: only polygons are allowed.")
    return found


def decode_polygon(blob: bytes) -> Polygon:
    """Return the polygon of one blob; see `decode_polygons`."""
    (polygon,) = decode_polygons((blob,))
    assert polygon is not None
    return polygon


def _wkb(blob: bytes | None) -> bytes | None:
    if blob is None:
        return None
    if blob[:2] != b"GP" or len(blob) < 8:
        raise ProjectError("An outline in the project is not a GeoPackage geometry: restore a copy of the file.")
    return blob[8 + _ENVELOPE_BYTES.get((blob[3] >> 1) & 0b111, 0) :]


def register_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the five functions that the index triggers call; SQLite itself has none of them."""
    connection.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)
    for name, place in (("ST_MinX", 0), ("ST_MaxX", 1), ("ST_MinY", 2), ("ST_MaxY", 3)):
        connection.create_function(name, 1, _bound(place), deterministic=True)


def _is_empty(blob: bytes | None) -> int | None:
    return None if blob is None else int(bool(blob[3] & _EMPTY_FLAG))


def _bound(place: int) -> Callable[[bytes | None], float | None]:
    def bound(blob: bytes | None) -> float | None:
        return None if blob is None else tuple(_bounds(blob))[place]

    return bound


def _bounds(blob: bytes) -> Iterator[float]:
    """Give min x, max x, min y, max y: from the header where it has them, else from the geometry."""
    if (blob[3] >> 1) & 0b111:
        yield from struct.unpack(("<" if blob[3] & 1 else ">") + "4d", blob[8:40])
    else:
        min_x, min_y, max_x, max_y = decode_polygon(blob).bounds
        yield from (min_x, max_x, min_y, max_y)
