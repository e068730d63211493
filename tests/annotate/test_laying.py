"""A picture is laid on the map by points clicked in turn; errors show at once, and every click can be taken back."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from rasterio.crs import CRS
from rasterio.errors import NotGeoreferencedWarning

from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.laid_scene import keep_laid
from depotwatch.annotate.laying import Laying, Match, kept_matches, points_beside
from depotwatch.imagery.grid import Grid
from depotwatch.labels.project import Project

SHAPE = (400, 600)
TURNED = Affine.translation(700_000, 3_900_000) @ Affine.rotation(-12) @ Affine.scale(0.8, -0.7)
TRUE = Grid(SHAPE, TURNED, CRS.from_epsg(32636))
CORNERS = [(20.0, 30.0), (580.0, 15.0), (40.0, 380.0), (570.0, 390.0), (300.0, 200.0), (150.0, 320.0)]


def lonlat(column: float, row: float) -> tuple[float, float]:
    lon, lat = TRUE.lonlat(column, row)
    return float(lon), float(lat)


def write(path: Path, **place: object) -> Path:
    pixels = np.random.default_rng(0).integers(0, 255, (3, *SHAPE)).astype(np.uint8)
    size = {"count": 3, "height": SHAPE[0], "width": SHAPE[1], "dtype": pixels.dtype}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", **size, **place) as dataset:
            dataset.write(pixels)
    return path


def laying_with(corners: list[tuple[float, float]]) -> Laying:
    laying = Laying(SHAPE)
    for column, row in corners:
        laying.on_picture(column, row)
        laying.on_map(*lonlat(column, row))
    return laying


def test_points_are_clicked_in_turn_on_either_side_first() -> None:
    laying = Laying(SHAPE)
    assert laying.turn == "either"
    laying.on_picture(20, 30)
    assert laying.turn == "map" and laying.matches[-1] == Match((20, 30), None)
    laying.on_picture(22, 31)  # clicked again before the other side
    assert [one.picture for one in laying.matches] == [(22, 31)]
    laying.on_map(35, 34)
    laying.on_map(35.01, 34)
    assert laying.turn == "picture"
    laying.on_picture(50, 60)
    assert laying.matches[-2:] == (Match((22, 31), (35, 34)), Match((50, 60), (35.01, 34)))
    assert laying.laid() is None and "2 of at least 3" in laying.words


def test_true_points_lay_the_picture_where_it_is() -> None:
    laid = laying_with(CORNERS).laid()
    assert laid is not None and not laid.mirrored and laid.suspect is None
    assert laid.rms_m < 0.01 and max(laid.left_out_m.values()) < 0.01
    assert laid.grid.gsd_m == pytest.approx(TRUE.gsd_m, rel=1e-4)
    assert np.asarray(laid.grid.lonlat(100, 100)) == pytest.approx(np.asarray(TRUE.lonlat(100, 100)), abs=1e-7)


def test_three_points_fit_and_say_that_this_shows_nothing() -> None:
    laying = laying_with(CORNERS[:3])
    laid = laying.laid()
    assert laid is not None and laid.left_out_m == {} and "three points always fit" in laying.words
    assert "lie on one line" in laying_with([(10, 10), (20, 20), (30, 30)]).words


@given(st.integers(0, len(CORNERS) - 1), st.floats(30, 80), st.floats(0, 6.28))
def test_a_wrong_point_is_named_moved_and_then_fits(number: int, far: float, way: float) -> None:
    laying = laying_with(CORNERS)
    column, row = CORNERS[number]
    laying.move(number, place=lonlat(column + far * np.cos(way), row + far * np.sin(way)))
    laid = laying.laid()
    assert laid is not None and laid.suspect == number
    assert f"Point {number + 1} is" in laying.words
    laying.move(number, place=lonlat(column, row))
    laid = laying.laid()
    assert laid is not None and laid.suspect is None and laid.rms_m < 0.01


def test_every_change_is_taken_back() -> None:
    laying = laying_with(CORNERS[:4])
    as_it_was = laying.matches
    laying.remove(1)
    laying.move(0, picture=(1.0, 2.0))
    assert len(laying.matches) == 3
    assert laying.back() and laying.back()
    assert laying.matches == as_it_was
    while laying.back():
        pass
    assert not laying.matches and not laying.back()


def test_exchanged_points_that_turn_the_picture_over_are_not_saved(tmp_path: Path) -> None:
    laying = Laying(SHAPE)
    for (column, row), (x, y) in zip(CORNERS[:3], (CORNERS[1], CORNERS[0], CORNERS[3]), strict=True):
        laying.on_picture(column, row)
        laying.on_map(*lonlat(x, y))
    assert "turn the picture over" in laying.words
    with pytest.raises(AnnotateError, match="turn the picture over"):
        laying.save(tmp_path / "points.csv")
    with pytest.raises(AnnotateError, match="at least 3"):
        Laying(SHAPE).save(tmp_path / "points.csv")
    assert list(tmp_path.iterdir()) == []


def test_what_lies_off_the_picture_or_the_map_is_refused() -> None:
    laying = Laying(SHAPE)
    with pytest.raises(AnnotateError, match="off the picture of 600 × 400"):
        laying.on_picture(601, 10)
    with pytest.raises(AnnotateError, match="no place on the map"):
        laying.on_map(35, 95)
    assert laying.matches == ()


def test_saved_points_are_shown_again_and_place_the_scene_in_a_project(
    tmp_path: Path, project_with: Callable[..., Project]
) -> None:
    picture = write(tmp_path / "picture.png")
    points = points_beside(picture)
    laying_with(CORNERS).save(points)
    again = Laying(SHAPE, kept_matches(picture)).laid()
    assert again is not None and again.rms_m < 0.01
    project = project_with([])
    record = keep_laid(project, "Ada", picture, points, "2023-10-16")
    assert record.crs == "EPSG:32636" and record.time == "2023-10-16"
    assert (record.gsd_y_m, record.gsd_x_m) == pytest.approx(TRUE.gsd_m, rel=1e-3)
    entry = project.journal()[-1]
    assert (entry.analyst, entry.action) == ("Ada", "place") and entry.payload["scene"] == record.id
    assert record.id in {one.id for one in project.scenes()}


def test_a_picture_with_a_georeference_of_its_own_is_not_laid(
    tmp_path: Path, project_with: Callable[..., Project]
) -> None:
    own = write(tmp_path / "own.tif", crs="EPSG:32636", transform=TURNED)
    points = tmp_path / "points.csv"
    laying_with(CORNERS).save(points)
    project = project_with([])
    head = project.head
    with pytest.raises(AnnotateError, match="georeference of its own"):
        keep_laid(project, "Ada", own, points)
    assert project.head == head
