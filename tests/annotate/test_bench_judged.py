"""The benches of what explains candidates and of learning: what they do on cases whose answer is known."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from depotwatch.annotate.bench import explaining, learning
from depotwatch.annotate.bench.judged import Judged, labelled, rendered
from depotwatch.annotate.bench.learning import LearningRow, Queue
from depotwatch.imagery.synthetic import render_case, write_case
from depotwatch.labels.records import Candidate, Shape


def candidate(number: int, kind: str, score: float, **terms: object) -> Candidate:
    from shapely import box

    shape = Shape(box(0, 0, 4, 4), "scene", None, 4.0 + number % 3, 4.0, 16.0, 0.0)
    return Candidate(str(number), "run", str(number), kind, "appeared", "unknown", shape, score, None, terms)


def queue(real_when_long: bool, count: int = 120) -> Queue:
    """Scores that say nothing, and one term that says all or nothing."""
    rng = np.random.default_rng(3)
    terms = rng.normal(size=(count, 3))
    real = terms[:, 1] > 0.4 if real_when_long else rng.random(count) < 0.35
    return Queue("drawn", terms, real)


def test_verdicts_help_where_a_term_tells_and_no_verdicts_change_nothing() -> None:
    told = queue(True)
    row = learning.row_of(told)
    assert row is not None and row.gain > 0.2
    prior = learning.prior_odds(120)
    none = learning.reordered(prior, told.terms, np.array([], dtype=np.intp), np.array([], dtype=np.bool_))
    assert np.allclose(none, prior)
    assert (np.diff(prior) < 0).all()


def test_average_precision_is_one_in_the_right_order_and_falls_with_each_mistake() -> None:
    real = np.array([True, True, False, False])
    assert learning.average_precision(real, np.array([4.0, 3.0, 2.0, 1.0])) == 1.0
    assert learning.average_precision(real, np.array([3.0, 1.0, 4.0, 2.0])) == pytest.approx((1 / 2 + 2 / 4) / 2)


@pytest.mark.parametrize(
    ("after", "worst", "word"),
    [
        (0.60, 0.0, "kept"),
        (0.54, 0.0, "the order of the detectors stands"),
        (0.90, -0.02, "the order of the detectors"),
    ],
)
def test_learning_is_kept_only_where_it_gains_enough_and_never_loses(after: float, worst: float, word: str) -> None:
    rows = [LearningRow("a", 90, 30, 0.5, after, worst), LearningRow("b", 90, 30, 0.5, after, 0.0)]
    assert word in learning.to_text(rows).splitlines()[-1]


def test_a_pair_that_leaves_nothing_to_order_is_no_row() -> None:
    assert learning.row_of(replace(queue(True), real=np.zeros(120, dtype=np.bool_))) is None


def test_what_explains_is_counted_by_what_is_true() -> None:
    found = (
        candidate(0, "storage-pit", 0.9),
        candidate(1, "unknown", 0.8, explained_by="shadow"),
        candidate(2, "unknown", 0.7, explained_by="registration"),
        candidate(3, "unknown", 0.6),
    )
    row = explaining.ExplainingRow("a sort")
    row.add(Judged("pair", found, (True, True, False, None)))
    text = explaining.to_text([row])
    assert "0 of 1" in text and "1 of 1" in text and "registration 1" in text and "shadow" not in text


def test_disturbed_cases_keep_their_place_and_change_their_pixels() -> None:
    case = render_case(3, 1.0, 120.0, null=True)
    for disturb in (explaining.moved_locally, explaining.clouded):
        other = disturb(case)
        assert other.after.grid == case.after.grid and other.truth == case.truth
        assert np.abs(other.after.pixels - case.after.pixels).max() > 100
        assert np.array_equal(disturb(case).after.pixels, other.after.pixels)


def test_labelled_pairs_are_judged_by_most_of_what_is_labelled(tmp_path: Path) -> None:
    import rasterio

    case = render_case(3, 1.0, 150.0)
    (tmp_path / "pair").mkdir()
    before, _, _ = write_case(case, tmp_path / "pair")
    with rasterio.open(before) as source:
        profile = source.profile | {"count": 1, "dtype": "uint8", "nodata": None}
    truth = np.zeros((1, *case.before.grid.shape), dtype=np.uint8)
    truth[:, :, 75:] = 1
    truth[:, :20] = 255
    with rasterio.open(tmp_path / "pair" / "truth.tif", "w", **profile) as out:
        out.write(truth)
    (tmp_path / "pair" / "meta.json").write_text(json.dumps({"sensor": "optical", "gsd_m": 1.0}))
    (judged,) = labelled(tmp_path)
    assert judged.name == "pair" and len(judged.candidates) == len(judged.real) > 0
    for one, real in zip(judged.candidates, judged.real, strict=True):
        left, _, right, _ = one.shape.pixels.bounds
        if right < 74 and real is not None:
            assert not real
        if left > 76 and real is not None:
            assert real


def test_rendered_pairs_know_their_changes() -> None:
    (null,) = rendered((3,), (1.0,), null=True)
    assert not any(null.real)
    (changed,) = rendered((3,), (1.0,))
    assert any(changed.real)
