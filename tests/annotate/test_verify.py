"""Anyone can check a project: what is altered is named, what comes out of the pixels again is said to."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rasterio
from shapely import box

from depotwatch.annotate import Review, Settings, compare
from depotwatch.annotate.invented import NEW_PITS, SITE, invent
from depotwatch.annotate.kept_series import keep_series
from depotwatch.annotate.series import series
from depotwatch.annotate.verify import verify
from depotwatch.annotate.verifying.finding import DIFFERS, OK, UNCHECKED, Finding, Report
from depotwatch.annotate.verifying.imagery import Shelf
from depotwatch.annotate.verifying.whole import check_whole
from depotwatch.imagery.errors import CancelledError
from depotwatch.imagery.synthetic import render_case, write_case
from depotwatch.labels.journal import make_entry
from depotwatch.labels.project import Project, geopackage
from depotwatch.labels.project.schema import TABLES


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small rendered pair, compared, reviewed by two and tied to an invented claim; made once."""
    folder = tmp_path_factory.mktemp("made")
    case = render_case(3, gsd_m=1.0, extent_m=150.0)
    before, after, _ = write_case(case, folder)
    evidence = invent(case)
    with Project.create(folder / "case.gpkg", title="A case", synthetic=True) as project:
        with project.transaction():
            for site in evidence.sites:
                project.put_site(site)
            for origin in evidence.origins:
                project.put_origin(origin)
            for source in evidence.sources:
                project.put_source(source)
            for claim in evidence.claims:
                project.put_claim(claim)
            project.append("Ada", "claim import", {})
        compare(before, after, project, Settings(site=SITE, analyst="Ada"))
        review = Review(project, "Ada")
        for one in review.queue():
            review.select(one.id)
            review.accept("Seen.")
            review.cite(NEW_PITS, "supports", annotation_id=one.id)
        review.draw("storage-pit", box(20, 20, 30, 28), project.comparisons()[0].before)
        review.set_kind("unknown")
        second = Review(project, "Bert")
        second.select(second.queue()[0].id)
        second.reject("shadow", "A shadow.")
    return folder


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    """A copy of it to be tampered with."""
    folder = tmp_path / "case"
    shutil.copytree(made, folder)
    return folder / "case.gpkg"


def edit(project: Path, *statements: str) -> None:
    """Change a project as someone does who knows SQLite: guards and watch taken off, and put back after."""
    with closing(sqlite3.connect(project)) as other, other:
        other.execute("PRAGMA synchronous = 0")  # these projects need not outlive the machine
        geopackage.register_functions(other)
        guards = other.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE 'rtree_%'")
        taken_off = guards.fetchall()
        for name, _ in taken_off:
            other.execute(f"DROP TRIGGER {name}")
        other.execute("PRAGMA ignore_check_constraints = 1")
        for statement in statements:
            assert other.execute(statement).rowcount != 0, statement
        for _, sql in taken_off:
            other.execute(sql)


def found(report: Report, check: str) -> Finding:
    return next(one for one in report.findings if one.check == check)


def head_of(project: Path) -> str:
    with Project.open(project, read_only=True) as store:
        return store.journal()[-1].mark


def differing(report: Report) -> set[str]:
    return {one.check for one in report.findings if one.status == DIFFERS}


def test_what_nobody_touched_holds_and_comes_out_again(case: Path) -> None:
    report = verify(case, head_of(case))
    assert report.holds
    assert {one.status for one in report.findings} == {OK}
    assert [one.check for one in report.findings] == [
        "journal", "head", "records", "foreign edits", "layers", "ids", "imagery", "re-run", "counts", "ledger"
    ]  # fmt: skip
    assert "2 candidates, the very same numbers" in found(report, "re-run").sentence
    assert report.conclusion == "Everything holds."
    assert report.head == head_of(case)


def test_verifying_changes_no_byte(case: Path) -> None:
    before = {file: file.read_bytes() for file in case.parent.iterdir()}
    verify(case)
    assert {file: file.read_bytes() for file in case.parent.iterdir()} == before


def test_one_altered_pixel_is_found(case: Path) -> None:
    image = case.parent / "after.tif"
    with rasterio.open(image, "r+") as file:
        pixels = file.read(1)
        pixels[5, 7] += 1
        file.write(pixels, 1)
    report = verify(case)
    assert differing(report) == {"imagery"}
    assert "after.tif holds other bytes than were compared" in report.conclusion
    assert found(report, "re-run").status == UNCHECKED


