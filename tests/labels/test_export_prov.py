"""PROV-JSON: the journal as activities, agents and entities that a reader of provenance can follow."""

import json
from dataclasses import replace
from typing import Any

from depotwatch.labels.export import FORMATS, export
from depotwatch.labels.project import Project


def exported(project: Project) -> dict[str, Any]:
    path = project.path.with_name("out.json")
    export(project, path, FORMATS["prov"])
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def ends(found: dict[str, Any], relation: str) -> set[tuple[str, ...]]:
    return {tuple(value for key, value in one.items() if key != "prov:type") for one in found[relation].values()}


def test_every_step_has_its_analyst_and_its_time_and_follows_the_one_before(case: Project) -> None:
    case.append("Bo", "note", {"annotation": "pit"})
    found = exported(case)
    first, second = found["activity"].values()
    assert [one["dw:hash"] for one in (first, second)] == [entry.hash for entry in case.journal()]
    assert first["prov:startTime"] == case.journal()[0].time
    assert set(found["agent"]) == {"dw:analyst/Ada", "dw:analyst/Bo"}
    one, two = found["activity"]
    assert ends(found, "wasInformedBy") == {(two, one)}
    assert {(one, "dw:analyst/Ada"), (two, "dw:analyst/Bo")} == ends(found, "wasAssociatedWith")


def test_a_record_that_is_changed_is_a_revision_made_by_that_step(case: Project) -> None:
    with case.transaction():
        case.put_annotation(replace(case.annotation("pit"), note="corrected"))
        case.append("Bo", "note", {"annotation": "pit"})
    found = exported(case)
    ((new, old),) = ends(found, "wasDerivedFrom")
    assert old.startswith("dw:annotation/pit/") and new.startswith("dw:annotation/pit/") and new != old
    last = list(found["activity"])[-1]
    assert (new, last) in ends(found, "wasGeneratedBy")
    assert (last, old) in ends(found, "used")


def test_every_name_that_is_used_is_stated_and_has_a_prefix_that_is_declared(case: Project) -> None:
    found = exported(case)
    stated = {name for kind in ("entity", "activity", "agent") for name in found[kind]}
    relations = set(found) - {"prefix", "entity", "activity", "agent"}
    assert relations == {"wasAssociatedWith", "wasGeneratedBy", "wasAttributedTo"}
    for relation in relations:
        for one in found[relation].values():
            assert set(one.values()) <= stated
    assert all(name.partition(":")[0] in found["prefix"] for name in stated)
    scene = found["entity"]["dw:scene/sha-before"]
    assert scene["dw:licence"] == "CC-BY-SA-3.0-IGO" and "Copernicus" in scene["dw:credit"]
    assert found["entity"]["dw:project"]["dw:journal_head"] == case.journal()[-1].mark
