"""What one date shows: harbours, sidings and yards drawn here with plain shapes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from depotwatch.annotate.detect import present, searched
from depotwatch.annotate.detect.detection import Detection
from depotwatch.annotate.detect.vessel.vessel import length_agrees
from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.testable import testable as shown
from depotwatch.imagery.errors import CancelledError
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, Scene, Sun

WATER = (600.0, 500.0, 350.0, 150.0)  # blue, green, red, near infrared
CONCRETE = (1500.0, 1600.0, 1700.0, 2000.0)
DECK = (1100.0, 1200.0, 1900.0, 1800.0)
BANDS = ("blue", "green", "red", "nir")
Box = tuple[float, float, float, float, float]
"""East, south, length, width (metres) and heading (degrees) of something painted."""


def painted(shape_m: tuple[float, float], fine: float, things: Sequence[tuple[Box, Sequence[float]]]) -> np.ndarray:
    rows, columns = (round(side / fine) for side in shape_m)
    image = np.empty((4, rows, columns))
    image[:] = np.reshape(WATER, (4, 1, 1))
    south, east = (np.mgrid[:rows, :columns] + 0.5) * fine
    for (x, y, length, width, heading), colour in things:
        turn = np.radians(heading)
        along = (east - x) * np.sin(turn) - (south - y) * np.cos(turn)
        across = (east - x) * np.cos(turn) + (south - y) * np.sin(turn)
        image[:, (np.abs(along) <= length / 2) & (np.abs(across) <= width / 2)] = np.reshape(colour, (4, 1))
    return image


def scene(image: np.ndarray, fine: float, gsd: float, names: tuple[str, ...] = BANDS, seed: int = 1) -> Scene:
    factor = round(gsd / fine)
    rows, columns = (side // factor for side in image.shape[1:])
    soft = np.stack([gaussian_filter(band, 0.5 * factor) for band in image])[:, : rows * factor, : columns * factor]
    pixels = soft.reshape(4, rows, factor, columns, factor).mean(axis=(2, 4))
    pixels *= 1 + 0.02 * np.random.default_rng(seed).normal(size=pixels.shape)
    grid = Grid.without_crs((rows, columns), gsd, gsd)
    mask = np.ones((rows, columns), dtype=bool)
    sun = Acquisition(sun=Sun(160.0, 45.0))
    return Scene(grid, pixels[: len(names)].astype(np.float32), mask, names, sun, Path("drawn.tif"), str(seed))


def harbour(ships: Sequence[Box], gsd: float = 2.5, names: tuple[str, ...] = BANDS) -> Scene:
    """Return 1 km of water with a quay along its north."""
    quay = ((500.0, 60.0, 120.0, 1000.0, 0.0), CONCRETE)
    return scene(painted((600.0, 1000.0), 0.5, [quay, *((ship, DECK) for ship in ships)]), 0.5, gsd, names)


def found(image: Scene, name: str) -> list[Detection]:
    kind = load_kinds()[name]
    seen = shown(kind, image.grid.gsd_m, "optical", one_date=True)
    return present(image, {name: kind}, {name: seen})


def number(one: Detection, term: str) -> float:
    value = one.terms[term]
    assert isinstance(value, float)
    return value


@pytest.mark.parametrize(
    ("length", "width", "heading"), [(60.0, 10.0, 30.0), (150.0, 24.0, 90.0), (300.0, 45.0, 165.0)]
)
@pytest.mark.parametrize("gsd", [2.5, 10.0])
def test_a_vessel_at_anchor_is_found_with_its_length_and_heading(
    length: float, width: float, heading: float, gsd: float
) -> None:
    (one,) = found(harbour([(500.0, 380.0, length, width, heading)], gsd), "vessel")
    assert (one.kind, one.change, one.state, one.terms["at_berth"]) == ("vessel", "present", "unknown", False)
    assert number(one, "length_low_m") <= length <= number(one, "length_high_m")
    turned = abs(number(one, "heading_deg") - heading) % 180
    assert min(turned, 180 - turned) <= (5 if gsd < 5 else 15)


def test_a_vessel_alongside_is_cut_from_its_quay() -> None:
    (one,) = found(harbour([(500.0, 132.0, 150.0, 22.0, 90.0)]), "vessel")
    assert one.terms["at_berth"] is True
    assert number(one, "length_low_m") <= 150 <= number(one, "length_high_m")
    assert number(one, "width_m") == pytest.approx(22, abs=6)


def test_two_vessels_in_line_are_two() -> None:
    two = found(harbour([(300.0, 132.0, 150.0, 22.0, 90.0), (480.0, 132.0, 150.0, 22.0, 90.0)]), "vessel")
    assert len(two) == 2


def test_an_empty_harbour_a_round_islet_and_dry_land_have_no_vessels() -> None:
    assert found(harbour([]), "vessel") == []
    assert found(harbour([(500.0, 380.0, 60.0, 55.0, 0.0)]), "vessel") == []
    land = scene(painted((300.0, 300.0), 0.5, [((150.0, 150.0, 300.0, 300.0, 0.0), CONCRETE)]), 0.5, 2.5)
    assert found(land, "vessel") == []


def test_silt_and_a_saturated_roof_are_neither_vessel_nor_water() -> None:
    silt, saturated = (700.0, 700.0, 550.0, 150.0), (4000.0, 4000.0, 4000.0, 3990.0)
    quay = ((500.0, 60.0, 120.0, 1000.0, 0.0), CONCRETE)
    plume, roof = ((500.0, 380.0, 150.0, 24.0, 30.0), silt), ((500.0, 50.0, 160.0, 80.0, 90.0), saturated)
    skylight = ((500.0, 50.0, 60.0, 12.0, 90.0), tuple(2 * level for level in saturated))
    image = painted((600.0, 1000.0), 0.5, [quay, plume, roof, skylight])
    assert found(scene(image, 0.5, 2.5), "vessel") == []


def test_a_stretch_of_a_mole_with_openings_is_no_vessel() -> None:
    stretches = [(200.0 + 68.0 * place, 380.0, 60.0, 12.0, 90.0) for place in range(9)]
    places = [one.polygon.centroid.x * 2.5 for one in found(harbour(stretches), "vessel")]
    assert not [east for east in places if 230 < east < 710]  # its outer ends alone are like a hull's


def test_water_is_found_without_names_of_bands_as_well() -> None:
    assert len(found(harbour([(500.0, 380.0, 150.0, 24.0, 60.0)], names=("1", "2", "3")), "vessel")) == 1


def test_a_given_length_is_matched_within_the_error_of_measuring() -> None:
    assert length_agrees(120.0, 14.0, 120.0) == pytest.approx(1.0)
    assert length_agrees(120.0, 14.0, 134.0) == pytest.approx(0.317, abs=0.001)
    assert length_agrees(120.0, 14.0, 200.0) < 1e-6


def siding(lengths: Sequence[float], gsd: float, seed: int = 3) -> Scene:
    """Return a gravel yard with one string of wagons, 3 m wide with gaps of a metre."""
    rng = np.random.default_rng(seed)
    gravel = ((100.0, 50.0, 100.0, 200.0, 0.0), (900.0, 1000.0, 1100.0, 1300.0))
    things, start = [gravel], 20.0
    for length in lengths:
        colour = np.array([500.0, 450.0, 600.0, 500.0]) * rng.uniform(0.9, 1.1)
        things.append(((start + length / 2, 50.0, length - 1.0, 3.0, 90.0), tuple(colour)))
        start += length
    return scene(painted((100.0, 200.0), 0.25, things), 0.25, gsd)


@pytest.mark.parametrize("gsd", [0.5, 1.0])
def test_cars_are_counted_by_their_couplings(gsd: float) -> None:
    (one,) = found(siding([14.5] * 8, gsd), "rail-car")
    assert one.count is not None
    assert one.count.best == pytest.approx(8, abs=1)
    assert one.count.high is not None and one.count.low <= 8 <= one.count.high


def test_coarser_pixels_give_metres_of_occupied_track_and_no_cars() -> None:
    (one,) = found(siding([14.5] * 8, 1.5), "rail-car")
    assert one.count is None
    assert number(one, "length_low_m") <= 8 * 14.5 - 1 <= number(one, "length_high_m")


def test_a_wall_without_couplings_is_no_string_of_cars() -> None:
    assert found(siding([116.0], 0.5), "rail-car") == []


@pytest.mark.parametrize("gsd", [0.5, 1.0])
def test_cars_of_any_paint_are_told_by_their_shade_and_a_track_without_cars_is_none(gsd: float) -> None:
    gravel, dark = np.array([900.0, 1000.0, 1100.0, 1300.0]), np.array([300.0, 320.0, 340.0, 360.0])
    bare: list[tuple[Box, Sequence[float]]] = [
        ((100.0, 50.0, 100.0, 200.0, 0.0), tuple(gravel)),
        ((100.0, 50.0, 200.0, 3.4, 90.0), tuple(0.8 * gravel)),
    ]
    cars: list[tuple[Box, Sequence[float]]] = []
    for number in range(3):
        east = 60.0 + 17.0 * number
        cars.append(((east, 53.0, 16.0, 3.0, 90.0), tuple(dark)))
        cars.append(((east, 50.0, 16.0, 3.0, 90.0), tuple((1.4, 1.1, 0.7)[number] * gravel)))
    for things, expected in ((bare, 0), (bare + cars, 1)):
        image = scene(painted((100.0, 200.0), 0.25, things), 0.25, gsd)
        away = Acquisition(sun=Sun(0.0, 49.0))
        seen = found(replace(image, acquisition=away), "rail-car")
        assert len(seen) == expected
    assert seen[0].terms["casts_shade"] is True
    assert number_of_cars(seen[0]) == 3


def number_of_cars(one: Detection) -> int | None:
    assert one.count is not None
    return one.count.best


def test_pixels_that_hide_the_sides_of_a_train_show_none_on_one_scene_and_say_why() -> None:
    kind = load_kinds()["rail-car"]
    answer = shown(kind, (3.0, 3.0), "optical", one_date=True)
    assert not answer.detect and not answer.count
    assert answer.reason == (
        "Rail cars on one scene need a pixel of at most 1.5 m to be seen and 1 m to be counted; this pair has 3 × 3 m; "
        "on one date a road, a wall or the edge of a roof looks the same."
    )
    assert shown(kind, (3.0, 3.0), "optical").detect, "a pair shows what came and went"
    assert shown(kind, (1.5, 1.5), "optical", one_date=True).detect
    assert found(siding([14.5] * 8, 2.0), "rail-car") == []


def test_rail_cars_in_pixels_of_five_metres_are_not_testable() -> None:
    answer = shown(load_kinds()["rail-car"], (5.0, 5.0), "optical")
    assert not answer.detect and "4 m to be seen" in answer.reason


def yard(gaps: bool) -> Scene:
    """Return an asphalt yard with a block of two rows of eight boxes, or with a roof of its size."""
    rng = np.random.default_rng(5)
    things = [((60.0, 50.0, 100.0, 120.0, 0.0), (900.0, 950.0, 1000.0, 1100.0))]
    for row in range(2):
        for column in range(8):
            colour = (
                np.array([900.0, 950.0, 1000.0, 1100.0]) * rng.choice([0.4, 0.8, 1.6, 2.4]) * rng.uniform(0.8, 1.2, 4)
            )
            east, south = 40 + 2.7 * column, 45 + 6.46 * row
            things.append(((east, south, 6.06, 2.44 if gaps else 2.8, 0.0), tuple(colour) if gaps else (400.0,) * 4))
    return scene(painted((100.0, 120.0), 0.1, things), 0.1, 0.5)


def test_a_stack_on_one_date_is_counted_with_bounds() -> None:
    (one,) = found(yard(gaps=True), "container-stack")
    assert (one.change, one.state) == ("present", "unknown")
    assert one.count is not None and one.count.low <= 16
    assert one.count.high is None or one.count.high >= 16


def test_kinds_without_a_detector_of_one_date_are_not_said_to_be_searched() -> None:
    assert searched("vessel", alone=True) and not searched("disturbed-soil", alone=True)
    assert searched("storage-pit", alone=False) and not searched("storage-pit", alone=True)


def test_a_search_that_is_stopped_stops() -> None:
    kinds = load_kinds()
    image = harbour([])
    seen = {name: shown(kind, image.grid.gsd_m, "optical") for name, kind in kinds.items()}
    with pytest.raises(CancelledError):
        present(image, kinds, seen, cancelled=lambda: True)


def test_a_plain_roof_of_the_same_size_is_no_stack() -> None:
    assert found(yard(gaps=False), "container-stack") == []


def block_on_grass(apron_m: float = 0.0, shade_m: float = 0.0, hues: float = 0.2) -> Scene:
    """Return two rows of eight boxes on rough grass: an apron around them, and shade to the north of them."""
    rng = np.random.default_rng(8)
    grass = painted((100.0, 120.0), 0.1, [((60.0, 50.0, 100.0, 120.0, 0.0), (900.0, 1100.0, 950.0, 3000.0))])
    tufts = gaussian_filter(rng.normal(size=grass.shape[1:]), 8)
    grass *= 1 + 0.1 * tufts / tufts.std()
    top, left, wide = 41.97, 38.78, 7 * 2.7 + 2.44
    south, east = (np.mgrid[: grass.shape[1], : grass.shape[2]] + 0.5) * 0.1
    apart = np.maximum(np.abs(south - top - 6.26) - 6.26, np.abs(east - left - wide / 2) - wide / 2)
    grass[:, apart < apron_m] = np.reshape((1700.0, 1800.0, 1900.0, 2100.0), (4, 1))
    grass[:, (south < top) & (south > top - shade_m) & (east > left) & (east < left + wide)] *= 0.25
    for row in range(2):
        for column in range(8):
            paint = (
                np.array([900.0, 950.0, 1000.0, 1100.0])
                * rng.choice([0.4, 0.8, 1.6, 2.4])
                * rng.uniform(1 - hues, 1 + hues, 4)
            )
            down, right = round((top + 6.46 * row) / 0.1), round((left + 2.7 * column) / 0.1)
            grass[:, down : down + 61, right : right + 24] = paint[:, None, None]
    return scene(grass, 0.1, 0.5)


def test_a_stack_on_rough_grass_is_found_as_on_paving() -> None:
    (one,) = found(block_on_grass(), "container-stack")
    assert number(one, "length_m") + number(one, "width_m") == pytest.approx(21.3 + 12.5, abs=2.5)


@pytest.mark.parametrize("shade_m", [0.0, 6.0])
def test_the_apron_of_a_stack_is_ground_in_the_sun_and_in_shade(shade_m: float) -> None:
    (one,) = found(block_on_grass(3.0, shade_m, hues=0.6), "container-stack")
    assert number(one, "length_m") + number(one, "width_m") == pytest.approx(21.3 + 12.5, abs=1.5)
    assert number(one, "boxes_across") == 8


def test_pixels_without_any_light_are_looked_at_like_others() -> None:
    image = painted((300.0, 300.0), 0.5, [((150.0, 150.0, 300.0, 300.0, 0.0), CONCRETE)])
    image[:, 200:420, 150:400] = 0  # a roof so dark that eight bits keep nothing of it
    shown_here = scene(image, 0.5, 0.5)
    dark = replace(shown_here, pixels=np.floor(shown_here.pixels / 8))
    assert found(dark, "container-stack") == []
