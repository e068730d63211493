"""A scene is what the file says: its pixels, where they are valid, and where they lie."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from shapely import Polygon, box

from depotwatch.imagery.errors import NoOverlapError, ScaleUnknownError, UnreadableSceneError
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene

Write = Callable[..., Path]
PLACE = {"crs": "EPSG:4326", "transform": Affine(1e-4, 0, 35.0, 0, -1e-4, 34.0)}
RAMP = np.arange(1, 2 * 40 * 60 + 1).reshape(2, 40, 60)


def test_pixels_bands_grid_and_hash_are_those_of_the_file(write_raster: Write) -> None:
    path = write_raster(RAMP.astype(np.uint16), names=("red", "nir"), **PLACE)
    scene = read_scene(path)
    np.testing.assert_array_equal(scene.pixels, RAMP)
    assert scene.pixels.dtype == np.float32
    assert scene.bands == ("red", "nir")
    assert scene.grid.crs == CRS.from_epsg(4326)
    assert scene.valid_fraction == 1
    assert scene.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_declared_no_data_is_not_valid(write_raster: Write) -> None:
    pixels = RAMP.astype(np.uint16)
    pixels[0, 3, 4] = 9999
    scene = read_scene(write_raster(pixels, nodata=9999, **PLACE))
    assert not scene.mask[3, 4] and scene.mask.sum() == scene.mask.size - 1
    assert (scene.pixels[:, 3, 4] == 0).all()


def test_values_that_are_no_number_are_not_valid(write_raster: Write) -> None:
    pixels = RAMP.astype(np.float32)
    pixels[1, 5, 6], pixels[0, 7, 8] = np.nan, np.inf
    scene = read_scene(write_raster(pixels, **PLACE))
    assert not scene.mask[5, 6] and not scene.mask[7, 8]
    assert np.isfinite(scene.pixels).all()


def test_zero_in_every_band_is_no_data_in_deep_integers_and_black_in_bytes(write_raster: Write) -> None:
    pixels = np.full((2, 10, 10), 5)
    pixels[:, 2, 2] = 0
    pixels[0, 4, 4] = 0
    deep = read_scene(write_raster(pixels.astype(np.uint16), "deep.tif", **PLACE))
    shallow = read_scene(write_raster(pixels.astype(np.uint8), "shallow.tif", **PLACE))
    assert not deep.mask[2, 2] and deep.mask[4, 4]
    assert shallow.mask.all()


def test_an_alpha_band_is_a_mask_and_not_a_band(write_raster: Write) -> None:
    pixels = np.full((4, 20, 30), 200, np.uint8)
    pixels[3, :, :10] = 0
    colours = {"photometric": "RGB", "ALPHA": "YES"}
    scene = read_scene(write_raster(pixels, **PLACE, **colours))
    assert len(scene.pixels) == 3
    assert not scene.mask[:, :10].any() and scene.mask[:, 10:].all()
    assert ColorInterp.alpha.name not in scene.bands


def test_a_scene_without_data_is_refused(write_raster: Write) -> None:
    with pytest.raises(UnreadableSceneError, match="no valid pixel"):
        read_scene(write_raster(np.zeros((1, 10, 10), np.uint16), **PLACE))


def test_an_area_reads_its_window_alone(write_raster: Write) -> None:
    path = write_raster(RAMP.astype(np.uint16), **PLACE)
    whole = read_scene(path)
    area = box(35.0010, 33.9970, 35.0030, 33.9990)
    part = read_scene(path, area=area)
    assert part.grid.shape == (20, 20)
    np.testing.assert_allclose(part.grid.lonlat(0, 0), whole.grid.lonlat(10, 10))
    np.testing.assert_array_equal(part.pixels, whole.pixels[:, 10:30, 10:30])
    wider = read_scene(path, area=area, margin_px=5)
    assert wider.grid.shape == (30, 30) and wider.mask.all()
    assert (part.offset, wider.offset, whole.offset) == ((10, 10), (5, 5), (0, 0))


def test_pixels_of_the_window_outside_the_area_are_not_valid(write_raster: Write) -> None:
    path = write_raster(RAMP.astype(np.uint16), **PLACE)
    triangle = Polygon([(35.001, 33.997), (35.003, 33.997), (35.001, 33.999)])
    scene = read_scene(path, area=triangle)
    assert scene.mask[-1, 0] and not scene.mask[0, -1]
    assert (scene.pixels[:, ~scene.mask] == 0).all()


def test_an_area_elsewhere_or_on_an_image_without_place_is_refused(write_raster: Write) -> None:
    path = write_raster(RAMP.astype(np.uint16), **PLACE)
    with pytest.raises(NoOverlapError, match="outside"):
        read_scene(path, area=box(10, 10, 10.1, 10.1))
    bare = write_raster(RAMP.astype(np.uint8), "bare.tif")
    with pytest.raises(NoOverlapError, match="--gcp"):
        read_scene(bare, ReadOptions(gsd_m=1), area=box(35, 33, 36, 34))


def test_an_image_without_georeference_needs_a_scale(write_raster: Write) -> None:
    path = write_raster(RAMP[:1].astype(np.uint8), "picture.png")
    with pytest.raises(ScaleUnknownError, match="--gsd"):
        read_scene(path)
    with pytest.raises(ScaleUnknownError, match=r"0\.01"):
        read_scene(path, ReadOptions(gsd_m=-3))
    scene = read_scene(path, ReadOptions(gsd_m=0.5))
    assert scene.grid.gsd_m == (0.5, 0.5) and scene.grid.crs is None


def test_a_coordinate_system_of_no_place_on_earth_is_refused(write_raster: Write) -> None:
    local = CRS.from_wkt('LOCAL_CS["site grid",UNIT["metre",1]]')
    path = write_raster(RAMP.astype(np.uint16), crs=local, transform=Affine(1, 0, 0, 0, -1, 0))
    with pytest.raises(NoOverlapError, match="cannot be related"):
        read_scene(path)


def test_band_files_joined_by_commas_make_one_scene(write_raster: Write) -> None:
    red = write_raster(RAMP[:1].astype(np.uint16), "B04.tif", **PLACE)
    nir = write_raster(RAMP[1:].astype(np.uint16), "B08.tif", **PLACE)
    scene = read_scene(f"{red},{nir}")
    np.testing.assert_array_equal(scene.pixels, RAMP)
    assert scene.bands == ("B04", "B08")
    assert scene.sha256 not in {read_scene(red).sha256, read_scene(nir).sha256}


def test_band_files_of_two_grids_or_several_bands_are_refused(write_raster: Write) -> None:
    red = write_raster(RAMP[:1].astype(np.uint16), "B04.tif", **PLACE)
    small = write_raster(RAMP[:1, :20].astype(np.uint16), "B08.tif", **PLACE)
    double = write_raster(RAMP.astype(np.uint16), "both.tif", **PLACE)
    with pytest.raises(UnreadableSceneError, match="another grid"):
        read_scene(f"{red},{small}")
    with pytest.raises(UnreadableSceneError, match="one band each"):
        read_scene(f"{red},{double}")
