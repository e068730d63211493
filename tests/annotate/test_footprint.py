"""A block slot by slot: read as the detector counts it, corrected by hand, kept with its analyst, undone."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from shapely import Polygon, box, union_all
from shapely.affinity import rotate

from depotwatch.annotate.draw.footprint import Footprint, kept_words
from depotwatch.annotate.draw.footprint_view import footprint_of
from depotwatch.annotate.errors import ReviewError
from depotwatch.annotate.review import Review
from depotwatch.imagery.register import register
from depotwatch.imagery.scene import ScenePair
from depotwatch.imagery.synthetic import Case, render_case
from depotwatch.imagery.synthetic.truth import TruthObject
from depotwatch.labels.project import Project
from depotwatch.labels.records import Count


@pytest.fixture(scope="module")
def case() -> Case:
    return render_case(1, extent_m=250.0)


@pytest.fixture(scope="module")
def pair(case: Case) -> ScenePair:
    return register(case.before, case.after)


@pytest.fixture(scope="module")
def stack(case: Case) -> TruthObject:
    """Return the largest stack that appeared."""
    stacks = [one for one in case.truth if one.kind == "container-stack" and one.change == "appeared"]
    return max(stacks, key=lambda one: one.polygon.area)


@pytest.fixture(scope="module")
def footprint(pair: ScenePair, stack: TruthObject) -> Footprint:
    rough = rotate(stack.polygon, 1.5)
    return footprint_of(rough, "appeared", pair.before, pair.after)


def test_the_slots_cover_the_stack_and_the_count_is_near_the_truth(footprint: Footprint, stack: TruthObject) -> None:
    slots = union_all([Polygon(one).buffer(1e-6) for one in footprint.slots.reshape(-1, 4, 2)])
    assert slots.intersection(stack.polygon).area > 0.85 * stack.polygon.area
    assert slots.difference(stack.polygon.buffer(2)).area < 0.1 * slots.area
    assert stack.boxes is not None and stack.slots is not None
    assert footprint.count.low * 0.8 <= stack.boxes <= (footprint.count.high or 0) * 1.2
    assert abs(int(footprint.filled.sum()) - stack.slots) <= max(2, 0.15 * stack.slots)
    assert not footprint.corrected


def test_a_click_frees_a_slot_and_another_fills_it(footprint: Footprint) -> None:
    place = tuple(int(at) for at in np.argwhere(footprint.filled)[0])
    middle = footprint.slots[place].mean(axis=0)
    assert footprint.slot_at(*middle) == place
    freed = footprint.toggled(*middle)
    assert freed.corrected and freed.filled.sum() == footprint.filled.sum() - 1
    assert freed.count.best is not None and footprint.count.best is not None
    assert freed.count.best < footprint.count.best
    again = freed.toggled(*middle)
    assert not again.corrected and again.count == footprint.count
    assert footprint.toggled(-5.0, -5.0) is footprint


def test_tiers_that_are_said_make_the_count_exact(footprint: Footprint) -> None:
    one = replace(footprint, tiers=1)
    standing = int(footprint.filled.sum())
    assert one.count == Count(standing, standing, standing, 1, 1)
    assert one.stacked(1).count == Count(2 * standing, 2 * standing, 2 * standing, 2, 2)
    assert one.stacked(-1).tiers == 1 and one.stacked(99).tiers == 6
    assert "said by you" in one.words


def test_no_filled_slot_holds_nothing(footprint: Footprint) -> None:
    assert replace(footprint, filled=np.zeros_like(footprint.filled)).count == Count(0, 0, 0)


def test_without_a_sun_the_tiers_stay_open_until_they_are_said(pair: ScenePair, stack: TruthObject) -> None:
    dark = replace(pair.after, acquisition=replace(pair.after.acquisition, sun=None))
    read = footprint_of(stack.polygon, "appeared", pair.before, dark)
    assert read.count.high is None and "sun is not known" in read.words
    assert read.stacked(0).count.high == int(read.filled.sum())


def test_where_single_boxes_do_not_show_there_is_no_best_number(pair: ScenePair, stack: TruthObject) -> None:
    read = footprint_of(stack.polygon, "appeared", pair.before, pair.after, resolvable=False)
    assert read.count.best is None and "no best number" in read.words
    freed = read.toggled(*read.slots[0, 0].mean(axis=0))
    assert freed.count.best is None


def test_one_scene_alone_is_enough(pair: ScenePair, stack: TruthObject, footprint: Footprint) -> None:
    alone = footprint_of(stack.polygon, "present", pair.after, None)
    assert alone.filled.size == pytest.approx(footprint.filled.size, rel=0.3)


def test_what_cannot_be_read_is_refused(pair: ScenePair, stack: TruthObject) -> None:
    radar = replace(pair.before, acquisition=replace(pair.before.acquisition, sensor="sar"))
    with pytest.raises(ReviewError, match="radar"):
        footprint_of(stack.polygon, "present", radar, None)
    with pytest.raises(ReviewError, match="longer than 300 m"):
        footprint_of(box(0, 0, 700, 20), "appeared", pair.before, pair.after)
    moved = replace(pair.after, grid=pair.after.grid.window(1, 1, *pair.after.grid.shape))
    with pytest.raises(ReviewError, match="not on one grid"):
        footprint_of(stack.polygon, "appeared", pair.before, moved)


def test_what_was_said_is_kept_with_its_analyst_and_taken_up_again(
    project_with: Callable[..., Project], footprint: Footprint
) -> None:
    project = project_with([("container-stack", "appeared", 0.9)], held=footprint.count)
    review = Review(project, "Ada")
    assert review.counted_by("p1-0") is None
    corrected = footprint.toggled(*footprint.slots[0, 0].mean(axis=0)).stacked(0)
    review.set_count(corrected.count, corrected.to_json())
    counted = Review(project, "Bela").counted_by("p1-0")
    assert counted is not None and counted[0] == "Ada"
    taken_up = footprint.as_kept(counted[1])
    assert taken_up.count == corrected.count and np.array_equal(taken_up.filled, corrected.filled)
    assert f"{int(corrected.filled.sum())} of {corrected.filled.size} slots" in kept_words(counted[1])
    review.undo()
    assert review.counted_by("p1-0") is None
    assert review.standing.annotations["p1-0"].count == footprint.count


def test_a_count_that_is_only_confirmed_has_an_analyst_too(
    project_with: Callable[..., Project], footprint: Footprint
) -> None:
    review = Review(project_with([("container-stack", "appeared", 0.9)], held=footprint.count), "Ada")
    review.set_count(footprint.count, footprint.to_json())
    assert review.counted_by("p1-0") is not None
    review.set_kind("storage-pit")
    assert review.counted_by("p1-0") is None


def test_slots_of_another_number_are_not_taken_up(footprint: Footprint) -> None:
    assert footprint.as_kept({"slots": [[1, 0]], "tiers": 2}) is footprint
    assert footprint.as_kept({}) is footprint
