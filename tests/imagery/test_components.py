"""Objects are counted alike whether the map comes whole or in bands."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from depotwatch.imagery.components import ObjectCounter


@settings(max_examples=60, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    share=st.floats(0.05, 0.9),
    heights=st.lists(st.integers(1, 12), min_size=1, max_size=8),
    least=st.integers(1, 6),
    seed=st.integers(0, 2**31),
)
def test_objects_across_bands_are_those_of_the_whole(
    shape: tuple[int, int], share: float, heights: list[int], least: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    score = np.where(rng.random(shape) < share, 0.7, 0.3).astype(np.float32)
    score[rng.random(shape) < 0.1] = np.nan
    counter = ObjectCounter(0.5, least)
    top, turn = 0, 0
    while top < shape[0]:
        height = heights[turn % len(heights)]
        counter.add(score[top : top + height])
        top, turn = top + height, turn + 1
    above = (np.nan_to_num(score) > 0.5).astype(np.uint8)
    stats = cv2.connectedComponentsWithStats(above, connectivity=8)[2]
    assert counter.objects == int((stats[1:, cv2.CC_STAT_AREA] >= least).sum())


def test_a_score_at_the_level_is_no_object() -> None:
    counter = ObjectCounter(0.5, 1)
    counter.add(np.full((3, 3), 0.5, dtype=np.float32))
    assert counter.objects == 0
