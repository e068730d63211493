"""What the synthetic case draws: boxes of the right area, walls around floors, pads without walls, optics."""

import numpy as np
import pytest

from depotwatch.imagery.synthetic import materials, optics, priors
from depotwatch.imagery.synthetic.boxes import BOX_HEIGHT_M, BOX_WIDTH_M, draw_stack, make_stack, with_odd_widths
from depotwatch.imagery.synthetic.canvas import Canvas
from depotwatch.imagery.synthetic.earthworks import FORMS, Pit, draw_pit, levelled
from depotwatch.imagery.synthetic.ground import Pad, draw_pad
from depotwatch.imagery.synthetic.place import Place
from depotwatch.imagery.synthetic.texture import field


def canvas(step_m: float = 0.25, west_m: float = 0.0) -> Canvas:
    return Canvas.blank(int(80 / step_m), step_m, west_m, 0.0)


def height_at(drawn: Canvas, place: Place, u: float, v: float) -> float:
    x, y = place.at(u, v)
    return float(drawn.height[int(y / drawn.step_m), int(x / drawn.step_m)])


@pytest.mark.parametrize("heading_deg", [0.0, 31.0, 118.0])
@pytest.mark.parametrize("length_m", [6.06, 12.19])
def test_boxes_cover_the_area_and_volume_they_should(heading_deg: float, length_m: float) -> None:
    stack = make_stack(np.random.default_rng(5), (40.0, 40.0, heading_deg), (2, 7), length_m, 3, materials.BOXES)
    drawn = canvas()
    draw_stack(drawn, stack)
    share = np.abs(drawn.albedo[0]) > 1e-4
    box_m2 = BOX_WIDTH_M * length_m
    assert float(drawn.height.sum()) / 16 == pytest.approx(stack.boxes * box_m2 * BOX_HEIGHT_M, rel=0.02)
    assert float(share.sum()) / 16 == pytest.approx(stack.slots * box_m2, rel=0.2)


def test_odd_widths_keep_the_outline_and_change_the_number() -> None:
    stack = make_stack(np.random.default_rng(6), (0, 0, 0), (2, 14), 6.06, 1, materials.BOXES)
    odd = with_odd_widths(stack, np.random.default_rng(7))
    assert odd.place == stack.place
    assert odd.columns[0, 0] == pytest.approx(stack.columns[0, 0])
    assert odd.columns[-1, 1] == pytest.approx(stack.columns[-1, 1])
    assert odd.slots < 0.9 * stack.slots
    assert np.ptp(np.diff(odd.columns, axis=1)) > 1.0


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("heading_deg", [0.0, 67.0])
def test_a_pit_has_walls_a_floor_and_a_gap(form: str, heading_deg: float) -> None:
    place = Place(40.0, 40.0, heading_deg, 34.0, 24.0)
    pit = Pit(place, form, 2.4, 1.0, 1.2, 5.0, 0.9, 0.0, 2.0)
    drawn = canvas()
    draw_pit(drawn, pit)
    wall = pit.half_wall_m
    for u, v in ((17 - wall, 0), (wall - 17, 0), (0, wall - 12)):
        assert height_at(drawn, place, u, v) == pytest.approx(2.4, abs=0.25)
    gap = 8.5 if form == "double" else 0.0
    assert height_at(drawn, place, gap, 12 - wall) < 0.3
    assert height_at(drawn, place, gap, 0) < 0
    assert abs(height_at(drawn, place, 0, 20)) < 0.01
    assert (height_at(drawn, place, 0, -2) > 1.5) == (form == "double")


def test_a_levelled_pit_and_a_pad_have_no_wall() -> None:
    place = Place(40.0, 40.0, 20.0, 26.0, 20.0)
    drawn = canvas()
    draw_pit(drawn, levelled(Pit(place, "rectangle", 3.0, 1.0, 1.4, 4.0, 0.4, 0.3, 2.0)))
    draw_pad(drawn, Pad(place, materials.GRAVEL, 0.9, 1.5))
    assert np.ptp(drawn.height) < 0.3
    assert drawn.albedo[2].max() > 0.1


def test_sizes_stay_within_their_stated_priors() -> None:
    rng = np.random.default_rng(8)
    pits = [priors.pit(rng) for _ in range(300)]
    assert {pit.form for pit in pits} == set(FORMS)
    for pit in pits:
        least = min(pit.place.length_m, pit.place.width_m)
        assert 13 <= least <= max(pit.place.length_m, pit.place.width_m) <= 42
        assert 1.8 <= pit.height_m <= 3.8
        assert least - 4 * pit.half_wall_m >= 2.99


def test_a_field_is_the_same_ground_for_a_shifted_canvas() -> None:
    one, other = canvas(), canvas(west_m=-2.5)
    np.testing.assert_allclose(
        field(one, 80.0, 3.0, (1, 2))[:, :-10], field(other, 80.0, 3.0, (1, 2))[:, 10:], atol=1e-3
    )
    assert field(one, 80.0, 3.0, (1, 2)).std() == pytest.approx(1.0, abs=0.15)


def test_blur_and_sampling_keep_the_light_and_pass_little_at_the_nyquist_frequency() -> None:
    columns = np.arange(400)
    wave = np.sin(2 * np.pi * (columns + 0.5) / 8).astype(np.float32)  # two pixels of four cells a period
    image = np.broadcast_to(1 + 0.5 * wave, (1, 400, 400)).astype(np.float32)
    pixels = optics.sample(image, 4, 40)
    assert pixels.shape == (1, 80, 80)
    assert pixels.mean() == pytest.approx(1.0, abs=1e-3)
    assert pixels[0, 20].std() / 0.5 == pytest.approx(0.15 * 2 / np.pi, rel=0.15)


def test_noise_has_the_stated_ratio_at_reflectance_two_tenths() -> None:
    level = np.full((1, 300, 300), 0.2, np.float32)
    noisy = optics.counts(level, np.random.default_rng(9))
    assert noisy.mean() / noisy.std() == pytest.approx(optics.SIGNAL_TO_NOISE, rel=0.05)
    assert optics.counts(-level, np.random.default_rng(9)).min() == 1