@pytest.mark.parametrize(
    ("statement", "checks", "words"),
    [
        (
            "UPDATE comparison SET settings = json_set(settings, '$.method', 'mad')",
            {"records", "ids", "re-run"},
            "comparison",
        ),
        ("UPDATE comparison SET threshold = threshold * 1.1", {"records", "re-run"}, "comparison"),
        ("UPDATE comparison_kind SET candidates = 7 WHERE position = 0", {"records", "re-run"}, "kind number 1"),
        ("UPDATE candidate SET score = 0.99 WHERE fid = 1", {"records", "re-run"}, "candidate"),
        ("UPDATE verdict SET value = 'unsure' WHERE analyst = 'Ada'", {"records"}, "value is unsure, it said accepted"),
        ("UPDATE verdict SET note = 'I was there'", {"records"}, "note is I was there, it said"),
        ("DELETE FROM verdict WHERE analyst = 'Bert'", {"records"}, "The verdict of Bert on annotation"),
        (
            "INSERT INTO verdict SELECT NULL, annotation, 'Eve', value, reason, note, time, adjudicates FROM verdict "
            "WHERE analyst = 'Ada' LIMIT 1",
            {"records"},
            "The verdict of Eve on annotation",
        ),
        (f"UPDATE claim SET quantity_low = 12 WHERE id = '{NEW_PITS}'", {"records"}, f"The claim {NEW_PITS}"),
        ("UPDATE source SET csl = json_set(csl, '$.title', 'Another')", {"records"}, "The source"),
        ("UPDATE citation SET relation = 'opposes'", {"records"}, "relation is opposes, it said supports"),
        ("UPDATE annotation SET kind = 'storage-pit' WHERE kind = 'unknown'", {"records"}, "it said unknown"),
        ("UPDATE scene SET licence = 'closed'", {"records"}, "The scene before.tif"),
        ("UPDATE project SET synthetic = 0", {"project"}, "synthetic"),
        ("UPDATE site SET name = 'Elsewhere'", {"records"}, "The site"),
        ("UPDATE estimate SET high = 1000", {"records"}, "The estimate of kind"),
    ],
)
def test_one_altered_value_is_named(case: Path, statement: str, checks: set[str], words: str) -> None:
    edit(case, statement)
    report = verify(case, head_of(case))
    assert not report.holds
    assert checks <= differing(report)
    assert any(words in told for one in report.findings for told in one.differences)


def test_a_verdict_that_was_taken_back_cannot_be_put_back_unnoticed(case: Path) -> None:
    with closing(sqlite3.connect(case)) as other:
        row = other.execute("SELECT * FROM verdict WHERE analyst = 'Bert'").fetchone()
    with Project.open(case) as project:
        Review(project, "Bert").undo()
    assert verify(case).holds
    values = ", ".join("NULL" if one is None else f"'{one}'" for one in row)
    edit(case, f"INSERT INTO verdict VALUES ({values})")
    report = verify(case)
    assert differing(report) == {"records"}
    assert (
        "was put back outside the journal: journal entry" in report.conclusion and "(undo by Bert" in report.conclusion
    )


def test_what_another_program_changed_is_named_even_where_a_later_entry_sealed_it(case: Path) -> None:
    with closing(sqlite3.connect(case)) as gis, gis:
        gis.execute("UPDATE verdict SET note = 'by a GIS' WHERE analyst = 'Ada'")
    with Project.open(case) as project, project.transaction():
        for verdict in project.verdicts():
            project.put_verdict(verdict)
        project.append("Ada", "note", {})
    report = verify(case)
    assert differing(report) == {"foreign edits"}
    assert "Another program changed the verdict" in report.conclusion and "(note)" in report.conclusion


def test_what_another_program_changed_and_changed_back_is_no_difference(case: Path) -> None:
    with closing(sqlite3.connect(case)) as gis, gis:
        gis.execute("UPDATE claim SET quantity_low = quantity_low + 1")
        gis.execute("UPDATE claim SET quantity_low = quantity_low - 1")
    report = verify(case)
    assert report.holds
    assert "as it was before" in found(report, "foreign edits").sentence


def test_an_altered_outline_of_a_candidate_is_named_by_all_that_know_it(case: Path) -> None:
    with Project.open(case, read_only=True) as project:
        one = project.candidates()[0]
    moved = box(*one.shape.pixels.bounds).wkt
    edit(case, f"UPDATE candidate SET pixels = '{moved}' WHERE id = '{one.id}'")
    report = verify(case)
    assert {"records", "ids", "re-run"} <= differing(report)
    for check in ("records", "ids", "re-run"):
        assert one.id[:8] in found(report, check).differences[0]


