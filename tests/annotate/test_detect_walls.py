"""Walls as closed forms, and the bank that fits them: on slopes lit here by their own arithmetic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depotwatch.annotate.detect.pit.relief import Optics, Wall, shading
from depotwatch.annotate.detect.pit.wall_bank import WallBank, fit_bank, fit_walls, search_walls
from depotwatch.annotate.detect.pit.wall_fit import Fit, fit_walls_at
from depotwatch.annotate.kinds import load_kinds
from depotwatch.imagery.scene import Sun

PIT = load_kinds()["storage-pit"]
SUN = Sun(150.0, 40.0)
STEP = 2.0
SIZE = 36
SIDE = 90


@pytest.fixture(scope="module")
def bank() -> WallBank:
    return fit_bank(PIT, SUN, Optics(STEP, STEP), SIZE)


def lit(wall: Wall, row: float, column: float, sun: Sun = SUN) -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    east, north = (columns - column) * STEP, (row - rows) * STEP
    height = wall.height(east.astype(np.float32), north.astype(np.float32))
    return np.log1p(np.maximum(shading(height, sun, STEP), -0.8)).astype(np.float32)


def fit(bank: WallBank, image: np.ndarray, row: int, column: int) -> Fit:
    (one,) = fit_walls_at(image, [(row, column)], bank, STEP)
    return one


@given(st.floats(16, 44), st.floats(1.0, 1.7), st.floats(0, 180), st.sampled_from([None, 0, 1, 2, 3]), st.booleans())
def test_a_wall_is_as_high_as_it_says_and_level_ground_lies_outside(
    length: float, aspect: float, heading: float, open_side: int | None, divided: bool
) -> None:
    wall = Wall(length, length / aspect, heading, 1.2, divided=divided, open_side=open_side)
    axis = np.arange(-30, 30, 0.5, dtype=np.float32)
    east, north = np.meshgrid(axis, -axis)
    height, distance = wall.height(east, north), wall.distance(east, north)
    assert height.min() >= 0 and height.max() == pytest.approx(1.2, abs=0.01)
    assert not height[distance > wall.foot_m / 2].any()


@pytest.mark.parametrize("side", range(4))
def test_an_open_side_is_missing_where_it_says(side: int) -> None:
    wall = Wall(36.0, 30.0, 20.0, 2.0, open_side=side)
    towards = np.radians(20.0 + 90.0 * side)
    reach = np.array([(36.0 if side % 2 == 0 else 30.0) / 2 - wall.foot_m / 2])
    ahead = wall.height((np.sin(towards) * reach).astype(np.float32), (np.cos(towards) * reach).astype(np.float32))
    behind = wall.height((-np.sin(towards) * reach).astype(np.float32), (-np.cos(towards) * reach).astype(np.float32))
    assert ahead[0] == 0 and behind[0] == pytest.approx(2.0, abs=0.01)


def test_every_wall_of_the_banks_leaves_a_floor_and_fits_the_kind() -> None:
    for wall in (*search_walls(PIT), *fit_walls(PIT)):
        assert wall.width_m - 2 * wall.foot_m >= 2.0
        assert PIT.width_m[0] <= wall.width_m <= wall.length_m


@pytest.mark.parametrize(
    "wall",
    [
        Wall(29.0, 22.0, 40.0, 2.4),
        Wall(24.0, 24.0, 0.0, 2.0, ring=True),
        Wall(30.0, 30.0, 45.0, 2.2, open_side=1),
        Wall(36.0, 25.0, 120.0, 1.9, divided=True),
    ],
    ids=lambda wall: wall.form,
)
def test_a_wall_of_any_form_is_fitted_where_and_as_large_as_it_is(bank: WallBank, wall: Wall) -> None:
    found = fit(bank, lit(wall, 45.0, 46.0), 46, 44)
    assert found.correlation > 0.65
    assert np.hypot(found.row - 45, found.column - 46) * STEP <= 5.0
    assert found.wall.length_m * found.wall.width_m == pytest.approx(wall.length_m * wall.width_m, rel=0.45)


def test_light_from_behind_fits_badly_and_is_told_as_the_opposite(bank: WallBank) -> None:
    wall = Wall(29.0, 22.0, 40.0, 2.4)
    right = fit(bank, lit(wall, 45, 45), 45, 45)
    wrong = fit(bank, lit(wall, 45, 45, Sun(SUN.azimuth_deg + 180, SUN.elevation_deg)), 45, 45)
    assert wrong.correlation < right.correlation - 0.2
    assert wrong.opposite > right.opposite


def test_a_flat_patch_of_a_walls_own_outline_is_no_evidence_for_it(bank: WallBank) -> None:
    for number in (0, len(bank.walls) // 2, len(bank.walls) - 1):
        outline = (bank.distances[number].astype(np.float32) < bank.walls[number].foot_m / 2).astype(np.float32)
        evidence, _ = bank.fit(outline[None])
        signal, _ = bank.fit(bank.shapes[number][None])
        assert abs(evidence[0, number]) < 0.15 * abs(signal[0, number]) * np.sqrt(np.square(outline).sum())


def test_places_fitted_together_are_fitted_as_each_alone(bank: WallBank) -> None:
    image = lit(Wall(29.0, 22.0, 40.0, 2.4), 45, 45)
    centres = [(44 + n % 3, 40 + n % 11) for n in range(70)]
    together = list(fit_walls_at(image, centres, bank, STEP))
    for index in (0, 5, 69):
        alone = fit(bank, image, *centres[index])
        assert (alone.wall, alone.row, alone.column) == (
            together[index].wall,
            together[index].row,
            together[index].column,
        )
