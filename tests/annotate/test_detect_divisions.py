"""The sum over all ways to divide a side, against writing them all out."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from depotwatch.annotate.detect.stack.divisions import divisions


@given(st.integers(0, 2**16), st.integers(4, 9), st.sampled_from([(2,), (1, 3), (2, 3, 4)]))
def test_all_divisions_are_summed(seed: int, samples: int, lengths: tuple[int, ...]) -> None:
    rng = np.random.default_rng(seed)
    start, finish, evidence = rng.normal(0, 3, (3, samples))
    moves, logs = np.array(lengths), np.log(rng.uniform(0.1, 1.0, len(lengths)))
    found = divisions(start, finish, evidence, moves, logs)
    assert len(found) == samples // min(lengths) + 1
    for parts in range(len(found)):
        total = 0.0
        for first, ways in product(range(samples), product(range(len(lengths)), repeat=parts)):
            places = first + np.cumsum(moves[list(ways)]) if parts else np.array([], dtype=int)
            if parts and places[-1] < samples:
                total += np.exp(start[first] + logs[list(ways)].sum() + evidence[places].sum() + finish[places[-1]])
        assert np.isclose(np.exp(found[parts]) * max(parts, 1), total)
