"""Filling an empty project with two others, and joining their journals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ProjectError
from ..journal import MERGE, Entry, make_entry
from . import geopackage, rows, schema
from .attended import GLANCE
from .attending import SEALED_TABLES
from .changing import LAYERS
from .columns import Table, quoted
from .foreign import FOREIGN_EDIT
from .sealing import SEALED, key_text, seal
from .sides import Contest, Side, Unit, complete, moved_path, resolve_rows, said_last
from .writing import Writing

_NUMBER = "number"
_LISTS = (GLANCE, FOREIGN_EDIT)  # of what happened, numbered in order of time


@dataclass(frozen=True, eq=False)
class Union:
    """What two projects became: both sides, and the rows in which they differed."""

    first: Side
    second: Side
    contests: tuple[Contest, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Both journals with what they share once, by number."""
        found = {entry.hash: entry for entry in (*self.first.entries, *self.second.entries)}
        return tuple(sorted(found.values(), key=lambda entry: (entry.seq, entry.hash)))

    @property
    def heads(self) -> tuple[Entry, Entry]:
        """The last entry of each."""
        return self.first.entries[-1], self.second.entries[-1]


class Merging(Writing):
    """A project that can be filled with others. Everything is done inside one transaction of the caller."""

    def copy_of(self, other: "Merging") -> None:
        """Become what another project is, its journal included; scenes are found from here."""
        self._require_empty()
        tables = [table for table in schema.TABLES if table not in (schema.PROJECT, schema.JOURNAL)]
        self._fill(tables, {table.name: other._stored(table, self) for table in tables})
        self._describe(other.title, other._created())
        self._keep_entries(other.journal())

    def union_of(self, first: "Merging", second: "Merging") -> Union:
        """
        Take over the rows of two projects, whose order must not depend on who asks; `join` their journals then.

        What is derived from the rest is left out: whoever asks for it works it out again.
        """
        self._require_empty()
        tables = [table for table in SEALED_TABLES if table not in _LISTS]
        preferences = schema.PREFERENCE
        journals = first.journal(), second.journal()
        shared = frozenset(one.hash for one in journals[0]) & {one.hash for one in journals[1]}
        sides = [
            Side(entries, shared, {table.name: one._stored(table, self) for table in (*tables, preferences, *_LISTS)})
            for one, entries in zip((first, second), journals, strict=True)
        ]
        kept: dict[str, Unit] = {}
        contests: list[Contest] = []
        for table in tables:
            kept[table.name], found = resolve_rows(table, *sides)
            contests += found
        for key in kept[LAYERS[0].name]:
            kept[LAYERS[1].name].pop(key, None)
        complete(tables, kept, sides)
        ours, theirs = (side.rows[preferences.name] for side in sides)
        later = max(journals, key=lambda entries: (entries[-1].time, entries[-1].hash))
        kept[preferences.name] = theirs | ours if later is journals[0] else ours | theirs
        for table in _LISTS:
            kept[table.name] = _numbered(table, [row for side in sides for row in side.rows[table.name].values()])
        self._fill((*tables, preferences, *_LISTS), kept)
        titles = dict.fromkeys(sorted((first.title, second.title)))
        self._describe(" + ".join(titles), min(first._created(), second._created()))
        return Union(sides[0], sides[1], tuple(contests))

    def repoint(self, annotation_id: str, other_id: str) -> None:
        """Let all that was said of one annotation be said of another; of two by one analyst the later one stands."""
        for table in SEALED_TABLES:
            if "annotation" in table.names:
                for _, row in self._select(table, annotation=annotation_id):
                    self._delete(table, **{name: row[name] for name in table.key})
                    moved = {**row, "annotation": other_id}
                    there = self._select(table, **{name: moved[name] for name in table.key})
                    if not there or str(there[0][1].get("time", "")) < str(moved.get("time", "")):
                        self._put(table, moved)

    def join(self, union: Union, payload: Mapping[str, object]) -> Entry:
        """
        Keep both journals and add one entry that names both heads, by the analysts and at the time of those.

        It seals the rows that are not as the joined journals say last. A row that another program altered in one of
        the projects is not made good by that: it still differs from what the journal says.
        """
        self._keep_entries(union.entries)
        heads = sorted(union.heads, key=lambda entry: entry.hash)
        analysts = sorted({name for entry in heads for name in entry.analyst.split(" and ")})
        entry = make_entry(
            max(one.seq for one in heads) + 1,
            max(one.time for one in heads),
            " and ".join(analysts),
            MERGE,
            {**payload, SEALED: self._seals_to_make(union)},
            " ".join(one.hash for one in heads),
        )
        self._keep_entries((entry,))
        return entry

    def _seals_to_make(self, union: Union) -> dict[str, dict[str, str | None]]:
        said = {key: hash for key, (hash, _) in said_last(union.entries).items()}
        now = {(table, key): hash for table, found in self.seals().items() for key, hash in found.items()}
        tables = {table.name: table for table in SEALED_TABLES}
        made: dict[str, dict[str, str | None]] = {}
        for name, key in sorted(row for row in said.keys() | now.keys() if said.get(row) != now.get(row)):
            hash, sides = now.get((name, key)), (union.first, union.second)
            rows = [held[key] for side in sides if key in (held := side.rows.get(name, {}))]
            backed = any(side.said.get((name, key), ("",))[0] == hash for side in sides)
            new = bool(rows) if hash is None else hash not in [seal(tables[name], row) for row in rows]
            if backed or new:
                made.setdefault(name, {})[key] = hash
        return made

    def _stored(self, table: Table, seen_from: "Merging") -> Unit:
        """Return the rows of a table as SQL stores them, in order of arrival; paths as from another project."""
        names = ", ".join(map(quoted, table.names))
        found = self._connection.read(f'SELECT {names} FROM {quoted(table.name)} ORDER BY "fid"')
        kept: Unit = {}
        for values in map(list, found):
            row = dict(zip(table.names, values, strict=True))
            if table is schema.SCENE:
                at = table.names.index("path")
                values[at] = moved_path(str(values[at]), self.path.parent, seen_from.path.parent)
            kept[key_text(table, row)] = tuple(values)
        return kept

    def _fill(self, tables: Sequence[Table], kept: Mapping[str, Unit]) -> None:
        for table in tables:
            for values in kept[table.name].values():
                fid = self._next_annotation_fid() if table in LAYERS else None
                self._insert_values(table, dict(zip(table.names, values, strict=True)), values, fid)
                if table.srs is not None and isinstance(values[0], bytes):
                    self._widen(table, geopackage.decode_polygon(values[0]).bounds)

    def _keep_entries(self, entries: Sequence[Entry]) -> None:
        """Insert entries that are sealed already; two chains do not continue one another until they are joined."""
        self._connection.write('DROP TRIGGER "journal_continues"')
        for entry in entries:
            self._insert(schema.JOURNAL, rows.plain_row(entry))
        self._connection.write(schema.JOURNAL_CONTINUES)

    def _describe(self, title: str, created: str) -> None:
        self._connection.write('UPDATE "project" SET "title" = ?, "created" = ?', (title, created))

    def _created(self) -> str:
        return str(self._connection.read('SELECT "created" FROM "project"')[0][0])

    def _require_empty(self) -> None:
        if self.head or self.scenes():
            raise ProjectError(f"{self.path} holds something already: merge into a new file.")


def _numbered(table: Table, rows: Sequence[Sequence[Any]]) -> Unit:
    """Return what happened in either project, each once, numbered by time."""
    at, when = table.names.index(_NUMBER), table.names.index("time")
    alike = {tuple(row[:at]) + tuple(row[at + 1 :]): row for row in rows}
    ordered = sorted(alike.values(), key=lambda row: (row[when], row[at], repr(row)))
    return {str(number): (*row[:at], number, *row[at + 1 :]) for number, row in enumerate(ordered, 1)}
