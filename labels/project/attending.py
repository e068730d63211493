"""How the labels came about, read and written: remarks, ground looked at, and probes of the reading."""

from collections.abc import Mapping, Sequence

from ..errors import RecordError
from ..records import Glance, Ground, Probe, ProbeRound, Remark
from . import rows
from .attended import GLANCE, GROUND, PROBE, PROBE_ROUND, REMARK
from .columns import Row, Table, quoted
from .deriving import Deriving
from .schema import TABLES
from .sealing import key_text, seal

SEALED_TABLES = tuple(table for table in TABLES if table.sealed)


class Attending(Deriving):
    """A project whose remarks, glances and probes are read and kept."""

    def remarks(self, annotation_id: str | None = None) -> tuple[Remark, ...]:
        """Return the remarks on one annotation, or all, oldest first."""
        wanted = {} if annotation_id is None else {"annotation": annotation_id}
        return tuple(Remark(**row) for row in self._found(REMARK, wanted))

    def put_remark(self, remark: Remark) -> None:
        """Keep a remark."""
        with self.transaction():
            self._require_annotation(remark.annotation)
            self._put(REMARK, rows.plain_row(remark))

    def remove_remark(self, remark_id: str) -> bool:
        """Take a remark back, as when its step is undone; return False if there was none."""
        with self.transaction():
            return self._delete(REMARK, id=remark_id)

    def glances(self, before: str | None = None, after: str | None = None) -> tuple[Glance, ...]:
        """Return what was looked at of one pair of scenes, or of one scene alone; of all where none is named."""
        found = self._found(GLANCE, {} if before is None else {"before": before, "after": after})
        return tuple(Glance(**{name: row[name] for name in row if name != "number"}) for row in found)

    def add_glances(self, glances: Sequence[Glance]) -> None:
        """Add to what was looked at; nothing is ever taken from it."""
        with self.transaction():
            kept = self._connection.read(f'SELECT coalesce(max("number"), 0) FROM {quoted(GLANCE.name)}')[0][0]
            for number, glance in enumerate(glances, kept + 1):
                self._insert(GLANCE, {"number": number, **rows.plain_row(glance)})

    def grounds(self) -> tuple[Ground, ...]:
        """Return what there is to look at, of every pair that anyone looked at."""
        return tuple(Ground(**row) for row in self._found(GROUND, {}))

    def put_ground(self, ground: Ground) -> None:
        """Keep what there is to look at of a pair."""
        with self.transaction():
            self._put(GROUND, rows.plain_row(ground))

    def probe_rounds(self, analyst: str | None = None) -> tuple[ProbeRound, ...]:
        """Return the rounds of one analyst, or all."""
        return tuple(
            ProbeRound(**row) for row in self._found(PROBE_ROUND, {} if analyst is None else {"analyst": analyst})
        )

    def probes(self, round_id: str) -> tuple[Probe, ...]:
        """Return the places of one round."""
        return tuple(Probe(**row) for row in self._found(PROBE, {"round": round_id}))

    def put_probe_round(self, one: ProbeRound) -> None:
        """
        Keep a round, or how it ended.

        Raises
        ------
        RecordError
            If one of implants is not said to be synthetic, or one of tiles is.
        """
        if one.synthetic != (one.role == "implant"):
            raise RecordError(
                f"A round of {one.role}s with synthetic {one.synthetic} is none; implants alone are invented."
            )
        with self.transaction():
            self._put(PROBE_ROUND, rows.plain_row(one))

    def put_probe(self, probe: Probe) -> None:
        """Keep a place of a round with what was decided."""
        with self.transaction():
            self._put(PROBE, rows.plain_row(probe))

    def seals(self) -> Mapping[str, Mapping[str, str]]:
        """Return the seal of every row of sealed tables as it stands now: by table, then by what names the row."""
        return {table.name: self._seals_of(table) for table in SEALED_TABLES}

    def _seals_of(self, table: Table) -> dict[str, str]:
        names = ", ".join(map(quoted, table.names))
        found = self._connection.read(f'SELECT {names} FROM {quoted(table.name)} ORDER BY "fid"')
        return {key_text(table, dict(zip(table.names, row, strict=True))): seal(table, row) for row in found}

    def _found(self, table: Table, wanted: Row) -> list[Row]:
        return [row for _, row in self._select(table, **wanted)]
