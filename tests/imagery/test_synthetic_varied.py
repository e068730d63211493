"""A varied case adds worn and enlarged pits, cars and distractors; the embedded case stays what it was."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from depotwatch.imagery.errors import ImageryError
from depotwatch.imagery.synthetic import Case, priors, read_truth, render_case, write_case
from depotwatch.imagery.synthetic.canvas import Canvas
from depotwatch.imagery.synthetic.layout import draft_site
from depotwatch.imagery.synthetic.place import Place
from depotwatch.imagery.synthetic.railway import Cars, draw_cars

EXTENT_M = 400.0


@pytest.fixture(scope="module")
def varied() -> Case:
    return render_case(12, 2.0, EXTENT_M, vary=True)


def test_what_varies_is_added_and_the_rest_stays_where_it_is() -> None:
    plain, varied = (draft_site(7, EXTENT_M, vary=vary) for vary in (False, True))
    assert [both[1] for both in plain.stacks if both[1]] != []
    for one, other in zip(plain.stacks, varied.stacks, strict=True):
        assert [stack.place if stack else None for stack in one] == [stack.place if stack else None for stack in other]
    assert not plain.cars
    assert len(varied.fields) >= len(plain.fields)
    assert not any(pit.grown for both in plain.pits for pit in both if pit)


def test_forms_wear_and_cars_are_in_the_truth() -> None:
    drafts = [render_case(seed, 5.0, EXTENT_M, vary=True) for seed in (12, 13, 14, 15)]
    things = [thing for case in drafts for thing in case.truth]
    words = Counter(word for thing in things for word in thing.form.split())
    assert {"rectangle", "u", "ring", "double", "eroded", "overgrown"} <= set(words)
    assert all(bool(thing.form) == (thing.kind == "storage-pit") for thing in things)
    assert {"appeared", "vanished", "persisted", "altered"} == {
        thing.change for thing in things if thing.kind == "storage-pit"
    }
    cars = [thing for thing in things if thing.kind == "rail-car"]
    assert cars
    for thing in cars:
        assert thing.boxes == thing.slots
        assert thing.boxes is not None
        low, high = priors.CAR_LENGTH_M
        assert low <= thing.length_m / thing.boxes <= high + 1.4
    assert min(thing.visible for thing in things) < 1
    assert all(0 < thing.visible <= 1 for thing in things)


def test_nothing_changes_in_a_varied_null_case() -> None:
    assert {thing.change for thing in render_case(12, 5.0, EXTENT_M, vary=True, null=True).truth} == {"persisted"}


def test_cars_stand_apart_and_as_high_as_they_are() -> None:
    canvas = Canvas.blank(320, 0.25, 0.0, 0.0)
    shades = ((0.3, 0.3, 0.3, 0.3),) * 3
    draw_cars(canvas, Cars(Place(40.0, 40.0, 90.0, 3 * 14 + 2 * 1.0, 3.0), 3, 1.0, 3.5, shades))
    profile = canvas.height[160]
    assert profile.max() == pytest.approx(3.5, abs=0.01)
    assert (np.diff((profile > 1.7).astype(int)) == 1).sum() == 3
    assert (profile > 1.7).sum() * 0.25 == pytest.approx(42.0, abs=1.0)


def test_a_truth_file_reads_back_and_says_what_was_drawn_from_what(varied: Case, tmp_path: Path) -> None:
    *_, path = write_case(varied, tmp_path)
    again = read_truth(path)
    assert [(one.kind, one.change, one.form, one.boxes) for one in again] == [
        (one.kind, one.change, one.form, one.boxes) for one in varied.truth
    ]
    for one, other in zip(again, varied.truth, strict=True):
        assert one.polygon.equals_exact(other.polygon, 1e-9)
        assert one.visible == pytest.approx(other.visible, abs=1e-4)
    assert set(json.loads(path.read_text(encoding="utf-8"))["priors"]) == {
        *("size", "height", "contrast", "wear", "sun", "pixels")
    }


def test_another_renderer_s_truth_may_leave_out_what_it_does_not_know(varied: Case, tmp_path: Path) -> None:
    *_, path = write_case(varied, tmp_path)
    said = json.loads(path.read_text(encoding="utf-8"))
    for feature in said["features"]:
        for name in ("contrast", "form", "visible"):
            del feature["properties"][name]
    path.write_text(json.dumps(said), encoding="utf-8")
    assert len(read_truth(path)) == len(varied.truth)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ImageryError, match="is no truth file"):
        read_truth(path)
