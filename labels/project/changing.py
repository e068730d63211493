"""Changing rows: what every write of a project is made of."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..errors import RecordError
from . import schema
from .columns import Row, Table, quoted
from .connection import Connection
from .opening import Identity
from .reading import Reading
from .sealing import Unsealed, key_text, seal

LAYERS = (schema.ANNOTATION, schema.ANNOTATION_PIXEL)


class Changing(Reading):
    """A project whose rows can be put, inserted and deleted inside transactions."""

    def __init__(self, path: Path, connection: Connection, identity: Identity) -> None:
        super().__init__(path, connection, identity)
        self._unsealed = Unsealed()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all that the block writes, or nothing of it; blocks may be nested and are then one."""
        with self._connection.transaction(), self._unsealed.block():
            yield

    def _put(self, table: Table, row: Row, fid: int | None = None) -> None:
        """Update the row of that key, or insert it: SQL's own upsert misfires the index triggers of GeoPackage 1.3."""
        values = dict(zip(table.names, table.encode(row), strict=True))
        own = [name for name in values if name not in table.key]
        changes = ", ".join(f"{quoted(name)} = ?" for name in own)
        where = " AND ".join(f"{quoted(name)} IS ?" for name in table.key)
        sql = f"UPDATE {quoted(table.name)} SET {changes} WHERE {where}"
        with self.transaction():
            if not self._write(table, row, sql, [values[name] for name in (*own, *table.key)]):
                self._insert_values(table, row, list(values.values()), fid)
            self._unsealed.add(table, key_text(table, row), seal(table, list(values.values())))

    def _insert(self, table: Table, row: Row) -> None:
        values = table.encode(row)
        self._insert_values(table, row, values)
        self._unsealed.add(table, key_text(table, row), seal(table, values))

    def _insert_values(self, table: Table, row: Row, values: Sequence[object], fid: int | None = None) -> None:
        names = ", ".join(map(quoted, table.names))
        marks = ", ".join("?" * (len(table.names) + 1))
        self._write(table, row, f'INSERT INTO {quoted(table.name)} ("fid", {names}) VALUES ({marks})', [fid, *values])

    def _write(self, table: Table, row: Row, sql: str, values: Sequence[object]) -> int:
        try:
            return self._connection.write(sql, values)
        except RecordError:
            for column in table.columns:
                if column.references and row[column.name] is not None:
                    self._require(column.references, column.name, row[column.name], table)
            raise

    def _require(self, referred: str, column: str, record_id: object, table: Table) -> None:
        if not self._connection.read(f'SELECT 1 FROM {quoted(referred)} WHERE "id" = ?', (record_id,)):
            raise RecordError(
                f"A {table.name} names the {referred} {record_id!r} as its {column}, "
                f"which {self.path.name} does not hold: add it first."
            )

    def _require_annotation(self, annotation_id: str) -> None:
        """Raise RecordError if neither layer holds the annotation; SQL cannot refer to two tables at once."""
        sql = " UNION ALL ".join(f'SELECT 1 FROM {quoted(layer.name)} WHERE "id" = ?' for layer in LAYERS)
        if not self._connection.read(sql, (annotation_id, annotation_id)):
            raise RecordError(f"{self.path.name} holds no annotation {annotation_id!r}: add it first.")

    def _delete(self, table: Table, **key: object) -> bool:
        where = " AND ".join(f"{quoted(name)} IS ?" for name in key)
        names, values = ", ".join(map(quoted, table.key)), tuple(key.values())
        gone = self._connection.read(f"SELECT {names} FROM {quoted(table.name)} WHERE {where}", values)
        for found in gone:
            self._unsealed.add(table, key_text(table, dict(zip(table.key, found, strict=True))), None)
        return self._connection.write(f"DELETE FROM {quoted(table.name)} WHERE {where}", values) > 0

    def _next_annotation_fid(self) -> int:
        """Return a number new to both layers, so that their common order is that of arrival."""
        highest = (f'SELECT coalesce(max("fid"), 0) AS n FROM {quoted(layer.name)}' for layer in LAYERS)
        return int(self._connection.read(f"SELECT max(n) + 1 FROM ({' UNION ALL '.join(highest)})")[0][0])

    def _widen(self, table: Table, bounds: Sequence[float]) -> None:
        """Keep the layer's extent in gpkg_contents around what it holds."""
        self._connection.write(
            """UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?1), ?1), min_y = min(coalesce(min_y, ?2), ?2),
               max_x = max(coalesce(max_x, ?3), ?3), max_y = max(coalesce(max_y, ?4), ?4),
               last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE table_name = ?5""",
            (*bounds, table.name),
        )
