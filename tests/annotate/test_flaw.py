"""Every flaw of an outline has its own sentence, and says what to do."""

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from rasterio.crs import CRS
from shapely import Polygon, box

from depotwatch.annotate.draw.flaw import crossing_sides, flaw_of, sound
from depotwatch.annotate.errors import ReviewError
from depotwatch.imagery.grid import Grid

PLAIN = Grid.without_crs((200, 300), 0.5, 0.5)
DEGREES = Grid((200, 300), Affine(1e-4, 0, 35.0, 0, -8e-5, 34.0), CRS.from_epsg(4326))


@pytest.mark.parametrize(
    ("outline", "said"),
    [
        (Polygon([(10, 10), (20, 20), (20, 10), (10, 20)]), "sides 1–2 and 3–4 cross"),
        (Polygon([(10, 10), (20, 10), (30, 10)]), "no area"),
        (Polygon([(10, 10), (20, 10), (30, 10), (15, 10)]), "no area"),
        (Polygon([(10, 10), (30, 10), (30, 30), (30, 5), (10, 5)]), "sides .* cross|runs back"),
        (Polygon([(10, 10), (np.inf, 10), (30, 30)]), "three corners"),
        (Polygon(), "three corners"),
        (box(10, 10, 320, 20), "10.0 m beyond the image of 200 × 300 pixels"),
        (box(-60, 10, -20, 20), "30.0 m beyond the image"),
        (Polygon(box(10, 10, 30, 30).exterior.coords, [box(25, 15, 35, 20).exterior.coords]), "hole"),
    ],
)
def test_a_flaw_is_named(outline: Polygon, said: str) -> None:
    with pytest.raises(ReviewError, match=said):
        sound(outline, PLAIN)


@pytest.mark.parametrize("grid", [PLAIN, DEGREES])
def test_what_is_well_drawn_has_no_flaw(grid: Grid) -> None:
    ring = Polygon(box(0, 0, 100, 100).exterior.coords, [box(40, 40, 60, 60).exterior.coords])
    for outline in (ring, box(-0.8, 10, 20, 20), Polygon([(10, 10), (10, 10), (20, 10), (20, 20)])):
        assert flaw_of(outline, grid) is None
        assert sound(outline, grid) is outline


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(0, 200)), min_size=3, max_size=9))
def test_an_outline_without_a_flaw_is_one_that_can_be_kept(corners: list[tuple[float, float]]) -> None:
    outline = Polygon(corners)
    if flaw_of(outline, PLAIN) is None:
        assert outline.is_valid and outline.area > 0
    crossing = crossing_sides(np.array(corners))
    assert crossing is None or not outline.is_valid
