"""Seals of the rows that steps change, so that a row is not taken for altered because its table was."""

from collections.abc import Mapping

from ...journal import Entry
from .. import schema
from ..columns import Table, quoted
from ..connection import Connection
from ..sealing import key_text, seal
from ..sides import said_last

Seals = Mapping[str, Mapping[str, str]]


def seals_of(connection: Connection) -> Seals:
    """Return the seal of every row of sealed tables, in the columns that are declared now and there."""
    return {table.name: _rows(connection, table) for table in schema.TABLES if table.sealed}


def renewed(entries: tuple[Entry, ...], before: Seals, after: Seals) -> dict[str, dict[str, str]]:
    """
    Return the new seals of rows that changed and were as the journal has them; what was altered before stays altered.

    Parameters
    ----------
    entries
        The journal.
    before, after
        Seals of the rows before and after the steps.
    """
    said = said_last(entries)
    new: dict[str, dict[str, str]] = {}
    for table, rows in after.items():
        for key, hash in rows.items():
            old = before.get(table, {}).get(key)
            if old is not None and old != hash and (table, key) in said and said[table, key][0] == old:
                new.setdefault(table, {})[key] = hash
    return new


def _rows(connection: Connection, table: Table) -> dict[str, str]:
    there = {column[1] for column in connection.read(f"PRAGMA table_info({quoted(table.name)})")}
    if not there.issuperset(table.key):
        return {}
    values = ", ".join(quoted(name) if name in there else "NULL" for name in table.names)
    found = connection.read(f'SELECT {values} FROM {quoted(table.name)} ORDER BY "fid"')
    return {key_text(table, dict(zip(table.names, row, strict=True))): seal(table, row) for row in found}
