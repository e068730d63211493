"""Bringing a project of an earlier version to this one: a copy kept beside it first, then all steps at once."""

import logging
from pathlib import Path

from .... import __version__
from ...errors import ProjectError
from ...journal import Entry, make_entry, utc_now
from .. import schema
from ..columns import quoted
from ..connection import Connection
from ..copying import copy_whole
from ..rows import plain_row
from ..sealing import SEALED
from . import STEPS, VERSION
from .conforming import complete, conform, strip
from .resealing import Seals, renewed, seals_of

_LOG = logging.getLogger(__name__)
_NOBODY = "depotwatch"  # whom the journal names for what no analyst decided


def bring_up(path: Path) -> None:
    """
    Bring a project to this version, and keep it as it was beside it; a failure leaves it as it was.

    Raises
    ------
    ProjectError
        The copy cannot be made, or the project cannot be written.
    """
    connection = Connection(path, "altering")
    try:
        with connection.transaction():
            version = version_of(connection)
            if version == VERSION:
                return  # another program was faster
            backup = copy_whole(path, _free_name(path, version))
            before = seals_of(connection)
            take_steps(connection, version)
            _enter(connection, version, backup, before)
    finally:
        connection.close()
    _LOG.info("%s was of version %d and is now of version %d; as it was, it is kept in %s.", path, version, VERSION,
              backup)  # fmt: skip


def as_now(reader: Connection) -> Connection:
    """Return a connection to a copy in memory that is of this version and cannot be written, in place of the reader."""
    connection = Connection(reader.path, "memory")
    try:
        reader.copy_to(connection)
        reader.close()
        with connection.transaction():
            take_steps(connection, version_of(connection))
        connection.refuse_writing()
    except BaseException:
        connection.close()
        raise
    return connection


def take_steps(connection: Connection, version: int) -> None:
    """Take all steps that follow a version, inside the open transaction."""
    steps = STEPS[version - VERSION :]
    strip(connection)
    for table in schema.TABLES:
        filled = {column: value for step in steps for column, value in step.filled.get(table.name, {}).items()}
        conform(connection, table, filled)
    complete(connection)
    for step in steps:
        step.run(connection)
    connection.write('UPDATE "project" SET "schema_version" = ?', (VERSION,))
    broken = connection.read("PRAGMA foreign_key_check")
    if broken:
        raise ProjectError(
            f"{connection.path} cannot be brought to version {VERSION}: row {broken[0][1]} of {broken[0][0]} names a "
            f"{broken[0][2]} that is not there; restore a copy, or remove that row with the depotwatch that made it."
        )


def version_of(connection: Connection) -> int:
    """Return the version that a project says it has."""
    return int(connection.read('SELECT "schema_version" FROM "project"')[0][0])


def _enter(connection: Connection, version: int, backup: Path, before: Seals) -> None:
    """Add what was done to the journal, with the seals of rows that were changed."""
    names = ", ".join(map(quoted, schema.JOURNAL.names))
    found = connection.read(f'SELECT {names} FROM "journal" ORDER BY "seq"')
    entries = tuple(Entry(**row) for row in schema.JOURNAL.decode(found))
    seq, previous = (entries[-1].seq, entries[-1].hash) if entries else (0, "")
    sealed = renewed(entries, before, seals_of(connection))
    done: dict[str, object] = {
        "from": version,
        "to": VERSION,
        "steps": [step.what for step in STEPS[version - VERSION :]],
        "backup": backup.name,
        "version": __version__,
    }
    if sealed:
        done[SEALED] = sealed
    if not entries:
        title, synthetic = connection.read('SELECT "title", "synthetic" FROM "project"')[0]
        done["project"] = {"title": title, "synthetic": bool(synthetic)}
    entry = make_entry(seq + 1, utc_now(), _NOBODY, "migrate", done, previous)
    marks = ", ".join("?" * len(schema.JOURNAL.names))
    connection.write(f'INSERT INTO "journal" ({names}) VALUES ({marks})', schema.JOURNAL.encode(plain_row(entry)))


def _free_name(path: Path, version: int) -> Path:
    """Return a name beside the project that nothing has yet."""
    number, ending = 1, ""
    while (backup := path.with_name(f"{path.stem}.v{version}.backup{ending}.gpkg")).exists():
        number += 1
        ending = f"-{number}"
    return backup
