"""Whether a file is a project that this version can open, found out without changing a byte; and making a new one."""

import os
from dataclasses import dataclass
from pathlib import Path

from .. import disk
from ..errors import ProjectError
from ..journal import utc_now
from . import geopackage, guarding, schema
from .connection import Connection
from .leftovers import COMPANIONS, refuse_leftovers
from .migrations import OLDEST, VERSION
from .migrations.running import as_now, bring_up
from .shares import share_of

_SQLITE_HEADER = b"SQLite format 3\x00"
_APPLICATION_ID_AT = 68


@dataclass(frozen=True, slots=True)
class Identity:
    """
    What a project is.

    Parameters
    ----------
    title
        As it says itself.
    synthetic
        True where all of it is invented, as it says itself.
    version
        Of its tables.
    strangers
        Triggers on its tables that depotwatch did not make; looked for in projects of this version.
    lost
        Triggers that depotwatch made and another program took off; of this version as well.
    """

    title: str
    synthetic: bool
    version: int
    strangers: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def identify(path: Path) -> Identity:
    """
    Return what a project file says of itself.

    Raises
    ------
    ProjectError
        The file is missing, is no GeoPackage, is no project, is one of a version that is not known here, or lacks
        tables or columns.
    """
    _check_header(path)
    _put_right(path)
    # Opening a WAL file the ordinary way leaves companions beside it; without a log there is nothing they could add.
    connection = Connection(path, "ro" if _has_log(path) else "immutable")
    try:
        columns = {column[1] for column in connection.read("PRAGMA table_info(project)")}
        known = columns >= {"title", "synthetic", "schema_version"}
        found = connection.read("SELECT title, synthetic, schema_version FROM project") if known else []
        if len(found) != 1 or not isinstance(found[0][2], int):
            raise ProjectError(f"{path} is a GeoPackage but not a depotwatch project: choose one that depotwatch made.")
        title, synthetic, version = found[0]
        _check_version(path, version)
        strangers, lost = guarding.hung(connection) if version == VERSION else ((), ())
    finally:
        connection.close()
    return Identity(str(title), bool(synthetic), version, strangers, lost)


def for_reading(path: Path, identity: Identity) -> Connection:
    """
    Return a connection that cannot write; of an earlier version, to a copy in memory that is of this one.

    Raises
    ------
    ProjectError
        The file cannot be read.
    """
    try:
        connection = Connection(path, "ro")
    except ProjectError:
        # A WAL file in a folder that takes no companions; nobody else can be writing there.
        if path.with_name(path.name + "-wal").exists() or _has_log(path) or os.access(path.absolute().parent, os.W_OK):
            raise
        connection = Connection(path, "immutable")
    return connection if identity.version == VERSION else as_now(connection)


def for_writing(path: Path, identity: Identity) -> Connection:
    """
    Return a connection that writes; a file of an earlier version is brought to this one, and kept beside as it was.

    Raises
    ------
    ProjectError
        The file or its folder does not let one write, or the file cannot be brought to this version.
    """
    check_writable(path)
    if identity.strangers:
        raise ProjectError(
            f"{path} has the trigger {identity.strangers[0]!r} on its tables, which depotwatch did not make and which "
            "would run with every change: open it read-only, or remove the trigger."
        )
    if identity.version < VERSION:
        bring_up(path)
    connection = Connection(path)
    if identity.lost:
        try:
            guarding.watch_again(connection, identity.lost)
        except BaseException:
            connection.close()
            raise
    return connection


def check_writable(path: Path) -> None:
    """Raise ProjectError where the file, its folder or the disk it lies on does not let one write safely."""
    share = share_of(path)
    if share is not None:
        raise ProjectError(
            f"{path} cannot be written where it is: {share.reason}; copy it to a disk of this machine and work on the "
            "copy, or open it read-only."
        )
    if not is_writable(path):
        raise ProjectError(f"{path} is read-only: open it read-only, or copy it to a folder where you may write.")


