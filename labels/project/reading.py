"""Everything a project can be asked."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from ..errors import RecordError
from ..journal import Entry
from ..records import (
    Annotation,
    Candidate,
    Citation,
    Claim,
    Comparison,
    ForeignEdit,
    Judgement,
    Origin,
    Proposal,
    SceneRecord,
    Site,
    Source,
    SourceCopy,
    StoredEstimate,
    Verdict,
)
from . import evidence, rows, schema
from .columns import Row, Table, quoted
from .connection import Connection
from .foreign import FOREIGN_EDIT
from .opening import Identity
from .views import VIEWS


class Reading:
    """
    A project that is read; every answer is a tuple of records in the order in which they arrived.

    Parameters
    ----------
    path
        The file.
    connection
        Open on it.
    identity
        What the file says of itself.
    """

    def __init__(self, path: Path, connection: Connection, identity: Identity) -> None:
        self.path = path
        self._connection = connection
        self._identity = identity

    @property
    def title(self) -> str:
        """Title given when the project was made."""
        return self._identity.title

    @property
    def synthetic(self) -> bool:
        """True where all of the project is invented."""
        return self._identity.synthetic

    @property
    def version(self) -> int:
        """Version of the project's tables."""
        return self._identity.version

    def scenes(self) -> tuple[SceneRecord, ...]:
        """Return all scenes."""
        return tuple(rows.scene_record(row) for _, row in self._select(schema.SCENE))

    def scene(self, scene_id: str) -> SceneRecord:
        """Return one scene; RecordError if there is none of that id."""
        return rows.scene_record(self._one(schema.SCENE, scene_id))

    def comparisons(self) -> tuple[Comparison, ...]:
        """Return all comparisons."""
        kinds = self._grouped(schema.COMPARISON_KIND, "comparison")
        found = self._select(schema.COMPARISON)
        return tuple(rows.comparison_record(row, kinds[row["id"]]) for _, row in found)

    def comparison(self, comparison_id: str) -> Comparison:
        """Return one comparison; RecordError if there is none of that id."""
        row = self._one(schema.COMPARISON, comparison_id)
        kinds = self._select(schema.COMPARISON_KIND, comparison=comparison_id)
        return rows.comparison_record(row, [kind for _, kind in kinds])

    def latest_comparisons(self) -> tuple[Comparison, ...]:
        """Return the newest comparison of each (before, after) pair, and of each scene searched alone."""
        newest: dict[tuple[str, str | None], Comparison] = {}
        for comparison in self.comparisons():
            pair = (comparison.before, comparison.after)
            if pair not in newest or comparison.time >= newest[pair].time:
                newest[pair] = comparison
        return tuple(newest.values())

    def candidates(self, comparison_id: str | None = None) -> tuple[Candidate, ...]:
        """Return the candidates of one comparison, or of all."""
        wanted = {} if comparison_id is None else {"comparison": comparison_id}
        return tuple(rows.candidate_record(row) for _, row in self._select(schema.CANDIDATE, **wanted))

    def proposals(self, comparison_id: str) -> tuple[Proposal, ...]:
        """Return what a comparison proposes, without the outlines: for what is asked of all of them at once."""
        found = self._select(schema.CANDIDATE, ("annotation", "change", "terms"), comparison=comparison_id)
        return tuple(Proposal(**row) for _, row in found)

    def annotations(self, include_withdrawn: bool = False) -> tuple[Annotation, ...]:
        """Return all annotations of both layers, without the withdrawn ones unless asked for."""
        found = self._select(schema.ANNOTATION) + self._select(schema.ANNOTATION_PIXEL)
        found.sort(key=lambda numbered: (numbered[0], numbered[1]["id"]))
        records = (rows.annotation_record(row) for _, row in found)
        return tuple(record for record in records if include_withdrawn or not record.withdrawn)

    def annotation(self, annotation_id: str) -> Annotation:
        """Return one annotation, withdrawn or not; RecordError if there is none of that id."""
        for table in (schema.ANNOTATION, schema.ANNOTATION_PIXEL):
            if found := self._select(table, id=annotation_id):
                return rows.annotation_record(found[0][1])
        raise RecordError(f"{self.path.name} holds no annotation {annotation_id!r}: check the id.")

    def verdicts(self, annotation_id: str | None = None) -> tuple[Verdict, ...]:
        """Return the verdicts on one annotation, or all."""
        wanted = {} if annotation_id is None else {"annotation": annotation_id}
        return tuple(Verdict(**row) for _, row in self._select(schema.VERDICT, **wanted))

    def estimates(self, comparison_id: str | None = None) -> tuple[StoredEstimate, ...]:
        """Return the estimates of one comparison, or all."""
        wanted = {} if comparison_id is None else {"comparison": comparison_id}
        return tuple(rows.estimate_record(row) for _, row in self._select(schema.ESTIMATE, **wanted))

    def sources(self) -> tuple[Source, ...]:
        """Return all sources."""
        return tuple(Source(**row) for _, row in self._select(evidence.SOURCE))

    def source_copy(self, source_id: str) -> SourceCopy | None:
        """Return the kept file of a source; None where there is none."""
        found = self._select(evidence.SOURCE_COPY, source=source_id)
        return SourceCopy(**found[0][1]) if found else None

    def source_copies(self) -> dict[str, int]:
        """Return the size in bytes of every kept file, by source."""
        sizes = self._connection.read('SELECT "source", length("content") FROM "source_copy"')
        return {str(source): int(size) for source, size in sizes}

    def judgements(self) -> tuple[Judgement, ...]:
        """Return all judgements of claims."""
        return tuple(Judgement(**row) for _, row in self._select(evidence.JUDGEMENT))

    def origins(self) -> tuple[Origin, ...]:
        """Return all origins."""
        return tuple(Origin(**row) for _, row in self._select(evidence.ORIGIN))

    def claims(self) -> tuple[Claim, ...]:
        """Return all claims."""
        sites = self._grouped(evidence.CLAIM_SITE, "claim")
        return tuple(rows.claim_record(row, sites[row["id"]]) for _, row in self._select(evidence.CLAIM))

    def citations(self) -> tuple[Citation, ...]:
        """Return all citations."""
        return tuple(Citation(**row) for _, row in self._select(evidence.CITATION))

    def sites(self) -> tuple[Site, ...]:
        """Return all sites."""
        return tuple(rows.site_record(row) for _, row in self._select(evidence.SITE))

    def journal(self, after: int = 0) -> tuple[Entry, ...]:
        """Return the entries after a number, in the order of their numbers; without one, all."""
        names = ", ".join(map(quoted, schema.JOURNAL.names))
        found = self._connection.read(f'SELECT {names} FROM "journal" WHERE "seq" > ? ORDER BY "seq", "fid"', (after,))
        return tuple(Entry(**row) for row in schema.JOURNAL.decode(found))

    @property
    def head(self) -> str:
        """Hash of the last journal entry; "" while there is none."""
        found = self._connection.read('SELECT "hash" FROM "journal" ORDER BY "seq" DESC LIMIT 1')
        return str(found[0][0]) if found else ""

    def foreign_edits(self) -> tuple[ForeignEdit, ...]:
        """Return what other programs changed, oldest first: the journal has no entries of it."""
        return tuple(ForeignEdit(**row) for _, row in self._select(FOREIGN_EDIT))

    def preference(self, key: str) -> str | None:
        """Return what was remembered under a key, or None."""
        found = self._select(schema.PREFERENCE, key=key)
        return str(found[0][1]["value"]) if found else None

    def tables_of_others(self) -> tuple[str, ...]:
        """Return the names of layers and tables that other programs put into the file, as a GIS lists them."""
        ours = {one.name for one in (*schema.TABLES, *VIEWS)} | {"layer_styles"}
        found = self._connection.read('SELECT "table_name" FROM "gpkg_contents" ORDER BY "table_name"')
        return tuple(str(name) for (name,) in found if name not in ours)

    def altered_views(self) -> tuple[str, ...]:
        """Return the names of our views that are not as we make them, or are gone; a GIS shows what they say."""
        found = self._connection.read("SELECT name, sql FROM sqlite_master WHERE type = 'view'")
        as_kept = {str(name): str(sql).split() for name, sql in found}
        return tuple(one.name for one in VIEWS if as_kept.get(one.name) != one.creation_sql().split())

    def stored(self, table: Table) -> list[tuple[int, dict[str, Any]]]:
        """Return number and values of every row of a table, in order of arrival."""
        return self._select(table)

    def _select(
        self, table: Table, names: tuple[str, ...] = (), /, **wanted: object
    ) -> list[tuple[int, dict[str, Any]]]:
        """Return (fid, row) for every row whose columns hold the values wanted, by fid; all columns, or some."""
        names = names or table.names
        listed = ", ".join(map(quoted, names))
        where = " AND ".join(f"{quoted(name)} IS ?" for name in wanted) or "1"
        sql = f'SELECT "fid", {listed} FROM {quoted(table.name)} WHERE {where} ORDER BY "fid"'
        found = self._connection.read(sql, tuple(wanted.values()))
        decoded = table.decode([values[1:] for values in found], names)
        return [(values[0], row) for values, row in zip(found, decoded, strict=True)]

    def _one(self, table: Table, record_id: str) -> Row:
        found = self._select(table, id=record_id)
        if not found:
            raise RecordError(f"{self.path.name} holds no {table.name} {record_id!r}: check the id.")
        return found[0][1]

    def _grouped(self, table: Table, name: str) -> defaultdict[str, list[Row]]:
        groups: defaultdict[str, list[Row]] = defaultdict(list)
        for _, row in self._select(table):
            groups[row[name]].append(row)
        return groups
