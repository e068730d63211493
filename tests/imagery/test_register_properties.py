"""What is measured depends on the ground alone: not on gain and offset, the frame, or what lies under a mask."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from depotwatch.imagery.grid import Grid
from depotwatch.imagery.register import register
from depotwatch.imagery.scene import Acquisition, Scene

SIDE, EDGE = 170, 30
few = settings(max_examples=6, deadline=None, derandomize=True)
Image = NDArray[np.float64]


def land(seed: int) -> Image:
    rng = np.random.default_rng(seed)
    side = SIDE + 2 * EDGE
    rough = sum(ndimage.gaussian_filter(rng.normal(size=(side, side)), size) * size for size in (1.2, 3, 9))
    return np.asarray(1000 + 200 * rough)


def scene(image: Image, mask: NDArray[np.bool_] | None = None) -> Scene:
    mask = np.ones(image.shape, dtype=bool) if mask is None else mask
    pixels = image[None].astype(np.float32)
    grid = Grid.without_crs(image.shape, 10.0, 10.0)
    return Scene(grid, pixels, mask, ("band1",), Acquisition(), Path("scene.tif"), "")


def seen(image: Image, down: int = 0, right: int = 0) -> Image:
    return image[EDGE + down : EDGE + down + SIDE, EDGE + right : EDGE + right + SIDE]


def dates(seed: int) -> tuple[Image, Image]:
    """Return the same ground twice, the second (0.3, -0.6) px further, with noise."""
    before = land(seed)
    moved = ndimage.shift(before, (0.3, -0.6), order=3, mode="mirror")
    return before, moved + np.random.default_rng([seed, 1]).normal(0, 5, moved.shape)


@few
@given(seed=st.integers(0, 99), gain=st.floats(0.2, 5.0), offset=st.floats(-2000, 2000))
def test_gain_and_offset_do_not_move_the_ground(seed: int, gain: float, offset: float) -> None:
    before, after = dates(seed)
    plain = register(scene(seen(before)), scene(seen(after))).registration
    other = register(scene(seen(before)), scene(gain * seen(after) + offset)).registration
    np.testing.assert_allclose(other.model, plain.model, atol=2e-3)
    assert other.residual.p95_px == pytest.approx(plain.residual.p95_px, abs=5e-3)


@few
@given(seed=st.integers(0, 99), down=st.integers(-EDGE, EDGE), right=st.integers(-EDGE, EDGE))
def test_a_frame_that_starts_elsewhere_moves_the_result_as_far(seed: int, down: int, right: int) -> None:
    before, after = dates(seed)
    shift = register(scene(seen(before)), scene(seen(after, down, right))).registration.shift_px
    assert shift == pytest.approx((down - 0.3, right + 0.6), abs=0.02)


@few
@given(
    seed=st.integers(0, 99),
    hole=st.tuples(*[st.integers(0, 120)] * 2, *[st.integers(1, 50)] * 2),
    under=st.sampled_from([np.nan, np.inf, -32768.0, 1e6, 0.0]),
    first=st.booleans(),
)
def test_what_lies_under_a_mask_never_changes_a_result(
    seed: int, hole: tuple[int, int, int, int], under: float, first: bool
) -> None:
    mask = np.ones((SIDE, SIDE), dtype=bool)
    mask[hole[0] : hole[0] + hole[2], hole[1] : hole[1] + hole[3]] = False
    before, after = (seen(image) for image in dates(seed))
    results = []
    for value in (1000.0, under):
        pair = [scene(before, mask if first else None), scene(after, None if first else mask)]
        one = pair[0] if first else pair[1]
        pair[0 if first else 1] = replace(one, pixels=np.where(mask, one.pixels, value).astype(np.float32))
        results.append(register(pair[0], pair[1]))
    np.testing.assert_array_equal(results[0].registration.model, results[1].registration.model)
    assert results[0].registration.residual == results[1].registration.residual
    np.testing.assert_array_equal(results[0].after.mask, results[1].after.mask)
    np.testing.assert_array_equal(results[0].after.pixels, results[1].after.pixels)
