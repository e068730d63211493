"""Control points lay an image without georeference on the map."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from depotwatch.imagery.errors import UnreadableSceneError
from depotwatch.imagery.gcp import fit, left_out_m, place, read_points, residuals_m, write_points
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene

SHAPE = (400, 600)
LON, LAT, DEGREES = 129.05, 35.10, 1e-5


def table(tmp_path: Path, pixels: list[tuple[float, float]], error: float = 0.0) -> Path:
    rng = np.random.default_rng(4)
    lines = ["column,row,lon,lat"]
    for column, row in pixels:
        off = rng.normal(0, error, 2)
        lines.append(f"{column},{row},{LON + column * DEGREES + off[0]:.8f},{LAT - row * DEGREES + off[1]:.8f}")
    path = tmp_path / "points.csv"
    path.write_text("\n".join(lines))
    return path


def test_three_points_place_every_pixel(tmp_path: Path) -> None:
    grid = place(SHAPE, table(tmp_path, [(0, 0), (600, 20), (30, 400)]))
    lon, lat = grid.lonlat(300, 200)
    assert float(lon) == pytest.approx(LON + 300 * DEGREES, abs=DEGREES / 20)
    assert float(lat) == pytest.approx(LAT - 200 * DEGREES, abs=DEGREES / 20)
    assert grid.crs is not None and grid.crs.to_epsg() == 32652
    assert grid.gsd_m == pytest.approx((1.109, 0.912), rel=0.01)


def test_more_points_average_their_errors_out(tmp_path: Path) -> None:
    around = [(float(column), float(row)) for column in range(0, 601, 100) for row in range(0, 401, 100)]
    grid = place(SHAPE, table(tmp_path, around, error=2 * DEGREES))
    lon, lat = grid.lonlat(300, 200)
    assert abs(float(lon) - LON - 300 * DEGREES) < DEGREES
    assert abs(float(lat) - LAT + 200 * DEGREES) < DEGREES


def test_a_scene_placed_by_points_lies_on_the_map(tmp_path: Path, write_raster: Callable[..., Path]) -> None:
    picture = write_raster(np.full((1, *SHAPE), 9, np.uint8), "picture.png")
    scene = read_scene(picture, ReadOptions(gcp=table(tmp_path, [(0, 0), (600, 0), (0, 400)])))
    np.testing.assert_allclose(scene.grid.lonlat(0, 0), [LON, LAT], atol=1e-7)


def test_a_georeference_stands_above_points_that_were_given_for_both_scenes(
    tmp_path: Path, write_raster: Callable[..., Path]
) -> None:
    own = Affine(10, 0, 500_000, 0, -10, 4_000_000)
    file = write_raster(np.full((1, *SHAPE), 9, np.uint8), crs="EPSG:32636", transform=own)
    scene = read_scene(file, ReadOptions(gcp=table(tmp_path, [(0, 0), (600, 0), (0, 400)])))
    assert scene.grid.transform == own


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("column,row,lon,lat\n0,0,1,1\n9,9,2,2", "at least 3"),
        ("x,y,lon,lat\n0,0,1,1\n9,9,2,2\n0,9,2,1", "header must be"),
        ("column,row,lon,lat\n0,0,1,here\n9,9,2,2\n0,9,2,1", "header must be"),
        ("column,row,lon,lat\n0,0,1,1\n9,9,2,2\n5,5,1.5,1.5", "on one line"),
        ("column,row,lon,lat\n0,0,1,135\n9,9,2,135\n0,9,1,135", "column order"),
    ],
)
def test_points_that_place_nothing_are_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "points.csv"
    path.write_text(text)
    with pytest.raises(UnreadableSceneError, match=words):
        place(SHAPE, path)


def test_missing_points_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSceneError, match=r"absent\.csv"):
        place(SHAPE, tmp_path / "absent.csv")


def test_a_wrong_point_shows_most_where_it_is_left_out(tmp_path: Path) -> None:
    points = read_points(table(tmp_path, [(0, 0), (600, 20), (30, 400), (590, 390), (300, 200)], DEGREES / 5))
    points[3, 2] += 20 * DEGREES  # 18 m east
    residuals, (left_out, rest) = residuals_m(fit(SHAPE, points), points), left_out_m(SHAPE, points)
    assert int(np.argmin(rest)) == 3 and rest[3] < 1
    assert left_out[3] == pytest.approx(18.2, rel=0.1)
    assert residuals[3] < 0.6 * left_out[3]


def test_without_one_of_three_points_nothing_is_placed(tmp_path: Path) -> None:
    points = read_points(table(tmp_path, [(0, 0), (600, 20), (30, 400)]))
    assert residuals_m(fit(SHAPE, points), points) == pytest.approx(0, abs=1e-3)
    assert np.isnan(left_out_m(SHAPE, points)[0]).all()


def test_points_that_were_written_place_as_they_did(tmp_path: Path) -> None:
    points = read_points(table(tmp_path, [(0, 0), (600, 20), (30, 400), (590, 390)], DEGREES))
    write_points(tmp_path / "again.csv", points)
    first, second = fit(SHAPE, points), place(SHAPE, tmp_path / "again.csv")
    assert np.abs(first.metres(300, 200) - second.metres(*second.pixel_of(*first.lonlat(300, 200)))).max() < 0.01