def test_an_altered_outline_of_a_drawing_is_named(case: Path) -> None:
    with Project.open(case, read_only=True) as project:
        one = next(each for each in project.annotations() if each.origin == "analyst")
    assert one.shape.ground is not None
    west, south, east, north = one.shape.ground.bounds
    blob = geopackage.encode_polygon(box(west, south, east + 1e-5, north), geopackage.WGS84).hex()
    edit(case, f"UPDATE annotation SET geom = x'{blob}' WHERE id = '{one.id}'")
    report = verify(case)
    assert differing(report) == {"records"}
    assert f"The annotation {one.id[:8]} was altered" in report.conclusion
    assert "its outline is another one" in report.conclusion


def test_an_altered_entry_is_named(case: Path) -> None:
    edit(case, "UPDATE journal SET analyst = 'Eve' WHERE seq = 3")
    report = verify(case)
    assert "Journal entry 3" in found(report, "journal").differences[0]


def forge(case: Path, seq: int, change: Callable[[Any], object], *, onwards: bool) -> None:
    """Alter what an entry says and seal it anew, alone or with all entries after it."""
    with Project.open(case, read_only=True) as project:
        entries = list(project.journal())
    previous = entries[seq - 1].previous
    statements = []
    for entry in entries[seq - 1 :] if onwards else entries[seq - 1 : seq]:
        payload = json.loads(json.dumps(entry.payload))
        if entry.seq == seq:
            change(payload)
        new = make_entry(entry.seq, entry.time, entry.analyst, entry.action, payload, previous)
        text = json.dumps(payload).replace("'", "''")
        statements.append(
            f"UPDATE journal SET payload = '{text}', previous = '{previous}', hash = '{new.hash}' "
            f"WHERE seq = {entry.seq}"
        )
        previous = new.hash
    edit(case, *statements)


def forge_verdict(case: Path, analyst: str, *, onwards: bool) -> None:
    """Alter an analyst's first verdict, and what the journal says of it."""
    with Project.open(case, read_only=True) as project:
        entry = next(one for one in project.journal() if (one.action, one.analyst) == ("verdict", analyst))
    place = entry.payload["annotation"]
    edit(case, f"UPDATE verdict SET note = 'Forged.' WHERE analyst = '{analyst}' AND annotation = '{place}'")
    with Project.open(case, read_only=True) as project:
        seals = project.seals()["verdict"]

    def change(payload: Any) -> None:  # noqa: ANN401 - JSON
        payload["sealed"]["verdict"] = {key: seals[key] for key in payload["sealed"]["verdict"]}
        payload["after"]["verdict"]["note"] = "Forged."

    forge(case, entry.seq, change, onwards=onwards)


def test_a_record_forged_with_its_entry_breaks_the_chain(case: Path) -> None:
    forge_verdict(case, "Ada", onwards=False)
    report = verify(case)
    assert differing(report) == {"journal"}


def test_only_a_head_noted_elsewhere_finds_a_journal_rewritten_to_its_end(case: Path) -> None:
    noted = head_of(case)
    forge_verdict(case, "Ada", onwards=True)
    unaware = verify(case)
    assert unaware.holds
    assert found(unaware, "head").status == UNCHECKED
    assert "rewritten" in found(unaware, "head").sentence
    assert "Not checked here: head" in unaware.conclusion
    aware = verify(case, noted)
    assert differing(aware) == {"head"}


def test_a_forged_last_entry_has_none_after_it_that_would_tell(case: Path) -> None:
    noted = head_of(case)
    forge_verdict(case, "Bert", onwards=False)
    assert verify(case).holds
    assert differing(verify(case, noted)) == {"head"}


def test_a_journal_cut_off_at_its_end_is_found_by_the_head(case: Path) -> None:
    noted = head_of(case)
    with Project.open(case, read_only=True) as project:
        last = project.journal()[-1].seq
    edit(case, f"DELETE FROM journal WHERE seq = {last}", "DELETE FROM verdict WHERE analyst = 'Bert'")
    assert verify(case).holds
    report = verify(case, noted)
    assert differing(report) == {"head"}
    assert f"Journal entry {last} is missing" in report.conclusion