def is_writable(path: Path) -> bool:
    """Say whether a file that is there, its folder and the disk it lies on let one write safely."""
    folder = path.absolute().parent
    allowed = bool(path.stat().st_mode & 0o222) and os.access(path, os.W_OK) and os.access(folder, os.W_OK)
    return allowed and share_of(path) is None


def create(path: Path, title: str, synthetic: bool) -> None:
    """
    Make an empty project; a failure leaves nothing behind.

    Raises
    ------
    ProjectError
        The name does not end in .gpkg, is taken, its folder is missing or on a network share, or the disk is full.
    """
    if path.suffix.lower() != ".gpkg":
        raise ProjectError(f"A project's name must end in .gpkg, not {path.suffix or 'nothing'!r}: {path}.")
    if path.exists():
        raise ProjectError(f"{path} already exists: open it, or choose another name.")
    refuse_leftovers(path)
    if not path.absolute().parent.is_dir():
        raise ProjectError(f"There is no folder {path.absolute().parent} for the project: make it first.")
    if not os.access(path.absolute().parent, os.W_OK):
        raise ProjectError(f"{path} cannot be made in a folder that is read-only: choose another one.")
    share = share_of(path.absolute().parent)
    if share is not None:
        raise ProjectError(f"{path} cannot be made there: {share.reason}; choose a folder on a disk of this machine.")
    part = disk.unfinished(path)
    try:
        _fill(part, path, title, synthetic)
        os.replace(part, path)
    except OSError as error:
        raise ProjectError(disk.refusal_sentence(path, error)) from error
    finally:
        for leftover in (part, *(part.with_name(part.name + ending) for ending in COMPANIONS)):
            leftover.unlink(missing_ok=True)


def _fill(part: Path, path: Path, title: str, synthetic: bool) -> None:
    connection = Connection(part, "rwc", shown=path)
    row = {"title": title, "synthetic": synthetic, "schema_version": VERSION, "created": utc_now()}
    try:
        connection.script(f"BEGIN;\n{schema.creation_sql()}\nCOMMIT;")
        with connection.transaction():
            names = ", ".join(schema.PROJECT.names)
            marks = ", ".join("?" * len(schema.PROJECT.names))
            connection.write(f"INSERT INTO project ({names}) VALUES ({marks})", schema.PROJECT.encode(row))
    finally:
        connection.close()


def _check_header(path: Path) -> None:
    if not path.exists():
        raise ProjectError(f"There is no project {path}: check the path, or create it by comparing two scenes.")
    try:
        with open(path, "rb") as file:
            header = file.read(100)
    except OSError as error:
        raise ProjectError(f"{path} cannot be read ({error.strerror}): choose a project file.") from error
    if not header.startswith(_SQLITE_HEADER):
        raise ProjectError(f"{path} is not a GeoPackage: choose a project that depotwatch made.")
    application = int.from_bytes(header[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4], "big")
    if application != geopackage.APPLICATION_ID:
        raise ProjectError(f"{path} is an SQLite file but not a GeoPackage: choose a project that depotwatch made.")
    page_bytes = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    if not _has_log(path) and path.stat().st_size < page_bytes * pages:
        raise ProjectError(f"{path} is cut short ({path.stat().st_size} of {page_bytes * pages} bytes): copy it again.")


def _put_right(path: Path) -> None:
    """Let SQLite undo what a program that was killed left half written; a connection that only reads cannot."""
    if _is_filled(path, "-journal") and is_writable(path):
        Connection(path, "rwc").close()


def _has_log(path: Path) -> bool:
    """Say whether the file alone is not all: a log or a journal beside it has to be read with it."""
    return _is_filled(path, "-wal") or _is_filled(path, "-journal")


def _is_filled(path: Path, ending: str) -> bool:
    companion = path.with_name(path.name + ending)
    return companion.exists() and companion.stat().st_size > 0


def _check_version(path: Path, version: int) -> None:
    if version > VERSION:
        raise ProjectError(
            f"{path} has project version {version}, this depotwatch reads up to {VERSION}: install a newer depotwatch."
        )
    if version < OLDEST:
        raise ProjectError(
            f"{path} has project version {version}, and there are {OLDEST} to {VERSION}: restore a copy of it."
        )
