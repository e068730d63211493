"""A pixel measures what it measures on the ground, whatever the coordinate system."""

import numpy as np
import pytest
from affine import Affine
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from rasterio.crs import CRS

from depotwatch.imagery.errors import GridMismatchError
from depotwatch.imagery.grid import WGS84, Grid

LON, LAT = 35.51, 33.90


def grid_at(epsg: int, pixel: tuple[float, float], shape: tuple[int, int] = (200, 300)) -> Grid:
    x, y = Transformer.from_crs("EPSG:4326", f"EPSG:{epsg}", always_xy=True).transform(LON, LAT)
    return Grid(shape, Affine(pixel[1], 0, x, 0, -pixel[0], y), CRS.from_epsg(epsg))


GRIDS = {
    "degrees": grid_at(4326, (1e-4, 1e-4)),
    "web mercator": grid_at(3857, (10, 10)),
    "utm": grid_at(32636, (10, 10)),
    "rotated utm": Grid((200, 300), grid_at(32636, (10, 10)).transform @ Affine.rotation(30), CRS.from_epsg(32636)),
}


PLACES = {  # CRS: longitudes and latitudes where it is used
    4326: ((-180, 180), (-84, 84)),
    4979: ((-180, 180), (-84, 84)),
    3857: ((-180, 180), (-80, 80)),
    32601: ((-180, -174), (-80, 84)),
    32660: ((174, 180), (0, 84)),
    32736: ((30, 36), (-80, 0)),
    3413: ((-180, 180), (60, 90)),
    3031: ((-180, 180), (-90, -60)),
    3035: ((-10, 40), (35, 70)),
    5070: ((-125, -67), (25, 49)),
    2056: ((6, 10), (46, 48)),
    27700: ((-7, 2), (50, 59)),
}


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Grids of some hundred pixels of 0.3 to 30 m anywhere: rotated, sheared, south-up, of oblong pixels."""
    epsg = draw(st.sampled_from(sorted(PLACES)))
    lon, lat = (draw(st.floats(*ends)) for ends in PLACES[epsg])
    crs = CRS.from_epsg(epsg)
    x, y = Transformer.from_crs("EPSG:4326", f"EPSG:{epsg}", always_xy=True).transform(lon, lat)
    metre = 1 / 111_195 if crs.is_geographic else 1.0
    gsd, oblong = draw(st.floats(0.3, 30)) * metre, draw(st.floats(0.5, 2))
    turned = Affine.rotation(draw(st.floats(-180, 180))) @ Affine.shear(draw(st.floats(-20, 20)))
    flipped = Affine.scale(gsd, draw(st.sampled_from([-1, 1])) * gsd * oblong)
    centred = Affine.translation(x, y) @ turned @ flipped @ Affine.translation(-150, -100)
    return Grid((200, 300), centred, crs)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(grid=grids())
@example(grid=Grid((200, 300), Affine(10, 0, -1500, 0, -10, 1000), CRS.from_epsg(3413)))  # the pole in the middle
@example(grid=Grid((200, 300), Affine(1e-4, 0, 179.99, 0, -1e-4, -16), CRS.from_epsg(4326)))  # the antimeridian
def test_a_square_on_the_ground_measures_square(grid: Grid) -> None:
    side = 20 * grid.mean_gsd_m
    lon, lat = (float(one) for one in grid.lonlat(150.0, 100.0))
    azimuths = np.array([0.0, 90.0, 180.0, 270.0])
    corners = WGS84.fwd(np.full(4, lon), np.full(4, lat), azimuths, np.full(4, side / np.sqrt(2)))
    pixels = np.stack(grid.pixel_of(*corners[:2]), axis=1)
    east_north = grid.metres(pixels[:, 0], pixels[:, 1])
    sides = np.linalg.norm(np.roll(east_north, -1, axis=0) - east_north, axis=1)
    np.testing.assert_allclose(sides, side, rtol=1e-3)
    diagonals = np.linalg.norm(east_north[2:] - east_north[:2], axis=1)
    np.testing.assert_allclose(diagonals, side * np.sqrt(2), rtol=1e-3)


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_north_and_east_are_those_of_the_ground(grid: Grid) -> None:
    lon, lat = (float(one) for one in grid.lonlat(150.0, 100.0))
    for azimuth, moved in ((0.0, (0, 100)), (90.0, (100, 0)), (180.0, (0, -100))):
        there = WGS84.fwd(lon, lat, azimuth, 100.0)
        start, end = (grid.metres(*grid.pixel_of(*place)) for place in ((lon, lat), there[:2]))
        np.testing.assert_allclose(end - start, moved, atol=0.1)


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_metres_and_pixels_go_both_ways(grid: Grid) -> None:
    points = np.array([[0.0, 0.0], [12.5, 190.0], [299.0, 3.25]])
    np.testing.assert_allclose(grid.pixels_of_metres(grid.metres(*points.T)), points, atol=1e-9)
    np.testing.assert_allclose(np.stack(grid.pixel_of(*grid.lonlat(*points.T)), axis=1), points, atol=1e-6)


def test_pixels_of_one_degree_size_are_not_square_off_the_equator() -> None:
    y, x = GRIDS["degrees"].gsd_m
    assert y == pytest.approx(11.09, abs=0.02)
    assert x == pytest.approx(y * np.cos(np.radians(LAT)), rel=0.01)
    assert GRIDS["degrees"].pixel_area_m2 == pytest.approx(x * y)


def test_web_mercator_pixels_shrink_with_latitude() -> None:
    assert GRIDS["web mercator"].mean_gsd_m == pytest.approx(10 * np.cos(np.radians(LAT)), rel=0.01)


def test_an_image_without_georeference_has_a_scale_and_no_place() -> None:
    grid = Grid.without_crs((50, 80), 2.0, 1.5)
    assert grid.gsd_m == (2.0, 1.5)
    np.testing.assert_allclose(grid.metres(10, 10), [15.0, -20.0])
    with pytest.raises(GridMismatchError, match="no georeference"):
        grid.lonlat(0, 0)


def test_a_window_lies_where_it_was_cut() -> None:
    grid = GRIDS["utm"]
    part = grid.window(20, 30, 50, 60)
    assert part.shape == (50, 60)
    np.testing.assert_allclose(part.lonlat(0, 0), grid.lonlat(30, 20))


def test_grids_compare_by_value_and_refuse_another() -> None:
    grid = GRIDS["utm"]
    same = Grid.remembered(grid.shape, tuple(grid.transform[:6]), "EPSG:32636")
    assert same == grid
    grid.require_same(same)
    with pytest.raises(GridMismatchError, match="register the scenes first"):
        grid.require_same(grid.window(0, 0, 100, 100))