def test_a_forger_who_rewrites_everything_is_caught_by_the_pixels(case: Path) -> None:
    """Records, ids and journal agree with one another; the images do not."""
    edit(case, "UPDATE candidate SET score = 0.99 WHERE fid = 1")
    with Project.open(case, read_only=True) as project:
        seals, entries = project.seals()["candidate"], project.journal()
    (run,) = (one.seq for one in entries if one.action == "compare")
    forge(case, run, lambda payload: payload["sealed"].update(candidate=seals), onwards=True)
    report = verify(case)
    assert differing(report) == {"re-run"}
    assert "score 0.99 in the record" in report.conclusion


def test_counts_follow_from_the_pixels_and_not_from_the_record(case: Path) -> None:
    edit(
        case, "DELETE FROM verdict", "DELETE FROM citation", "DELETE FROM journal WHERE action != 'compare' AND seq > 2"
    )
    edit(case, "UPDATE annotation SET count_low = 40, count_best = 40, count_high = 40 WHERE kind = 'container-stack'")
    report = verify(case)
    assert "counts" in differing(report)
    assert "container-stack" in found(report, "counts").differences[0]


def test_without_the_images_the_rest_is_checked_and_the_folder_asked_for(case: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "deep"
    elsewhere.mkdir(parents=True)
    (case.parent / "before.tif").rename(elsewhere / "before.tif")
    report = verify(case)
    assert report.holds
    assert found(report, "imagery").status == found(report, "re-run").status == UNCHECKED
    assert "1 of 2 scenes at hand; not before.tif" in found(report, "imagery").sentence
    assert "--imagery" in found(report, "imagery").sentence
    assert found(verify(case, imagery=tmp_path / "elsewhere"), "re-run").status == OK


def test_an_image_under_another_name_is_found_by_its_hash(case: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (case.parent / "before.tif").rename(tmp_path / "kept" / "renamed.tif")
    assert found(verify(case, imagery=tmp_path / "kept"), "re-run").status == OK


def test_an_image_put_in_place_of_another_is_not_taken_for_it(case: Path, tmp_path: Path) -> None:
    shutil.copy(case.parent / "after.tif", case.parent / "before.tif")
    report = verify(case)
    assert differing(report) == {"imagery"}
    assert "before.tif holds other bytes" in report.conclusion


def test_what_another_version_computed_is_named(case: Path) -> None:
    with Project.open(case, read_only=True) as project:
        (run,) = (one for one in project.journal() if one.action == "compare")

    forge(case, run.seq, lambda payload: payload["environment"].update(numpy="1.0.0"), onwards=True)
    assert found(verify(case), "re-run").status == OK  # the very same numbers, whatever computed them
    edit(case, "UPDATE candidate SET score = score + 0.0001")
    report = verify(case)
    assert found(report, "re-run").status == OK
    assert "numpy 1.0.0, here " in found(report, "re-run").sentence
    edit(case, "UPDATE candidate SET score = score - 0.1")
    report = verify(case)
    assert found(report, "re-run").status == DIFFERS
    assert "numpy 1.0.0, here " in found(report, "re-run").sentence


def test_the_same_inputs_give_identical_records(made: Path, tmp_path: Path) -> None:
    """Two runs into two projects: all but time and analyst is the same, to the last bit."""
    projects = []
    for name in ("Ada", "Bert"):
        folder = tmp_path / name
        folder.mkdir()
        for image in ("before.tif", "after.tif"):
            shutil.copy(made / image, folder)
        compare(folder / "before.tif", folder / "after.tif", folder / "p.gpkg", Settings(analyst=name, implants=1))
        with Project.open(folder / "p.gpkg", read_only=True) as project:
            records = (
                project.scenes(),
                tuple(replace(one, time="") for one in project.comparisons()),
                project.candidates(),
                project.annotations(),
                tuple(replace(one, time="") for one in project.estimates()),
                project.implants(),
            )
            projects.append((records, {name: rows for name, rows in project.seals().items() if name in SAME}))
    assert projects[0] == projects[1]
    assert projects[0][0][2]


SAME = ("scene", "comparison_kind", "candidate", "annotation", "implant")


def test_it_can_be_stopped_and_says_how_far_it_is(case: Path) -> None:
    heard: list[str] = []
    verify(case, progress=lambda done, total, what: heard.append(what))
    assert "hash after.tif" in heard and len(heard) > 5
    with pytest.raises(CancelledError):
        verify(case, cancelled=lambda: True)
    asked = iter([False] * 8)
    with pytest.raises(CancelledError):  # in the midst of the run
        verify(case, cancelled=lambda: next(asked, True))


def test_a_run_of_another_version_is_compared_place_by_place(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for image in ("before.tif", "after.tif"):
        shutil.copy(made / image, tmp_path)
    monkeypatch.setattr("depotwatch.annotate.keep.__version__", "0.0.1")
    compare(tmp_path / "before.tif", tmp_path / "after.tif", tmp_path / "p.gpkg", Settings(analyst="Ada"))
    monkeypatch.undo()
    report = verify(tmp_path / "p.gpkg")
    assert report.holds
    assert "depotwatch 0.0.1, here" in found(report, "re-run").sentence
    assert "2 of 2 candidates came again at their places" in found(report, "re-run").sentence
    assert found(report, "counts").status == OK
    edit(tmp_path / "p.gpkg", "DELETE FROM candidate WHERE fid = 1")
    report = verify(tmp_path / "p.gpkg")
    assert found(report, "re-run").status == UNCHECKED
    assert "1 came that are not recorded" in found(report, "re-run").sentence


def test_a_project_of_an_earlier_release_is_checked_as_far_as_it_goes(case: Path) -> None:
    with Project.open(case, read_only=True) as project:
        entries = project.journal()
    for entry in entries:
        forge(case, entry.seq, lambda said: [said.pop(name, None) for name in ("sealed", "project")], onwards=True)
    report = verify(case)
    assert report.holds
    assert found(report, "records").status == UNCHECKED
    for check in ("journal", "ids", "re-run", "counts", "ledger"):
        assert found(report, check).status == OK


def test_an_altered_series_is_told_from_one_that_is_out_of_date(case: Path) -> None:
    with Project.open(case) as project:
        keep_series(project, series(project, SITE), project.head)
    assert found(verify(case), "series").status == OK
    edit(case, "UPDATE series SET high = 99, best = 98 WHERE best IS NOT NULL")
    assert differing(verify(case)) == {"series"}
    with Project.open(case) as project:
        project.append("Ada", "note", {})
    assert verify(case).holds


NO_RECORD = {"preference", "foreign_edit"}  # what the tool remembers for its user, and what is noted of others
NO_EVIDENCE = {("scene", "path"), ("project", "created"), ("project", "schema_version")}


@pytest.mark.long
def test_every_stored_value_that_is_altered_is_found(case: Path) -> None:
    """Of each table that holds something, each column of the first row is altered in turn."""
    with Project.open(case) as project:
        keep_series(project, series(project, SITE), project.head)
    whole, missed, tried = case.read_bytes(), [], 0
    with closing(sqlite3.connect(case)) as other:
        columns = {
            table.name: [row[1] for row in other.execute(f"PRAGMA table_info({table.name})") if row[1] != "fid"]
            for table in TABLES
            if table.name not in NO_RECORD and other.execute(f"SELECT 1 FROM {table.name}").fetchone()
        }
    for table, names in columns.items():
        for name in names:
            if (table, name) in NO_EVIDENCE:
                continue
            case.write_bytes(whole)
            first = f"fid = (SELECT min(fid) FROM {table})"
            edit(case, f"UPDATE {table} SET {name} = {altered(case, table, name)} WHERE {first}")
            tried += 1
            if not noticed(case):
                missed.append((table, name))
    assert missed == []
    assert tried > 150


def altered(case: Path, table: str, name: str) -> str:
    """Return SQL for another value than the one that stands in the first row, of a form that can be read."""
    with closing(sqlite3.connect(case)) as other:
        sql = f"SELECT {name} FROM {table} ORDER BY fid LIMIT 1"
        value = other.execute(sql).fetchone()[0]
        kinds = {row[1]: row[2] for row in other.execute(f"PRAGMA table_info({table})")}
    if kinds[name] == "BLOB" or isinstance(value, bytes):
        moved = geopackage.encode_polygon(box(0, 0, 1, 1), geopackage.WGS84)
        return f"x'{moved.hex()}'"
    if kinds[name] == "BOOLEAN":
        return f"1 - coalesce({name}, 0)"
    if kinds[name] in ("REAL", "INTEGER"):
        return "1" if value is None else f"{name} + 1000"
    if isinstance(value, str) and value.startswith("POLYGON"):
        return f"'{box(0, 0, 1, 1).wkt}'"
    if isinstance(value, str) and value.startswith(("{", "[")):
        return f"json_set({name}, '$.altered', 1)" if value[0] == "{" else "'[\"altered\"]'"
    return "'altered'" if value is None else f"{name} || 'x'"


def noticed(case: Path) -> bool:
    """Say whether verify finds something, without looking at pixels."""
    return not check_whole(case, case.parent / "nowhere", None, Shelf(), None, lambda: False).holds
