"""One connection to a project file: durable settings, transactions, and plain sentences for what SQLite reports."""

import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .. import disk
from ..errors import LabelsError, ProjectError, RecordError
from . import geopackage
from .watching import be_ourselves

BUSY_TIMEOUT_MS = 10_000
_SYNCHRONOUS_FULL = 2
_LOG = logging.getLogger(__name__)


class Connection:
    """
    An open project file.

    Threads may share it: each transaction and each read has it for itself.

    Parameters
    ----------
    path
        The file.
    mode
        "rw", "ro", "rwc" to make it, "immutable" for a file that nobody else can be writing, "altering" for one whose
        tables are made anew (links are not enforced), or "memory" for an empty one that is nowhere on the disk.
    shown
        Path that messages name instead.

    Raises
    ------
    ProjectError
        The file cannot be opened, or does not keep the settings without which a commit could be lost.
    """

    def __init__(self, path: Path, mode: str = "rw", *, shown: Path | None = None) -> None:
        self.path = shown or path
        self._durable = mode == "rw"
        self._synchronous = mode in ("rw", "altering")
        self._linked = mode not in ("altering", "memory")
        self._lock = threading.RLock()
        self._depth = 0
        with translated(self.path):
            # mode=ro and immutable=1 exist only in the URI form.
            asked = {"immutable": "immutable=1&mode=ro", "altering": "mode=rw"}.get(mode, f"mode={mode}")
            uri = "file::memory:" if mode == "memory" else f"{path.absolute().as_uri()}?{asked}"
            self._sqlite = sqlite3.connect(
                uri, uri=True, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None, check_same_thread=False
            )
        try:
            with translated(self.path):
                self._configure()
        except LabelsError:
            self._sqlite.close()
            raise

    def _configure(self) -> None:
        """Set what every session needs and read it back; a GIS that had the file open may have set it otherwise."""
        geopackage.register_functions(self._sqlite)
        be_ourselves(self._sqlite)
        wanted = [("busy_timeout", BUSY_TIMEOUT_MS), ("foreign_keys", int(self._linked))]
        if self._durable:
            mode = self._sqlite.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            if mode != "wal":
                raise ProjectError(
                    f"{self.path} cannot be opened for safe writing (journal mode is {mode}, wal is needed): "
                    "copy it to a local disk."
                )
        if self._synchronous:
            wanted.append(("synchronous", _SYNCHRONOUS_FULL))
        for name, value in wanted:
            self._sqlite.execute(f"PRAGMA {name} = {value}")
            found = self._sqlite.execute(f"PRAGMA {name}").fetchone()[0]
            if found != value:
                raise ProjectError(f"{self.path} cannot be opened safely: {name} is {found}, {value} is needed.")
        self._sqlite.execute("SELECT count(*) FROM sqlite_master").fetchone()  # SQLite reads nothing before it is asked

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[Sequence[Any]]:
        """Return all rows that a query gives."""
        with self._lock, translated(self.path):
            return self._sqlite.execute(sql, parameters).fetchall()

    def write(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement inside the open transaction and return how many rows it touched."""
        with self._lock, translated(self.path):
            self._require_transaction()
            return self._sqlite.execute(sql, parameters).rowcount

    def write_all(self, script: str) -> None:
        """Run a script of statements inside the open transaction, which SQLite's own way of doing so would commit."""
        for statement in statements(script):
            self.write(statement)

    def copy_to(self, other: "Connection") -> None:
        """Put all that can be read here in place of what the other connection holds."""
        with self._lock, translated(self.path):
            self._sqlite.backup(other._sqlite)

    def write_copy(self, out: Path, shown: Path) -> None:
        """Write all that can be read here into a new file, which messages name as `shown`."""
        with self._lock, translated(self.path):
            try:
                self._sqlite.execute("VACUUM INTO ?", (str(out),))
            except sqlite3.Error as error:
                if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_BUSY):
                    raise  # that is the project, not the copy
                raise ProjectError(_sentence(shown, error)) from error

    def refuse_writing(self) -> None:
        """Let nothing be written from here on."""
        self._sqlite.execute("PRAGMA query_only = 1")

    def script(self, sql: str) -> None:
        """Run a script of statements, outside any transaction."""
        with self._lock, translated(self.path):
            self._sqlite.executescript(sql)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """
        Commit what the block writes, or nothing of it if the block fails.

        Inside another transaction the block is a part of it: it is undone alone, and kept only with the outer one.
        """
        with self._lock:
            part = f"part_{self._depth}"
            outermost = self._depth == 0
            if not outermost:
                self._require_transaction()  # SAVEPOINT alone would begin one of its own
            with translated(self.path):
                self._sqlite.execute("BEGIN IMMEDIATE" if outermost else f"SAVEPOINT {part}")
            self._depth += 1
            done = False
            try:
                yield
                with translated(self.path):
                    self._sqlite.execute("COMMIT" if outermost else f"RELEASE {part}")
                done = True
            finally:
                self._depth -= 1
                # SQLite itself may have undone all of it, as when the disk is full.
                if not done and self._sqlite.in_transaction:
                    with translated(self.path):
                        self._undo(None if outermost else part)

    def _require_transaction(self) -> None:
        """Raise ProjectError where SQLite undid the transaction; what follows must not be committed without it."""
        if not self._sqlite.in_transaction:
            raise ProjectError(f"The transaction on {self.path} was undone before it ended: run it again.")

    def _undo(self, part: str | None) -> None:
        if part is None:
            self._sqlite.execute("ROLLBACK")
        else:
            self._sqlite.execute(f"ROLLBACK TO {part}")
            self._sqlite.execute(f"RELEASE {part}")

    def close(self) -> None:
        """Close; what was open for writing is one file afterwards, unless another program still has it open."""
        with self._lock:
            try:
                if self._durable:
                    self._durable = False
                    self._fold()
            finally:
                self._sqlite.close()

    def _fold(self) -> None:
        """Bring everything into the one file and leave WAL mode, in which read-only media cannot be opened."""
        try:
            self._sqlite.execute("PRAGMA busy_timeout = 100")
            self._sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._sqlite.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            # In use elsewhere, or the disk is full: all commits are safe in the log, and the next opening finds them.
            _LOG.info("%s keeps its write-ahead log beside it (%s).", self.path, error)


def statements(script: str) -> Iterator[str]:
    """Give the statements of a script one by one; each ends in a semicolon."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into sentences that say what to do."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise RecordError(f"{path.name} refuses the record: {error}.") from error
    except sqlite3.Error as error:
        raise ProjectError(_sentence(path, error)) from error


def _sentence(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary result code
    full = code == sqlite3.SQLITE_FULL or getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHMSIZE
    if full:
        return disk.full_sentence(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path} is locked by another program: close it there, then run the same command again."
    if getattr(error, "sqlite_errorcode", 0) in (sqlite3.SQLITE_READONLY_ROLLBACK, sqlite3.SQLITE_READONLY_RECOVERY):
        return f"{path} was left half written by a program that was killed: open it once where it may be written."
    if code == sqlite3.SQLITE_READONLY:
        return f"{path} is read-only: open it read-only, or copy it to a folder where you may write."
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return f"{path} is damaged ({error}): restore a copy."
    return f"{path} cannot be read or written ({error}): check the disk and the folder's permissions."
