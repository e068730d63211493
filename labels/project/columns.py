"""Tables as data: their columns, their SQL, and rows in and out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import RecordError
from . import geopackage
from .values import SQL_TYPES, checked_outline, decode_values, encode_value
from .watching import watching_sql

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column.

    Parameters
    ----------
    name
        As in the file.
    kind
        A key of `SQL_TYPES`: "json" holds an open mapping, "wkt" a polygon as exact text.
    null
        True where it may be empty.
    references
        Table whose `id` it names, or None.
    allowed
        The values allowed; () for any.
    sealed
        False for what may change without a journal entry, as where a file lies.
    """

    name: str
    kind: str
    null: bool = False
    references: str | None = None
    allowed: tuple[str, ...] = ()
    sealed: bool = True

    def sql(self) -> str:
        """Return its line of CREATE TABLE."""
        parts = [f'"{self.name}"', SQL_TYPES[self.kind]]
        if not self.null:
            parts.append("NOT NULL")
        if self.references:
            parts.append(f'REFERENCES "{self.references}"("id")')
        if self.allowed:
            parts.append(f'CHECK ("{self.name}" IN ({", ".join(map(repr, self.allowed))}))')
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Table:
    """
    One table: columns, the columns that identify a row, and the SRS of its polygon column `geom` if it is a layer.

    The rows of a table that is `sealed` are hashed into the journal entries that write them (see `sealing`), and what
    other programs change in them is written down (see `watching`). The statements of `also` complete it: its indices,
    and triggers that keep its rows.

    Every table has an integer `fid` besides, as the GeoPackage standard demands; it keeps the order of arrival.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    srs: int | None = None
    sealed: bool = True
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the stored columns without `fid`, the polygon first where there is one."""
        return (() if self.srs is None else ("geom",)) + tuple(column.name for column in self.columns)

    def sql(self) -> str:
        """Return the script that creates, registers and completes the table."""
        return self.registering_sql() + self.completing_sql()

    def registering_sql(self) -> str:
        """Return the script that creates and registers the table."""
        return f"{self.creation_sql()};\n{geopackage.contents_sql(self.name, self.description, self.srs)}\n"

    def completing_sql(self) -> str:
        """Return the script that gives the table what hangs on it: triggers of index and watch, and `also`."""
        index = "" if self.srs is None else geopackage.index_triggers_sql(self.name)
        watch = watching_sql(self.name, self._types(), self.key) if self.sealed else ""
        return index + "".join(f"{statement};\n" for statement in self.also) + watch

    def creation_sql(self) -> str:
        """Return the one statement that creates the table."""
        lines = ['"fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL']
        if self.srs is not None:
            lines.append('"geom" POLYGON')
        lines += [column.sql() for column in self.columns]
        lines.append(f"UNIQUE ({', '.join(map(quoted, self.key))})")
        return f"CREATE TABLE {quoted(self.name)} (\n  " + ",\n  ".join(lines) + "\n)"

    def _types(self) -> dict[str, str]:
        outline = {} if self.srs is None else {"geom": "POLYGON"}
        return outline | {column.name: SQL_TYPES[column.kind] for column in self.columns}

    def encode(self, row: Row) -> list[object]:
        """
        Return a row's values for SQL, in the order of `names`.

        Raises
        ------
        RecordError
            A value is missing, not allowed, not finite, or no polygon; the sentence names row and column.
        """
        label = f"{self.name} {'/'.join(str(row[name]) for name in self.key)}"
        values: list[object] = []
        if self.srs is not None:
            area = row["geom"]
            values.append(
                None if area is None else geopackage.encode_polygon(checked_outline(area, f"{label}: geom"), self.srs)
            )
        return values + [_encoded(column, row[column.name], f"{label}: {column.name}") for column in self.columns]

    def decode(self, found: Sequence[Sequence[Any]], names: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Return what SQL found, in the order of `names` or of those of the table, as rows; a column at a time."""
        if not found:
            return []
        names = names or self.names
        kinds = {column.name: column.kind for column in self.columns}
        columns = [
            decode_values(kinds[name], values) if name in kinds else geopackage.decode_polygons(values)
            for name, values in zip(names, zip(*found, strict=True), strict=True)
        ]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def quoted(name: str) -> str:
    """Return an SQL identifier in quotes."""
    return f'"{name}"'


def text(*names: str, null: bool = False) -> tuple[Column, ...]:
    """Return columns of texts."""
    return tuple(Column(name, "text", null) for name in names)


def real(*names: str, null: bool = False) -> tuple[Column, ...]:
    """Return columns of finite numbers."""
    return tuple(Column(name, "real", null) for name in names)


def integer(*names: str, null: bool = False) -> tuple[Column, ...]:
    """Return columns of whole numbers."""
    return tuple(Column(name, "integer", null) for name in names)


def link(name: str, table: str, null: bool = False) -> Column:
    """Return a column that names a row of another table by its id."""
    return Column(name, "text", null, references=table)


def one_of(name: str, allowed: tuple[str, ...], null: bool = False) -> Column:
    """Return a column of one of the texts allowed."""
    return Column(name, "text", null, allowed=allowed)


def _encoded(column: Column, value: object, label: str) -> object:
    if value is None:
        if column.null:
            return None
        raise RecordError(f"{label} is missing: give a value.")
    if column.allowed and value not in column.allowed:
        raise RecordError(f"{label} is {value!r}; allowed: {', '.join(column.allowed)}.")
    return encode_value(column.kind, value, label)
