"""Every command that writes a project says so in its journal; every other leaves it as it was."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import typer
from shapely import box
from shapely.affinity import translate
from shapely.geometry import mapping

from depotwatch.annotate.review import Review
from depotwatch.labels.journal import Entry, verify_chain
from depotwatch.labels.project import Project
from depotwatch.labels.project.sides import said_last
from depotwatch.plugins.cli import app, main

SOURCES = [{"id": "gazette", "type": "report", "title": "New pits"}]
CLAIM: dict[str, object] = {
    "id": "pits",
    "source": "gazette",
    "statement": "Ten new pits were dug",
    "kind": "storage-pit",
    "measure": "new",
    "quantity": {"low": 10, "high": 10, "unit": "pits", "hedge": "stated"},
    "sites": [],
    "window": {"start": None, "end": None},
    "polarity": "asserts",
    "origin": None,
    "locator": None,
}
P, NAMED, DISPUTED = "p.gpkg", ["--analyst", "Ann"], "a disputed place"
TWO_SCENES = ["--scene", "before.tif", "--scene", "after.tif"]
WRITING: dict[str, tuple[list[str], str]] = {
    "site add": ([P, "depot", *NAMED], "site add"),
    "compare": (["before.tif", "after.tif", "--project", P, "--kind", "storage-pit", *NAMED], "compare"),
    "detect": (["after.tif", "--project", P, "--kind", "storage-pit", *NAMED], "detect"),
    "source import": ([P, "sources.json", *NAMED], "source import"),
    "source add": ([P, "brief", "--title", "A brief", *NAMED], "source add"),
    "source edit": ([P, "brief", "--language", "fr", *NAMED], "source edit"),
    "source attach": ([P, "brief", "sources.json", "--keep", *NAMED], "source attach"),
    "claim import": ([P, "claims.json", *NAMED], "claim import"),
    "claim add": (
        [P, "many", "--source", "brief", "--statement", "Many", "--measure", "new", *NAMED],
        "claim add",
    ),
    "claim judge": ([P, "many", "--observation", "Two pits are visible.", *NAMED], "claim judge"),
    "source merge": ([P, "gazette", "brief", *NAMED], "source merge"),
    "adjudicate": ([P, DISPUTED, "--verdict", "accepted", "--why", "clear", *NAMED], "adjudicate"),
    "import": (
        [P, "theirs.geojson", "--kind", "storage-pit", "--change", "appeared", *TWO_SCENES, *NAMED],
        "import",
    ),
    "export": ([P, "out.csv", *NAMED], "export"),
}
"""In this order, each with the action that its last entry must have."""
READING: dict[str, list[str]] = {
    "count": [P],
    "claims": [P],
    "series": [P, "depot"],
    "adjudicate": [P],
    "verify": [P],
    "change": ["before.tif", "after.tif", "map.tif"],
    "source list": [P],
    "source cite": [P],
    "source extract": [P, "gazette", "copy.json"],
    "claim list": [P],
    "claim hedges": [P],
    "site list": [P],
    "words": [P],
    "project backup": [P, "backup.gpkg"],
}
ELSEWHERE = {
    "demo": "makes an invented project of its own by the same ways",
    "bench": "works in a folder of its own",
    "review": "opens the window, whose steps are those of the review",
    "match": "needs accepted places; reads only",
    "search": "asks catalogues",
    "fetch": "fetches files and knows no project",
    "tiles": "fetches files and only reads sites",
    "merge": "makes a new project; see the tests of merging",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rendered: tuple[Path, Path]) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEPOTWATCH_ANALYST", raising=False)
    for name, path in zip(("before.tif", "after.tif"), rendered, strict=True):
        (tmp_path / name).write_bytes(path.read_bytes())
    (tmp_path / "sources.json").write_text(json.dumps(SOURCES))
    (tmp_path / "claims.json").write_text(json.dumps([CLAIM]))
    return tmp_path


def commands() -> set[str]:
    found = set()

    def walk(command: object, words: tuple[str, ...]) -> None:
        verbs = getattr(command, "commands", None)
        if verbs is None:
            found.add(" ".join(words))
        for name, verb in (verbs or {}).items():
            walk(verb, (*words, name))

    walk(typer.main.get_command(app), ())
    return found


def test_every_command_is_known_here() -> None:
    known = WRITING.keys() | READING.keys() | ELSEWHERE.keys()
    assert commands() - known == set(), "say here whether a new command writes, and what its entry is called"


def state(path: Path) -> tuple[tuple[Entry, ...], set[tuple[str, str]]]:
    """Return the journal, and the rows that are not as it says last."""
    with Project.open(path, read_only=True) as project:
        entries = project.journal()
        now = {(table, key): hash for table, rows in project.seals().items() for key, hash in rows.items()}
    said = {key: hash for key, (hash, _) in said_last(entries).items()}
    return entries, {key for key in said.keys() | now.keys() if said.get(key) != now.get(key)}


def dispute(path: Path) -> str:
    """Let Ada draw a place that Bo judges otherwise, and return its id; write one beside it for the import."""
    with Project.open(path) as project:
        before = next(one.before for one in project.comparisons() if one.after)
        drawn = Review(project, "Ada").draw("storage-pit", box(100, 100, 120, 110), before)
        Review(project, "Bo").judge([drawn.id], "unsure")
    assert drawn.shape.ground is not None
    beside = translate(drawn.shape.ground, xoff=-1.5 * (drawn.shape.ground.bounds[2] - drawn.shape.ground.bounds[0]))
    feature = {"type": "Feature", "properties": {}, "geometry": mapping(beside)}
    (path.parent / "theirs.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return drawn.id


def test_every_command_that_writes_says_so_and_no_other_writes(folder: Path) -> None:
    project, known = folder / P, 0
    for name, (words, action) in WRITING.items():
        disputed = dispute(project) if DISPUTED in words else ""
        known = len(state(project)[0]) if disputed else known
        assert main([*name.split(), *(disputed if word == DISPUTED else word for word in words)]) == 0, name
        entries, unaccounted = state(project)
        assert len(entries) > known, f"{name} left no entry"
        assert (entries[-1].action, entries[-1].analyst) == (action, "Ann")
        assert unaccounted == set(), f"{name} wrote rows that no entry tells of"
        assert verify_chain(entries) is None
        known = len(entries)
    for name, words in READING.items():
        main([*name.split(), *words])
        assert state(project) == (entries, set()), f"{name} wrote"
    with closing(sqlite3.connect(project)) as file, file:
        file.execute("UPDATE claim SET statement = 'Few' WHERE id = 'many'")
    assert state(project)[1] == {("claim", "many")}
