"""Bands are compared by colour where names tell it, by place where they do not, and never otherwise."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st

from depotwatch.imagery.bands import colours, same_bands
from depotwatch.imagery.errors import UnlikeScenesError
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.scene import Acquisition, Scene
from depotwatch.imagery.scene_file import open_scene

PLACE = {"crs": "EPSG:32636", "transform": Affine(10, 0, 600_000, 0, -10, 3_760_000)}


def scene(*bands: str, platform: str | None = None) -> Scene:
    """One pixel a band, worth its place."""
    pixels = np.arange(len(bands), dtype=np.float32).reshape(-1, 1, 1)
    mask = np.ones((1, 1), bool)
    known = Acquisition(platform=platform)
    return Scene(Grid.without_crs((1, 1), 1, 1), pixels, mask, bands, known, Path("scene.tif"), "hash")


S2, S2_NAMED = scene("B02", "B03", "B04", "B08"), scene("nir", "red", "green", "blue")
LANDSAT_8 = scene("SR_B2", "SR_B3", "SR_B4", "SR_B5", "SR_B6", "SR_B7", platform="LANDSAT_8")
LANDSAT_5 = scene("SR_B1", "SR_B2", "SR_B3", "SR_B4", "SR_B5", "SR_B7", platform="landsat-5")


@pytest.mark.parametrize(
    ("before", "after", "bands"),
    [
        (S2, LANDSAT_8, [["B02", "B03", "B04", "B08"], ["SR_B2", "SR_B3", "SR_B4", "SR_B5"]]),
        (LANDSAT_8, S2, [["SR_B2", "SR_B3", "SR_B4", "SR_B5"], ["B02", "B03", "B04", "B08"]]),
        (LANDSAT_8, LANDSAT_5, [list(LANDSAT_8.bands), list(LANDSAT_5.bands)]),
        (S2, S2_NAMED, [["B02", "B03", "B04", "B08"], ["blue", "green", "red", "nir"]]),
        (S2, scene("T36SYC_20230625T083601_B04_10m", "T36SYC_20230625T083601_B08_10m"), [["B04", "B08"], None]),
        (S2, scene("B2", "B3", "B4", "B8", "B8A", platform="Sentinel-2B"), [list(S2.bands), ["B2", "B3", "B4", "B8"]]),
        (scene("VV"), scene("Gamma0_VH", "Gamma0_VV"), [["VV"], ["Gamma0_VV"]]),
        (S2, scene("band1", "band2", "band3", "band4"), [list(S2.bands), None]),
        (scene("band1"), scene("grey"), [["band1"], ["grey"]]),
    ],
)
def test_bands_of_one_colour_come_together(before: Scene, after: Scene, bands: list[list[str] | None]) -> None:
    first, second = same_bands(before, after)
    assert list(first.bands) == bands[0] and list(second.bands) == (bands[1] or list(after.bands))
    for whole, part in ((before, first), (after, second)):
        np.testing.assert_array_equal(part.pixels[:, 0, 0], [whole.bands.index(band) for band in part.bands])


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (S2, scene("band1", "band2", "band3"), "band1, band2, band3; give the same bands"),
        (scene("VV"), scene("VH"), "no colour in common"),
        (scene("B02"), scene("B08"), "no colour in common"),
        (S2, scene("B2", "B3", "B4", "B5", "B6"), "give the same bands"),  # of Landsat 5 or 8? nobody says
    ],
)
def test_bands_that_nothing_relates_are_refused(before: Scene, after: Scene, words: str) -> None:
    with pytest.raises(UnlikeScenesError, match=words):
        same_bands(before, after)


@given(st.lists(st.text(max_size=12), max_size=6), st.sampled_from([None, "Landsat", "sentinel-2a", "LANDSAT_9"]))
def test_any_name_has_one_colour_or_none(names: list[str], platform: str | None) -> None:
    found = colours(scene(*names, platform=platform))
    known = [colour for colour in found if colour is not None]
    assert len(found) == len(names) and len(set(known)) == len(known)


def test_an_opened_scene_reads_the_bands_that_are_left(tmp_path: Path, write_raster: Callable[..., Path]) -> None:
    pixels = np.arange(1, 4 * 20 * 30 + 1).reshape(4, 20, 30).astype(np.uint16)
    before = open_scene(write_raster(pixels, "s2.tif", names=S2.bands, **PLACE))
    after = open_scene(write_raster(pixels[:2], "two.tif", names=("nir", "green"), **PLACE))
    first, second = same_bands(before, after)
    assert (first.bands, second.bands) == (("B03", "B08"), ("green", "nir"))
    np.testing.assert_array_equal(first.read().pixels, pixels[[1, 3]])
    np.testing.assert_array_equal(second.read(3, 9).pixels, pixels[[1, 0], 3:9])
    assert first.sha256 == read_scene(tmp_path / "s2.tif").sha256
