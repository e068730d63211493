"""The bundle: read by the readers of its standards, the same bytes for the same records, and nobody can alter it."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest
from rocrate.rocrate import ROCrate

from depotwatch.annotate.exports import FORMATS
from depotwatch.annotate.exports.bundle import opened_bundle
from depotwatch.annotate.exports.crate import METADATA
from depotwatch.labels.errors import ExportError
from depotwatch.labels.export import export, head_of
from depotwatch.labels.integrity import sha256_bytes
from depotwatch.labels.project import Project

BUNDLE = FORMATS["bundle"]


@pytest.fixture
def bundle(pictured: Project) -> Path:
    out = pictured.path.with_name("case.zip")
    export(pictured, out, BUNDLE, "Ada")
    return out


def unpacked(bundle: Path, folder: Path) -> Path:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder / bundle.stem


def repacked(bundle: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Return a copy of a bundle after a change to its files by name."""
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    copy = bundle.with_name("copy.zip")
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return copy


def test_bagit_finds_it_whole_and_sees_one_byte(bundle: Path, tmp_path: Path) -> None:
    folder = unpacked(bundle, tmp_path / "out")
    bag = bagit.Bag(str(folder))
    bag.validate()
    assert bag.version_info == (1, 0) and bag.algorithms == ["sha256"]
    records = folder / "data" / "records.json"
    records.write_text(records.read_text().replace("shadow", "season"))
    assert not bagit.Bag(str(folder)).is_valid()


def test_rocrate_reads_what_is_in_it(bundle: Path, tmp_path: Path) -> None:
    folder = unpacked(bundle, tmp_path / "out") / "data"
    crate = ROCrate(str(folder))
    assert crate.root_dataset["name"] == "Two small images"
    assert "CC-BY-4.0" in str(crate.root_dataset["license"])
    files = {str(entity.id): entity for entity in crate.get_by_type("File")}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(files) == there - {"ro-crate-metadata.json"}
    assert all(entity["sha256"] == sha256_bytes((folder / name).read_bytes()) for name, entity in files.items())
    images = {image["name"]: image for image in crate.get_by_type("ImageObject")}
    assert images["before.tif"]["creditText"] == "Credit of before"
    assert len(images["after.tif"]["sha256"]) == 64


def test_a_reader_is_told_what_it_is_whose_the_images_are_and_how_it_is_checked(
    bundle: Path, pictured: Project, tmp_path: Path
) -> None:
    folder = unpacked(bundle, tmp_path / "out") / "data"
    told = (folder / "README.txt").read_text(encoding="utf-8")
    assert told.startswith("Two small images\n")
    assert f"depotwatch verify {bundle.name} --head {head_of(pictured)}" in told
    assert all(scene.name in told and (scene.credit or "not stated") in told for scene in pictured.scenes())
    assert all(f"  {file.name}: " in told for file in folder.glob("*.json*") if file.name != METADATA)


def test_every_other_format_is_in_it(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        names = {name.partition("/data/exports/")[2] for name in archive.namelist()}
    assert {"labels.geojson", "labels.gpkg", "labels.csv", "labels.kml", "labels-prov.json"} <= names
    assert {"labels-claimreview.json", "labels-stac.json"} <= names


def test_the_same_records_give_the_same_bytes(bundle: Path, pictured: Project) -> None:
    again = bundle.with_name("again")
    again.mkdir()
    export(pictured, again / "case.zip", BUNDLE, "Bo")
    assert (again / "case.zip").read_bytes() == bundle.read_bytes()


def test_it_gives_the_project_back(bundle: Path, pictured: Project) -> None:
    with opened_bundle(bundle) as opened:
        assert opened.faults == ()
        with Project.open(opened.project, read_only=True) as project:
            assert project.annotations() == pictured.annotations()
            assert project.verdicts() == pictured.verdicts()
            assert project.seals() == pictured.seals()
            assert project.journal() == pictured.journal()[:-1], "the entry of the export itself cannot be in it"
    assert not opened.project.exists()
    (claim,) = json.loads(opened.files["ledger.json"])
    assert claim["claim"] == "two" and claim["status"] in claim["outcome"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda files: files.update({"case/data/counts.json": b"[]"}), "data/counts.json was altered"),
        (lambda files: files.pop("case/data/settings.json"), "data/settings.json is missing"),
        (lambda files: files.update({"case/data/new.txt": b""}), "data/new.txt was added"),
        (lambda files: files.update({"case/bag-info.txt": b""}), "bag-info.txt was altered"),
        (lambda files: files.update({"case/data/journal.jsonl": b""}), "is not the journal of records.json"),
    ],
)
def test_whatever_is_altered_is_named(bundle: Path, change: Callable[[dict[str, bytes]], None], told: str) -> None:
    with opened_bundle(repacked(bundle, change)) as opened:
        assert any(told in fault for fault in opened.faults)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda files: files.clear(), "one folder with a bag"),
        (lambda files: files.update({"/etc/passwd": b""}), "one folder with a bag"),
        (lambda files: files.update({"case/../x": b""}), "one folder with a bag"),
        (lambda files: files.pop("case/bagit.txt"), "is no bag"),
        (lambda files: files.update({"case/manifest-sha256.txt": b"one"}), "manifest that cannot be read"),
        (lambda files: files.update({"case/data/records.json": b"{"}), "cannot be read"),
        (lambda files: files.update({"case/data/zeros": bytes(1 << 27)}), "would unpack to"),
    ],
)
def test_what_is_no_bundle_is_refused(bundle: Path, change: Callable[[dict[str, bytes]], None], told: str) -> None:
    with pytest.raises(ExportError, match=told), opened_bundle(repacked(bundle, change)):
        pass


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 no")
    for name in ("no.zip", "missing.zip"):
        with pytest.raises(ExportError), opened_bundle(tmp_path / name):
            pass
