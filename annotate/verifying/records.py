"""Whether every record is what the journal says it was when it was last written."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...labels.journal import MERGE, Entry
from ...labels.plural import plural
from ...labels.project import Project
from ...labels.project.sides import said_last
from .finding import DIFFERS, OK, UNCHECKED, Finding
from .said import Said

Row = tuple[str, str]
"""A table, and what names the row in it."""
LAYERS = {"annotation_pixel": "annotation"}
PARTS = {"comparison_kind": "kind", "claim_site": "site"}


def check_records(project: Project, entries: Sequence[Entry]) -> Finding:
    """Compare every row that the journal seals with the last seal of it, and name what no entry tells of."""
    said, old = said_last(entries), bool(entries) and "project" not in entries[0].payload
    there = {(table, key): hash for table, rows in project.seals().items() for key, hash in rows.items()}
    differences, unsealed, names = [], 0, _Names(project, entries)
    for row in [*said, *(row for row in there if row not in said)]:
        hash, entry = said.get(row, (None, None))
        if there.get(row) == hash:
            continue
        if entry is None and old:
            unsealed += 1
            continue
        differences.append(names.told(row, there.get(row), hash, entry))
    if differences:
        return Finding("records", DIFFERS, "What is kept is not what the journal says was written.", tuple(differences))
    if old and unsealed == len(there):
        sentence = "This project was made before the journal sealed what it wrote: what is kept cannot be held to it."
        return Finding("records", UNCHECKED, sentence)
    left = f"; {unsealed} older ones were written before the journal sealed what it wrote" if unsealed else ""
    held = plural(len(there) - unsealed, "row is as it was", "rows are as they were")
    return Finding("records", OK, f"{held} when the journal last wrote of them{left}.")


def check_project(project: Project, entries: Iterable[Entry]) -> tuple[Finding, ...]:
    """Check that the project is still said to be invented, or not, as it was when it was begun."""
    begun = [one.payload["project"] for one in entries if isinstance(one.payload.get("project"), Mapping)]
    merged = any(one.action == MERGE for one in entries)  # whose title is that of both
    here = {"synthetic": project.synthetic} if merged else {"synthetic": project.synthetic, "title": project.title}
    wrong = [
        f"The project's {name} is {value!r}; when it was begun it was {began[name]!r}."
        for began in begun
        for name, value in here.items()
        if isinstance(began, Mapping) and began.get(name) != value
    ]
    return (Finding("project", DIFFERS, "It is not said to be what it was.", tuple(wrong)),) if wrong else ()


class _Names:
    """What people call rows, and what is wrong with them, in words."""

    def __init__(self, project: Project, entries: Sequence[Entry]) -> None:
        self._said = Said(project, entries)
        self._scenes = {one.id: one.name for one in project.scenes()}

    def told(self, row: Row, found: str | None, hash: str | None, entry: Entry | None) -> str:
        """Return what is wrong with a row whose hash is one and should be another, in a sentence."""
        what = self._named(row)
        if entry is None:
            return f"{what} was added outside the journal: no entry tells of it."
        by = f"journal entry {entry.seq} ({entry.action} by {entry.analyst}, {entry.time})"
        if found is None:
            return f"{what} was removed outside the journal: {by} kept it."
        if hash is None:
            return f"{what} was put back outside the journal: {by} removed it."
        unlike = self._said.unlike(*row)
        return f"{what} was altered outside the journal since {by}{unlike and ': '}{unlike}."

    def _named(self, row: Row) -> str:
        table, key = row
        values: list[Any] = json.loads(key) if key.startswith("[") else [key]
        first = str(values[0])
        if table in ("verdict", "citation"):
            tied = f" to claim {values[1]}" if table == "citation" else ""
            return f"The {table} of {values[-1]} on annotation {first[:8]}{tied}"
        if table in PARTS:
            return f"The {PARTS[table]} number {values[1] + 1} of {table.split('_')[0]} {_short(first)}"
        if table == "estimate":
            return f"The estimate of kind {values[2]} in comparison {_short(first)}"
        if table == "scene":
            return f"The scene {self._scenes.get(first, _short(first))}"
        rest = "".join(f", {value}" for value in values[1:])
        return f"The {LAYERS.get(table, table).replace('_', ' ')} {_short(first)}{rest}"


def _short(name: str) -> str:
    """Return the first eight signs of a hash, and a name whole."""
    return name[:8] if len(name) >= 32 and all(sign in "0123456789abcdef" for sign in name) else name
