"""New bare soil at ten metres: squares of soil drawn here on vegetated ground, blurred, with a season and noise."""

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from shapely import Polygon, box

from depotwatch.annotate.detect.detection import Detection
from depotwatch.annotate.detect.soil.capacity import capacity, equivalent, room_of, rooms_words
from depotwatch.annotate.detect.soil.disturbed_soil import remaining
from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.matching import iou
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, ChangeMap, Null, Registration, Residual, Scene, ScenePair

GSD, SIZE, FINE = 10.0, 120, 5
GRASS, BARE, SOIL, ROOF = (
    np.array(colour)
    for colour in ([500, 800, 600, 3400], [1000, 1300, 1700, 2400], [1400, 1800, 2400, 3100], [1700] * 4)
)
VIGOUR = np.array([0.3, 0.5, 0.3, 1.0])[:, None, None]  # how much a season changes each band
KINDS = load_kinds()


def cover(places: list[Polygon]) -> np.ndarray:
    """Share of each pixel that rectangles in metres cover, after the blur of a camera."""
    fine = np.zeros((SIZE * FINE, SIZE * FINE))
    for place in places:
        left, top, right, bottom = (round(side * FINE / GSD) for side in place.bounds)
        fine[top:bottom, left:right] = 1.0
    blurred = gaussian_filter(fine, 0.6 * FINE)
    return np.asarray(blurred.reshape(SIZE, FINE, SIZE, FINE).mean(axis=(1, 3)))


def land(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    bare = np.clip(0.3 + 0.25 * gaussian_filter(rng.normal(size=(SIZE, SIZE)), 4.0) * 14, 0, 1)
    return np.asarray(GRASS[:, None, None] * (1 - bare) + BARE[:, None, None] * bare)


def turned(ground: np.ndarray, places: list[Polygon], colour: np.ndarray) -> np.ndarray:
    share = cover(places)
    return np.asarray(ground * (1 - share) + colour[:, None, None] * share)


def find(
    before: np.ndarray, after: np.ndarray, seed: int = 1, names: tuple[str, ...] = ("blue", "green", "red", "nir")
) -> list[Detection]:
    rng = np.random.default_rng(seed)
    season = 1 + 0.05 * gaussian_filter(rng.normal(size=(SIZE, SIZE)), 12.0) * 40 * VIGOUR
    scenes = [
        Scene(
            Grid.without_crs((SIZE, SIZE), GSD, GSD),
            (pixels + rng.normal(0, 25, pixels.shape)).astype(np.float32),
            np.ones((SIZE, SIZE), dtype=bool),
            names,
            Acquisition(),
            Path("drawn.tif"),
            str(date),
        )
        for date, pixels in enumerate((before, after * season[: len(before)]))
    ]
    still = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.1, 0.2, 1.0, 2.0, 50))
    pair = ScenePair(scenes[0], scenes[1], still)
    null = Null(np.array([0.1, 9.0]), np.array([1e-6, 1e-9]), np.array([1.0, 1e-3]), "by hand")
    nothing = np.zeros(pair.grid.shape, dtype=np.float32)
    return remaining(pair, ChangeMap(pair.grid, nothing, "test", 3.0, null, 1.0, nothing), dict(KINDS))


