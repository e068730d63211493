"""Two analysts, each in a file of their own, become one project: the same whoever is named first."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import sleep

import numpy as np
import pytest
from shapely import box

from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.merge import Merged, merge
from depotwatch.annotate.reading.ground import ground_of
from depotwatch.annotate.review import Review
from depotwatch.annotate.same_places import same_places
from depotwatch.labels.errors import ProjectError
from depotwatch.labels.journal import verify_chain
from depotwatch.labels.project import Project
from depotwatch.labels.records import Annotation, Claim, Count, Glance, Source, Verdict, Window

PITS = [("storage-pit", "appeared", score) for score in (0.9, 0.8, 0.7)]
Pair = tuple[Path, Path]


@pytest.fixture
def pair(add_pair: Callable[..., object], tmp_path: Path) -> Pair:
    """Return one project and its copy, with three proposals, before anyone looked at either."""
    base = Project.create(tmp_path / "base.gpkg")
    with base.transaction():
        add_pair(base, PITS, name="2")
        base.put_source(Source("report", {"title": "A report"}))
        base.put_claim(Claim("c1", "report", "Pits", "storage-pit", "new", None, (), Window(), "asserts", None))
        base.append("Ada", "compare", {})
    base.close()
    copies = tmp_path / "ada.gpkg", tmp_path / "bo.gpkg"
    for copy in copies:
        shutil.copy(base.path, copy)
    return copies


def read_by(path: Path, analyst: str, reading: Callable[[Review], object]) -> None:
    with Project.open(path) as project:
        reading(Review(project, analyst))


def ada_reads(review: Review) -> None:
    review.select("p2-0")
    review.set_count(Count(2, 2, 2))
    review.remark("clear berm")
    review.cite("c1", "supports")
    review.accept()
    review.select("p2-1")
    review.accept()
    review.draw("storage-pit", box(500, 500, 530, 520), "before-2", after="after-2")
    review.draw("storage-pit", box(700, 500, 730, 520), "before-2", after="after-2")


def bo_reads(review: Review) -> None:
    review.select("p2-0")
    review.set_count(Count(3, 3, 3))
    review.accept()
    review.select("p2-1")
    review.set_state("filled")
    review.reject("shadow")
    review.draw("storage-pit", box(502, 500, 532, 520), "before-2", after="after-2")
    review.undo()
    review.redo()


def test_what_was_looked_at_in_either_file_is_kept_once(pair: Pair, tmp_path: Path) -> None:
    def look(analyst: str, time: str) -> Glance:
        return Glance(analyst, "before-2", "after-2", "both", 0, 0, 512, 512, 1.0, 3.0, time)

    ground = ground_of(("before-2", "after-2"), np.ones((1000, 1000), bool), (0, 0), (1000, 1000))
    looks = (look("Ada", "2024-05-02T09:00:00Z"), look("Bo", "2024-05-01T09:00:00Z"))
    for path, one in zip(pair, looks, strict=True):
        with Project.open(path) as project:
            Review(project, one.analyst).keep_glances(ground, [one])
    _, out = both_ways(pair, tmp_path)
    with Project.open(out, read_only=True) as project:
        assert project.glances() == looks[::-1]
    assert unaccounted(out) == set()


@pytest.fixture
def read(pair: Pair) -> Pair:
    """Return both copies after Ada read one and Bo the other."""
    read_by(pair[0], "Ada", ada_reads)
    read_by(pair[1], "Bo", bo_reads)
    return pair


def dump(path: Path) -> bytes:
    """Return all that a project holds, row by row in order of arrival, as bytes."""
    with closing(sqlite3.connect(path)) as file:
        kept = "SELECT name FROM sqlite_master WHERE type = 'table'"  # views follow from the tables
        tables = f"SELECT table_name FROM gpkg_contents WHERE table_name IN ({kept}) ORDER BY 1"
        names = file.execute(tables).fetchall()
        rows = {name: file.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for (name,) in names}
        held = {name: [row[1:] for row in found] for name, found in rows.items()}  # without the row's own number
        extents = file.execute("SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents ORDER BY 1").fetchall()
    return repr((held, extents)).encode()


def both_ways(pair: Pair, folder: Path, name: str = "") -> tuple[Merged, Path]:
    found = merge(*pair, folder / f"{name}ab.gpkg")
    other = merge(*pair[::-1], folder / f"{name}ba.gpkg")
    assert dump(found.path) == dump(other.path)
    assert found.head == other.head
    return found, found.path


def test_merging_gives_the_same_whoever_is_named_first_and_whenever(read: Pair, tmp_path: Path) -> None:
    found, path = both_ways(read, tmp_path)
    again = merge(*read, tmp_path / "again.gpkg")
    assert dump(again.path) == dump(path)
    assert found.joined


def test_both_journals_are_kept_with_what_they_share_once(read: Pair, tmp_path: Path) -> None:
    found, path = both_ways(read, tmp_path)
    journals = []
    for one in read:
        with Project.open(one, read_only=True) as project:
            journals.append(project.journal())
    with Project.open(path, read_only=True) as project:
        entries = project.journal()
        assert verify_chain(entries) is None
        for journal in journals:
            assert all(entry in entries for entry in journal)
            assert verify_chain(entries, journal[-1].mark) is None
        assert len(entries) == len(journals[0]) + len(journals[1]) - 1 + 1
        assert project.head == found.head.hash
    assert found.head.parents == tuple(sorted(journal[-1].hash for journal in journals))
    assert found.head.analyst == "Ada and Bo"
    assert found.head.time == max(journal[-1].time for journal in journals)


def place(project: Project, name: str) -> Annotation:
    return next(one for one in project.annotations(include_withdrawn=True) if one.id == name)


def test_verdicts_of_both_stand_on_one_place_and_what_they_drew_alike_is_one(read: Pair, tmp_path: Path) -> None:
    found, path = both_ways(read, tmp_path)
    (twin,) = found.twins
    with Project.open(path, read_only=True) as project:
        given = {one: {v.analyst: v.value for v in project.verdicts(one)} for one in ("p2-0", "p2-1", twin.place)}
        assert given == {
            "p2-0": {"Ada": "accepted", "Bo": "accepted"},
            "p2-1": {"Ada": "accepted", "Bo": "rejected"},
            twin.place: {"Ada": "accepted", "Bo": "accepted"},
        }
        assert project.verdicts(twin.twin) == ()
        assert place(project, twin.twin).withdrawn and not place(project, twin.place).withdrawn
        assert len(project.annotations()) == 5
        assert place(project, "p2-1").state == "filled"
        assert place(project, "p2-0").note == "clear berm"
        assert [one.claim for one in project.citations()] == ["c1"]
        assert same_places(project.journal()) == {twin.twin: twin.place}
        assert project.candidates() and {one.annotation for one in project.candidates()} <= {"p2-0", "p2-1", "p2-2"}
    assert twin.iou == pytest.approx(28 / 32)


def test_of_two_values_the_later_stands_and_the_other_is_told(read: Pair, tmp_path: Path) -> None:
    found, path = both_ways(read, tmp_path)
    counts = next(one for one in found.differences if one.field == "count")
    assert (counts.annotation, counts.kept_by, counts.other_by) == ("p2-0", "Bo", "Ada")
    assert (counts.kept["best"], counts.other["best"]) == (3, 2)
    assert counts.kept_time > counts.other_time
    with Project.open(path, read_only=True) as project:
        assert place(project, "p2-0").count == Count(3, 3, 3)
        told = project.journal()[-1].payload["differences"]
    assert isinstance(told, list)
    assert {one["field"] for one in told} == {"count", "shape"}


def test_the_joined_journal_accounts_for_every_row(read: Pair, tmp_path: Path) -> None:
    _, path = both_ways(read, tmp_path)
    assert unaccounted(path) == set()


def unaccounted(path: Path) -> set[tuple[str, str]]:
    """Return the rows whose last seal in the journal is not theirs."""
    with Project.open(path, read_only=True) as project:
        now = {(table, key): hash for table, rows in project.seals().items() for key, hash in rows.items()}
        said: dict[tuple[str, str], object] = {}
        for entry in project.journal():
            sealed = entry.payload.get("sealed", {})
            assert isinstance(sealed, dict)
            said |= {(table, key): hash for table, rows in sealed.items() for key, hash in rows.items()}
    return {key for key in said.keys() | now.keys() if said.get(key) != now.get(key)}


def test_a_row_altered_by_another_program_is_not_made_good_and_does_not_win(read: Pair, tmp_path: Path) -> None:
    with closing(sqlite3.connect(read[0])) as file, file:
        file.execute("UPDATE verdict SET value = 'unsure' WHERE annotation = 'p2-1' AND analyst = 'Ada'")
        file.execute("UPDATE source SET csl = '{}'")
    found, path = both_ways(read, tmp_path)
    assert found.joined
    assert unaccounted(path) == {("verdict", '["p2-1","Ada"]')}
    (told,) = found.unchained
    assert "verdict of Ada on annotation p2-1 was altered outside the journal" in told
    with Project.open(path, read_only=True) as project:
        assert project.sources()[0].title == "A report"
        edits = [(edit.number, edit.table_name, edit.event) for edit in project.foreign_edits()]
        assert edits == [(1, "verdict", "update"), (2, "source", "update")]


def test_a_merge_with_one_of_its_parents_adds_nothing(read: Pair, tmp_path: Path) -> None:
    _, path = both_ways(read, tmp_path)
    for number, parent in enumerate(read):
        found, again = both_ways((path, parent), tmp_path, str(number))
        assert not found.joined
        assert dump(again) == dump(path)


def test_work_goes_on_after_a_merge_and_is_merged_again(read: Pair, tmp_path: Path) -> None:
    _, path = both_ways(read, tmp_path)
    read_by(path, "Cleo", lambda review: review.judge(["p2-2"], "unsure"))
    read_by(read[0], "Ada", lambda review: review.judge(["p2-2"], "accepted"))
    found, last = both_ways((path, read[0]), tmp_path, "more-")
    with Project.open(last) as project:
        assert {one.analyst: one.value for one in project.verdicts("p2-2")} == {"Ada": "accepted", "Cleo": "unsure"}
        assert verify_chain(project.journal(), found.head.mark) is None
        entry = project.append("Cleo", "note", {})
        assert entry.seq == found.head.seq + 1
        assert verify_chain(project.journal()) is None
        review = Review(project, "Cleo")
        review.undo()
        assert {one.analyst for one in project.verdicts("p2-2")} == {"Ada"}
        review = Review(project, "Ada")
        review.undo()
        assert project.verdicts("p2-2") == ()


def test_projects_of_different_beginnings_are_merged(add_pair: Callable[..., object], tmp_path: Path) -> None:
    made = [Project.create(tmp_path / f"{name}.gpkg") for name in ("one", "two")]
    for project, analyst in zip(made, ("Ada", "Bo"), strict=True):
        with project.transaction():
            add_pair(project, PITS, name="2")
            project.append(analyst, "compare", {})
        review = Review(project, analyst)
        review.select("p2-0")
        review.accept()
        project.close()
    found, path = both_ways((made[0].path, made[1].path), tmp_path)
    assert found.joined and found.twins == () and found.differences == ()
    with Project.open(path, read_only=True) as project:
        assert {one.analyst for one in project.verdicts("p2-0")} == {"Ada", "Bo"}
        assert len(project.annotations()) == 3
        assert verify_chain(project.journal()) is None
        assert [entry.seq for entry in project.journal()] == [1, 1, 2, 2, 3]


def test_what_cannot_be_merged_leaves_nothing(read: Pair, tmp_path: Path) -> None:
    out = tmp_path / "out.gpkg"
    with Project.create(tmp_path / "invented.gpkg", synthetic=True) as project:
        project.append("Ada", "note", {})
    with pytest.raises(AnnotateError, match="invented"):
        merge(read[0], tmp_path / "invented.gpkg", out)
    with Project.create(tmp_path / "empty.gpkg"):
        pass
    with pytest.raises(AnnotateError, match="nothing to merge"):
        merge(read[0], tmp_path / "empty.gpkg", out)
    with closing(sqlite3.connect(read[1])) as file, file:
        file.execute("DROP TRIGGER journal_keeps_entries")
        file.execute("UPDATE journal SET analyst = 'Eve' WHERE seq = 2")
    with pytest.raises(AnnotateError, match=r"entry 2 .*was altered"):
        merge(*read, out)
    assert not out.exists()
    with pytest.raises(ProjectError, match="already exists"):
        merge(read[0], read[0], read[1])


def test_what_one_drew_where_the_others_machine_proposed_is_that_proposal(
    add_pair: Callable[..., object], tmp_path: Path
) -> None:
    paths = tmp_path / "ada.gpkg", tmp_path / "bo.gpkg"
    for path, places, analyst, version in zip(paths, (PITS, ()), ("Ada", "Bo"), ("1", "2"), strict=True):
        with Project.create(path) as project:
            with project.transaction():
                add_pair(project, places, name="2", version=version)
                project.append(analyst, "compare", {})
            review = Review(project, analyst)
            if analyst == "Ada":
                review.judge(["p2-0"], "unsure")
            else:
                review.draw("storage-pit", box(0, 0, 10, 9), "before-2", after="after-2", count=Count(4, 4, 4))
                drawn = review.queue()[0].id
                review.remark("two walls")
    found, path = both_ways(paths, tmp_path)
    assert [(one.place, one.twin) for one in found.twins] == [("p2-0", drawn)]
    with Project.open(path, read_only=True) as project:
        assert {one.analyst: one.value for one in project.verdicts("p2-0")} == {"Ada": "unsure", "Bo": "accepted"}
        assert (place(project, "p2-0").count, place(project, "p2-0").note) == (Count(4, 4, 4), "two walls")
        assert [one.annotation for one in project.remarks()] == ["p2-0"]
        assert {one.id for one in project.annotations()} == {"p2-0", "p2-1", "p2-2"}
        assert {one.id for one in project.comparisons()} == {"comparison-2-1", "comparison-2-2"}
    assert unaccounted(path) == set()


def say(path: Path, analyst: str, *records: Source | Claim | str) -> None:
    """Put sources and claims, or take sources out, with an entry, some time after what was done before."""
    sleep(0.01)
    with Project.open(path) as project, project.transaction():
        for one in records:
            if isinstance(one, str):
                project.remove_source(one)
            elif isinstance(one, Source):
                project.put_source(one)
            else:
                project.put_claim(one)
        project.append(analyst, "edit", {})


@pytest.mark.parametrize("later", [0, 1])
def test_of_other_records_the_later_step_stands_that_the_other_did_not_know(
    pair: Pair, tmp_path: Path, later: int
) -> None:
    claim = Claim("c1", "report", "Pits", "storage-pit", "new", None, (), Window(), "asserts", None)
    for path in pair:
        say(path, "Ada", Source("old", {"title": "Old"}), Source("spare", {"title": "Spare"}))
    pair = pair[0], Path(shutil.copy(pair[0], pair[1]))
    earlier_one, later_one = pair[1 - later], pair[later]
    say(earlier_one, "Ada", replace(claim, statement="Few"), Source("report", {"title": "Second edition"}), "old")
    say(later_one, "Bo", replace(claim, statement="Many"), Source("new", {"title": "New"}))
    _, path = both_ways(pair, tmp_path)
    with Project.open(path, read_only=True) as project:
        assert [one.statement for one in project.claims()] == ["Many"]
        titles = {one.id: one.title for one in project.sources()}
    assert titles == {"report": "Second edition", "spare": "Spare", "new": "New"}
    assert unaccounted(path) == set()


def test_what_one_took_out_stays_where_the_other_went_on_to_use_it(pair: Pair, tmp_path: Path) -> None:
    say(pair[0], "Ada", Source("old", {"title": "Old"}))
    pair = pair[0], Path(shutil.copy(pair[0], pair[1]))
    say(pair[0], "Bo", Claim("c2", "old", "Pits", None, "none", None, (), Window(), "asserts", None))
    say(pair[1], "Ada", "old")
    _, path = both_ways(pair, tmp_path)
    with Project.open(path, read_only=True) as project:
        assert {one.id: one.source for one in project.claims()} == {"c1": "report", "c2": "old"}
        assert {one.id for one in project.sources()} == {"report", "old"}
    assert unaccounted(path) == set()


@pytest.mark.parametrize("later", [0, 1])
def test_of_rows_that_no_journal_sealed_the_one_stands_that_says_it_is_later(
    pair: Pair, tmp_path: Path, later: int
) -> None:
    for at, path in enumerate(pair):
        with Project.open(path) as project:
            time = f"2024-05-0{2 if at == later else 1}T09:00:00.000Z"
            project.put_verdict(Verdict("p2-0", "Ada", "unsure", None, f"file {at}", time))
            project.append("Ada", "verdict of an early release", {"at": at})
    found, path = both_ways(pair, tmp_path)
    with Project.open(path, read_only=True) as project:
        assert [one.note for one in project.verdicts()] == [f"file {later}"]
    assert [(one.table, one.key) for one in found.contests] == [("verdict", '["p2-0","Ada"]')]
