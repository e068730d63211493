"""Pits on ground drawn here, by straight slopes and Lambert's law, so that the templates do not meet themselves."""

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from shapely import Polygon, box

from depotwatch.annotate.detect.detection import Detection
from depotwatch.annotate.detect.pit.storage_pit import storage_pits
from depotwatch.annotate.kinds import load_kinds
from depotwatch.annotate.testable import testable as shown
from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, ChangeMap, Null, Registration, Residual, Scene, ScenePair, Sun

GSD = 1.0
SIZE = 240
SUN = Sun(150.0, 40.0)
CENTRE = np.array([120.0, 110.0])
OUTLINE = box(106, 98, 134, 122)


def bank_height(length: float = 28.0, width: float = 24.0, crest: float = 2.4) -> np.ndarray:
    rows, columns = np.mgrid[:SIZE, :SIZE] + 0.5
    along, across = np.abs(columns - CENTRE[0]) - (length / 2 - 4), np.abs(rows - CENTRE[1]) - (width / 2 - 4)
    distance = np.hypot(np.maximum(along, 0), np.maximum(across, 0)) + np.minimum(np.maximum(along, across), 0)
    return np.asarray(np.clip((4 - np.abs(distance)) / 3.5, 0, 1) * crest)


def lit(height: np.ndarray, albedo: np.ndarray, sun: Sun) -> np.ndarray:
    south, east = np.gradient(height)
    azimuth, elevation = np.radians(sun.azimuth_deg), np.radians(sun.elevation_deg)
    facing = np.sin(elevation) - np.cos(elevation) * (east * np.sin(azimuth) - south * np.cos(azimuth))
    return np.asarray(albedo * (np.maximum(facing, 0) / np.sqrt(1 + south**2 + east**2) + 0.2 * np.sin(elevation)))


def ground(seed: int) -> np.ndarray:
    texture = gaussian_filter(np.random.default_rng(seed).normal(size=(SIZE, SIZE)), 3.0)
    return np.asarray(1000 * (1 + 0.1 * texture / texture.std()))


def scene(pixels: np.ndarray, sun: Sun | None, seed: int) -> Scene:
    grid = Grid.without_crs(pixels.shape, GSD, GSD)
    noisy = gaussian_filter(pixels, 0.6) + np.random.default_rng(seed).normal(0, 12, pixels.shape)
    acquisition = Acquisition(sun=sun)
    mask = np.ones(pixels.shape, dtype=bool)
    return Scene(grid, noisy[None].astype(np.float32), mask, ("pan",), acquisition, Path("drawn.tif"), str(seed))


def find(before: np.ndarray, after: np.ndarray, sun: Sun | None = SUN) -> list[Detection]:
    kind = load_kinds()["storage-pit"]
    registration = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.1, 0.2, 0.1, 0.2, 50))
    pair = ScenePair(scene(before, sun, 11), scene(after, sun, 12), registration)
    null = Null(np.array([0.1, 9.0]), np.array([1e-6, 1e-9]), np.array([1.0, 1e-3]), "by hand")
    nothing = np.zeros(pair.grid.shape, dtype=np.float32)
    change = ChangeMap(pair.grid, nothing, "test", 3.0, null, 1.0, nothing)
    return storage_pits(pair, change, kind, shown(kind, (GSD, GSD), "optical"))


def at_centre(found: list[Detection], outline: Polygon = OUTLINE) -> list[Detection]:
    return [one for one in found if one.polygon.intersection(outline).area > 0.3 * one.polygon.union(outline).area]


@pytest.fixture(scope="module")
def plain() -> np.ndarray:
    return lit(np.zeros((SIZE, SIZE)), ground(5), SUN)


@pytest.fixture(scope="module")
def dug() -> np.ndarray:
    return lit(bank_height(), ground(5), SUN)


@pytest.fixture(scope="module")
def appeared(plain: np.ndarray, dug: np.ndarray) -> list[Detection]:
    return find(plain, dug)


def test_a_new_pit_is_found_once_with_its_size_and_counted(appeared: list[Detection]) -> None:
    (one,) = appeared
    assert one.change == "appeared" and one.kind == "storage-pit" and one.state == "unknown"
    assert "pixels of 1 m do not show goods" in str(one.terms["state_evidence"])
    assert one.score > 0.5
    assert one.polygon.intersection(OUTLINE).area / one.polygon.union(OUTLINE).area > 0.5
    assert one.count is not None and (one.count.low, one.count.best, one.count.high) == (1, 1, 1)


def test_a_levelled_pit_is_found_as_vanished(plain: np.ndarray, dug: np.ndarray) -> None:
    assert [one.change for one in at_centre(find(dug, plain))] == ["vanished"]


def test_a_pit_on_both_dates_is_no_change(dug: np.ndarray) -> None:
    assert not find(dug, dug)


def test_unchanged_ground_proposes_nothing(plain: np.ndarray) -> None:
    assert not find(plain, plain)


def test_turning_the_sun_by_a_quarter_lowers_the_score(
    appeared: list[Detection], plain: np.ndarray, dug: np.ndarray
) -> None:
    wrong = at_centre(find(plain, dug, Sun(SUN.azimuth_deg + 90, SUN.elevation_deg)))
    assert max((one.score for one in wrong), default=0.0) < appeared[0].score - 0.1


def test_turning_the_sun_by_a_half_lowers_the_score(
    appeared: list[Detection], plain: np.ndarray, dug: np.ndarray
) -> None:
    wrong = at_centre(find(plain, dug, Sun(SUN.azimuth_deg - 180, SUN.elevation_deg)))
    assert max((one.score for one in wrong), default=0.0) < appeared[0].score - 0.1


@pytest.mark.parametrize("factor", [0.6, 1.6])
def test_a_cleared_or_darkened_patch_is_no_pit(plain: np.ndarray, factor: float) -> None:
    patch = plain.copy()
    patch[98:122, 106:134] *= factor
    assert not find(plain, patch)


def test_a_pit_of_fresh_soil_is_still_found(plain: np.ndarray) -> None:
    soil = ground(5)
    soil[96:124, 104:136] *= 1.4
    assert [one.change for one in at_centre(find(plain, lit(bank_height(), soil, SUN)))] == ["appeared"]


def test_without_a_sun_the_pit_is_found_and_the_azimuth_that_fits_is_named(plain: np.ndarray, dug: np.ndarray) -> None:
    found = at_centre(find(plain, dug, None))
    assert [one.change for one in found] == ["appeared"]
    assert "not known" in str(found[0].terms["evidence"])
    assert abs(float(found[0].terms["sun_azimuth_deg"]) - SUN.azimuth_deg) <= 45.0


def test_an_enlarged_pit_is_altered_and_says_what_stood_before() -> None:
    soil = ground(5)
    before, after = lit(bank_height(20.0, 18.0), soil, SUN), lit(bank_height(40.0, 34.0), soil, SUN)
    (one,) = at_centre(find(before, after), box(100, 93, 140, 127))
    assert one.change == "altered"
    assert float(one.terms["before_length_m"]) < float(one.terms["length_m"])
    assert float(one.terms["larger_by_m2"]) > 300