def pits(seed: int, number: int = 25) -> list[Polygon]:
    rng = np.random.default_rng(seed)
    grid = [(200 + 180 * (i % 5), 200 + 180 * (i // 5)) for i in range(number)]
    sides = np.exp(rng.uniform(np.log(16), np.log(40), (number, 2)))
    return [box(x, y, x + w, y + h) for (x, y), (w, h) in zip(grid, sides, strict=True)]


def found_of(found: list[Detection], places: list[Polygon]) -> int:
    there = [box(*(side / GSD for side in place.bounds)) for place in places]
    return sum(any(one.polygon.intersects(place.centroid) for one in found) for place in there)


def test_nine_in_ten_turned_places_of_the_size_of_pits_are_found_with_few_elsewhere() -> None:
    places = pits(3)
    found = find(land(1), turned(land(1), places, SOIL))
    assert found_of(found, places) >= 0.9 * len(places)
    assert len(found) <= len(places) + 10 * (SIZE * GSD / 1000) ** 2
    assert {(one.kind, one.change) for one in found} == {("disturbed-soil", "appeared")}
    assert all(0.5 <= one.score < 1 for one in found)


def test_what_went_back_from_soil_to_grass_is_not_proposed() -> None:
    places = pits(3)
    found = find(turned(land(1), places, SOIL), land(1))
    assert found_of(found, places) <= 2


def test_soil_comes_before_roofs_of_the_same_size_and_about_as_bright() -> None:
    soil, roofs = ([box(x, 200 + 150 * i, x + 30, 230 + 150 * i) for i in range(6)] for x in (300, 800))
    found = find(land(2), turned(turned(land(2), soil, SOIL), roofs, ROOF))
    ranks = [[one.score for one in found if found_of([one], places)] for places in (soil, roofs)]
    assert len(ranks[0]) == len(soil)
    assert np.median(ranks[0]) > max([np.median(ranks[1]), 0.0] if ranks[1] else [0.0])


def test_a_large_clearing_is_one_place() -> None:
    clearing = box(400, 500, 560, 620)
    found = find(land(7), turned(land(7), [clearing], SOIL))
    inside = [one for one in found if one.polygon.intersects(box(40, 50, 56, 62))]
    assert len(inside) == 1
    assert iou(inside[0].polygon, box(40, 50, 56, 62)) > 0.7


def test_an_outline_lies_on_its_place() -> None:
    place = box(500, 600, 540, 634)
    found = find(land(5), turned(land(5), [place], SOIL))
    best = max(found, key=lambda one: one.score)
    assert iou(best.polygon, box(50, 60, 54, 63.4)) > 0.5


def test_room_for_pits_is_said_and_is_no_count() -> None:
    # plots of 31 by 26 m: pits of 25 by 20 m with 6 m between them
    places = [box(300 + 250 * i, 300 + 200 * j, 331 + 250 * i, 326 + 200 * j) for i in range(3) for j in range(4)]
    found = find(land(6), turned(land(6), places, SOIL))
    assert all(one.count is None for one in found)
    matched = [one for one in found if found_of([one], places)]
    total = sum(float(one.terms["fits_best"]) for one in matched)
    assert total == pytest.approx(len(places), rel=0.25)
    rooms = [[float(one.terms[f"fits_{word}"]) for word in ("low", "best", "high")] for one in matched]
    assert rooms == [sorted(room) for room in rooms]
    assert all("if pits" in str(one.terms["fits_words"]) for one in matched)


def test_one_band_and_bands_without_names_are_searched_too() -> None:
    places = pits(3)
    before, after = land(1), turned(land(1), places, SOIL)
    assert found_of(find(before, after, names=("1", "2", "3", "4")), places) >= 0.5 * len(places)
    assert found_of(find(before[2:3], after[2:3], names=("pan",)), places) >= 0.5 * len(places)


def test_capacity_follows_the_size_and_spacing_that_the_kind_states() -> None:
    soil = KINDS["disturbed-soil"]
    room = capacity(soil, 31 * 26 * 10.0, 0.0)
    assert room is not None
    assert room.best == pytest.approx(10.0)
    assert room.low < 10 < room.high
    assert room.words == equivalent(room.low, room.high, "pits", (25.0, 20.0))
    assert capacity(KINDS["unknown"], 1000.0, 0.0) is None


def test_a_wider_error_widens_the_room() -> None:
    soil = KINDS["disturbed-soil"]
    sure, unsure = capacity(soil, 9000.0, 10.0), capacity(soil, 9000.0, 3000.0)
    assert sure is not None and unsure is not None
    assert unsure.low < sure.low and sure.high < unsure.high


def test_rooms_of_several_places_are_added_before_they_are_rounded_and_read_back_from_terms() -> None:
    room = capacity(KINDS["disturbed-soil"], 700.0, 50.0)
    assert room is not None
    again = room_of(room.terms())
    assert again is not None
    assert again.best == pytest.approx(room.best, abs=0.01)
    assert room.low < 1 and room.terms()["fits_low"] == 0
    assert rooms_words([room] * 10) == equivalent(10 * room.low, 10 * room.high, "pits", (25.0, 20.0))
    assert not rooms_words([room] * 10).startswith("area equivalent to 0")
    assert rooms_words([]) == "" and room_of({}) is None
