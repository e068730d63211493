"""An outline in pixels measures on the ground what it is on the ground."""

import pytest
from shapely import Point, Polygon, box
from shapely.affinity import rotate

from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.outline import measure
from depotwatch.imagery.grid import Grid

PLAIN = Grid.without_crs((400, 400), 0.5, 0.5)
OBLONG = Grid.remembered((400, 400), (0.0001, 0.0, 35.5, 0.0, -0.0001, 33.9), "EPSG:4326")
UTM = Grid.remembered((400, 400), (0.5, 0.0, 500_000.0, 0.0, -0.5, 5_000_000.0), "EPSG:32637")


def test_sides_area_and_heading_are_metric() -> None:
    shape = measure(box(100, 100, 140, 120), "s", PLAIN)
    assert (shape.length_m, shape.width_m, shape.area_m2) == pytest.approx((20, 10, 200))
    assert shape.heading_deg == pytest.approx(90)
    assert shape.ground is None and shape.scene == "s"


@pytest.mark.parametrize("turned", [0, 20, 45, 90, 135, 179])
def test_the_heading_is_that_of_the_long_side_clockwise_from_up(turned: float) -> None:
    upright = box(190, 150, 210, 250)
    shape = measure(rotate(upright, turned), "s", PLAIN)  # in pixels y points down, so this turns clockwise
    assert min(abs(shape.heading_deg - turned), 180 - abs(shape.heading_deg - turned)) < 0.01
    assert 0 <= shape.heading_deg < 180


def test_a_square_of_oblong_pixels_is_measured_in_metres() -> None:
    gsd_y, gsd_x = OBLONG.gsd_m
    assert gsd_y > 1.1 * gsd_x
    shape = measure(box(0, 0, 100, 100), "s", OBLONG)
    assert shape.length_m == pytest.approx(100 * gsd_y) and shape.width_m == pytest.approx(100 * gsd_x)
    assert shape.heading_deg == pytest.approx(0, abs=0.1) or shape.heading_deg == pytest.approx(180, abs=0.1)


def test_the_ground_outline_keeps_its_holes_and_returns_to_the_pixels() -> None:
    ring = Polygon(box(0, 0, 100, 100).exterior.coords, [box(40, 40, 60, 60).exterior.coords])
    shape = measure(ring, "s", UTM)
    assert shape.ground is not None and len(shape.ground.interiors) == 1
    columns, rows = UTM.pixel_of(*shape.ground.exterior.xy)
    assert list(columns) == pytest.approx(list(ring.exterior.xy[0]), abs=1e-4)
    assert list(rows) == pytest.approx(list(ring.exterior.xy[1]), abs=1e-4)
    assert shape.area_m2 == pytest.approx(2400, rel=0.002)


@pytest.mark.parametrize(
    "bad",
    [
        Polygon(),
        Polygon([(0, 0), (5, 5), (10, 10)]),
        Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]),
        Point(1000, 1000).buffer(5),
    ],
)
def test_an_outline_that_is_none_is_refused(bad: Polygon) -> None:
    with pytest.raises(AnnotateError, match=r"draw it (with|on)"):
        measure(bad, "s", PLAIN)
