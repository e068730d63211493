"""A rough outline goes to the object and no further than is said; where there is none it stays, and that is said."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box
from shapely.affinity import rotate, scale, translate

from depotwatch.annotate.draw.snapping import snap
from depotwatch.annotate.errors import ReviewError
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.imagery.read import read_scene
from depotwatch.imagery.register import register
from depotwatch.imagery.scene import Acquisition, Scene
from depotwatch.imagery.synthetic import render_case

SIDE = 200
TRUE = rotate(box(80, 90, 120, 110), 25)


def scene(*objects: tuple[Polygon, float], gsd_m: tuple[float, float] = (0.5, 0.5), seed: int = 0) -> Scene:
    """Return noisy ground of level 100 with objects of other levels on it."""
    ground = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 12, (SIDE, SIDE)).astype(np.float32), (0, 0), 3) + 100
    for outline, level in objects:
        fine = np.zeros((8 * SIDE, 8 * SIDE), np.float32)
        cv2.fillPoly(fine, [np.round(np.asarray(outline.exterior.coords) * 8 - 0.5).astype(np.int32)], 1.0)
        cover = cv2.resize(fine, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        ground = ground * (1 - cover) + level * cover
    noise = np.random.default_rng(seed).normal(0, 1.5, ground.shape)
    pixels = (ground + noise).astype(np.float32)[None]
    grid = Grid.without_crs((SIDE, SIDE), *gsd_m)
    return Scene(grid, pixels, np.ones((SIDE, SIDE), bool), ("grey",), Acquisition(), Path("x.tif"), "0" * 64)


def overlap(one: Polygon, other: Polygon) -> float:
    return float(one.intersection(other).area / one.union(other).area)


BEFORE, AFTER = scene(seed=1), scene((TRUE, 140.0), seed=2)


@settings(max_examples=25)
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-6, 6), st.floats(0.9, 1.1))
def test_a_rough_rectangle_goes_to_the_object(right: float, down: float, turn: float, size: float) -> None:
    rough = scale(rotate(translate(TRUE, right, down), turn), size, size)
    result = snap(rough, "appeared", BEFORE, AFTER, reach_m=3.0)
    assert result.found
    assert overlap(result.outline, TRUE) > max(0.9, overlap(rough, TRUE) - 0.02)
    moved = np.linalg.norm(np.asarray(result.outline.exterior.coords) - np.asarray(rough.exterior.coords), axis=1)
    assert moved.max() * 0.5 <= 3.0 + 1e-6
    assert moved.max() * 0.5 == pytest.approx(result.moved_m, abs=1e-6)


@pytest.mark.parametrize("reach_m", [0.75, 1.0, 1.5])
def test_no_corner_moves_further_than_is_said(reach_m: float) -> None:
    flat = box(80, 90, 120, 110)
    rough = translate(flat, 2 * reach_m, 2 * reach_m)  # both ways as far as is allowed: too far for a corner
    result = snap(rough, "appeared", BEFORE, scene((flat, 140.0), seed=2), reach_m=reach_m)
    assert result.found
    moved = np.linalg.norm(np.asarray(result.outline.exterior.coords) - np.asarray(rough.exterior.coords), axis=1)
    assert 0 < moved.max() * 0.5 <= reach_m + 1e-6


def test_a_vanished_object_is_sought_on_the_first_date_and_an_altered_one_on_both() -> None:
    rough = translate(TRUE, 2, -2)
    for change, dates in (("vanished", (AFTER, BEFORE)), ("altered", (scene((TRUE, 60.0)), AFTER))):
        assert overlap(snap(rough, change, *dates).outline, TRUE) > 0.9
    assert overlap(snap(rough, "present", AFTER, None).outline, TRUE) > 0.9


def test_what_stood_on_both_dates_is_not_what_appeared() -> None:
    still = scene((TRUE, 140.0), seed=1)
    result = snap(translate(TRUE, 2, -2), "appeared", still, AFTER)
    assert not result.found


def test_on_empty_ground_it_stays_and_says_so() -> None:
    found = 0
    for number in range(12):
        rough = rotate(box(70 + 3 * number, 80, 105 + 3 * number, 105), 7 * number)
        result = snap(rough, "appeared", BEFORE, scene(seed=3 + number))
        assert result.found or (result.outline is rough and "stays as it is" in result.sentence)
        found += result.found
    assert found <= 1


def test_oblong_pixels_are_measured_in_metres() -> None:
    flat = box(80, 95, 120, 105)
    dates = (scene(seed=1, gsd_m=(1.0, 0.5)), scene((flat, 140.0), seed=2, gsd_m=(1.0, 0.5)))
    result = snap(translate(flat, 3, 1.5), "appeared", *dates, reach_m=2.5)
    assert result.found and overlap(result.outline, flat) > 0.9
    assert result.moved_m == pytest.approx(np.hypot(1.5, 1.5), abs=0.5)


def test_a_polygon_keeps_its_corners_and_a_hole_its_place() -> None:
    bent = Polygon([(60, 60), (130, 60), (130, 90), (95, 90), (95, 130), (60, 130)])
    hole = box(70, 70, 80, 80).exterior.coords
    after = scene((bent, 150.0), seed=2)
    slips = np.array([[2, 2], [-2, 2], [2, -2], [1, 2], [-2, 1], [2, 1]])
    rough = Polygon(np.asarray(bent.exterior.coords)[:-1] + slips, [hole])
    result = snap(rough, "appeared", BEFORE, after)
    assert result.found and len(result.outline.exterior.coords) == 7
    assert overlap(Polygon(result.outline.exterior), bent) > 0.94
    assert list(result.outline.interiors[0].coords) == list(hole)


def test_a_large_outline_is_looked_at_in_coarser_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("depotwatch.annotate.draw.snapping.MOST_PX", 15)
    result = snap(translate(TRUE, 2, -2), "appeared", BEFORE, AFTER, reach_m=3.0)
    assert result.found and overlap(result.outline, TRUE) > 0.85


def test_two_grids_and_too_little_image_are_refused() -> None:
    other = scene((TRUE, 140.0), gsd_m=(0.6, 0.5))
    with pytest.raises(ReviewError, match="not on one grid"):
        snap(TRUE, "appeared", BEFORE, other)
    with pytest.raises(ReviewError, match="too little image"):
        snap(box(1, 1, 199, 199), "appeared", BEFORE, AFTER)


@pytest.mark.long
def test_on_rendered_scenes_outlines_come_nearer_to_the_truth() -> None:
    case = render_case(1, extent_m=250.0)
    pair = register(case.before, case.after)
    rng = np.random.default_rng(0)
    rough_overlap, overlaps = [], []
    for thing in case.truth:
        if thing.kind == "container-stack" and thing.change in ("appeared", "vanished"):
            true = thing.polygon.minimum_rotated_rectangle
            rough = rotate(translate(true, *rng.normal(0, 2, 2)), rng.normal(0, 2))
            result = snap(rough, thing.change, pair.before, pair.after)
            rough_overlap.append(overlap(rough, true))
            overlaps.append(overlap(result.outline, true))
    assert len(overlaps) >= 3
    assert np.mean(overlaps) > np.mean(rough_overlap) + 0.03


@pytest.mark.real
def test_real_buildings_that_appeared_are_found_and_unchanged_ground_is_not(data: Path) -> None:
    folder = data / "pairs" / "vhr-levir-test-121-0768-0256"
    before, after = (read_scene(folder / f"{date}.tif", ReadOptions(gsd_m=0.5)) for date in ("before", "after"))
    truth = read_scene(folder / "truth.tif", ReadOptions(gsd_m=0.5)).pixels[0] == 1
    rings, _ = cv2.findContours(truth.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    large = [Polygon(ring[:, 0] + 0.5) for ring in rings if cv2.contourArea(ring) > 200]
    found = []
    for true in large:
        try:
            found.append(snap(translate(true.minimum_rotated_rectangle, 2, 2), "appeared", before, after).found)
        except ReviewError:
            continue
    assert np.mean(found) >= 0.5
    quiet = [box(x, y, x + 30, y + 30) for x in range(60, 180, 40) for y in range(60, 180, 40)]
    quiet = [one for one in quiet if not any(one.intersects(true.buffer(6)) for true in large)]
    assert sum(snap(one, "appeared", before, after).found for one in quiet) <= max(1, len(quiet) // 5)
