"""A new run's candidates find the places that are kept already."""

from dataclasses import replace
from itertools import permutations

import pytest
from shapely import Polygon, box
from shapely.affinity import translate

from depotwatch.annotate.matching import LEAST_IOU, iou, match
from depotwatch.labels.records import Annotation, Shape


def place(
    name: str,
    outline: Polygon,
    kind: str = "storage-pit",
    change: str = "appeared",
    scene: str = "before",
    ground: Polygon | None = None,
) -> Annotation:
    shape = Shape(outline, scene, ground, 20.0, 10.0, outline.area, 0.0)
    return Annotation(name, kind, change, "unknown", shape, "machine", None, "before", "after", 0.6, None)


SQUARE = box(0, 0, 10, 10)


def test_the_same_outline_is_the_same_place() -> None:
    assert match([place("x", SQUARE)], [place("kept", SQUARE)]) == ("kept",)


@pytest.mark.parametrize(("shift", "same"), [(3.0, True), (3.4, False)])
def test_the_least_overlap_is_half(shift: float, same: bool) -> None:
    moved = translate(SQUARE, shift, 0)
    assert (iou(SQUARE, moved) >= LEAST_IOU) is same
    assert match([place("x", moved)], [place("kept", SQUARE)]) == (("kept" if same else None),)


def test_another_kind_is_another_place() -> None:
    assert match([place("x", SQUARE, kind="vessel")], [place("kept", SQUARE)]) == (None,)


def test_what_vanished_is_not_what_appeared_but_altered_may_be() -> None:
    kept = [place("kept", SQUARE)]
    assert match([place("x", SQUARE, change="vanished")], kept) == (None,)
    assert match([place("x", SQUARE, change="altered")], kept) == ("kept",)


def test_pixels_of_different_scenes_are_not_compared_but_the_ground_is() -> None:
    elsewhere = box(500, 500, 510, 510)
    ground = box(40.0, 45.0, 40.001, 45.001)
    assert match([place("x", SQUARE, scene="other")], [place("kept", SQUARE)]) == (None,)
    kept = place("kept", SQUARE, ground=ground)
    assert match([place("x", elsewhere, scene="other", ground=ground)], [kept]) == ("kept",)


def test_withdrawn_drawings_are_not_found_again() -> None:
    assert match([place("x", SQUARE)], [replace(place("kept", SQUARE), withdrawn=True)]) == (None,)


def test_pairs_are_one_to_one_and_the_greatest_total_wins() -> None:
    # Greedy would give the middle candidate its best partner and leave another one without.
    kept = [place("left", box(0, 0, 10, 10)), place("right", box(3, 0, 13, 10))]
    candidates = [place("x", box(2, 0, 12, 10)), place("y", box(5, 0, 15, 10))]
    assert iou(candidates[0].shape.pixels, kept[1].shape.pixels) > iou(candidates[0].shape.pixels, kept[0].shape.pixels)
    assert match(candidates, kept) == ("left", "right")


def test_the_order_of_the_input_does_not_matter() -> None:
    kept = [place(name, box(x, 0, x + 10, 10)) for name, x in (("a", 0), ("b", 2), ("c", 4))]
    candidates = [place(str(x), box(x, 0, x + 10, 10)) for x in (1, 3, 1)]
    answers = set()
    for arranged in permutations(range(3)):
        for kept_order in permutations(kept):
            found = match([candidates[index] for index in arranged], list(kept_order))
            answers.add(
                tuple(sorted((candidates[i].shape.pixels.bounds[0], found[k] or "") for k, i in enumerate(arranged)))
            )
    assert len(answers) == 1


def test_nothing_to_match() -> None:
    assert match([], [place("kept", SQUARE)]) == ()
    assert match([place("x", SQUARE)], []) == (None,)


def test_far_clusters_are_each_solved() -> None:
    kept = [place(f"k{i:03}", box(100 * i, 0, 100 * i + 10, 10)) for i in range(200)]
    candidates = [place(f"c{i}", box(100 * i + 1, 0, 100 * i + 11, 10)) for i in reversed(range(200))]
    assert match(candidates, kept) == tuple(f"k{i:03}" for i in reversed(range(200)))
