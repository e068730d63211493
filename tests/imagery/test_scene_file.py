"""Windows of an opened scene are what the whole would give there, and nothing is read that is not asked for."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import Polygon

from depotwatch.imagery import scene_file
from depotwatch.imagery.errors import UnreadableSceneError
from depotwatch.imagery.products.plain import one_file
from depotwatch.imagery.raster import Handles, cache_needed
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.scene_file import open_scene

Write = Callable[..., Path]
PLACE = {"crs": "EPSG:4326", "transform": Affine(1e-4, 0, 35.0, 0, -1e-4, 34.0)}
TILES = {"tiled": True, "blockxsize": 16, "blockysize": 32, "interleave": "band"}
TRIANGLE = Polygon([(35.001, 33.992), (35.007, 33.992), (35.001, 33.998)])


@pytest.fixture
def tiled(write_raster: Write) -> Path:
    pixels = np.random.default_rng(5).integers(0, 4, (3, 100, 90)).astype(np.uint16)
    return write_raster(pixels, names=("red", "green", "nir"), nodata=3, **PLACE, **TILES)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.tuples(st.integers(0, 59), st.integers(0, 59)).filter(lambda ends: ends[0] < ends[1]),
    columns=st.tuples(st.integers(0, 59), st.integers(0, 59)).filter(lambda ends: ends[0] < ends[1]),
)
def test_a_window_is_what_the_whole_would_give_there(
    tiled: Path, rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    whole = read_scene(tiled, area=TRIANGLE)
    assert whole.grid.shape == (60, 60) and not whole.mask.all()
    with open_scene(tiled, area=TRIANGLE) as file:
        part = file.read(*rows, *columns)
    window = np.s_[rows[0] : rows[1], columns[0] : columns[1]]
    np.testing.assert_array_equal(part.pixels, whole.pixels[:, *window])
    np.testing.assert_array_equal(part.mask, whole.mask[window])
    assert part.grid == whole.grid.window(rows[0], columns[0], rows[1] - rows[0], columns[1] - columns[0])
    assert part.offset == (20 + rows[0], 10 + columns[0])


def test_what_is_known_before_reading_is_what_the_scene_says(tiled: Path) -> None:
    file, scene = open_scene(tiled), read_scene(tiled)
    assert (file.grid, file.bands, file.acquisition) == (scene.grid, scene.bands, scene.acquisition)
    assert file.sha256 == scene.sha256 == hashlib.sha256(tiled.read_bytes()).hexdigest()
    assert file.block_rows == 32


def test_some_bands_may_be_read_in_any_order_and_mask_themselves_alone(tiled: Path) -> None:
    scene, part = read_scene(tiled), open_scene(tiled).read(bands=("nir", "red"))
    assert part.bands == ("nir", "red") and part.mask.sum() > scene.mask.sum()
    np.testing.assert_array_equal(part.pixels[:, scene.mask], scene.pixels[[2, 0]][:, scene.mask])


@pytest.mark.parametrize("window", [(5, 5, 0, 90), (-1, 4, 0, 90), (0, 101, 0, 90), (0, 4, 0, 91)])
def test_a_window_outside_the_scene_and_an_unknown_band_are_refused(
    tiled: Path, window: tuple[int, int, int, int]
) -> None:
    with pytest.raises(UnreadableSceneError, match="100 × 90"):
        open_scene(tiled).read(*window)
    with pytest.raises(UnreadableSceneError, match="red, green, nir"):
        open_scene(tiled).read(bands=("blue",))


def test_only_what_is_read_at_once_is_limited(tiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene_file, "MAX_PIXELS", 3 * 32 * 90)
    file = open_scene(tiled)
    assert file.read(0, file.block_rows).grid.shape == (32, 90)
    with pytest.raises(UnreadableSceneError, match="give --area"):
        file.read()
    with pytest.raises(UnreadableSceneError, match="give --area"):
        read_scene(tiled)


def test_a_file_that_vanishes_after_opening_is_named(tiled: Path) -> None:
    file = open_scene(tiled)
    with file:
        file.read(0, 10)
        tiled.unlink()
        file.read(10, 20)
    with pytest.raises(UnreadableSceneError, match="does not exist"):
        file.read(0, 10)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.float32, np.float64])
@pytest.mark.parametrize("interleave", ["band", "pixel"])
@pytest.mark.parametrize("nodata", [None, 0, 7])
def test_every_type_and_layout_gives_the_same_pixels_and_mask(
    write_raster: Write, dtype: type[np.generic], interleave: str, nodata: float | None
) -> None:
    numbers: NDArray[np.generic] = np.random.default_rng(1).integers(0, 9, (2, 40, 50)).astype(dtype)
    scene = read_scene(write_raster(numbers, nodata=nodata, **{**PLACE, **TILES, "interleave": interleave}))
    if nodata is not None:
        mask = (numbers != nodata).all(axis=0)
    elif dtype in (np.int16, np.uint16, np.int32):
        mask = (numbers != 0).any(axis=0)
    else:
        mask = np.ones((40, 50), bool)
    np.testing.assert_array_equal(scene.mask, mask)
    np.testing.assert_array_equal(scene.pixels, np.where(mask, numbers, 0))


def test_no_data_beyond_the_type_masks_nothing_and_a_rounded_one_masks(write_raster: Write) -> None:
    numbers = np.full((1, 20, 20), 5, np.float32)
    numbers[0, 3, 3] = -3.4028235e38
    scene = read_scene(write_raster(numbers, nodata=-3.4028e38, **PLACE))
    assert scene.mask.all()
    scene = read_scene(write_raster(numbers, nodata=-3.40282346e38, **PLACE))
    assert not scene.mask[3, 3] and scene.mask.sum() == 399


def test_memory_is_used_again_only_when_nobody_looks_at_it(tiled: Path) -> None:
    with open_scene(tiled) as file:
        first = file.read(0, 32)
        kept, red = first.pixels.copy(), first.pixels[0]
        second = file.read(32, 64)
        assert not np.shares_memory(first.pixels, second.pixels)
        place = second.pixels.ctypes.data
        del first, second
        third = file.read(64, 96)  # `red` still looks at the first
        assert third.pixels.ctypes.data == place and not np.shares_memory(red, third.pixels)
        fourth = file.read(0, 96)
        np.testing.assert_array_equal(red, kept[0])
    np.testing.assert_array_equal(third.pixels, fourth.pixels[:, 64:])


@pytest.mark.parametrize(("side", "mebibytes"), [(256, 160), (2048, 320), (4096, 512)])
def test_the_cache_holds_the_rows_of_blocks_that_a_band_of_rows_cuts(tmp_path: Path, side: int, mebibytes: int) -> None:
    """Two rows of blocks of each of two such scenes, or each is decoded again for every band of rows in it."""
    tiles = {"tiled": True, "blockxsize": side, "blockysize": side, "sparse_ok": True, "nodata": 0}
    path = tmp_path / "wide.tif"
    with rasterio.open(path, "w", driver="GTiff", count=1, height=side, width=20480, dtype="uint16", **tiles, **PLACE):
        pass
    with Handles() as handles:
        assert cache_needed(handles, one_file(path).layers) == mebibytes * 2**20
