"""Where analysts found otherwise than what stands: in verdicts, and in what two files said of one place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from .journal import MERGE, Entry
from .project import Project
from .records import Annotation, Dissent, Verdict, resolve

SIZES = ("length_m", "width_m", "area_m2", "heading_deg")


def dissents(project: Project) -> tuple[Dissent, ...]:
    """
    Return every finding that is not what stands, by place, then by time.

    These are the verdicts that differ from what stands, among them one's own before one settled the dispute otherwise;
    of places that a merge joined also the values of either file that do not stand.
    """
    places = {one.id: one for one in project.annotations()}
    entries = project.journal()
    found = [one for one in _verdicts(project, entries) if one.annotation in places]
    for entry in entries:
        told = entry.payload.get("differences") if entry.action == MERGE else None
        for one in told if isinstance(told, Sequence) else ():
            if one["annotation"] in places:
                found += _values(places[one["annotation"]], one)
    once = [one for at, one in enumerate(found) if one not in found[:at]]
    return tuple(sorted(once, key=lambda one: (one.annotation, one.time, one.analyst, one.field)))


def _verdicts(project: Project, entries: Iterable[Entry]) -> list[Dissent]:
    given: dict[str, list[Verdict]] = {}
    for verdict in project.verdicts():
        given.setdefault(verdict.annotation, []).append(verdict)
    standing = {name: resolve(verdicts) for name, verdicts in given.items()}
    every = [one for verdicts in given.values() for one in verdicts if not one.adjudicates]
    settling = {(one.annotation, one.analyst): one for one in project.verdicts() if one.adjudicates}
    for entry in entries:
        before = entry.payload.get("before") if entry.action == "adjudicate" else None
        had = before.get("verdict") if isinstance(before, Mapping) else None
        if isinstance(had, Mapping) and not had["adjudicates"] and (had["annotation"], had["analyst"]) in settling:
            every.append(Verdict(**had))
    return [_of_verdict(one, standing[one.annotation]) for one in every if one.value != standing[one.annotation]]


def _of_verdict(one: Verdict, stands: str) -> Dissent:
    return Dissent(one.annotation, one.analyst, "verdict", one.value, stands, one.reason, one.note, one.time)


def _values(one: Annotation, told: Mapping[str, object]) -> list[Dissent]:
    """Return those of two values that differ from what the place has now."""
    field = str(told["field"])
    stands = _value_of(one, field)
    sides = [(told["kept"], told["kept_by"], told["kept_time"]), (told["other"], told["other_by"], told["other_time"])]
    found = []
    for value, who, time in sides:
        said = {name: value[name] for name in SIZES} if field == "shape" and isinstance(value, Mapping) else value
        if said != stands:
            found.append(Dissent(one.id, str(who), field, said, stands, None, "", str(time)))
    return found


def _value_of(one: Annotation, field: str) -> object:
    """Return a field as JSON values; of an outline its sizes."""
    if field == "shape":
        return {name: getattr(one.shape, name) for name in SIZES}
    if field == "count":
        return None if one.count is None else asdict(one.count)
    return getattr(one, field)
