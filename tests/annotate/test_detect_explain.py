"""What else a change may be: drawn pairs in which one thing alone is different, and the same with a real change."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import Polygon, box

from depotwatch.annotate.detect.detection import Detection
from depotwatch.annotate.detect.explain.explaining import with_explanations
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, Registration, Residual, Scene, ScenePair, Sun, View
from depotwatch.labels.explained import explanation

Image = NDArray[np.float32]
SIDE, GSD = 160, 0.5
SHED = box(60, 60, 100, 90)


def ground(seed: int = 1) -> Image:
    """Even ground with fine texture, about 1000."""
    noise = np.random.default_rng(seed).normal(0, 60, (SIDE, SIDE)).astype(np.float32)
    return np.asarray(1000 + cv2.GaussianBlur(noise, (0, 0), 1.2), dtype=np.float32)


def with_shed(image: Image, right: int = 0, down: int = 0, level: float = 2200.0) -> Image:
    """A roof with a ridge."""
    drawn = image.copy()
    drawn[60 + down : 90 + down, 60 + right : 100 + right] = level
    drawn[75 + down : 90 + down, 60 + right : 100 + right] *= 0.8
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.7), dtype=np.float32)


def with_shadow(image: Image, sun: Sun, height_m: float) -> Image:
    """What a shed of a height casts on the ground beside it."""
    cast = np.zeros((SIDE, SIDE), dtype=np.uint8)
    azimuth, rise = np.radians(sun.azimuth_deg), np.tan(np.radians(sun.elevation_deg))
    for height in np.arange(0, height_m, 0.2):
        right, down = (round(part * height / rise / GSD) for part in (-np.sin(azimuth), np.cos(azimuth)))
        cast[60 + down : 90 + down, 60 + right : 100 + right] = 1
    cast[60:90, 60:100] = 0
    shaded = np.where(cast > 0, image * 0.3, image).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(shaded, (0, 0), 0.7), dtype=np.float32)


def pair(before: Image, after: Image, *facts: Mapping[str, object]) -> ScenePair:
    grid = Grid.without_crs((SIDE, SIDE), GSD, GSD)
    rng = np.random.default_rng(5)
    scenes = []
    for name, image, known in zip("ab", (before, after), facts or ({}, {}), strict=True):
        pixels = np.stack([image, 1.2 * image]) + rng.normal(0, 8, (2, SIDE, SIDE))
        made = replace(Acquisition(), **known)  # type: ignore[arg-type]
        mask = np.ones((SIDE, SIDE), dtype=bool)
        scenes.append(Scene(grid, pixels.astype(np.float32), mask, ("green", "red"), made, Path("drawn.tif"), name))
    residual = Residual(0.1, 0.2, 0.05, 0.1, 50)
    return ScenePair(scenes[0], scenes[1], Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), residual))


def told(dates: ScenePair, *places: Polygon) -> list[Detection]:
    return with_explanations(
        dates, [Detection("unknown", "altered", "unknown", one, 0.8, None, {"fill": 1.0}) for one in places]
    )


def moved(image: Image, right: float, down: float) -> Image:
    matrix = np.array([[1.0, 0.0, right], [0.0, 1.0, down]])
    turned = cv2.warpAffine(image, matrix, (SIDE, SIDE), flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(turned, dtype=np.float32)


@settings(max_examples=15)
@given(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9))
def test_a_shift_of_less_than_a_pixel_is_named_with_its_size(right: float, down: float) -> None:
    scene = with_shed(ground())
    (one,) = told(pair(scene, moved(scene, right, down)), SHED)
    if np.hypot(right, down) > 0.3:
        assert one.terms["explained_by"] == "registration"
        assert one.terms["explained_px"] == pytest.approx(np.hypot(right, down), abs=0.15)


def test_what_is_explained_keeps_the_rest_of_its_statistic() -> None:
    scene = with_shed(ground())
    (one,) = told(pair(scene, moved(scene, 0.8, 0.4)), SHED)
    share = float(one.terms["explained_share"])
    statistic = 0.8 / 0.2 * (1 - share)
    assert share > 0.9
    assert one.score == pytest.approx(statistic / (statistic + 1), abs=1e-6)
    assert one.terms["fill"] == 1.0
    assert "px explains" in (explanation(one.terms) or "")


@pytest.mark.parametrize("level", [2200.0, 400.0])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_shed_that_came_or_went_is_explained_by_nothing(level: float, backwards: bool) -> None:
    suns = Sun(150.0, 35.0), Sun(190.0, 50.0)
    views = View(5.0, 100.0), View(25.0, 280.0)
    without, shed = ground(), with_shadow(with_shed(ground(2), level=level), suns[1], 5.0)
    before, after = (shed, without) if backwards else (without, shed)
    facts = [{"sun": sun, "view": view} for sun, view in zip(suns, views, strict=True)]
    (one,) = told(pair(before, after, *facts), SHED)
    assert "explained_by" not in one.terms
    assert one.score == 0.8
    assert explanation(one.terms) is None


def test_a_shadow_that_the_sun_moved_is_told_from_a_new_one() -> None:
    suns = Sun(150.0, 35.0), Sun(200.0, 55.0)
    facts = [{"sun": sun} for sun in suns]
    scenes = [with_shadow(with_shed(ground()), sun, 6.0) for sun in suns]
    change = np.abs(scenes[1] - scenes[0]) > 300
    labels, stats = cv2.connectedComponentsWithStats(change.astype(np.uint8))[1:3]
    column, row, columns, rows, _ = stats[1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))]
    place = box(column, row, column + columns, row + rows)
    assert labels.max() >= 1
    (old,) = told(pair(scenes[0], scenes[1], *facts), place)
    (new,) = told(pair(with_shed(ground()), scenes[1], *facts), place)
    (unknown,) = told(pair(scenes[0], scenes[1]), place)
    assert old.terms["explained_by"] == "shadow"
    assert "explained_by" not in new.terms
    assert unknown.terms.get("explained_by") != "shadow"


def test_a_change_without_an_edge_is_cloud_and_the_same_with_an_edge_is_not() -> None:
    mound = np.zeros((SIDE, SIDE), dtype=np.float32)
    cv2.circle(mound, (80, 80), 26, 900.0, -1)
    place = Polygon(80 + 30 * np.stack([np.cos(t := np.linspace(0, 2 * np.pi, 40)), np.sin(t)], axis=1))
    soft = cv2.GaussianBlur(mound, (0, 0), 12.0)
    (cloud,) = told(pair(ground(), ground() + soft), place)
    (shade,) = told(pair(ground(), ground() - soft), place)
    (soil,) = told(pair(ground(), ground() + cv2.GaussianBlur(mound, (0, 0), 0.7)), place)
    assert cloud.terms["explained_by"] == shade.terms["explained_by"] == "cloud or haze"
    assert "explained_by" not in soil.terms


def test_a_roof_that_leans_the_other_way_is_told_where_the_views_are_known() -> None:
    views = View(4.0, 90.0), View(27.0, 90.0)
    away = round(8.0 * (np.tan(np.radians(27.0)) - np.tan(np.radians(4.0))) / GSD)  # 8 m high, seen from the east
    scenes = with_shed(ground()), with_shed(ground(), right=-away)
    place = box(60 - away, 60, 100, 90)
    (one,) = told(pair(*scenes, *({"view": view} for view in views)), place)
    across = with_shed(ground(), down=-away)
    (other,) = told(pair(scenes[0], across, *({"view": view} for view in views)), box(60, 60 - away, 100, 90))
    assert one.terms["explained_by"] == "off-nadir lean"
    assert one.terms["explained_px"] == pytest.approx(away, abs=1)
    assert "explained_by" not in other.terms


def test_many_roofs_moved_alike_lean_and_one_alone_does_not() -> None:
    roofs = [(x, y) for x in (20, 70, 120) for y in (20, 70, 120)]

    def scene(away: int) -> Image:
        image = ground()
        for number, (x, y) in enumerate(roofs):
            image[y : y + 14, x + away : x + away + 18] = 1500 + 120 * number
        return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.7), dtype=np.float32)

    places = [box(x, y, x + 22, y + 14) for x, y in roofs]
    together = told(pair(scene(0), scene(4)), *places)
    alone = told(pair(scene(0), scene(4)), places[0])
    assert all(one.terms["explained_by"] == "off-nadir lean" for one in together)
    assert "explained_by" not in alone[0].terms


def test_radar_and_places_at_the_edge_are_left_alone() -> None:
    facts = [{"sensor": "sar"}] * 2
    (radar,) = told(pair(with_shed(ground()), moved(with_shed(ground()), 0.8, 0.0), *facts), SHED)
    assert radar.terms == {"fill": 1.0}
    (edge,) = told(pair(ground(), ground(2)), box(0, 0, 4, 4))
    assert 0 <= float(edge.terms["explained_share"]) <= 1


def test_a_cloud_with_edges_is_told_by_its_shadow_where_the_sun_puts_it() -> None:
    sun = Sun(60.0, 30.0)
    azimuth = np.radians(sun.azimuth_deg)
    away = np.array([-np.sin(azimuth), np.cos(azimuth)]) * 130.0 / GSD  # 130 m, as a cloud 75 m high casts it
    shape = np.array([[0, 0], [60, -8], [78, 30], [40, 66], [-6, 40]])
    cloud = np.array([380, 90]) + shape
    side, scenes = 480, []
    for date, shaded in ((0, away), (1, away), (2, np.array([-20.0, 250.0]))):
        image = 1000 + np.random.default_rng(date).normal(0, 20, (side, side)).astype(np.float32)
        if date:
            cv2.fillPoly(image, [cloud.astype(np.int32)], 2600.0)
            cv2.fillPoly(image, [np.rint(cloud + shaded).astype(np.int32)], 350.0)
        grid, mask = Grid.without_crs((side, side), GSD, GSD), np.ones((side, side), dtype=bool)
        scenes.append(Scene(grid, image[None], mask, ("pan",), Acquisition(sun=sun), Path("drawn.tif"), str(date)))
    registration = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.1, 0.2, 0.05, 0.1, 50))
    (one, two), (other,) = (
        told(ScenePair(scenes[0], later, registration), *places)
        for later, places in (
            (scenes[1], (Polygon(cloud), Polygon(cloud + away))),
            (scenes[2], (Polygon(cloud),)),
        )
    )
    assert one.terms["explained_by"] == two.terms["explained_by"] == "cloud or haze"
    assert "explained_by" not in other.terms
