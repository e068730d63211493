"""The sun of the synthetic case: where it stands, where shadows fall, which side of a wall is bright."""

from datetime import UTC, datetime

import numpy as np
import pytest

from depotwatch.imagery.scene import Sun
from depotwatch.imagery.synthetic import light
from depotwatch.imagery.synthetic.canvas import Canvas
from depotwatch.imagery.synthetic.earthworks import Pit, draw_pit
from depotwatch.imagery.synthetic.place import Floats, Place, box_distance

MIDDLE = Place(30.0, 30.0, 0.0, 6.0, 6.0)


def bare_canvas() -> Canvas:
    canvas = Canvas.blank(240, 0.25, 0.0, 0.0)
    canvas.albedo[:] = 0.2
    return canvas


def block(heading_deg: float, height_m: float) -> Canvas:
    canvas = bare_canvas()
    patch = canvas.patch(Place(30.0, 30.0, heading_deg, 6.0, 6.0))
    patch.build(height_m, patch.cover(box_distance(patch.u, patch.v, 3.0, 3.0)))
    return canvas


def along(image: Floats, azimuth_deg: float, metres: np.ndarray) -> np.ndarray:
    ray = Place(30.0, 30.0, azimuth_deg, 0, 0)
    points = [ray.at(float(m), 0.0) for m in metres]
    return np.array([image[int(y / 0.25), int(x / 0.25)] for x, y in points])


@pytest.mark.parametrize("azimuth_deg", [20.0, 90.0, 143.0, 225.0, 317.0])
@pytest.mark.parametrize("elevation_deg", [25.0, 40.0, 60.0])
def test_shadow_has_the_length_and_direction_of_geometry(azimuth_deg: float, elevation_deg: float) -> None:
    canvas = block(azimuth_deg, 5.0)
    lit = light.sunlit(canvas.height, 0.25, Sun(azimuth_deg, elevation_deg))
    metres = np.arange(3.5, 20.0, 0.1)
    away, towards = along(lit, azimuth_deg + 180, metres), along(lit, azimuth_deg, metres)
    shaded = float((away < 0.5).sum()) * 0.1 + 0.5
    assert shaded == pytest.approx(5.0 / np.tan(np.radians(elevation_deg)), abs=0.25)
    assert towards.min() == 1.0


def test_higher_things_cast_longer_shadows_in_proportion() -> None:
    sun = Sun(180.0, 45.0)
    areas = [float((light.sunlit(block(0.0, h).height, 0.25, sun) < 0.5).sum()) / 16 for h in (3.0, 6.0)]
    assert areas[1] / areas[0] == pytest.approx(2.0, rel=0.08)


def test_level_ground_in_the_sun_shows_its_own_reflectance() -> None:
    np.testing.assert_allclose(light.radiance(bare_canvas(), Sun(150.0, 35.0)), 0.2, rtol=1e-4)


@pytest.mark.parametrize("azimuth_deg", [0.0, 90.0, 180.0, 270.0])
def test_the_outer_side_of_a_wall_that_faces_the_sun_is_brighter(azimuth_deg: float) -> None:
    canvas = bare_canvas()
    draw_pit(canvas, Pit(Place(30.0, 30.0, 45.0, 30.0, 30.0), "ring", 3.0, 1.0, 1.5, 0.1, 1.0, 0.0, 1.0))
    red = light.radiance(canvas, Sun(azimuth_deg, 35.0))[2]
    slope = np.arange(11.2, 14.2, 0.25)
    facing, averted = (float(along(red, azimuth_deg + turn, slope).mean()) for turn in (0, 180))
    assert facing > 1.2 * averted


def test_the_sun_is_south_at_local_noon_and_moves_west() -> None:
    noon = light.sun_at(datetime(2031, 3, 21, 13, 48, tzinfo=UTC), 32.0, -27.0)
    later = light.sun_at(datetime(2031, 3, 21, 16, 48, tzinfo=UTC), 32.0, -27.0)
    assert noon.azimuth_deg == pytest.approx(180, abs=1.5)
    assert noon.elevation_deg == pytest.approx(58, abs=1.5)
    assert later.azimuth_deg > 220
    assert later.elevation_deg < noon.elevation_deg
