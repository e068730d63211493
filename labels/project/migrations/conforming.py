"""Bringing the tables of a file to what is declared now, inside the open transaction."""

from collections.abc import Mapping
from dataclasses import replace

from ...errors import ProjectError
from .. import schema
from ..columns import Table, quoted
from ..connection import Connection
from ..views import VIEWS, viewing_sql

_NEW = "_as_declared"


def strip(connection: Connection) -> None:
    """Take off the tables what hangs on them, whoever put it there, and our views: they must not hinder changes."""
    hung = "SELECT type, name FROM sqlite_master WHERE tbl_name = ? AND type IN ('trigger', 'index') AND sql NOT NULL"
    for table in schema.TABLES:
        for kind, name in connection.read(hung, (table.name,)):
            connection.write(f"DROP {kind} {quoted(name)}")
    for view in VIEWS:
        connection.write_all(view.dropping_sql())


def complete(connection: Connection) -> None:
    """Hang on the tables what belongs there, once all are as declared: triggers of one may write into another."""
    for table in schema.TABLES:
        connection.write_all(table.completing_sql())
    connection.write_all(viewing_sql())


def conform(connection: Connection, table: Table, filled: Mapping[str, str]) -> None:
    """
    Make a table that is missing, or make it anew with its rows where it is not as declared; `strip` it first.

    Parameters
    ----------
    connection
        Inside a transaction, without enforced links: their targets are made anew as well.
    table
        As declared now.
    filled
        SQL expressions over the old row for columns that it does not have.

    Raises
    ------
    ProjectError
        Something else has the table's name.
    """
    found = connection.read("SELECT type, sql FROM sqlite_master WHERE name = ?", (table.name,))
    if not found:
        connection.write_all(table.registering_sql())
    elif found[0][0] != "table":
        raise ProjectError(f"{connection.path} is damaged ({table.name} is a {found[0][0]}): restore a copy.")
    elif found[0][1] != table.creation_sql():
        _make_anew(connection, table, filled)


def _make_anew(connection: Connection, table: Table, filled: Mapping[str, str]) -> None:
    """Copy the rows into a new table and give it the old one's name, as SQLite advises for what ALTER cannot do."""
    old = {column[1]: column[2] for column in connection.read(f"PRAGMA table_info({quoted(table.name)})")}
    declared = ("fid", *table.names)
    new = replace(table, name=table.name + _NEW)
    connection.write(new.creation_sql())
    strangers = [name for name in old if name not in declared]
    for name in strangers:
        connection.write(f"ALTER TABLE {quoted(new.name)} ADD COLUMN {quoted(name)} {old[name]}")
    values = {name: quoted(name) for name in (*declared, *strangers) if name in old}
    values |= {name: expression for name, expression in filled.items() if name not in old}
    connection.write(
        f"INSERT INTO {quoted(new.name)} ({', '.join(map(quoted, values))}) "
        f'SELECT {", ".join(values.values())} FROM {quoted(table.name)} ORDER BY "fid"'
    )
    # Numbers of rows that were removed are not given again.
    connection.write("DELETE FROM sqlite_sequence WHERE name = ?", (new.name,))
    connection.write("UPDATE sqlite_sequence SET name = ? WHERE name = ?", (new.name, table.name))
    connection.write(f"DROP TABLE {quoted(table.name)}")
    connection.write(f"ALTER TABLE {quoted(new.name)} RENAME TO {quoted(table.name)}")
