"""Whether a project's tables are whole and nothing hangs on them that depotwatch did not put there."""

import logging
import re
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from ..errors import ProjectError
from ..journal import utc_now
from ..records.foreign_edit import UNWATCHED, UPDATE, ForeignEdit
from . import schema
from .columns import Table
from .connection import Connection, statements

_TRIGGER = re.compile(r'CREATE TRIGGER "([^"]+)"')
_LOG = logging.getLogger(__name__)


def hung(connection: Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Return the triggers on a project's tables that depotwatch did not make, and those it made that are gone.

    The former would run at our writes; without the latter edits by other programs go unnoticed.

    Raises
    ------
    ProjectError
        A table is missing, is none, or lacks columns.
    """
    _check_tables(connection)
    known = _known(schema.TABLES)
    found = _triggers(connection)
    strange = tuple(name for name, sql in found.items() if name not in known or _plain(sql) != known[name][1])
    return strange, tuple(name for name in known if name not in found)


def watch_again(connection: Connection, lost: Collection[str]) -> None:
    """Give tables that another program made anew the triggers they lost, and write down that they had none."""
    made = {name: sql for name, (sql, _) in _known(schema.TABLES).items() if name in lost}
    tables = [table for table in schema.TABLES if any(f'ON "{table.name}"' in sql for sql in made.values())]
    with connection.transaction():
        number = connection.read('SELECT coalesce(max("number"), 0) FROM "foreign_edit"')[0][0]
        for sql in made.values():
            connection.write(sql)
        for place, table in enumerate(tables, number + 1):
            connection.write(
                'INSERT INTO "foreign_edit" ("number", "time", "table_name", "record", "event") VALUES (?, ?, ?, ?, ?)',
                (place, utc_now(), table.name, "", UNWATCHED),
            )
    _LOG.warning(
        "%s: another program made %s anew, so that its edits went unnoticed; `depotwatch verify` tells rows that "
        "differ from the journal.",
        connection.path,
        " and ".join(table.name for table in tables),
    )


def tell_edits(edits: Sequence[ForeignEdit], path: Path) -> None:
    """Say in the log that other programs changed rows, and which were the last."""
    if edits:
        number = f"{len(edits)} changes" if len(edits) > 1 else "1 change"
        last = edits[-1]
        what = f" ({', '.join(last.changed)})" if last.event == UPDATE else ""
        _LOG.warning(
            "%s holds %s by another program that the journal knows nothing of, the last to %s %s%s at %s.",
            path, number, last.table_name, last.record, what, last.time,
        )  # fmt: skip


def _check_tables(connection: Connection) -> None:
    kinds = {str(name): str(kind) for name, kind in connection.read("SELECT name, type FROM sqlite_master")}
    of_tables = "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    columns = {(str(name), str(column)) for name, column in connection.read(of_tables)}
    for table in schema.TABLES:
        if kinds.get(table.name) != "table":
            what = f"{table.name} is a {kinds[table.name]}" if table.name in kinds else f"there is no {table.name}"
            raise ProjectError(f"{connection.path} is damaged ({what}): restore a copy.")
        lacking = [name for name in ("fid", *table.names) if (table.name, name) not in columns]
        if lacking:
            raise ProjectError(
                f"{connection.path} is damaged ({table.name} lacks {', '.join(lacking)}; another program has made it "
                "anew): restore a copy."
            )


def _triggers(connection: Connection) -> dict[str, str]:
    """Return the SQL of every trigger on a table of ours."""
    ours = {table.name.lower() for table in schema.TABLES}
    found = connection.read("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {name: sql for name, table, sql in found if table.lower() in ours}


@cache
def _known(tables: tuple[Table, ...]) -> dict[str, tuple[str, str]]:
    """Return the triggers that depotwatch makes: their SQL, as written and without blanks."""
    made = (sql for table in tables for sql in statements(table.completing_sql()))
    matched = ((_TRIGGER.match(sql), sql) for sql in made)
    return {match[1]: (sql, _plain(sql)) for match, sql in matched if match}


def _plain(sql: str) -> str:
    """Return SQL without blanks and final semicolon: other programs that make a layer's index write it their way."""
    return "".join(sql.split()).rstrip(";")
