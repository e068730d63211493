"""All records of a project as JSON values, and a project made of them again: the rows, their order and their seals."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import shapely
from shapely import Polygon

from ..errors import LabelsError, ProjectError
from ..journal import Entry
from . import opening, schema
from .columns import Row, Table, quoted
from .connection import Connection
from .migrations import VERSION
from .reading import Reading
from .values import exact_wkt

_FID = "fid"
_LEFT_OUT = ("project", "preference")
_TABLES = tuple(table for table in schema.TABLES if table.name not in _LEFT_OUT)


def dump_records(project: Reading, entries: Sequence[Entry]) -> dict[str, Any]:
    """
    Return what a project holds as JSON values.

    The analyst's preferences are left out, and so is where files lay on their disk: of a path its last parts stay. Of
    kept copies of documents the hash stays and the content goes, as it is others'.

    Parameters
    ----------
    project
        Open.
    entries
        Of its journal: those to keep.
    """
    kept = {entry.hash for entry in entries}
    tables: dict[str, list[dict[str, Any]]] = {}
    for table in _TABLES:
        found = (_plain(table, fid, row) for fid, row in project.stored(table))
        tables[table.name] = [row for row in found if table is not schema.JOURNAL or row["hash"] in kept]
    about = {"title": project.title, "synthetic": project.synthetic, "version": project.version}
    return {"project": about, "tables": {name: rows for name, rows in tables.items() if rows}}


def restore_records(dump: Mapping[str, Any], path: Path) -> None:
    """
    Make a project of what `dump_records` gave, here or in an earlier version: what it had no column for is absent.

    Raises
    ------
    ProjectError
        The records are of another version, or not what a project holds; nothing is left behind.
    """
    try:
        about = dump["project"]
        if not 1 <= int(about["version"]) <= VERSION:
            raise ProjectError(
                f"The records are of project version {about['version']}, this depotwatch reads up to {VERSION}: "
                "install a newer depotwatch."
            )
        opening.create(path, str(about["title"]), bool(about["synthetic"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ProjectError(
            f"The records do not say what project they are of ({error!r}): get the file again."
        ) from error
    try:
        _fill(path, dump["tables"])
    except (KeyError, TypeError, ValueError, AttributeError, LabelsError) as error:
        path.unlink()
        raise ProjectError(f"The records are not what a project holds ({error}): get the file again.") from error


def _fill(path: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    connection = Connection(path)
    try:
        with connection.transaction():
            connection.write('DROP TRIGGER "journal_continues"')
            for table in _TABLES:
                for row in tables.get(table.name, ()):
                    _insert(connection, table, row)
            connection.write(schema.JOURNAL_CONTINUES)
            for layer in (table.name for table in _TABLES if table.srs is not None):
                connection.write(
                    f"""UPDATE gpkg_contents SET (min_x, max_x, min_y, max_y) = (SELECT min(minx), max(maxx),
                        min(miny), max(maxy) FROM "rtree_{layer}_geom") WHERE table_name = ?""",
                    (layer,),
                )
    finally:
        connection.close()


def _insert(connection: Connection, table: Table, row: Row) -> None:
    names = ", ".join(map(quoted, (_FID, *table.names)))
    marks = ", ".join("?" * (len(table.names) + 1))
    values = table.encode(_rich(table, row))
    connection.write(f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({marks})", [int(row[_FID]), *values])


def _plain(table: Table, fid: int, row: Row) -> dict[str, Any]:
    """Return a row as JSON values, without those that are absent."""
    values = {_FID: fid, **{name: _as_json(value) for name, value in row.items() if value is not None}}
    if table is schema.SCENE:
        values["path"] = ",".join(_last_parts(row["path"].split(",")))
    return values


def _as_json(value: object) -> object:
    if isinstance(value, Polygon):
        return exact_wkt(value)
    return "" if isinstance(value, bytes) else value


def _rich(table: Table, row: Row) -> dict[str, Any]:
    """Return a row as `Table.encode` takes it."""
    values: dict[str, Any] = {name: row.get(name) for name in table.names}
    for name, kind in (("geom", "wkt"), *((column.name, column.kind) for column in table.columns)):
        if kind == "wkt" and values.get(name) is not None:
            values[name] = cast(Polygon, shapely.from_wkt(values[name]))
        elif kind == "blob":
            values[name] = b""
    return values


def _last_parts(paths: Sequence[str]) -> list[str]:
    """Return file names; where several files lie in several folders, with what tells these apart."""
    parts = [path.replace("\\", "/").split("/") for path in paths]
    shared = 0
    while len(parts) > 1 and all(len(one) > shared + 1 and one[shared] == parts[0][shared] for one in parts):
        shared += 1
    return ["/".join(one[shared:] if len(parts) > 1 else one[-1:]) for one in parts]
