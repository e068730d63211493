"""Implants: things in a real scene that are not there, lit, blurred and placed as if they were."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from affine import Affine
from rasterio.crs import CRS
from shapely import contains_xy

from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, Registration, Residual, Scene, Sun
from depotwatch.imagery.sharpness import STATED_PX, noise, sharpness
from depotwatch.imagery.synthetic.boxes import Stack
from depotwatch.imagery.synthetic.implant import Implant, draw_implants
from depotwatch.imagery.synthetic.implanted import ASSUMED_SUN, camera_of, implanted

SIDE = 160
SUN = Sun(180.0, 35.0)
RESIDUAL = Residual(0.1, 0.2, 0.05, 0.1, 50)


def plain_scene(sun: Sun | None = SUN, gsd_m: tuple[float, float] = (0.5, 0.5), spread: float = 4.0) -> Scene:
    """Level, even ground with noise."""
    rng = np.random.default_rng(4)
    grid = Grid((SIDE, SIDE), Affine(gsd_m[1], 0, 500_000, 0, -gsd_m[0], 3_540_000), CRS.from_epsg(32626))
    ground = np.array([900.0, 1100.0, 1300.0, 2200.0], dtype=np.float32)[:, None, None]
    pixels = ground + spread * rng.standard_normal((4, SIDE, SIDE)).astype(np.float32)
    pixels[:, :8, :8] = 50.0  # something dark, so that no light has a number
    pixels[:, :8, 8:12] = 9000.0
    acquisition = Acquisition(time="2031-06-01T10:00:00Z", sun=sun)
    names = ("blue", "green", "red", "nir")
    return Scene(grid, pixels.astype(np.float32), np.ones((SIDE, SIDE), bool), names, acquisition, Path("a.tif"), "a")


def moved(east_px: float = 0.0, south_px: float = 0.0) -> Registration:
    """What lies at a before pixel lies so far right and down on the after scene."""
    model = np.array([[1.0, 0.0, east_px], [0.0, 1.0, south_px]])
    return Registration(model, (-south_px, -east_px), (0.0, 0.0), RESIDUAL)


def stack(x_m: float = 40.0, y_m: float = 40.0, heading_deg: float = 0.0) -> Implant:
    drawn = draw_implants(3, {"container-stack": 1})[0].thing
    assert isinstance(drawn, Stack)
    return Implant("container-stack", replace(drawn, tiers=np.full_like(drawn.tiers, 2)), 1.0).at(x_m, y_m, heading_deg)


def changed(scene: Scene, new: Scene) -> np.ndarray:
    return np.asarray(np.abs(new.pixels - scene.pixels).max(axis=0) > 60)


def draw(scene: Scene, thing: Implant, registration: Registration | None = None) -> Scene:
    return implanted(scene, scene.grid, registration or moved(), [thing], camera_of(scene), 1)


def test_it_stands_where_it_was_put_and_nothing_else_changes() -> None:
    scene, thing = plain_scene(), stack()
    new = draw(scene, thing)
    rows, columns = np.nonzero(changed(scene, new))
    outline = thing.outline(scene.grid)
    assert columns.min() >= outline.bounds[0] - 4 and columns.max() <= outline.bounds[2] + 4
    assert rows.max() <= outline.bounds[3] + 4
    assert np.array_equal(new.pixels[:, :20], scene.pixels[:, :20])
    assert new.acquisition.synthetic and not scene.acquisition.synthetic


def test_the_shadow_falls_away_from_the_sun() -> None:
    thing = stack()
    for azimuth, side in ((180.0, (-1, 0)), (0.0, (1, 0)), (90.0, (0, -1)), (270.0, (0, 1))):
        scene = plain_scene(Sun(azimuth, 35.0))
        new = draw(scene, thing)
        left, top, right, bottom = thing.outline(scene.grid).bounds
        reach = 0.6 * thing.height_m / np.tan(np.radians(35.0)) / 0.5
        middle = np.array([(top + bottom) / 2, (left + right) / 2])
        half = np.array([(bottom - top) / 2, (right - left) / 2])
        shaded = middle + np.array(side) * (half + reach)
        lit = middle - np.array(side) * (half + reach)
        ratio = [
            float(new.pixels[3, int(at[0]), int(at[1])] / scene.pixels[3, int(at[0]), int(at[1])])
            for at in (shaded, lit)
        ]
        assert ratio[0] < 0.5 and ratio[1] == pytest.approx(1, abs=0.05)


def test_it_follows_the_registration() -> None:
    scene, thing = plain_scene(), stack()
    still = changed(scene, draw(scene, thing))
    shifted = changed(scene, draw(scene, thing, moved(7.0, -5.0)))
    assert still.sum() > 200
    assert (np.roll(still, (-5, 7), (0, 1)) ^ shifted).sum() < 0.03 * still.sum()


def test_its_size_on_the_ground_is_the_same_on_oblong_pixels() -> None:
    thing = stack(30.0, 30.0, 45.0)
    area = []
    for gsd in ((0.5, 0.5), (0.5, 0.8)):
        scene = plain_scene(Sun(180.0, 85.0), gsd)
        area.append(changed(scene, draw(scene, thing)).sum() * gsd[0] * gsd[1])
    assert area[0] > 50
    assert area[1] == pytest.approx(area[0], rel=0.1)


def test_no_pixel_leaves_the_range_of_the_scene_and_invalid_ones_stay() -> None:
    scene = plain_scene()
    mask = scene.mask.copy()
    mask[78:82, 78:82] = False
    scene = replace(scene, mask=mask)
    new = draw(scene, stack())
    assert new.pixels.max() <= scene.pixels.max() and new.pixels.min() >= scene.pixels.min()
    assert np.array_equal(new.pixels[:, ~mask], scene.pixels[:, ~mask])


def test_a_thing_keeps_the_noise_of_the_scene() -> None:
    scene = plain_scene(Sun(180.0, 60.0), spread=12.0)
    pit = draw_implants(5, {"storage-pit": 1})[0].at(40.0, 40.0, 0.0)
    floor = draw(scene, pit).pixels[3, 77:84, 77:84]
    assert 5.0 < floor.std() < 90.0


def test_an_unknown_sun_is_a_stated_one() -> None:
    assert camera_of(plain_scene(None)).sun == ASSUMED_SUN


def test_the_same_seed_draws_the_same_things_and_more_begin_with_them() -> None:
    few, more = draw_implants(9, {"storage-pit": 3}), draw_implants(9, {"storage-pit": 6, "container-stack": 2})
    assert [one.length_m for one in few] == [one.length_m for one in more[:3]]
    assert [one.kind for one in more] == ["storage-pit"] * 6 + ["container-stack"] * 2


def test_sizes_and_heights_keep_to_the_stated_priors() -> None:
    drawn = draw_implants(1, {"storage-pit": 300})
    lengths = [one.length_m for one in drawn]
    assert 13.0 <= min(lengths) and max(lengths) <= 42.0
    assert all(1.8 <= one.height_m <= 3.8 for one in drawn)
    assert np.median(lengths) == pytest.approx(np.sqrt(14 * 42), rel=0.15)  # log-uniform, none left out


def test_noise_and_sharpness_are_those_of_the_scene() -> None:
    rng = np.random.default_rng(2)
    valid = np.ones((600, 600), bool)
    blocks = np.kron(rng.uniform(500, 3000, (40, 40)), np.ones((15, 15))).astype(np.float32)
    for sigma in (0.7, 1.1):
        seen = cv2.GaussianBlur(blocks, (0, 0), sigma)
        grainy = (seen + 5 * rng.standard_normal(seen.shape)).astype(np.float32)[None]
        found = sharpness(grainy, valid)
        assert found == pytest.approx(np.sqrt(sigma**2 - 1 / 12), abs=0.2)
        assert noise(grainy, valid)[0] == pytest.approx(5, rel=0.4)
    assert sharpness(np.zeros((1, 40, 40), np.float32), np.ones((40, 40), bool)) == STATED_PX


def test_a_yard_shows_on_both_dates_alike_and_its_stack_on_one() -> None:
    scene = plain_scene()
    on_yard = replace(stack(), yard=True)
    bare, full = draw(scene, replace(on_yard, bare=True)), draw(scene, on_yard)
    ring = on_yard.outline(scene.grid, 2.0)
    x, y = np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5)
    yard = contains_xy(ring, x, y)
    foot = contains_xy(on_yard.outline(scene.grid, 1.0), x, y)
    lit = yard & ~foot & (y > on_yard.outline(scene.grid).centroid.y)  # the sun is in the south: no shadow there
    assert np.abs(bare.pixels[2] - scene.pixels[2])[yard].mean() > 100
    assert np.abs(bare.pixels[2] - full.pixels[2])[lit].mean() < 80  # the boxes take some of its sky
    assert np.abs(bare.pixels[2] - full.pixels[2])[foot].mean() > 200


def test_leaving_one_out_leaves_the_others_as_they_are() -> None:
    scene, first, second = plain_scene(), stack(20.0, 20.0), stack(60.0, 60.0)
    camera = camera_of(scene)
    both = implanted(scene, scene.grid, moved(), [first, second], camera, 1)
    one = implanted(scene, scene.grid, moved(), [None, second], camera, 1)
    assert np.array_equal(both.pixels[:, 85:, 85:], one.pixels[:, 85:, 85:])
    assert np.array_equal(one.pixels[:, :40, :40], scene.pixels[:, :40, :40])
