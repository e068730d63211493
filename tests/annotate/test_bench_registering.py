"""The registration bench runs without any imagery, and tells right from wrong."""

import numpy as np
import pytest

from depotwatch.annotate.bench.finely import bench_fine
from depotwatch.annotate.bench.found_again import FarRow, bench_far
from depotwatch.annotate.bench.moved import Move, both_dates, error_px, similarity
from depotwatch.annotate.bench.registering import to_text
from depotwatch.imagery.synthetic import render_case


@pytest.mark.long
def test_rendered_windows_are_found_again_far_away_and_turned() -> None:
    rows = list(bench_far(None, cases=2, seed=4))
    assert [row.verdict for row in rows] == ["right"] * 2
    assert max(abs(row.turn_deg) for row in rows) > 1
    text = to_text(rows)
    assert "| all | 2 | 2 | 0 | 0 |" in text


@pytest.mark.long
def test_sub_pixel_shifts_are_found_and_ties_are_fast() -> None:
    rows = list(bench_fine(None))
    assert np.median([row.error_px for row in rows]) <= 0.02
    assert np.median([row.bias_px for row in rows]) <= 0.03
    assert sum(row.ties for row in rows) / sum(row.cpu_s for row in rows) > 340


def test_a_refusal_is_counted_and_has_no_error() -> None:
    row = FarRow("depot/before", "linear", (10.0, 20.0), 1.0, 1.0, 0.5, "refused", np.nan, np.nan, 2.0)
    assert "| depot/before | 1 | 0 | 0 | 1 | – | 2.0 |" in to_text([row])


def test_a_second_date_lies_where_the_model_says() -> None:
    scene = render_case(3, gsd_m=1.0, extent_m=200.0).before
    move = Move(40, 30, 100, similarity(100, 3.0, 1.01, 4.0, -7.0))
    before, after = both_dates(scene, move, "quintic spline", np.random.default_rng(1))
    assert before.grid.shape == after.grid.shape == (100, 100)
    np.testing.assert_allclose(error_px(move.model, move, before.mask), 0, atol=1e-9)
    off = np.array(move.model)
    off[:, 2] += 0.3, -0.4
    np.testing.assert_allclose(error_px(off, move, before.mask), 0.5)
    rows, columns = np.mgrid[20:80, 20:80]
    x, y = (move.model[k, 0] * columns + move.model[k, 1] * rows + move.model[k, 2] for k in (0, 1))
    there = after.pixels[:, y.round().astype(int), x.round().astype(int)]
    assert np.corrcoef(there[0].ravel(), before.pixels[0, 20:80, 20:80].ravel())[0, 1] > 0.8
