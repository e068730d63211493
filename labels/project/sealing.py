"""
Seals: hashes of the rows that a journal entry wrote, kept in the entry, so that a row altered later can be told.

A seal is the SHA-256 of a row's table and stored values. Values that are absent are left out, so that a column that a
later version adds changes no seal of a row that does not use it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..integrity import canonical_json, sha256_text
from .columns import Row, Table

SEALED = "sealed"
"""Key of a payload under which its seals stand: by table, then by `key_text`; None for a row deleted."""


def seal(table: Table, values: Sequence[object]) -> str:
    """
    Return the seal of a row.

    Parameters
    ----------
    table
        Its table.
    values
        As SQL stores them, in the order of `table.names`.
    """
    left_out = {column.name for column in table.columns if not column.sealed}
    there = {
        name: _plain(value)
        for name, value in zip(table.names, values, strict=True)
        if value is not None and name not in left_out
    }
    return sha256_text(canonical_json({"table": table.name, "row": there}))


def key_text(table: Table, row: Row) -> str:
    """Return what names a row in its table: its id, or the JSON list of the columns that identify it."""
    values = [row[name] for name in table.key]
    return str(values[0]) if len(values) == 1 else canonical_json(values)


class Unsealed:
    """What the open transaction wrote and no journal entry has sealed yet; blocks of it that fail are forgotten."""

    def __init__(self) -> None:
        self._written: list[tuple[Table, str, str | None]] = []
        self._taken = 0
        self._depth = 0

    def add(self, table: Table, key: str, hash: str | None) -> None:
        """Note that a row was written, or deleted where there is no hash."""
        if table.sealed:
            self._written.append((table, key, hash))

    def take(self) -> dict[str, dict[str, str | None]]:
        """Return the seals of what was written since the last entry: the last of each row."""
        seals: dict[str, dict[str, str | None]] = {}
        for table, key, hash in self._written[self._taken :]:
            seals.setdefault(table.name, {})[key] = hash
        self._taken = len(self._written)
        return seals

    @contextmanager
    def block(self) -> Iterator[None]:
        """Stand around each transaction, nested ones included."""
        mark = len(self._written), self._taken
        self._depth += 1
        try:
            yield
        except BaseException:
            del self._written[mark[0] :]
            self._taken = mark[1]
            raise
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._written.clear()
                self._taken = 0


def _plain(value: object) -> object:
    """Return a stored value as JSON has it; SQLite keeps no sign of a zero."""
    if isinstance(value, bytes):
        return value.hex()
    return value + 0.0 if isinstance(value, float) else value
