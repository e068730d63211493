"""A SAFE folder is reflectance on one footing, whatever its baseline, and its clouds are not valid."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from depotwatch.imagery.errors import UnreadableSceneError
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.scene import Acquisition, Sun, View
from depotwatch.imagery.scene_file import open_scene

Make = Callable[..., Path]
NUMBERS = np.arange(1001, 1001 + 4 * 40 * 60).reshape(4, 40, 60)


@pytest.mark.parametrize("level", ["L1C", "L2A"])
def test_the_offset_of_baseline_4_is_taken_out_and_no_data_is_tested_before(make_safe: Make, level: str) -> None:
    numbers = NUMBERS.copy()
    numbers[:, 5, 6] = 0
    numbers[0, 7, 8] = 1000  # reflectance 0, which is data
    numbers[2, 9, 9] = 0
    scene = read_scene(make_safe(numbers, level=level))
    assert scene.bands == ("B02", "B03", "B04", "B08")
    assert not scene.mask[5, 6] and not scene.mask[9, 9] and scene.mask[7, 8] and scene.mask.sum() == 40 * 60 - 2
    np.testing.assert_allclose(scene.pixels, np.where(scene.mask, (numbers - 1000) / 10000, 0), atol=1e-6)


@pytest.mark.parametrize("level", ["L1C", "L2A"])
def test_an_older_baseline_has_no_offset(make_safe: Make, level: str) -> None:
    scene = read_scene(make_safe(NUMBERS, level=level, baseline="03.01"))
    np.testing.assert_allclose(scene.pixels, NUMBERS / 10000, atol=1e-6)
    assert scene.acquisition.offset_applied is True


def test_time_sun_view_and_level_are_those_of_the_tile(make_safe: Make) -> None:
    known = open_scene(make_safe(NUMBERS)).acquisition
    assert known == Acquisition(
        time="2023-06-25T08:46:15Z",
        sun=Sun(123.25, 73.5),
        view=View(7.5, 288.0),
        sensor="optical",
        platform="Sentinel-2A",
        level="L2A",
        units="reflectance",
        offset_applied=True,
        credit="contains modified Copernicus Sentinel data 2023",
    )


@pytest.mark.parametrize("scl", range(12))
def test_each_class_of_the_scene_classification_masks_its_four_pixels(make_safe: Make, scl: int) -> None:
    classes = np.full((20, 30), 4)
    classes[3, 7] = scl
    folder = make_safe(NUMBERS, classes)
    scene = read_scene(folder)
    refused = scl in {0, 1, 3, 8, 9, 10}
    assert scene.mask[6:8, 14:16].any() != refused and scene.mask.sum() == 40 * 60 - 4 * refused
    with open_scene(folder) as file:  # a window that cuts through a square
        np.testing.assert_array_equal(file.read(7, 12, 15, 30).mask, scene.mask[7:12, 15:30])


def test_the_cloud_mask_of_level_1_is_applied(make_safe: Make) -> None:
    numbers = np.full((4, 36, 48), 2000)
    folder = make_safe(numbers, level="L1C")
    plain = open_scene(folder)
    mask = next(folder.glob("GRANULE/*")) / "QI_DATA" / "MSK_CLASSI_B00.jp2"
    mask.parent.mkdir()
    classes = np.zeros((3, 6, 8), np.uint8)  # opaque cloud, cirrus, snow at 60 m
    classes[0, 1, 2] = classes[1, 3, 4] = classes[2, 5, 6] = 1
    profile = {"driver": "JP2OpenJPEG", "count": 3, "height": 6, "width": 8, "dtype": "uint8", "crs": "EPSG:32636"}
    place = Affine(60, 0, 600_000, 0, -60, 3_760_000)
    with rasterio.open(mask, "w", **profile, transform=place, QUALITY="100", REVERSIBLE="YES", YCC="NO") as dataset:
        dataset.write(classes)
    scene = read_scene(folder)
    refused = np.zeros((6, 8), bool)
    refused[1, 2] = refused[3, 4] = True
    np.testing.assert_array_equal(scene.mask, ~np.kron(refused, np.ones((6, 6), bool)))
    assert mask in scene.files and len(scene.files) == len(plain.files) + 1 and scene.sha256 != plain.sha256


def test_the_files_of_a_product_open_it_again_as_it_was(make_safe: Make) -> None:
    folder = make_safe(NUMBERS)
    scene = read_scene(folder)
    again = read_scene(",".join(map(str, scene.files)))
    assert (again.sha256, again.acquisition, again.grid) == (scene.sha256, scene.acquisition, scene.grid)
    np.testing.assert_array_equal(again.pixels, scene.pixels)
    assert [file.name for file in scene.files][:2] == ["MTD_MSIL2A.xml", "MTD_TL.xml"]
    assert any("SCL" in file.name for file in scene.files)
    assert read_scene(scene.files[0]).sha256 == scene.sha256
    with pytest.raises(UnreadableSceneError, match="give it alone"):
        read_scene(f"{scene.files[0]},{scene.files[2]}")


def test_the_mask_is_part_of_the_identity(make_safe: Make, write_jp2: Callable[..., None]) -> None:
    folder = make_safe(NUMBERS)
    before = open_scene(folder).sha256
    scl = next(folder.rglob("*SCL*"))
    scl.unlink()
    write_jp2(scl, np.full((20, 30), 9, np.uint8), 2)
    assert open_scene(folder).sha256 != before


@pytest.mark.parametrize(
    ("pattern", "words"),
    [("*SCL_20m.jp2", "SCL_20m.jp2 is missing"), ("*B08_10m.jp2", "B08_10m.jp2 is missing"), ("MTD_TL.xml", "MTD_TL")],
)
def test_what_is_missing_is_named(make_safe: Make, pattern: str, words: str) -> None:
    folder = make_safe(NUMBERS)
    next(folder.rglob(pattern)).unlink()
    with pytest.raises(UnreadableSceneError, match=words):
        open_scene(folder)


def edited(folder: Path, old: str, new: str) -> Path:
    metadata = folder / "MTD_MSIL2A.xml"
    text = metadata.read_text()
    assert old in text
    metadata.write_text(text.replace(old, new))
    return folder


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("GRANULE/L2A_T36SYC_A041826_20230625T083615/", "../outside/", "outside itself"),
        ("GRANULE/L2A_T36SYC_A041826_20230625T083615/", "/etc/", "outside itself"),
        ("</n1:General_Info>", "", "no well-formed XML"),
        ('"UTF-8"?>', '"UTF-8"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', "document type"),
        ("-1000", "", "BOA_ADD_OFFSET of B02"),
        (' unit="none">10000<', ">none<", "BOA_QUANTIFICATION_VALUE"),
        ("<PROCESSING_BASELINE>05.09</PROCESSING_BASELINE>", "", "PROCESSING_BASELINE"),
        ("_B03_10m", "_B99_10m", r"_B03_10m"),
    ],
)
def test_metadata_that_are_hostile_or_incomplete_are_refused(make_safe: Make, old: str, new: str, words: str) -> None:
    with pytest.raises(UnreadableSceneError, match=words):
        open_scene(edited(make_safe(NUMBERS), old, new))


def test_a_link_out_of_the_folder_is_refused(make_safe: Make, tmp_path: Path) -> None:
    folder = make_safe(NUMBERS)
    band = next(folder.rglob("*_B02_10m.jp2"))
    os.replace(band, tmp_path / "elsewhere.jp2")
    band.symlink_to(tmp_path / "elsewhere.jp2")
    with pytest.raises(UnreadableSceneError, match="outside itself"):
        open_scene(folder)


def test_a_folder_of_nothing_known_and_a_path_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSceneError, match=r"MTD_MSIL1C.*_MTL.*VV"):
        open_scene(tmp_path)
    with pytest.raises(UnreadableSceneError, match="does not exist"):
        open_scene(tmp_path / "S2A.SAFE")
