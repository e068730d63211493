"""Sentinel-1 RTC, ENVI, pictures and well-named files: what users have besides plain GeoTIFFs."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from affine import Affine
from numpy.typing import NDArray
from rasterio.control import GroundControlPoint

from depotwatch.imagery.errors import UnreadableSceneError
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.scene import Sun
from depotwatch.imagery.scene_file import open_scene

Write = Callable[..., Path]
PLACE = {"crs": "EPSG:32636", "transform": Affine(10, 0, 600_000, 0, -10, 3_760_000)}
POWER = np.random.default_rng(2).gamma(4, 0.02, (2, 20, 30)).astype(np.float32)


def radar_files(write_raster: Write, folder: Path, stem: str) -> Path:
    folder.mkdir()
    for at, band in enumerate(("VV", "VH")):
        pixels = POWER[at : at + 1].copy()
        pixels[0, 0, at] = 0
        write_raster(pixels, "one.tif", **PLACE).rename(folder / f"{stem}_{band}.tif")
    write_raster(POWER[:1], "one.tif", **PLACE).rename(folder / f"{stem}_VV_inc_map.tif")
    return folder


def test_a_folder_of_polarisations_is_radar_of_linear_power(write_raster: Write, tmp_path: Path) -> None:
    stem = "S1A_IW_20230128T161201_DVP_RTC30_G_gpuned_FD6A"
    scene = read_scene(radar_files(write_raster, tmp_path / stem, stem))
    assert scene.bands == ("VV", "VH") and scene.path.name == stem
    assert not scene.mask[0, 0] and not scene.mask[0, 1] and scene.mask.sum() == 598
    np.testing.assert_array_equal(scene.pixels[:, scene.mask], POWER[:, scene.mask])
    known = scene.acquisition
    assert (known.sensor, known.level, known.units) == ("sar", "RTC", "gamma0")
    assert (known.time, known.platform, known.sun) == ("2023-01-28T16:12:01Z", "Sentinel-1A", None)
    again = read_scene(",".join(map(str, scene.files)))
    assert (again.sha256, again.bands, again.acquisition) == (scene.sha256, scene.bands, scene.acquisition)
    np.testing.assert_array_equal(again.mask, scene.mask)


def test_the_item_in_the_folder_is_read(write_raster: Write, tmp_path: Path) -> None:
    folder = radar_files(write_raster, tmp_path / "S1B_20161121_12SYJ_ASC", "Gamma0")
    said = {"datetime": "2016-11-21T01:09:37Z", "sar:product_type": "RTC", "platform": "sentinel-1b"}
    written = {"type": "Feature", "stac_version": "1.0.0", "properties": said, "assets": {}}
    (folder / "item.json").write_text(json.dumps(written))
    known = open_scene(folder).acquisition
    assert (known.time, known.level, known.units) == ("2016-11-21T01:09:37Z", "RTC", "gamma0")
    assert (known.platform, known.sensor) == ("sentinel-1b", "sar")


@pytest.mark.parametrize(("flags", "words"), [("gauned", "amplitude"), ("sdufem", "decibels")])
def test_other_than_power_is_refused(write_raster: Write, tmp_path: Path, flags: str, words: str) -> None:
    stem = f"S1A_IW_20230128T161201_DVP_RTC30_G_{flags}_FD6A"
    with pytest.raises(UnreadableSceneError, match=words):
        open_scene(radar_files(write_raster, tmp_path / stem, stem))


def test_two_images_of_one_polarisation_are_refused(write_raster: Write, tmp_path: Path) -> None:
    folder = radar_files(write_raster, tmp_path / "both", "a")
    write_raster(POWER[:1], "one.tif", **PLACE).rename(folder / "b_VV.tif")
    with pytest.raises(UnreadableSceneError, match="several images"):
        open_scene(folder)


def test_radar_geometry_is_refused(write_raster: Write, tmp_path: Path) -> None:
    points = [GroundControlPoint(r, c, 35 + c / 100, 33 - r / 100) for r in (0, 9) for c in (0, 9)]
    path = write_raster(np.ones((1, 10, 10), np.uint16), "vv.tif", gcps=points, crs="EPSG:4326")
    (tmp_path / "S1A.SAFE" / "measurement").mkdir(parents=True)
    path.rename(tmp_path / "S1A.SAFE" / "measurement" / "s1a-iw-grd-vv-20230101t000000.tiff")
    with pytest.raises(UnreadableSceneError, match="radar geometry"):
        open_scene(tmp_path / "S1A.SAFE")


def envi_file(folder: Path, pixels: NDArray[np.generic], name: str = "scene.img", more: str = "") -> Path:
    bands, rows, columns = pixels.shape
    kinds = {"uint16": 12, "float32": 4, "uint8": 1, "int16": 2}
    (folder / name).write_bytes(pixels.tobytes())
    (folder / name).with_suffix(".hdr").write_text(
        f"ENVI\nsamples = {columns}\nlines = {rows}\nbands = {bands}\nheader offset = 0\nfile type = ENVI Standard\n"
        f"data type = {kinds[pixels.dtype.name]}\ninterleave = bsq\nbyte order = 0\n"
        "map info = {UTM, 1, 1, 600000, 3760000, 10, 10, 36, North, WGS-84}\n" + more
    )
    return folder / name


@pytest.mark.parametrize("name", ["scene.img", "scene.dat", "scene.bsq", "scene"])
def test_envi_is_read_with_its_header(tmp_path: Path, name: str) -> None:
    pixels = np.arange(3 * 20 * 30, dtype=np.uint16).reshape(3, 20, 30)
    more = (
        "wavelength units = Nanometers\nwavelength = {485.0, 560.0, 660.0}\ndata ignore value = 7\n"
        "acquisition time = 2023-06-25T08:46:15Z\nsun azimuth = 120.5\nsun elevation = 55\nsensor type = OHS\n"
    )
    path = envi_file(tmp_path, pixels, name, more)
    scene = read_scene(path)
    assert scene.bands == ("blue", "green", "red")
    np.testing.assert_array_equal(scene.pixels[:, scene.mask], pixels[:, scene.mask])
    assert not scene.mask.reshape(-1)[7] and scene.mask.sum() == 599
    known = scene.acquisition
    assert (known.time, known.sun, known.platform) == ("2023-06-25T08:46:15Z", Sun(120.5, 55.0), "OHS")
    assert scene.files == (path, path.with_suffix(".hdr"))
    for again in (str(path.with_suffix(".hdr")), ",".join(map(str, scene.files))):
        assert read_scene(again).sha256 == scene.sha256


def test_an_envi_binary_without_header_or_cut_short_is_refused(tmp_path: Path) -> None:
    path = envi_file(tmp_path, np.ones((2, 20, 30), np.float32))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UnreadableSceneError, match="4760 bytes where its header says 4800"):
        open_scene(path)
    path.with_suffix(".hdr").unlink()
    with pytest.raises(UnreadableSceneError, match=r"\.hdr"):
        open_scene(path)


def test_pictures_are_stretched_for_the_eye(write_raster: Write) -> None:
    path = write_raster(np.full((3, 20, 30), 9, np.uint8), "picture.png")
    known = open_scene(path, ReadOptions(gsd_m=1)).acquisition
    assert (known.level, known.units) == ("display", "display")
    deep = write_raster(np.full((1, 20, 30), 9, np.uint16), "deep.png")
    assert open_scene(deep, ReadOptions(gsd_m=1)).acquisition.level is None
    plain = write_raster(np.full((3, 20, 30), 9, np.uint8), "orthophoto.tif", **PLACE)
    assert open_scene(plain).acquisition.level is None
    assert open_scene(plain, ReadOptions(level="display")).acquisition.units == "display"


def test_the_colours_of_a_palette_are_read_and_not_its_numbers(write_raster: Write) -> None:
    numbers = np.arange(600, dtype=np.uint8).reshape(1, 20, 30) % 3
    made = write_raster(numbers, "palette.tif", photometric="palette", **PLACE)
    with rasterio.open(made, "r+") as dataset:
        dataset.write_colormap(1, {0: (10, 20, 30, 255), 1: (200, 100, 50, 255), 2: (0, 255, 0, 255)})
    path = made.with_name("screenshot.png")
    rasterio.shutil.copy(made, path, driver="PNG")
    scene = read_scene(path, ReadOptions(gsd_m=1))
    assert scene.bands == ("red", "green", "blue")
    np.testing.assert_array_equal(scene.pixels[:, 0, :3].T, [[10, 20, 30], [200, 100, 50], [0, 255, 0]])


@pytest.mark.parametrize(
    ("name", "time", "platform", "level"),
    [
        ("T36SYC_20230625T083601_B04_10m", "2023-06-25T08:36:01Z", "Sentinel-2", "L2A"),
        ("T36SYC_20230625T083601_B04", "2023-06-25T08:36:01Z", "Sentinel-2", "L1C"),
        ("S2B_MSIL1C_20230625T083601_N0509_R064_T36SYC_20230625T120000", "2023-06-25T08:36:01Z", "Sentinel-2B", "L1C"),
        ("LC09_L2SP_010065_20220129_20220131_02_T1_SR_B4", "2022-01-29", "LANDSAT_9", "L2SP"),
        ("m_4709963_se_14_1_20090818", "2009-08-18", "NAIP", None),
        ("T36SYC_20231399T083601_B04", None, "Sentinel-2", "L1C"),
        ("2023-06-25_holiday", None, None, None),
    ],
)
def test_official_names_say_when_and_what(
    write_raster: Write, name: str, time: str | None, platform: str | None, level: str | None
) -> None:
    known = open_scene(write_raster(np.ones((1, 20, 30), np.uint16), f"{name}.tif", **PLACE)).acquisition
    assert (known.time, known.platform, known.level) == (time, platform, level)
