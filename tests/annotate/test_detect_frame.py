from math import hypot

import numpy as np
import pytest
from affine import Affine

from depotwatch.annotate.detect.boxes import least_rectangle
from depotwatch.annotate.detect.frame import MetricFrame
from depotwatch.imagery.grid import Grid


def turned_grid(degrees: float) -> Grid:
    shape = Affine.translation(500.0, 900.0) @ Affine.rotation(degrees) @ Affine.scale(0.8, -1.4)
    return Grid((140, 220), shape, None)


def ground_square(grid: Grid, side_m: float) -> np.ndarray:
    rows, columns = np.mgrid[: grid.shape[0], : grid.shape[1]] + 0.5
    metres = grid.metres(columns, rows) - grid.metres(grid.shape[1] / 2, grid.shape[0] / 2)
    return np.asarray(np.abs(metres).max(axis=-1) < side_m / 2)


@pytest.mark.parametrize("degrees", [0.0, 25.0])
def test_a_square_on_the_ground_is_square_in_the_frame_of_oblong_turned_pixels(degrees: float) -> None:
    grid = turned_grid(degrees)
    frame = MetricFrame.over(grid, 1.0)
    values, _ = frame.resample(ground_square(grid, 40.0).astype(np.float32), np.ones(grid.shape, dtype=bool))
    rectangle = least_rectangle(values > 0.5, 0, 0, frame.step_m)
    assert rectangle.length_m == pytest.approx(40.0, abs=3.0)
    assert rectangle.width_m == pytest.approx(40.0, abs=3.0)
    assert min(rectangle.heading_deg % 90, 90 - rectangle.heading_deg % 90) < 5.0


def test_a_place_keeps_its_ground_position_through_the_frame() -> None:
    grid = turned_grid(25.0)
    frame = MetricFrame.over(grid, 2.0)
    values, _ = frame.resample(ground_square(grid, 40.0).astype(np.float32), np.ones(grid.shape, dtype=bool))
    rows, columns = np.nonzero(values > 0.5)
    column, row = frame.to_pixels(columns.mean() + 0.5, rows.mean() + 0.5)
    assert hypot(column - grid.shape[1] / 2, row - grid.shape[0] / 2) < 1.0


def test_invalid_pixels_do_not_spread() -> None:
    grid = Grid.without_crs((60, 60), 1.0, 1.0)
    values, valid = np.full(grid.shape, 5.0, dtype=np.float32), np.ones(grid.shape, dtype=bool)
    values[:, 30:], valid[:, 30:] = 1e6, False
    resampled, inside = MetricFrame.over(grid, 3.0).resample(values, valid)
    assert inside.any() and not inside.all()
    assert np.allclose(resampled[inside], 5.0, rtol=1e-3)
    assert np.all(resampled[~inside] == 0)
