"""COCO that pycocotools reads, with windows that show what the labels are of, where the licence lets them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pycocotools.coco import COCO

from depotwatch.annotate.exports import FORMATS
from depotwatch.labels.export import Exported, export
from depotwatch.labels.project import Project

# pycocotools 2.0.11 makes its arrays as NumPy 1 did.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def exported(project: Project) -> tuple[Path, Exported]:
    out = project.path.with_name("labels.json")
    return out, export(project, out, FORMATS["coco"])


def read(out: Path, capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401 - it has no types
    found = COCO(str(out))
    capsys.readouterr()
    return found


def test_pycocotools_reads_outlines_and_their_areas(pictured: Project, capsys: pytest.CaptureFixture[str]) -> None:
    coco = read(exported(pictured)[0], capsys)
    assert {one["name"] for one in coco.loadCats(coco.getCatIds())} == {"storage-pit", "vessel"}
    annotations = {one["attributes"]["id"]: one for one in coco.loadAnns(coco.getAnnIds())}
    box, turned = annotations["p0"], annotations["p1"]
    assert coco.annToMask(box).sum() == box["area"] == 40 * 20
    assert len(turned["segmentation"][0]) == 8, "a rotated box is a polygon of four corners"
    assert coco.annToMask(turned).sum() == pytest.approx(turned["area"], rel=0.05)
    assert box["attributes"]["verdict"] == "accepted" and box["attributes"]["count_best"] == 3


def test_the_window_shows_what_the_label_is_of(pictured: Project, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = exported(pictured)
    coco = read(out, capsys)
    (box,) = (one for one in coco.loadAnns(coco.getAnnIds()) if one["attributes"]["id"] == "p0")
    shown = coco.loadImgs(box["image_id"])[0]
    assert shown["depotwatch"]["name"] == "after.tif" and shown["date_captured"] == "2024-06-01"
    (earlier,) = (
        one
        for one in coco.imgs.values()
        if one["depotwatch"]["name"] == "before.tif" and one["depotwatch"]["window"] == shown["depotwatch"]["window"]
    )
    mask = coco.annToMask(box).astype(bool)
    after, before = (cv2.imread(str(out.parent / one["file_name"])) for one in (shown, earlier))
    assert after is not None and before is not None
    assert after.shape == before.shape == (shown["height"], shown["width"], 3)
    assert after[mask].mean() > after[~mask].mean() + 60
    column, row, *_ = shown["depotwatch"]["window"]
    assert shown["depotwatch"]["transform"] == [2, 0, 300_000 + 2 * column, 0, -2, 4_700_000 - 2 * row]
    assert shown["depotwatch"]["crs"] == "EPSG:32652"
    assert np.abs(before[~mask].astype(int) - after[~mask]).max() <= 1, "one stretch for both dates"


@pytest.mark.parametrize(("licence", "words"), [(None, "not stated"), ("closed", "closed"), ("CC-BY-ND-4.0", "known")])
def test_pixels_are_withheld_where_the_licence_does_not_allow_them(
    licence: str | None, words: str, pictured: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    after = next(one for one in pictured.scenes() if one.name == "after.tif")
    pictured.put_scene(replace(after, licence=licence))
    out, done = exported(pictured)
    (sentence,) = done.said
    assert "after.tif" in sentence and words in sentence
    coco = read(out, capsys)
    written = {one["depotwatch"]["name"] for one in coco.imgs.values() if one["file_name"].endswith(".png")}
    assert written == {"before.tif"}
    assert all((out.parent / one["file_name"]).is_file() for one in coco.imgs.values() if "/" in one["file_name"])
    assert len(list((out.parent / "labels_images").iterdir())) == 1
    assert all(words in one["depotwatch"]["pixels"] for one in coco.imgs.values() if "/" not in one["file_name"])


def test_windows_that_may_be_shown_no_more_do_not_stay_behind(pictured: Project) -> None:
    out, _ = exported(pictured)
    folder = out.parent / "labels_images"
    (folder / "mine.png").write_bytes(b"not ours")
    assert len(list(folder.iterdir())) == 4
    for scene in pictured.scenes():
        pictured.put_scene(replace(scene, licence="closed"))
    exported(pictured)
    assert [path.name for path in folder.iterdir()] == ["mine.png"]


def test_images_that_moved_or_changed_are_named_and_the_outlines_stay(pictured: Project) -> None:
    pictured.path.with_name("before.tif").unlink()
    with open(pictured.path.with_name("after.tif"), "ab") as file:
        file.write(b"altered")
    out, done = exported(pictured)
    assert "before.tif is not there" in done.said[0] and "after.tif has changed" in done.said[1]
    assert not (out.parent / "labels_images").exists()


def test_the_same_records_give_the_same_windows(pictured: Project) -> None:
    out, _ = exported(pictured)
    first = {path.name: path.read_bytes() for path in [out, *(out.parent / "labels_images").iterdir()]}
    exported(pictured)
    assert {path.name: path.read_bytes() for path in [out, *(out.parent / "labels_images").iterdir()]} == first
