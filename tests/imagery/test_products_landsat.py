"""A Landsat Collection 2 folder is reflectance, its clouds are not valid, and its MTL is read in each of its forms."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from depotwatch.imagery.errors import UnreadableSceneError
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.scene import Sun, View
from depotwatch.imagery.scene_file import open_scene

Write = Callable[..., Path]
PLACE = {"crs": "EPSG:32636", "transform": Affine(30, 0, 600_000, 0, -30, 3_760_000)}
NUMBERS = np.arange(7500, 7500 + 20 * 30).reshape(1, 20, 30)
CLEAR = 21824


@pytest.fixture
def make_landsat(write_raster: Write, tmp_path: Path) -> Callable[..., Path]:
    """Write a product: every band holds the same numbers, more by 100 a band."""

    def make(form: str = "txt", level: str = "L2SP", sensor: str = "OLI_TIRS", qa: int = CLEAR) -> Path:
        name = f"LC08_{level}_174037_20201204_20210313_02_T1"
        surface, bands = level.startswith("L2"), range(1, 8)
        quality = np.full((1, 20, 30), CLEAR, np.uint16)
        quality[0, 2, 3] = qa
        (tmp_path / name).mkdir()
        names = {}
        for band in bands:
            names[f"FILE_NAME_BAND_{band}"] = f"{name}_{'SR_' if surface else ''}B{band}.TIF"
            pixels = (NUMBERS + 100 * band).astype(np.uint16)
            pixels[0, 0, 0] = 0
            written = write_raster(pixels, "band.tif", **PLACE)
            written.rename(tmp_path / name / names[f"FILE_NAME_BAND_{band}"])
        names["FILE_NAME_QUALITY_L1_PIXEL"] = f"{name}_QA_PIXEL.TIF"
        write_raster(quality, "band.tif", nodata=1, **PLACE).rename(tmp_path / name / f"{name}_QA_PIXEL.TIF")
        groups = {
            "PRODUCT_CONTENTS": {"COLLECTION_NUMBER": "02", "PROCESSING_LEVEL": level, **names},
            "IMAGE_ATTRIBUTES": {
                "SPACECRAFT_ID": "LANDSAT_8",
                "SENSOR_ID": sensor,
                "DATE_ACQUIRED": "2020-12-04",
                "SCENE_CENTER_TIME": "08:02:34.6075760Z",
                "NADIR_OFFNADIR": "NADIR",
                "ROLL_ANGLE": "-0.001",
                "SUN_AZIMUTH": "155.5",
                "SUN_ELEVATION": "30.0",
            },
            "LEVEL1_RADIOMETRIC_RESCALING": factors(bands, "2.0000E-05", "-0.100000"),
            # a Level 2 product repeats the Level 1 it was made from, by files that are not in its folder
            "LEVEL1_PROCESSING_RECORD": {**dict.fromkeys(names, "other.TIF"), "PROCESSING_LEVEL": "L1TP"},
        }
        if surface:
            groups["LEVEL2_SURFACE_REFLECTANCE_PARAMETERS"] = factors(bands, "2.75e-05", "-0.2")
        text = {"txt": as_text, "json": as_json, "xml": as_xml}[form](groups)
        (tmp_path / name / f"{name}_MTL.{form}").write_text(text)
        return tmp_path / name

    return make


def factors(bands: range, gain: str, bias: str) -> dict[str, str]:
    return {
        f"REFLECTANCE_{what}_BAND_{band}": value for band in bands for what, value in (("MULT", gain), ("ADD", bias))
    }


def as_text(groups: dict[str, dict[str, str]]) -> str:
    lines = ["GROUP = LANDSAT_METADATA_FILE"]
    for group, values in groups.items():
        lines += [f"  GROUP = {group}", *(f"    {key} = {_quoted(value)}" for key, value in values.items())]
        lines.append(f"  END_GROUP = {group}")
    return "\n".join([*lines, "END_GROUP = LANDSAT_METADATA_FILE", "END"])


def _quoted(value: str) -> str:
    return value if value.replace("-", "").replace(".", "").replace("E", "").isdigit() else f'"{value}"'


def as_json(groups: dict[str, dict[str, str]]) -> str:
    return json.dumps({"LANDSAT_METADATA_FILE": groups})


def as_xml(groups: dict[str, dict[str, str]]) -> str:
    inside = "".join(
        f"<{group}>{''.join(f'<{key}>{value}</{key}>' for key, value in values.items())}</{group}>"
        for group, values in groups.items()
    )
    return f'<?xml version="1.0"?><LANDSAT_METADATA_FILE>{inside}</LANDSAT_METADATA_FILE>'


@pytest.mark.parametrize("form", ["txt", "json", "xml"])
def test_surface_reflectance_of_the_six_bands(make_landsat: Callable[..., Path], form: str) -> None:
    scene = read_scene(make_landsat(form))
    assert scene.bands == ("SR_B2", "SR_B3", "SR_B4", "SR_B5", "SR_B6", "SR_B7")
    expected = np.concatenate([(NUMBERS + 100 * band) * 2.75e-5 - 0.2 for band in range(2, 8)])
    assert not scene.mask[0, 0] and scene.mask.sum() == 20 * 30 - 1
    np.testing.assert_allclose(scene.pixels, np.where(scene.mask, expected, 0), atol=1e-6)
    known = scene.acquisition
    assert (known.time, known.sun, known.view) == ("2020-12-04T08:02:34Z", Sun(155.5, 30.0), View(0.0))
    assert (known.platform, known.level, known.units) == ("LANDSAT_8", "L2SP", "reflectance")


def test_level_1_is_reflectance_above_the_air_with_the_sun_taken_out(make_landsat: Callable[..., Path]) -> None:
    scene = read_scene(make_landsat(level="L1TP"))
    expected = ((NUMBERS[0] + 200) * 2e-5 - 0.1) / np.sin(np.radians(30))
    np.testing.assert_allclose(scene.pixels[0], np.where(scene.mask, expected, 0), atol=1e-6)
    assert scene.bands[0] == "B2" and scene.acquisition.level == "L1TP"


def test_the_thematic_mapper_has_its_own_bands(make_landsat: Callable[..., Path]) -> None:
    assert read_scene(make_landsat(sensor="TM")).bands == ("SR_B1", "SR_B2", "SR_B3", "SR_B4", "SR_B5", "SR_B7")


@pytest.mark.parametrize(
    ("bit", "valid"), [(0, False), (1, False), (2, True), (3, False), (4, False), (5, True), (7, True)]
)
def test_fill_cloud_and_shadow_bits_mask(make_landsat: Callable[..., Path], bit: int, valid: bool) -> None:
    assert read_scene(make_landsat(qa=1 << bit)).mask[2, 3] == valid


def test_the_files_of_a_product_open_it_again_as_it_was(make_landsat: Callable[..., Path]) -> None:
    scene = read_scene(make_landsat())
    again = read_scene(",".join(map(str, scene.files)))
    assert (again.sha256, again.acquisition) == (scene.sha256, scene.acquisition)
    np.testing.assert_array_equal(again.pixels, scene.pixels)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("COLLECTION_NUMBER = 02", "COLLECTION_NUMBER = 01", "Collection 2"),
        ("REFLECTANCE_ADD_BAND_4", "OTHER", "REFLECTANCE_ADD_BAND_4"),
        ("FILE_NAME_QUALITY_L1_PIXEL", "OTHER", "FILE_NAME_QUALITY_L1_PIXEL"),
        ('"OLI_TIRS"', '"TIRS"', "sensor TIRS"),
        ("SUN_ELEVATION = 30.0", "SUN_ELEVATION = -3.0", "at night"),
        ('FILE_NAME_BAND_3 = "', 'FILE_NAME_BAND_3 = "../', "outside itself"),
        ("_SR_B3.TIF", "_SR_B9.TIF", "SR_B9.TIF is missing"),
    ],
)
def test_what_is_missing_or_leads_astray_is_named(
    make_landsat: Callable[..., Path], old: str, new: str, words: str
) -> None:
    folder = make_landsat()
    metadata = next(folder.glob("*_MTL.txt"))
    assert old in metadata.read_text()
    metadata.write_text(metadata.read_text().replace(old, new))
    with pytest.raises(UnreadableSceneError, match=words):
        open_scene(folder)


def test_other_json_is_no_metadata(tmp_path: Path) -> None:
    (tmp_path / "LC08_MTL.json").write_text("[1, 2]")
    with pytest.raises(UnreadableSceneError, match="no Landsat metadata"):
        open_scene(tmp_path)
