"""A pixel measures what it measures on the ground, whatever the coordinate system."""

import numpy as np
import pytest
from affine import Affine
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


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_a_square_on_the_ground_measures_square(grid: Grid) -> None:
    start_lon, start_lat = grid.lonlat(140.0, 90.0)
    corners = [(float(start_lon), float(start_lat))]
    for azimuth in (0.0, 90.0, 180.0):
        lon, lat, _ = WGS84.fwd(*corners[-1], azimuth, 100.0)
        corners.append((lon, lat))
    pixels = np.stack(grid.pixel_of(*np.array(corners).T), axis=1)
    east_north = grid.metres(pixels[:, 0], pixels[:, 1])
    sides = np.diff(np.vstack([east_north, east_north[:1]]), axis=0)
    np.testing.assert_allclose(sides, [[0, 100], [100, 0], [0, -100], [-100, 0]], atol=0.1)


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
