"""Two projects that are merged: what their journals share, what each says last of a row, and which row then stands."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..journal import Entry
from .columns import Table
from .sealing import SEALED, seal

Values = tuple[object, ...]
"""A row as SQL stores it, in the order of its table's names."""
Unit = dict[str, Values]
"""Rows that stand or fall together, by what names each: one row, or all that belong to one record."""
Rank = tuple[int, str, str]
"""Of what a journal says last of a unit: 1 where the other does not say it too, time and hash of the entry."""

_UNSAID: Rank = (0, "", "")  # before the journal sealed what it wrote
_NUMBERS = ("position", "number")  # columns that number the parts of one record


@dataclass(frozen=True, eq=False)
class Side:
    """
    One of two projects.

    Parameters
    ----------
    entries
        Its journal.
    shared
        Hashes of the entries that the other holds too.
    rows
        By table, then by what names a row.
    """

    entries: tuple[Entry, ...]
    shared: frozenset[str]
    rows: Mapping[str, Unit]
    said: Mapping[tuple[str, str], tuple[str | None, Entry]] = field(init=False)

    def __post_init__(self) -> None:
        """Read what the journal says last of each row."""
        object.__setattr__(self, "said", said_last(self.entries))

    def ranks(self, table: Table) -> dict[str, Rank]:
        """Return the rank of what the journal says of each unit of a table."""
        found: dict[str, Rank] = {}
        for (name, key), (_, entry) in self.said.items():
            if name == table.name:
                unit, rank = unit_of(table, key), (int(entry.hash not in self.shared), entry.time, entry.hash)
                found[unit] = max(found.get(unit, rank), rank)
        return found

    def units(self, table: Table) -> dict[str, Unit]:
        """Return the rows of a table by unit, in order of arrival."""
        found: dict[str, Unit] = {}
        for key, values in self.rows.get(table.name, {}).items():
            found.setdefault(unit_of(table, key), {})[key] = values
        return found

    def agrees(self, table: Table, unit: str) -> bool:
        """Return True where the journal says of each row of a unit what it is, and of no other that it is there."""
        there = {key: seal(table, row) for key, row in self.units(table).get(unit, {}).items()}
        said = {key: hash for (name, key), (hash, _) in self.said.items() if name == table.name}
        return there == {key: hash for key, hash in said.items() if hash is not None and unit_of(table, key) == unit}


@dataclass(frozen=True, slots=True)
class Contest:
    """Rows of one name that differ: the entry after which one of them stands, and that which the other came from."""

    table: str
    key: str
    kept: Entry | None
    other: Entry | None


def said_last(entries: Iterable[Entry]) -> dict[tuple[str, str], tuple[str | None, Entry]]:
    """Return by table and key the last seal of each row, None for one deleted, and the entry that holds it."""
    found: dict[tuple[str, str], tuple[str | None, Entry]] = {}
    for entry in entries:
        tables = entry.payload.get(SEALED)
        for table, rows in tables.items() if isinstance(tables, Mapping) else ():
            for key, hash in rows.items():
                found[table, key] = (hash, entry)
    return found


def unit_of(table: Table, key: str) -> str:
    """Return the unit that a row belongs to."""
    return str(json.loads(key)[0]) if len(table.key) > 1 and table.key[-1] in _NUMBERS else key


def resolve_rows(table: Table, first: Side, second: Side) -> tuple[Unit, list[Contest]]:
    """
    Return the rows of a table that stand after a merge, and where the two differed.

    A row that both hold alike stands. One that only one of them ever held stands. Else that stands which was written,
    or deleted, by the later step that the other does not know; where neither was, that which its journal agrees with,
    and of a file that was made before the journal sealed its rows that which says that it is later.
    """
    ours, theirs = first.units(table), second.units(table)
    rank, other_rank = first.ranks(table), second.ranks(table)
    kept: Unit = {}
    contests = []
    for unit in dict.fromkeys((*ours, *theirs)):
        one, other = ours.get(unit, {}), theirs.get(unit, {})
        if one != other and (unit in rank or one) and (unit in other_rank or other):
            sides = (first, one, rank.get(unit, _UNSAID)), (second, other, other_rank.get(unit, _UNSAID))
            weights = [(said, side.agrees(table, unit), *_words(table, rows)) for side, rows, said in sides]
            won = weights[0] >= weights[1]
            kept |= one if won else other
            entries = [_entry_of(side, held.get(unit)) for side, held in ((first, rank), (second, other_rank))]
            contests.append(Contest(table.name, unit, *(entries if won else entries[::-1])))
        else:
            kept |= one or other
    return kept, contests


def complete(tables: Sequence[Table], kept: Mapping[str, Unit], sides: Sequence[Side]) -> None:
    """Put back rows that others refer to, which one side deleted while the other went on to use them."""
    for table in reversed(tables):
        links = [(table.names.index(one.name), one.references) for one in table.columns if one.references]
        for at, target in links:
            for value in {values[at] for values in kept[table.name].values()} - {None}:
                key = str(value)
                found = [side.rows[target][key] for side in sides if key in side.rows.get(str(target), {})]
                if target is not None and found:
                    kept[target].setdefault(key, found[0])


def moved_path(path: str, old: Path, new: Path) -> str:
    """Return the path of a scene, relative to one folder, as it is from another; several are joined by commas."""
    return ",".join(_moved(part, old, new) for part in path.split(","))


def _moved(part: str, old: Path, new: Path) -> str:
    whole = Path(os.path.normpath(old.absolute() / part))
    try:
        return Path(os.path.relpath(whole, new.absolute())).as_posix()
    except ValueError:  # another drive
        return whole.as_posix()


def _words(table: Table, rows: Unit) -> tuple[list[str], list[str]]:
    """Return when rows say that they were written, all there is to go by in files of early releases; then the rows."""
    times = [str(row[table.names.index("time")]) for row in rows.values()] if "time" in table.names else []
    return times, sorted(map(repr, rows.values()))


def _entry_of(side: Side, rank: Rank | None) -> Entry | None:
    return None if rank is None else next(entry for entry in side.entries if entry.hash == rank[2])
