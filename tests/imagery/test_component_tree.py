"""The objects of a map at every level at once, beside labelling it anew."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from depotwatch.imagery.component_tree import component_tree

LEVELS = np.array([0.25, 0.5, 0.75])


def labelled(values: NDArray[np.float32], level: float, least_px: int) -> list[int]:
    """Return the areas of the objects, by labelling alone."""
    above = (np.nan_to_num(values, nan=-1.0) >= level).astype(np.uint8)
    areas = cv2.connectedComponentsWithStats(above, connectivity=8)[2][1:, cv2.CC_STAT_AREA]
    return sorted(int(area) for area in areas if area >= least_px)


@given(
    arrays(np.float32, (9, 11), elements=st.sampled_from([0.0, 0.25, 0.3, 0.5, 0.6, 0.75, 0.9, float("nan")])),
    st.sampled_from([0.2, 0.25, 0.4, 0.5, 0.7, 0.75]),
    st.integers(1, 5),
)
def test_objects_at_any_level_are_those_of_labelling_anew(
    values: NDArray[np.float32], level: float, least_px: int
) -> None:
    tree = component_tree(values, LEVELS)
    up = LEVELS[np.searchsorted(LEVELS, level)]
    found = tree.objects(level, least_px)
    assert sorted(tree.area_px[found].tolist()) == labelled(values, up, least_px)
    for row, column in tree.peak[found]:
        assert values[row, column] >= up


def test_a_large_smooth_map_agrees_at_every_level() -> None:
    noise = np.random.default_rng(4).normal(size=(400, 500)).astype(np.float32)
    values = np.asarray(cv2.GaussianBlur(noise, (0, 0), 2.0), dtype=np.float32)
    levels = np.quantile(values, np.linspace(0.5, 0.999, 60)).astype(np.float64)
    tree = component_tree(values, levels)
    for level in levels[::6]:
        assert sorted(tree.area_px[tree.objects(float(level), 4)].tolist()) == labelled(values, float(level), 4)


def test_each_object_is_marked_at_its_greatest_value() -> None:
    values = np.zeros((20, 20), dtype=np.float32)
    values[2:6, 2:6], values[3, 4] = 0.6, 0.9
    values[10:16, 10:16], values[15, 11] = 0.5, 0.8
    tree = component_tree(values, LEVELS)
    assert sorted(map(tuple, tree.peak[tree.objects(0.5, 4)].tolist())) == [(3, 4), (15, 11)]


def test_a_map_without_anything_has_no_object() -> None:
    assert component_tree(np.full((5, 5), np.nan, dtype=np.float32), LEVELS).objects(0.25, 1).size == 0


@pytest.mark.parametrize("levels", [[], [0.5, 0.5], [0.5, 0.2]])
def test_levels_that_do_not_increase_are_refused(levels: list[float]) -> None:
    with pytest.raises(ValueError, match="levels"):
        component_tree(np.zeros((3, 3), dtype=np.float32), np.array(levels))
