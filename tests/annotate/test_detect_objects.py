import numpy as np
import pytest
from shapely import box

from depotwatch.annotate.detect.objects import blobs, rectangle
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import ChangeMap, Null


def change_map(grid: Grid, score: np.ndarray) -> ChangeMap:
    null = Null(np.array([0.1, 9.0]), np.array([1e-6, 1e-9]), np.array([1.0, 1e-3]), "by hand")
    values = score.astype(np.float32)
    return ChangeMap(grid, values, "test", 3.0, null, 1.0, np.where(np.isnan(values), np.nan, 2.0).astype(np.float32))


def test_size_and_outline_of_a_change_are_in_metres_on_oblong_pixels() -> None:
    grid = Grid.without_crs((80, 80), 2.0, 1.0)
    score = np.full(grid.shape, 0.1)
    score[20:30, 20:40] = 0.7
    (blob,) = blobs(change_map(grid, score), 4.0)
    assert blob.polygon.equals(box(20, 20, 40, 30))
    assert (blob.length_m, blob.width_m) == pytest.approx((20.0, 20.0), abs=0.01)
    assert blob.area_m2 == pytest.approx(400.0)
    assert blob.brightening == pytest.approx(2.0)


def test_a_seed_grows_into_what_is_nearly_changed_and_no_further() -> None:
    grid = Grid.without_crs((40, 40), 1.0, 1.0)
    score = np.full(grid.shape, 0.2)
    score[10:20, 10:20] = 0.45
    score[12, 12] = 0.6
    score[30:36, 30:36] = 0.45
    found = list(blobs(change_map(grid, score), 4.0))
    assert [blob.polygon.bounds for blob in found] == [(10.0, 10.0, 20.0, 20.0)]
    assert found[0].score == pytest.approx(0.6)


def test_small_and_invalid_changes_are_left_out() -> None:
    grid = Grid.without_crs((40, 40), 1.0, 1.0)
    score = np.full(grid.shape, 0.2)
    score[5, 5:8] = 0.9
    score[20:30, 20:30] = np.nan
    assert not list(blobs(change_map(grid, score), 0.0))


def test_diagonal_neighbours_are_one_change_with_one_valid_outline() -> None:
    grid = Grid.without_crs((20, 20), 1.0, 1.0)
    score = np.full(grid.shape, 0.2)
    score[np.arange(4, 14), np.arange(4, 14)] = 0.8
    (blob,) = blobs(change_map(grid, score), 4.0)
    assert blob.polygon.is_valid
    assert all(blob.polygon.buffer(0.6).covers(box(at, at, at + 1, at + 1)) for at in range(4, 14))
    assert rectangle(blob.polygon, grid)[2] == pytest.approx(135.0, abs=5.0)
