"""
Triggers that write down what other programs change in a project.

A trigger runs in whichever program makes the change, so it may only call what every SQLite has; a function of ours
would make each edit in a GIS fail. `sqlite_version()` is there everywhere, and our own connections answer it with a
word of their own: that tells our writes, which the journal has, from others'. It keeps nobody from pretending; the
seals and the journal's chain are what tampering has to get past.
"""

import sqlite3
from collections.abc import Mapping, Sequence

_OURS = "depotwatch"
_NOTE = """CREATE TRIGGER "foreign_{event}_{table}" AFTER {event} ON "{table}" WHEN sqlite_version() IS NOT '{ours}'
BEGIN
  INSERT INTO "foreign_edit" ("number", "time", "table_name", "record", "event", "before", "after")
  SELECT coalesce(max("number"), 0) + 1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '{table}', {record}, '{event}',
    {before}, {after} FROM "foreign_edit";
END;
"""


def be_ourselves(connection: sqlite3.Connection) -> None:
    """Let the triggers know this connection's writes as our own."""
    connection.create_function("sqlite_version", 0, lambda: _OURS, deterministic=True)


def watching_sql(table: str, columns: Mapping[str, str], key: Sequence[str]) -> str:
    """
    Return the script of the triggers that watch a table.

    Parameters
    ----------
    table
        Its name.
    columns
        Names of all its columns with their SQL types.
    key
        Names of those that identify a row.
    """
    old, new = _row("OLD", columns), _row("NEW", columns)
    notes = (("insert", "NEW", "NULL", new), ("update", "OLD", old, new), ("delete", "OLD", old, "NULL"))
    return "".join(
        _NOTE.format(event=event, table=table, ours=_OURS, record=_key(row, key), before=before, after=after)
        for event, row, before, after in notes
    )


def _row(row: str, columns: Mapping[str, str]) -> str:
    """Return the SQL of a row as JSON, which has no bytes: of an outline its digits, of a file its length."""
    forms = {"POLYGON": "hex({})", "BLOB": "length({}) || ' bytes'"}
    pairs = (f"'{name}', " + forms.get(kind, "{}").format(f'{row}."{name}"') for name, kind in columns.items())
    return f"json_object({', '.join(pairs)})"


def _key(row: str, key: Sequence[str]) -> str:
    named = [f'{row}."{name}"' for name in key]
    return f"CAST({named[0]} AS TEXT)" if len(named) == 1 else f"json_array({', '.join(named)})"
