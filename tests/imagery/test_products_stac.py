"""A STAC item beside a scene tells what the scene does not say itself, and its known traps are stepped over."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine
from rasterio.crs import CRS

from depotwatch.imagery.errors import ScaleUnknownError, UnreadableSceneError
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.scene import Sun, View
from depotwatch.imagery.scene_file import open_scene

Write = Callable[..., Path]
PLACE = {"crs": "EPSG:32636", "transform": Affine(10, 0, 600_000, 0, -10, 3_760_000)}
NUMBERS = np.arange(1000, 1000 + 4 * 20 * 30).reshape(4, 20, 30).astype(np.uint16)
FLAG = "earthsearch:boa_offset_applied"


def item(path: Path, properties: dict[str, Any], asset: dict[str, Any] | None = None, **root: object) -> Path:
    assets = {"data": {"href": f"https://example.org/a/{path.name}?token=1", **(asset or {})}}
    written: dict[str, object] = {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": "x",
        "geometry": None,
        "links": [],
        "assets": assets,
    }
    path.with_suffix(".json").write_text(json.dumps({**written, "properties": properties, **root}))
    return path


def test_what_the_item_says_is_known(write_raster: Write) -> None:
    path = item(
        write_raster(NUMBERS, **PLACE),
        {
            "datetime": "2023-06-25T08:46:15.024Z",
            "platform": "worldview-2",
            "view:sun_azimuth": 123.5,
            "view:sun_elevation": 60,
            "view:off_nadir": 21.5,
            "view:azimuth": 77,
            "license": "CC-BY-4.0",
            "providers": [{"name": "A", "roles": ["producer"]}, {"name": "B", "roles": ["host"]}],
        },
    )
    known = read_scene(path).acquisition
    assert (known.time, known.sun, known.view) == ("2023-06-25T08:46:15Z", Sun(123.5, 60.0), View(21.5, 77.0))
    assert (known.platform, known.credit, known.licence) == ("worldview-2", "A", "CC-BY-4.0")


def test_the_file_and_the_flags_are_believed_before_the_item(write_raster: Write) -> None:
    path = write_raster(NUMBERS, tags={"ACQUISITION_DATE": "2020-01-01", "CREDIT": "file"}, **PLACE)
    item(path, {"datetime": "2021-01-01T10:00:00Z", "platform": "item", "view:sun_azimuth": 1, "view:sun_elevation": 2})
    known = open_scene(path, ReadOptions(sun=Sun(100, 50), level="L1C", view=View(3))).acquisition
    assert (known.time, known.credit, known.platform) == ("2020-01-01", "file", "item")
    assert (known.sun, known.level, known.view) == (Sun(100, 50), "L1C", View(3))


def test_midnight_is_a_date_alone_and_computes_no_sun(write_raster: Write) -> None:
    noon = {"crs": "EPSG:4326", "transform": Affine(1e-4, 0, 178.0, 0, -1e-4, -17.0)}  # Fiji, when UTC has midnight
    timed = open_scene(item(write_raster(NUMBERS, **noon), {"datetime": "2016-06-28T00:10:00Z"})).acquisition
    dated = open_scene(item(write_raster(NUMBERS, **noon), {"datetime": "2016-06-28T00:00:00+00:00"})).acquisition
    assert timed.sun is not None and timed.sun.computed and timed.sun.elevation_deg > 45
    assert dated.sun is None


def test_the_item_is_part_of_the_scene_and_is_found_again(write_raster: Write) -> None:
    path = write_raster(NUMBERS, **PLACE)
    alone = read_scene(path)
    item(path, {"datetime": "2023-06-25T08:46:15Z"})
    scene = read_scene(path)
    assert scene.files == (path, path.with_suffix(".json")) and scene.sha256 != alone.sha256
    assert read_scene(",".join(map(str, scene.files))).sha256 == scene.sha256


def test_a_remembered_scene_is_made_of_the_files_it_names(write_raster: Write) -> None:
    path = write_raster(NUMBERS, **PLACE)
    scene = read_scene(path)
    item(path, {"datetime": "2023-06-25T08:46:15Z", "s2:processing_baseline": "05.09", FLAG: False})
    again = read_scene(path, ReadOptions(grid=scene.grid))
    assert (again.sha256, again.files, again.acquisition) == (scene.sha256, scene.files, scene.acquisition)
    np.testing.assert_array_equal(again.pixels, scene.pixels)


@pytest.mark.parametrize("text", ["[]", "{", '{"type": "FeatureCollection"}', '{"shift_px": 3}', "[" * 100_000])
def test_another_json_beside_an_image_is_left_alone(write_raster: Write, text: str) -> None:
    path = write_raster(NUMBERS, **PLACE)
    path.with_suffix(".json").write_text(text)
    assert read_scene(path).files == (path,)


def test_an_item_of_nonsense_is_no_knowledge(write_raster: Write) -> None:
    path = write_raster(NUMBERS, **PLACE)
    item(
        path,
        {
            "datetime": None,
            "view:sun_azimuth": "south",
            "view:sun_elevation": [1],
            "view:off_nadir": 1e400,
            "platform": 3,
            "providers": "ESA",
            "license": "proprietary",
            "s2:processing_baseline": {},
        },
        {"raster:bands": 3, "proj:epsg": "x", "roles": None},
    )
    known = read_scene(path).acquisition
    assert (known.time, known.sun, known.view, known.platform, known.credit, known.licence) == (None,) * 6


@pytest.mark.parametrize(
    ("properties", "bands", "factor", "applied"),
    [
        ({"s2:processing_baseline": "05.09", FLAG: False}, None, (1e-4, -0.1), True),
        ({"s2:processing_baseline": "05.09", FLAG: True}, None, (1e-4, 0.0), True),
        # on some items the offset still stands in raster:bands although it was taken out
        ({"s2:processing_baseline": "05.09", FLAG: True}, {"scale": 1e-4, "offset": -0.1}, (1e-4, 0.0), True),
        ({"s2:processing_baseline": "02.09", FLAG: False}, None, (1e-4, 0.0), True),
        ({"s2:processing_baseline": "05.09"}, {"scale": 1e-4, "offset": -0.1}, (1e-4, -0.1), True),
        ({"s2:processing_baseline": "05.09"}, None, (1.0, 0.0), False),
        ({"s2:processing_baseline": "03.01"}, None, (1.0, 0.0), True),
        ({}, {"scale": 2.75e-5, "offset": -0.2}, (2.75e-5, -0.2), None),
        ({}, None, (1.0, 0.0), None),
    ],
)
def test_scale_and_offset(
    write_raster: Write,
    properties: dict[str, Any],
    bands: dict[str, float] | None,
    factor: tuple[float, float],
    applied: bool | None,
) -> None:
    asset = None if bands is None else {"raster:bands": [bands] * 4}
    numbers = NUMBERS.copy()
    numbers[:, 3, 3] = 0
    scene = read_scene(item(write_raster(numbers, **PLACE), properties, asset))
    np.testing.assert_allclose(scene.pixels, np.where(scene.mask, numbers * factor[0] + factor[1], 0), atol=1e-6)
    assert not scene.mask[3, 3]
    assert scene.acquisition.offset_applied is applied


@pytest.mark.parametrize("count", [1, 4])
def test_an_offset_that_the_pixels_contradict_is_refused(write_raster: Write, count: int) -> None:
    numbers = np.random.default_rng(3).integers(300, 2500, (count, 200, 200)).astype(np.uint16)
    numbers[:, :60] = 250  # water: a reflectance of .025, from which the offset was taken before
    stated = {"s2:processing_baseline": "05.09", FLAG: False}
    path = item(write_raster(numbers, **PLACE), stated)
    if count == 1:
        assert open_scene(path).acquisition.offset_applied  # one band may well be below 0 on water
        return
    with pytest.raises(UnreadableSceneError, match=r"scene\.json states an offset.*below zero"):
        open_scene(path)
    files = [write_raster(band[None], f"B0{at}.tif", **PLACE) for at, band in enumerate(numbers)]
    with pytest.raises(UnreadableSceneError, match="below zero"):
        open_scene(",".join(map(str, [*files, path.with_suffix(".json")])))
    assert open_scene(item(path, {**stated, FLAG: True})).acquisition.offset_applied


def test_an_image_without_georeference_is_placed_by_its_item(write_raster: Write) -> None:
    path = write_raster(NUMBERS[:1].astype(np.uint8), "picture.png")
    with pytest.raises(ScaleUnknownError):
        open_scene(path)
    where = {"proj:epsg": 32636, "proj:shape": [20, 30], "proj:transform": [10, 0, 6e5, 0, -10, 3.76e6]}
    grid = open_scene(item(path, where)).grid
    assert grid.crs == CRS.from_epsg(32636) and grid.transform == PLACE["transform"]
    with pytest.raises(ScaleUnknownError):  # a reduced copy lies elsewhere
        open_scene(item(path, {**where, "proj:shape": [200, 300]}))
    assert open_scene(item(path, {}, {"gsd": 0.5})).grid.gsd_m == (0.5, 0.5)
    with pytest.raises(ScaleUnknownError):  # of the sensor, and this may be a reduced copy
        open_scene(item(path, {"gsd": 0.5}, {"href": "other.png"}))
    assert open_scene(item(path, {}, {"gsd": 0.5}), ReadOptions(gsd_m=2)).grid.gsd_m == (2, 2)


def test_bands_that_the_file_does_not_name_are_called_by_their_colour(write_raster: Write) -> None:
    named = [{"name": f"band-{at}", "common_name": name} for at, name in enumerate(("red", "green", "blue", "nir"))]
    path = item(write_raster(NUMBERS, **PLACE), {}, {"eo:bands": named})
    assert open_scene(path).bands == ("red", "green", "blue", "nir")
    item(path, {}, {"eo:bands": named[:3]})
    assert open_scene(path).bands == ("band1", "band2", "band3", "band4")
    own = item(write_raster(NUMBERS, names=("a", "b", "c", "d"), **PLACE), {}, {"eo:bands": named})
    assert open_scene(own).bands == ("a", "b", "c", "d")


def test_a_visual_asset_is_for_display(write_raster: Write) -> None:
    path = item(write_raster(NUMBERS.astype(np.uint8), **PLACE), {}, {"roles": ["visual"]})
    assert open_scene(path).acquisition.units == "display"


def test_metadata_alone_and_another_json_are_refused(write_raster: Write, tmp_path: Path) -> None:
    path = item(write_raster(NUMBERS, **PLACE), {})
    with pytest.raises(UnreadableSceneError, match="give the image"):
        open_scene(str(path.with_suffix(".json")) + ",")
    (tmp_path / "notes.json").write_text("{}")
    with pytest.raises(UnreadableSceneError, match="not one STAC item"):
        open_scene(f"{path},{tmp_path / 'notes.json'}")


REAL = {
    "landsat/LC09_L2SP_010065_20220129_02_T1.json": (
        "2022-01-29T15:28:34Z", "optical", "landsat-9", "L2SP", Sun(112.2005908, 57.84396063), View(0.0)
    ),
    "sentinel2/tests__data-files__S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T022157.SAFE__expected_output"
    ".json": (
        "2023-06-25T23:46:21Z", "optical", "sentinel-2a", "2A", Sun(174.705217601066, 47.1050263487453),
        View(3.243501789758744, 139.78525276800463),
    ),
    "sentinel1/examples__rtc__sentinel1-rtc-aws__2016__S1B_20161121_12SYJ_ASC__S1B_20161121_12SYJ_ASC.json": (
        "2016-11-21T01:09:37Z", "sar", "sentinel-1b", "RTC", None, None
    ),
    "pystac/raster-planet-example.json": (
        "2018-10-01T01:54:33Z", "optical", "planetscope", "L3B", Sun(94.82318, 60.99449), View(0.1531593)
    ),
}  # fmt: skip


@pytest.mark.real
@pytest.mark.parametrize("name", REAL)
def test_real_items_are_understood(data: Path, write_raster: Write, name: str) -> None:
    path = write_raster(NUMBERS, **PLACE)
    shutil.copy(data / "stac" / name, path.with_suffix(".json"))
    known = read_scene(path).acquisition
    assert (known.time, known.sensor, known.platform, known.level, known.sun, known.view) == REAL[name]
