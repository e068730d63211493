"""Blocks of remote files kept on this disk: what was read once is read again without a server."""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import RemoteError

BLOCK = 32 * 2**10  # bytes; a run of tiles costs at most two blocks more than its own bytes
DEFAULT_LIMIT = 4 * 2**30
_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, validator TEXT NOT NULL,
    used REAL NOT NULL, since REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS block (
    object INTEGER NOT NULL REFERENCES object ON DELETE CASCADE, number INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (object, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (url TEXT PRIMARY KEY, body BLOB NOT NULL, used REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Known:
    """
    What is known of a remote file.

    Parameters
    ----------
    id
        In the cache; never given twice.
    url
        Its address, without query.
    size
        Bytes in all.
    validator
        Its ETag, else when it was last modified, else "": blocks of two versions are never mixed.
    since
        When its first byte came, seconds since 1970 (UTC).
    """

    id: int
    url: str
    size: int
    validator: str
    since: float


class BlockCache:
    """
    Blocks of `BLOCK` bytes by address and number, in one SQLite file; several processes may share it.

    Parameters
    ----------
    folder
        Where it lies; made if missing.
    limit
        Bytes that it may hold; beyond, what was used longest ago goes.

    Raises
    ------
    RemoteError
        If the folder cannot be written, or what lies there is no cache.
    """

    def __init__(self, folder: Path, limit: int = DEFAULT_LIMIT) -> None:
        self.path = folder / "blocks.sqlite"
        self.limit = limit
        self._lock = threading.RLock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RemoteError(f"{folder} cannot hold a cache ({error.strerror}); name another folder.") from error
        self._sqlite = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        with self._plainly():
            # auto_vacuum has to come before the first table: a cache that shrinks gives its room back.
            self._sqlite.execute("PRAGMA auto_vacuum = INCREMENTAL")
            self._sqlite.execute("PRAGMA journal_mode = WAL")
            self._sqlite.execute("PRAGMA synchronous = NORMAL")
            self._sqlite.execute("PRAGMA foreign_keys = ON")
            self._sqlite.executescript(_SCHEMA)

    def __enter__(self) -> "BlockCache":
        """Return the cache itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._sqlite.close()

    def known(self, url: str) -> Known | None:
        """Return what is known of a file; None where nothing of it was kept."""
        with self._plainly():
            row = self._sqlite.execute(
                "SELECT id, url, size, validator, since FROM object WHERE url = ?", (url,)
            ).fetchone()
        return None if row is None else Known(*row)

    def keep_object(self, url: str, size: int, validator: str) -> Known:
        """Note a file; what was kept of another version of it goes."""
        with self._transaction():
            known = self.known(url)
            if known is not None and (known.size, known.validator) != (size, validator):
                self._sqlite.execute("DELETE FROM object WHERE id = ?", (known.id,))
            self._sqlite.execute(
                "INSERT INTO object (url, size, validator, used, since) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (url) DO UPDATE SET used = excluded.used",
                (url, size, validator, now := time.time(), now),
            )
            kept = self.known(url)
        assert kept is not None
        return kept

    def blocks(self, known: Known, first: int, last: int) -> dict[int, bytes]:
        """Return those of the blocks from `first` to `last`, both included, that are kept."""
        with self._plainly():
            rows = self._sqlite.execute(
                "SELECT number, bytes FROM block WHERE object = ? AND number BETWEEN ? AND ?", (known.id, first, last)
            )
            return dict(rows.fetchall())

    def missing(self, known: Known, numbers: Iterable[int]) -> list[int]:
        """Return those of the blocks that are not kept, sorted."""
        wanted = sorted(set(numbers))
        if not wanted:
            return []
        with self._plainly():
            rows = self._sqlite.execute(
                "SELECT number FROM block WHERE object = ? AND number BETWEEN ? AND ?",
                (known.id, wanted[0], wanted[-1]),
            )
            kept = {number for (number,) in rows}
        return [number for number in wanted if number not in kept]

    def keep_blocks(self, known: Known, blocks: Mapping[int, bytes]) -> None:
        """Keep blocks, all of them or none; nothing where another version of the file came in between."""
        with self._transaction():
            self._sqlite.execute(  # another process may have let go of it meanwhile
                "INSERT OR IGNORE INTO object VALUES (?, ?, ?, ?, ?, ?)",
                (known.id, known.url, known.size, known.validator, time.time(), known.since),
            )
            if self.known(known.url) != known:
                return
            self._sqlite.executemany(
                "INSERT OR REPLACE INTO block (object, number, bytes) VALUES (?, ?, ?)",
                [(known.id, number, part) for number, part in blocks.items()],
            )
            self._sqlite.execute("UPDATE object SET used = ? WHERE id = ?", (time.time(), known.id))
        self._make_room(known.id)

    def document(self, key: str) -> bytes | None:
        """Return a document kept whole, as an answer to a search; None where it is not kept."""
        with self._plainly():
            row = self._sqlite.execute("SELECT body FROM document WHERE url = ?", (key,)).fetchone()
        return None if row is None else bytes(row[0])

    def keep_document(self, key: str, body: bytes) -> None:
        """Keep a document whole."""
        with self._transaction():
            self._sqlite.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?)", (key, body, time.time()))
        self._make_room(None)

    @property
    def size(self) -> int:
        """Bytes that the kept blocks and documents take in the file."""
        with self._plainly():
            pages, free, size = (
                self._sqlite.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
        return int((pages - free) * size)

    def _make_room(self, spared: int | None) -> None:
        """Let go of what was used longest ago, but never of the file being read, until the rest fits."""
        if self.size <= self.limit:
            return
        with self._transaction():
            oldest = self._sqlite.execute(
                "SELECT used, id, NULL FROM object WHERE id IS NOT ? UNION ALL SELECT used, NULL, url FROM document "
                "ORDER BY used",
                (spared,),
            ).fetchall()
            for _, number, url in oldest:
                if self.size <= self.limit:
                    break
                self._sqlite.execute("DELETE FROM object WHERE id IS ?", (number,))
                self._sqlite.execute("DELETE FROM document WHERE url IS ?", (url,))
        with self._plainly():
            self._sqlite.execute("PRAGMA incremental_vacuum").fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, self._plainly():
            self._sqlite.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._sqlite.execute("ROLLBACK")
                raise
            self._sqlite.execute("COMMIT")

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except sqlite3.Error as error:
            raise RemoteError(f"The cache {self.path} cannot be used ({error}); delete it, or name another.") from error
