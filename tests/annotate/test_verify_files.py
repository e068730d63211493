"""What can be told of an export, of a bundle, and of runs of other kinds than one plain pair."""

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import rasterio

from depotwatch.annotate import Settings, compare
from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.exports import FORMATS, format_of
from depotwatch.annotate.merge import merge
from depotwatch.annotate.review import Review
from depotwatch.annotate.single import search_single
from depotwatch.annotate.verify import verify
from depotwatch.annotate.verifying.finding import DIFFERS, OK, UNCHECKED, Finding, Report
from depotwatch.imagery.synthetic import render_case, write_case
from depotwatch.labels.errors import ExportError, ProjectError, RecordError
from depotwatch.labels.export import export
from depotwatch.labels.export.bag import open_bag, pack_bag
from depotwatch.labels.project import Project
from depotwatch.labels.records import Source
from depotwatch.labels.references.keeping import attach


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small rendered pair, compared with a control and implants, and its after scene searched alone; made once."""
    folder = tmp_path_factory.mktemp("made")
    before, after, _ = write_case(render_case(3, gsd_m=1.0, extent_m=150.0), folder)
    control = write_case(render_case(3, gsd_m=1.0, extent_m=150.0, null=True), folder / "control")[1]
    with Project.create(folder / "case.gpkg", synthetic=True) as project:
        compare(before, after, project, Settings(analyst="Ada"))
        compare(before, after, project, Settings(analyst="Ada", control=control, implants=1))
        search_single(after, project, Settings(analyst="Ada"))
        Review(project, "Ada").accept()
        export(project, folder / "case.geojson", format_of(folder / "case.geojson"), "Ada")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "case")
    return tmp_path / "case"


def found(report: Report, check: str) -> Finding:
    return next(one for one in report.findings if one.check == check)


def test_runs_with_a_control_with_implants_and_over_one_scene_come_out_again(folder: Path) -> None:
    report = verify(folder / "case.gpkg", imagery=folder / "control")
    runs = [one for one in report.findings if one.check == "re-run"]
    assert [one.status for one in runs] == [OK, OK, OK]
    assert [one.sentence.split(":")[0] for one in runs] == ["before.tif → after.tif"] * 2 + ["after.tif"]
    assert found(report, "counts").status == OK


def test_a_control_that_is_not_at_hand_is_named(folder: Path) -> None:
    shutil.rmtree(folder / "control")
    report = verify(folder / "case.gpkg")
    assert report.holds
    assert [one.status for one in report.findings if one.check == "re-run"] == [OK, UNCHECKED, OK]
    assert any("its control" in one.sentence for one in report.findings)


def test_two_projects_that_were_merged_hold(folder: Path) -> None:
    for name in ("a", "b"):
        shutil.copy(folder / "case.gpkg", folder / f"{name}.gpkg")
        with Project.open(folder / f"{name}.gpkg") as project:
            Review(project, name).unsure()
    merge(folder / "a.gpkg", folder / "b.gpkg", folder / "both.gpkg")
    report = verify(folder / "both.gpkg", imagery=folder)
    assert report.holds, report.conclusion
    assert "by Ada, a, b" in found(report, "journal").sentence


def test_an_export_is_held_against_the_journal_beside_it(folder: Path) -> None:
    file = folder / "case.geojson"
    head = json.loads(file.read_text())["depotwatch"]["journal_head"]
    report = verify(file, head)
    assert [(one.check, one.status) for one in report.findings] == [
        (check, OK) for check in ("export", "head", "content", "imagery")
    ]
    (folder / "case.gpkg").unlink()
    assert found(verify(file, head), "export").status == UNCHECKED
    assert found(verify(file, "0" * 64), "head").status == DIFFERS


def shift(feature: dict[str, dict[str, list[list[list[float]]]]]) -> None:
    feature["geometry"]["coordinates"][0][1][0] += 1e-4


@pytest.mark.parametrize(
    ("alter", "words"),
    [
        (shift, "m², and says"),
        (lambda feature: feature["properties"].update(count_low=40, count_best=2, count_high=41), "no interval"),
        (lambda feature: feature.update(id="other"), "among its properties"),
        (lambda feature: feature.pop("properties"), "lacks what every label"),
    ],
)
def test_an_altered_label_of_an_export_is_named(folder: Path, alter: Callable[..., object], words: str) -> None:
    (folder / "case.gpkg").unlink()
    file = folder / "case.geojson"
    collection = json.loads(file.read_text())
    alter(collection["features"][0])
    file.write_text(json.dumps(collection))
    report = verify(file)
    assert words in found(report, "content").differences[0]


def test_an_export_that_was_altered_is_not_the_one_the_journal_knows(folder: Path) -> None:
    file = folder / "case.geojson"
    file.write_text(file.read_text().replace('"unreviewed"', '"accepted"'))
    report = verify(file)
    assert found(report, "export").status == DIFFERS
    assert "holds other bytes" in report.conclusion


VERDICT = '"analyst": "Ada",\n    "value": "accepted"'


@pytest.fixture
def bundle(folder: Path) -> Path:
    out = folder / "case.zip"
    with Project.open(folder / "case.gpkg") as project:
        export(project, out, FORMATS["bundle"], "Ada", verdicts=["accepted"])
    (folder / "case.gpkg").unlink()
    return out


def repacked(bundle: Path, **replaced: tuple[str, str]) -> Path:
    """Return a copy in which words of some files are replaced, whose manifests are made anew."""
    bag = open_bag(bundle)
    files = dict(bag.files)
    for name, (old, new) in replaced.items():
        (path,) = (one for one in files if one.endswith(name.replace("_", ".")))
        assert old.encode() in files[path]
        files[path] = files[path].replace(old.encode(), new.encode())
    out = bundle.with_name("altered.zip")
    out.write_bytes(pack_bag(files, "case", {}, None))
    return out


def test_a_bundle_is_checked_and_run_again_without_its_project(bundle: Path, folder: Path, tmp_path: Path) -> None:
    report = verify(bundle, imagery=folder / "control")
    assert report.holds, report.conclusion
    assert [one.status for one in report.findings if one.check == "re-run"] == [OK, OK, OK]
    assert "settings and 1 label" in found(report, "content").sentence
    moved = tmp_path / "elsewhere.zip"
    bundle.rename(moved)
    report = verify(moved)
    assert report.holds
    assert found(report, "imagery").status == UNCHECKED
    assert verify(moved, imagery=folder).holds


def test_one_altered_byte_of_a_bundle_is_named(bundle: Path) -> None:
    out = bundle.with_name("altered.zip")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            data = old.read(one)
            new.writestr(one, data.replace(b"Ada", b"Eve") if one.filename.endswith("labels.csv") else data)
    report = verify(out)
    assert "data/exports/labels.csv was altered since the bundle was made." in found(report, "bundle").differences


@pytest.mark.parametrize(
    ("replaced", "check", "words"),
    [
        ({"counts_json": ('"level": 0.9', '"level": 0.99')}, "content", "counts.json is not what the records give"),
        ({"labels_kml": ("accepted", "rejected")}, "content", "exports/labels.kml is not what the records give"),
        ({"records_json": (VERDICT, VERDICT.replace("accepted", "unsure"))}, "records", "value is unsure, it said"),
    ],
)
def test_what_readers_look_at_is_held_to_the_records_whatever_the_manifests_say(
    bundle: Path, replaced: dict[str, tuple[str, str]], check: str, words: str
) -> None:
    report = verify(repacked(bundle, **replaced))
    assert found(report, "bundle").status == OK
    assert any(words in told for told in found(report, check).differences)


def test_what_is_nothing_of_ours_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    (tmp_path / "x.csv").write_text("id")
    for name in ("x.geojson", "x.csv"):
        with pytest.raises(AnnotateError, match="put the project beside it"):
            verify(tmp_path / name)
    with pytest.raises(RecordError, match="check the path"):
        verify(tmp_path / "none.csv")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ExportError, match="choose an exported bundle"):
        verify(tmp_path / "x.zip")
    (tmp_path / "half.zip").write_bytes((tmp_path / "x.zip").read_bytes()[:40])
    with pytest.raises(ExportError, match="choose an exported bundle"):
        verify(tmp_path / "half.zip")
    (tmp_path / "x.gpkg").write_text("no")
    with pytest.raises(ProjectError, match="not a GeoPackage"):
        verify(tmp_path / "x.gpkg")
    with pytest.raises(AnnotateError, match="There is no folder"):
        verify(tmp_path / "x.gpkg", imagery=tmp_path / "none")
    with pytest.raises(AnnotateError, match="'57:9f3a…' is no journal head; give the one that was noted, whole"):
        verify(tmp_path / "x.gpkg", "57:9f3a…")


def test_the_copy_of_a_source_is_hashed_where_it_is_kept_or_at_hand(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("More than a hundred pits.")
    project = folder / "case.gpkg"
    with Project.open(project) as kept:
        with kept.transaction():
            for name in ("kept", "hashed"):
                kept.put_source(Source(name, {"id": name, "title": name.title()}))
            kept.append("Ada", "source add", {"sources": ["kept", "hashed"]})
        attach(kept, "Ada", "kept", page, keep=True)
        attach(kept, "Ada", "hashed", page)
    report = verify(project, imagery=tmp_path)
    assert report.holds
    assert found(report, "sources").sentence == "2 copies hold the bytes that were attached."
    page.unlink()
    assert "1 of 2 copies at hand; not here: hashed" in found(verify(project), "sources").sentence
    with closing(sqlite3.connect(project)) as other, other:
        other.execute("UPDATE source_copy SET content = x'00'")
    report = verify(project)
    assert {one.check for one in report.findings if one.status == DIFFERS} == {"foreign edits", "sources"}


def test_a_scene_of_several_files_is_found_by_their_names_wherever_they_lie(folder: Path, tmp_path: Path) -> None:
    """Both dates have band files of the same names, in folders of their own."""
    scenes = []
    for date in ("before", "after"):
        bands = folder / date
        bands.mkdir()
        with rasterio.open(folder / f"{date}.tif") as whole:
            profile, pixels = {**whole.profile, "count": 1}, whole.read()
        for number, band in enumerate(pixels, 1):
            with rasterio.open(bands / f"b{number}.tif", "w", **profile) as out:
                out.write(band, 1)
        scenes.append(",".join(str(bands / f"b{number}.tif") for number in range(1, len(pixels) + 1)))
    compare(scenes[0], scenes[1], folder / "bands.gpkg", Settings(analyst="Ada"))
    assert [one.status for one in verify(folder / "bands.gpkg").findings if one.check == "re-run"] == [OK]
    (tmp_path / "kept" / "deep").mkdir(parents=True)
    for date in ("before", "after"):
        shutil.move(folder / date, tmp_path / "kept" / "deep" / date)
    report = verify(folder / "bands.gpkg", imagery=tmp_path / "kept")
    assert [one.status for one in report.findings if one.check in ("imagery", "re-run")] == [OK, OK]
    (tmp_path / "kept" / "deep" / "after" / "b2.tif").unlink()
    assert found(verify(folder / "bands.gpkg", imagery=tmp_path / "kept"), "imagery").status != OK


@pytest.mark.parametrize("name", ["labels.csv", "labels.kml", "labels.gpkg"])
def test_any_export_is_held_against_the_journal_beside_it(folder: Path, name: str) -> None:
    out = folder / name
    with Project.open(folder / "case.gpkg") as project:
        export(project, out, format_of(out, out.suffix[1:]), "Ada")
    assert [one.status for one in verify(out).findings] == [OK]
    out.write_bytes(out.read_bytes() + b" ")
    assert [one.status for one in verify(out).findings] == [DIFFERS]


def test_a_layer_that_somebody_put_into_the_file_is_named(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "case.gpkg")) as other, other:
        other.execute("CREATE TABLE proof (fid INTEGER PRIMARY KEY, what TEXT)")
        other.execute("INSERT INTO gpkg_contents (table_name, data_type) VALUES ('proof', 'attributes')")
    report = verify(folder / "case.gpkg", imagery=folder)
    assert report.holds
    assert "1 table that depotwatch did not make (proof)" in found(report, "layers").sentence


def test_a_view_that_shows_other_things_than_the_records_is_named(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "case.gpkg")) as other, other:
        (sql,) = other.execute("SELECT sql FROM sqlite_master WHERE name = 'labels'").fetchone()
        other.execute("DROP VIEW labels")
        other.execute(sql.replace("'unreviewed'", "'accepted'"))
    report = verify(folder / "case.gpkg", imagery=folder)
    assert [one.check for one in report.findings if one.status == DIFFERS] == ["layers"]
    assert "The view labels" in report.conclusion
