"""No way of writing a project leaves the journal without a word of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from depotwatch.labels.project import Project
from depotwatch.labels.project.sealing import SEALED
from depotwatch.labels.project.sides import said_last
from depotwatch.labels.records import (
    Annotation,
    Citation,
    Estimate,
    Glance,
    Ground,
    ImplantRow,
    Judgement,
    Origin,
    Probe,
    ProbeRound,
    Remark,
    Site,
    Source,
    SourceCopy,
    StoredEstimate,
    Verdict,
)

TIME = "2024-05-02T09:00:00.000Z"
ROUND = ProbeRound("round", "Ada", "tile", False, "sha-before", "sha-after", 1, 5, 9, {"things": []}, TIME)
ESTIMATE = Estimate(1, 2, None, 0.9, "pits", "low", "best", "high", {"x": 1.0})
COPY = SourceCopy("rusi", "page.html", "0" * 64, b"page")
REMARK = Remark("r", "pit", "Ada", TIME, "a berm")
BEFORE: dict[str, Callable[[Project], object]] = {
    "remove_source": lambda one: one.put_source(Source("x", {"id": "x"})),
    "remove_source_copy": lambda one: one.put_source_copy(COPY),
    "remove_remark": lambda one: one.put_remark(REMARK),
    "put_probe": lambda one: one.put_probe_round(ROUND),
}
"""What some of them need first, in the same transaction."""
WRITERS: dict[str, Callable[[Project], object]] = {
    "add_scene": lambda one: one.add_scene(replace(one.scene("sha-before"), id="sha-new")),
    "put_scene": lambda one: one.put_scene(replace(one.scene("sha-before"), credit="another")),
    "add_comparison": lambda one: one.add_comparison(replace(one.comparison("run"), id="run-2", version="2")),
    "renew_comparison": lambda one: one.renew_comparison("run", TIME),
    "put_annotation": lambda one: one.put_annotation(replace(one.annotation("pit"), note="moved")),
    "put_verdict": lambda one: one.put_verdict(Verdict("second", "Bo", "unsure", None, "", TIME)),
    "remove_verdict": lambda one: one.remove_verdict("pit", "Ada"),
    "put_estimate": lambda one: one.put_estimate(StoredEstimate("run", "rajin", "storage-pit", ESTIMATE, TIME)),
    "put_source": lambda one: one.put_source(Source("another", {"id": "another", "title": "Another"})),
    "remove_source": lambda one: one.remove_source("x"),
    "put_source_copy": lambda one: one.put_source_copy(COPY),
    "remove_source_copy": lambda one: one.remove_source_copy("rusi"),
    "put_origin": lambda one: one.put_origin(Origin("ministry", "A ministry")),
    "put_site": lambda one: one.put_site(Site("najin", "Najin")),
    "put_claim": lambda one: one.put_claim(replace(one.claims()[0], sites=())),
    "put_judgement": lambda one: one.put_judgement(Judgement("pits", "Ada", TIME, "pits are visible")),
    "put_citation": lambda one: one.put_citation(Citation("second", "pits", "opposes", "Ada", TIME)),
    "remove_citation": lambda one: one.remove_citation("pit", "pits", "Ada"),
    "put_remark": lambda one: one.put_remark(REMARK),
    "remove_remark": lambda one: one.remove_remark("r"),
    "put_ground": lambda one: one.put_ground(Ground("sha-before", "sha-after", 64, 300, 400, "x")),
    "add_glances": lambda one: one.add_glances(
        [Glance("Ada", "sha-before", "sha-after", "both", 0, 0, 9, 9, 1.0, 2.0, TIME)]
    ),
    "put_probe_round": lambda one: one.put_probe_round(ROUND),
    "put_probe": lambda one: one.put_probe(Probe("p", "round", 0, {})),
    "replace_implants": lambda one: one.replace_implants(
        "run", (ImplantRow("run", "storage-pit", 0, 5, 20.0, 10.0, 2.0, 0.1, 4.0, 30.0, None, True),)
    ),
    "repoint": lambda one: one.repoint("pit", "second"),
}
NOT_SEALED = {
    "append": "the journal itself",
    "set_preference": "how a user likes to work, and no fact of a case",
    "replace_series": "worked out from the rest, with the head it was worked out at",
    "copy_of": "brings the other project's journal with it",
    "union_of": "sealed by `join`, the merge's own entry",
    "join": "the merge's own entry",
}
VERBS = ("put", "add", "remove", "replace", "renew", "set", "append", "copy", "union", "join", "repoint")


def test_every_way_of_writing_is_known_here() -> None:
    writers = {name for name in dir(Project) if name.split("_")[0] in VERBS}
    assert writers == WRITERS.keys() | NOT_SEALED.keys()


@pytest.mark.parametrize("name", WRITERS)
def test_what_a_writer_writes_is_in_the_entry_of_its_transaction(case: Project, name: str) -> None:
    before = standing(case)
    with case.transaction():
        if name in BEFORE:
            BEFORE[name](case)
        WRITERS[name](case)
        entry = case.append("Ada", "step", {})
    assert entry.payload.get(SEALED), f"{name} writes what no entry tells of"
    after = standing(case)
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    told = {key: hash for key, (hash, _) in said_last([entry]).items()}
    assert changed <= told.keys()
    assert all(told[key] == after.get(key) for key in told)


def standing(project: Project) -> dict[tuple[str, str], str]:
    return {(table, key): hash for table, rows in project.seals().items() for key, hash in rows.items()}


def test_a_drawing_is_told_of_in_either_layer(case: Project, unplaced: Annotation) -> None:
    with case.transaction():
        case.put_annotation(unplaced)
        entry = case.append("Ada", "draw", {})
    assert set(said_last([entry])) == {("annotation_pixel", "sketch")}
