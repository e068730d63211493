"""Whether a project's tables are whole and nothing hangs on them that depotwatch did not put there."""

import logging
import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import ProjectError
from ..journal import utc_now
from ..records.foreign_edit import UNWATCHED, UPDATE, ForeignEdit
from . import schema
from .columns import quoted
from .connection import Connection, statements

_TRIGGER = re.compile(r'CREATE TRIGGER "([^"]+)"')
_LOG = logging.getLogger(__name__)


def strangers(connection: Connection) -> tuple[str, ...]:
    """
    Return the triggers on a project's tables that depotwatch did not make: they would run at our writes.

    Raises
    ------
    ProjectError
        A table is missing, is none, or lacks columns.
    """
    _check_tables(connection)
    known = _known()
    found = _triggers(connection)
    return tuple(name for name, sql in found.items() if name not in known or _plain(sql) != known[name][1])


def watch_again(connection: Connection) -> None:
    """Give tables that another program made anew the triggers they lost, and write down that they had none."""
    known, found = _known(), _triggers(connection)
    lost = {name: sql for name, (sql, _) in known.items() if name not in found}
    if not lost:
        return
    tables = [table for table in schema.TABLES if any(f'ON "{table.name}"' in sql for sql in lost.values())]
    with connection.transaction():
        number = connection.read('SELECT coalesce(max("number"), 0) FROM "foreign_edit"')[0][0]
        for sql in lost.values():
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
    for table in schema.TABLES:
        kinds = connection.read("SELECT type FROM sqlite_master WHERE name = ?", (table.name,))
        if kinds != [("table",)]:
            what = f"{table.name} is a {kinds[0][0]}" if kinds else f"there is no {table.name}"
            raise ProjectError(f"{connection.path} is damaged ({what}): restore a copy.")
        there = {column[1] for column in connection.read(f"PRAGMA table_info({quoted(table.name)})")}
        lacking = [name for name in ("fid", *table.names) if name not in there]
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


def _known() -> dict[str, tuple[str, str]]:
    """Return the triggers that depotwatch makes: their SQL, as written and without blanks."""
    made = (sql for table in schema.TABLES for sql in statements(table.completing_sql()))
    matched = ((_TRIGGER.match(sql), sql) for sql in made)
    return {match[1]: (sql, _plain(sql)) for match, sql in matched if match}


def _plain(sql: str) -> str:
    """Return SQL without blanks and final semicolon: other programs that make a layer's index write it their way."""
    return re.sub(r"\s", "", sql).rstrip(";")
