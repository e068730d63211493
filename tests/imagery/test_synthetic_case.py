"""The synthetic case as a whole: repeatable, with truth that lies where the pixels are."""

from dataclasses import replace

import numpy as np
import pytest
from shapely import box, contains_xy
from skimage.registration import phase_cross_correlation

from depotwatch.imagery.synthetic import Case, TruthObject, render_case
from depotwatch.imagery.synthetic.exposure import both_conditions, expose
from depotwatch.imagery.synthetic.layout import draft_site
from depotwatch.imagery.synthetic.place import Floats

EXTENT_M = 240.0


@pytest.fixture(scope="module")
def case() -> Case:
    return render_case(3, 1.0, EXTENT_M)


def mask_of(thing: TruthObject, shape: tuple[int, int]) -> np.ndarray:
    rows, columns = np.indices(shape) + 0.5
    return np.asarray(contains_xy(thing.polygon, columns, rows))


def shift_between(after: Floats, before: Floats) -> tuple[float, float]:
    found = phase_cross_correlation(after, before, upsample_factor=50, normalization=None)  # type: ignore[no-untyped-call]
    return float(found[0][0]), float(found[0][1])


def test_the_same_seed_gives_the_same_pixels_and_another_seed_others(case: Case) -> None:
    again, other = render_case(3, 1.0, EXTENT_M), render_case(4, 1.0, EXTENT_M)
    np.testing.assert_array_equal(case.after.pixels, again.after.pixels)
    assert case.truth == again.truth
    assert (case.before.pixels != other.before.pixels).mean() > 0.9
    assert case.true_shift_px != other.true_shift_px


def test_the_scenes_say_what_they_are(case: Case) -> None:
    case.before.grid.require_same(case.after.grid)
    assert case.before.grid.gsd_m == pytest.approx((1.0, 1.0), rel=1e-3)
    for scene in (case.before, case.after):
        assert scene.acquisition.synthetic
        assert scene.acquisition.licence == "CC0-1.0"
        assert scene.bands == ("blue", "green", "red", "nir")
        assert scene.mask.all()
        assert scene.pixels.min() >= 1
    assert case.before.acquisition.time is not None
    assert case.after.acquisition.time is not None
    assert case.before.acquisition.time < case.after.acquisition.time
    assert case.before.acquisition.sun != case.after.acquisition.sun


def test_truth_lies_inside_the_image_apart_from_one_another(case: Case) -> None:
    rows, columns = case.before.grid.shape
    things = case.truth
    assert {thing.kind for thing in things} >= {"storage-pit", "container-stack"}
    for index, thing in enumerate(things):
        assert box(0, 0, columns, rows).contains(thing.polygon)
        assert thing.length_m >= thing.width_m
        assert 0 <= thing.heading_deg < 180
        assert thing.polygon.area == pytest.approx(thing.length_m * thing.width_m)
        assert not any(thing.polygon.intersects(other.polygon) for other in things[index + 1 :])


def test_pixels_change_where_the_truth_says_so_and_much_less_elsewhere(case: Case) -> None:
    difference = np.abs(case.after.pixels - case.before.pixels).mean(axis=0)
    difference -= np.median(difference)

    def change(words: set[str]) -> list[float]:
        things = [thing for thing in case.truth if thing.change in words and thing.kind != "vessel"]
        return [float(difference[mask_of(thing, difference.shape)].mean()) for thing in things]

    changed, same = change({"appeared", "vanished"}), change({"persisted"})
    assert np.median(changed) > 2.5 * np.median(same)


def test_the_place_is_the_same_at_every_pixel_size(case: Case) -> None:
    coarse = render_case(3, 3.0, EXTENT_M)
    assert [thing.change for thing in coarse.truth] == [thing.change for thing in case.truth]
    for one, three in zip(case.truth, coarse.truth, strict=True):
        assert one.polygon.area == pytest.approx(9 * three.polygon.area)
        assert one.boxes == three.boxes
    means = case.before.pixels[:, :240, :240].reshape(4, 80, 3, 80, 3).mean(axis=(2, 4))
    assert np.corrcoef(means.ravel(), coarse.before.pixels.ravel())[0, 1] > 0.97


def test_in_a_null_case_nothing_changes_but_light_season_noise_and_shift() -> None:
    null = render_case(3, 1.0, EXTENT_M, null=True)
    assert null.truth
    assert {thing.change for thing in null.truth} == {"persisted"}
    assert null.before.acquisition.sun != null.after.acquisition.sun
    assert (null.before.pixels != null.after.pixels).mean() > 0.9


def test_the_shift_is_in_the_scene_and_has_the_stated_sign() -> None:
    site = draft_site(5, 200.0).site(0)
    conditions = both_conditions(np.random.default_rng(5))[0]
    still, moved, whole = (
        expose(site, conditions, 1.0, 200.0, moved_m, 5)[2] for moved_m in ((0.0, 0.0), (0.3, -0.45), (1.0, -2.0))
    )
    window = np.outer(np.hanning(200), np.hanning(200))
    found = shift_between(*((image - image.mean()) * window for image in (moved, still)))
    assert found == pytest.approx((0.3, -0.45), abs=0.04)
    # a whole-pixel move is the same image elsewhere, but for the noise
    assert np.abs(whole[1:, :-2] - still[:-1, 2:]).mean() < 0.3 * np.abs(whole - still).mean()


def test_the_after_scene_carries_the_true_shift() -> None:
    null = render_case(4, 3.0, 400.0, null=True)
    window = np.outer(np.hanning(133), np.hanning(133))
    after, before = (np.log(scene.pixels[2]) for scene in (null.after, null.before))
    found = shift_between((after - after.mean()) * window, (before - before.mean()) * window)
    assert found == pytest.approx(null.true_shift_px, abs=0.2)  # shadows that moved pull by a tenth of a pixel


def test_shuffled_widths_change_the_number_of_boxes_and_nothing_but_boxes(case: Case) -> None:
    shuffled = render_case(3, 1.0, EXTENT_M, shuffle_box_widths=True)
    assert [thing.polygon for thing in shuffled.truth] == [thing.polygon for thing in case.truth]
    slots = [sum(thing.slots or 0 for thing in one.truth) for one in (case, shuffled)]
    assert slots[1] < 0.92 * slots[0]
    different = np.abs(shuffled.before.pixels - case.before.pixels).max(axis=0) > 0
    near = np.zeros_like(different)
    for thing in case.truth:
        if thing.kind == "container-stack":
            grown = replace(thing, polygon=thing.polygon.buffer(24))
            near |= mask_of(grown, different.shape)
    assert not (different & ~near).any()


def test_counts_of_boxes_agree_with_one_another(case: Case) -> None:
    for thing in case.truth:
        if thing.kind == "container-stack":
            assert thing.boxes is not None
            assert thing.slots is not None
            assert thing.tiers is not None
            assert 1 <= thing.slots <= thing.boxes <= thing.slots * thing.tiers
            assert thing.height_m == pytest.approx(2.59 * thing.tiers)
        else:
            assert thing.boxes is None
            assert thing.slots is None
        assert thing.contrast > 0


@pytest.mark.parametrize(("gsd_m", "extent_m"), [(0.1, 300.0), (30.0, 300.0), (1.0, 50.0), (1.0, 5000.0)])
def test_sizes_out_of_range_are_named(gsd_m: float, extent_m: float) -> None:
    with pytest.raises(ValueError, match=f"gsd_m={gsd_m}"):
        render_case(1, gsd_m, extent_m)
