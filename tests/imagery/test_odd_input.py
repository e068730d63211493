"""Odd files are read for what they are: tiny, flat, holed, signed, turned, or at the ends of the Earth."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from pyproj import Transformer
from rasterio.enums import ColorInterp
from shapely import box

from depotwatch.imagery.errors import NoOverlapError
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.register import register
from depotwatch.imagery.scene_file import open_scene

Write = Callable[..., Path]
Ground = Callable[..., np.ndarray]
NORTH_UP = Affine(10, 0, 600_000, 0, -10, 3_760_000)
PLACE = {"crs": "EPSG:32636", "transform": NORTH_UP}


def test_one_pixel(write_raster: Write) -> None:
    scene = read_scene(write_raster(np.full((1, 1, 1), 7, np.uint16), **PLACE))
    assert scene.pixels.tolist() == [[[7.0]]] and scene.mask.tolist() == [[True]]
    assert scene.grid.gsd_m == pytest.approx((10, 10), rel=1e-3)


@pytest.mark.parametrize("shape", [(1, 1, 500), (1, 500, 1), (3, 2, 2)])
def test_strips_of_pixels(write_raster: Write, shape: tuple[int, int, int]) -> None:
    numbers = np.arange(1, np.prod(shape) + 1).reshape(shape).astype(np.uint16)
    path = write_raster(numbers, **PLACE)
    np.testing.assert_array_equal(read_scene(path).pixels, numbers)
    assert open_scene(path).block_rows <= shape[1]


def test_all_equal_is_data(write_raster: Write) -> None:
    assert read_scene(write_raster(np.full((2, 30, 30), 4, np.uint16), **PLACE)).mask.all()


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_holes_in_real_numbers(write_raster: Write, hole: float, dtype: type[np.floating]) -> None:
    numbers = np.full((3, 20, 20), 0.25, dtype)
    numbers[1, 4, 5] = hole
    for nodata in (None, np.nan, 0.5):
        scene = read_scene(write_raster(numbers, nodata=nodata, **PLACE))
        assert not scene.mask[4, 5] and scene.mask.sum() == 399 and np.isfinite(scene.pixels).all()


def test_doubles_beyond_single_precision_are_not_data(write_raster: Write) -> None:
    numbers = np.full((1, 20, 20), 0.25)
    numbers[0, 4, 5], numbers[0, 6, 7] = 1e300, -1.7976931348623157e308
    scene = read_scene(write_raster(numbers, **PLACE))
    assert not scene.mask[4, 5] and not scene.mask[6, 7] and np.isfinite(scene.pixels).all()


def test_negative_numbers_are_data_and_their_no_data_is_not(write_raster: Write) -> None:
    numbers = np.arange(-200, 200).reshape(1, 20, 20).astype(np.int16)
    numbers[0, 0, 0] = -9999
    scene = read_scene(write_raster(numbers, nodata=-9999, **PLACE))
    assert not scene.mask[0, 0] and scene.mask.sum() == 399  # declared, so that a 0 among them is data
    assert scene.pixels.min() == -199


def test_twelve_bits_in_sixteen(write_raster: Write) -> None:
    numbers = np.random.default_rng(4).integers(1, 4096, (3, 40, 40)).astype(np.uint16)
    scene = read_scene(write_raster(numbers, nbits=12, compress="deflate", **PLACE))
    np.testing.assert_array_equal(scene.pixels, numbers)


def test_alpha_beside_deep_bands_and_a_declared_no_data(write_raster: Write) -> None:
    numbers = np.full((4, 20, 20), 3000, np.uint16)
    numbers[3, :5], numbers[3, 5:10], numbers[0, 15, 15] = 0, 1, 77
    scene = read_scene(write_raster(numbers, photometric="RGB", alpha="YES", nodata=77, **PLACE))
    assert len(scene.pixels) == 3 and ColorInterp.alpha.name not in scene.bands
    assert not scene.mask[:5].any() and scene.mask[5:10].all() and not scene.mask[15, 15]


TURNED = {
    "rotated": NORTH_UP @ Affine.rotation(20),
    "south-up": Affine(10, 0, 600_000, 0, 10, 3_760_000 - 1600),
    "east-west": Affine(-10, 0, 601_600, 0, -10, 3_760_000),
    "sheared": NORTH_UP @ Affine.shear(8, 0),
}


@pytest.mark.parametrize("transform", TURNED.values(), ids=TURNED)
def test_an_area_is_found_on_a_turned_grid(write_raster: Write, transform: Affine) -> None:
    numbers = np.arange(1, 160 * 160 + 1).reshape(1, 160, 160).astype(np.float32)
    path = write_raster(numbers, crs="EPSG:32636", transform=transform)
    whole = read_scene(path)
    lon, lat = (float(one) for one in whole.grid.lonlat(80.5, 60.5))
    part = read_scene(path, area=box(lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4))
    row, column = (int(one - shift) for one, shift in zip((60, 80), part.offset, strict=True))
    assert part.mask[row, column] and part.pixels[0, row, column] == numbers[0, 60, 80]
    np.testing.assert_allclose(part.grid.lonlat(column + 0.5, row + 0.5), (lon, lat), atol=1e-9)


@pytest.mark.parametrize("flip", ["south-up", "east-west"])
def test_a_pair_on_flipped_grids_lies_still(write_raster: Write, ground: Ground, flip: str) -> None:
    numbers = ground(3).astype(np.float32)
    other = numbers[:, ::-1] if flip == "south-up" else numbers[:, :, ::-1]
    before = read_scene(write_raster(numbers, "before.tif", **PLACE))
    after = read_scene(write_raster(other, "after.tif", crs="EPSG:32636", transform=TURNED[flip]))
    pair = register(before, after)
    assert np.abs(pair.registration.shift_px).max() < 0.05 and pair.registration.residual.p95_px < 0.2
    inner = np.s_[:, 20:-20, 20:-20]
    np.testing.assert_allclose(pair.after.pixels[inner], numbers[inner], atol=30)


@pytest.mark.parametrize("west", [179.99, -180.01])
def test_across_the_antimeridian(write_raster: Write, west: float) -> None:
    numbers = np.arange(1, 200 * 200 + 1).reshape(1, 200, 200).astype(np.float32)
    path = write_raster(numbers, crs="EPSG:4326", transform=Affine(1e-4, 0, west, 0, -1e-4, -16))
    for lon in (179.995, -179.995):
        part = read_scene(path, area=box(lon - 1e-3, -16.011, lon + 1e-3, -16.009))
        assert part.grid.shape == pytest.approx((20, 20), abs=1)
        assert part.offset[1] == pytest.approx(40 if lon > 0 else 140, abs=1)
    with pytest.raises(NoOverlapError):
        read_scene(path, area=box(10, -16.011, 10.001, -16.009))


@pytest.mark.parametrize("epsg", [3413, 3031, 32601, 32660])
def test_far_zones_and_poles(write_raster: Write, epsg: int) -> None:
    lon, lat = {3413: (-40.0, 78.0), 3031: (166.6, -77.8), 32601: (-179.99, 66.0), 32660: (179.99, 66.0)}[epsg]
    x, y = Transformer.from_crs("EPSG:4326", f"EPSG:{epsg}", always_xy=True).transform(lon, lat)
    numbers = np.arange(1, 100 * 100 + 1).reshape(1, 100, 100).astype(np.float32)
    path = write_raster(numbers, crs=f"EPSG:{epsg}", transform=Affine(10, 0, x - 500, 0, -10, y + 500))
    scene = read_scene(path)
    assert scene.grid.gsd_m == pytest.approx((10, 10), rel=0.02)
    part = read_scene(path, area=box(lon - 5e-4, lat - 5e-4, lon + 5e-4, lat + 5e-4))
    assert part.mask[part.grid.shape[0] // 2, part.grid.shape[1] // 2]
    np.testing.assert_allclose(np.add(part.offset, np.divide(part.grid.shape, 2)), (50, 50), atol=1.5)
