"""The line between two dates is the line of what did not change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depotwatch.imagery.line import orthogonal_line, robust_line

CHANGES = st.sampled_from(["brighter", "darker", "replaced"])


@settings(max_examples=40, deadline=None)
@given(
    gain=st.floats(0.2, 5.0),
    offset=st.floats(-500.0, 500.0),
    share=st.floats(0.0, 0.3),
    change=CHANGES,
    seed=st.integers(0, 99),
)
def test_three_in_ten_changed_do_not_move_the_line(
    gain: float, offset: float, share: float, change: str, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    before = rng.gamma(4, 200, 20_000)
    after = (before + rng.normal(0, 10, before.shape) - offset) / gain
    changed = np.arange(len(after)) < share * len(after)
    after[changed] = {
        "brighter": after[changed] + 1500 / gain,
        "darker": after[changed] * 0.3,
        "replaced": rng.permutation(after)[changed],
    }[change]
    found = robust_line(before, after)
    assert found[0] == pytest.approx(gain, rel=0.03)
    assert found[1] == pytest.approx(offset, abs=0.03 * 800 + 5)


def test_errors_on_both_dates_do_not_flatten_the_line() -> None:
    rng = np.random.default_rng(1)
    ground = rng.normal(0, 100, 50_000)
    before, after = (ground + rng.normal(0, 40, ground.shape) for _ in range(2))
    assert robust_line(before, 2 * after)[0] == pytest.approx(0.5, rel=0.03)
    assert np.polyfit(2 * after, before, 1)[0] < 0.45  # what least squares makes of it


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ([5.0, 5.0, 5.0], [2.0, 2.0, 2.0], (1.0, 3.0)),
        ([5.0, 5.0, 5.0], [1.0, 2.0, 3.0], (1.0, 3.0)),
        ([7.0], [3.0], (1.0, 4.0)),
    ],
)
def test_where_a_date_does_not_vary_only_the_offset_is_known(
    before: list[float], after: list[float], line: tuple[float, float]
) -> None:
    assert robust_line(np.array(before), np.array(after)) == pytest.approx(line)
    assert orthogonal_line(np.array(before), np.array(after)) == pytest.approx(line)
