"""A foreign edit: what another program, such as a GIS, changed in a project without an analyst's name."""

from collections.abc import Mapping
from dataclasses import dataclass

EVENTS = INSERT, UPDATE, DELETE, UNWATCHED = ("insert", "update", "delete", "unwatched")


@dataclass(frozen=True, slots=True)
class ForeignEdit:
    """
    One row that another program changed; the journal knows nothing of it.

    Parameters
    ----------
    number
        1 for the first, without gaps.
    time
        UTC, ISO 8601: of the edit, by the clock of the machine it was made on.
    table_name
        Name of the table.
    record
        What names the row there: its id, or the JSON list of the columns that identify it.
    event
        "insert", "update", "delete"; "unwatched" where the table was made anew, so that its edits went unnoticed.
    before, after
        The row as SQL stores it, outlines in hexadecimal digits; None where there was or is none.
    """

    number: int
    time: str
    table_name: str
    record: str
    event: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the columns whose values differ."""
        before, after = self.before or {}, self.after or {}
        return tuple(name for name in {**before, **after} if before.get(name) != after.get(name))

    def sentence(self) -> str:
        """Return what was done, for people."""
        if self.event == UNWATCHED:
            return f"Until {self.time} edits of the table {self.table_name} by other programs went unnoticed."
        did = {INSERT: "added", UPDATE: "changed", DELETE: "removed"}[self.event]
        what = f" ({', '.join(self.changed)})" if self.event == UPDATE else ""
        return (
            f"Another program {did} the {self.table_name} {self.record}{what} at {self.time}: no analyst stands for it."
        )
