"""
PROV-JSON (W3C Member Submission, 24 April 2013) of the journal: who did what when, to which record, out of which.

Every step is an activity, every analyst an agent, and every state of a record that a step wrote an entity, named by
its seal; a later state is a revision of the one before it, and what a step names it used.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from urllib.parse import quote

from ..journal import Entry
from ..project import Project
from ..project.sealing import SEALED
from .format import Rendered
from .grounds import exported_journal, grounds
from .labelled import Labelled

_PREFIXES = {"dw": "urn:depotwatch:"}
_SHOWN = 16  # digits of a hash that name a state: enough that no two agree by chance

Statements = dict[str, dict[str, object]]


class _Document:
    """A PROV document as it grows: statements by kind and id; by its id and table, which state each record is in."""

    def __init__(self) -> None:
        self.statements: dict[str, Statements] = {}
        self.states: dict[str, dict[str, str]] = {}
        self._number = count(1)

    def state(self, kind: str, record: str, /, **attributes: object) -> str:
        known = {f"prov:{key}" if key in ("type", "label") else f"dw:{key}": value for key, value in attributes.items()}
        self.statements.setdefault(kind, {}).setdefault(record, {}).update(
            {key: value for key, value in known.items() if value is not None}
        )
        return record

    def relate(self, relation: str, /, **ends: str) -> None:
        name = f"_:r{next(self._number)}"
        self.statements.setdefault(relation, {})[name] = {f"prov:{key}": value for key, value in ends.items()}


def render_prov(project: Project, labels: Sequence[Labelled], name: str) -> Rendered:
    """Return the journal up to its last step that is no export; it is whole, whichever labels were asked for."""
    document, rest = _Document(), grounds(project, labels)
    about = {key: rest[key] for key in ("version", "project", "journal_head", "synthetic", "notice")}
    document.state("entity", "dw:project", type="prov:Collection", **about)
    for scene in project.scenes():
        facts = {"name": scene.name, "time": scene.time, "credit": scene.credit, "licence": scene.licence}
        document.state("entity", _named("scene", scene.id), type="dw:scene", synthetic=scene.synthetic, **facts)
    entries = exported_journal(project)
    activities = {entry.hash: f"dw:step/{entry.seq}-{entry.hash[:_SHOWN]}" for entry in entries}
    for entry in entries:
        _step(document, entry, activities)
    text = json.dumps({"prefix": _PREFIXES, **document.statements}, ensure_ascii=False, allow_nan=False, indent=1)
    return Rendered.text(text + "\n")


def _step(document: _Document, entry: Entry, activities: Mapping[str, str]) -> None:
    """Add one journal entry: its activity, its analyst, what it used and what it wrote."""
    activity = activities[entry.hash]
    document.statements.setdefault("activity", {})[activity] = {
        "prov:startTime": entry.time,
        "prov:endTime": entry.time,
        "prov:type": f"dw:{quote(entry.action, safe='')}",
        "dw:hash": entry.hash,
    }
    agent = document.state("agent", _named("analyst", entry.analyst), type="prov:Person", label=entry.analyst)
    document.relate("wasAssociatedWith", activity=activity, agent=agent)
    for parent in entry.parents:
        document.relate("wasInformedBy", informed=activity, informant=activities[parent])
    sealed = entry.payload.get(SEALED)
    written = {(table, key): hash for table, rows in _items(sealed) for key, hash in _items(rows)}
    for entity in _used(document, entry):
        document.relate("used", activity=activity, entity=entity)
    for (table, key), hash in written.items():
        before = document.states.setdefault(key, {}).pop(table, None)
        if hash is None:
            if before is not None:
                document.relate("wasInvalidatedBy", entity=before, activity=activity)
            continue
        entity = f"{_named(table, key)}/{str(hash)[:_SHOWN]}"
        document.state("entity", entity, type=f"dw:{table}", seal=hash)
        document.states[key][table] = entity
        document.relate("wasGeneratedBy", entity=entity, activity=activity)
        document.relate("wasAttributedTo", entity=entity, agent=agent)
        if before is not None and before != entity:
            document.relate("wasDerivedFrom", generatedEntity=entity, usedEntity=before, type="prov:Revision")


def _used(document: _Document, entry: Entry) -> list[str]:
    """Return the states of records that a step names in its payload."""
    named = dict.fromkeys(_texts({key: value for key, value in entry.payload.items() if key != SEALED}))
    return [entity for key in named for entity in document.states.get(key, {}).values()]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _items(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _named(kind: str, key: str) -> str:
    return f"dw:{kind}/{quote(key, safe='')}"
