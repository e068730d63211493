"""Odd pairs end in a map or in a refusal that says why, never in a broken run."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from scipy import ndimage

from depotwatch.annotate import Result, Settings, compare
from depotwatch.imagery.metadata import ReadOptions

Numbers = NDArray[np.generic]
SIDE = 160


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """Compare two arrays (bands, rows, columns) of 10 m pixels."""

    def compared(before: Numbers, after: Numbers, sensor: str) -> Result:
        for name, numbers in (("before", before), ("after", after)):
            count, height, width = numbers.shape
            profile = {"driver": "GTiff", "count": count, "height": height, "width": width, "dtype": numbers.dtype}
            place = {"crs": "EPSG:32636", "transform": Affine(10, 0, 600_000, 0, -10, 3_760_000)}
            with rasterio.open(tmp_path / f"{name}.tif", "w", **profile, **place) as out:
                out.write(numbers)
        told = ReadOptions(sensor=sensor)
        files = tmp_path / "before.tif", tmp_path / "after.tif"
        return compare(*files, tmp_path / "p.gpkg", Settings(before=told, after=told))

    return compared


def ground(noise: float = 0.0, bands: int = 4) -> NDArray[np.float64]:
    """Ground of no units, and the noise of a date."""
    rng = np.random.default_rng(1)
    parts = [ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), scale) for scale in (1.5, 4, 15)]
    shades = rng.uniform(0.5, 1.5, (bands, 3))
    made = np.tensordot(shades, np.stack([part / part.std() for part in parts]), axes=1)
    return np.asarray(made + noise * np.random.default_rng(2).normal(size=made.shape))


def holed(numbers: NDArray[np.float64]) -> NDArray[np.float32]:
    numbers = numbers.copy()
    numbers[:, :, :60] = np.nan
    numbers[0, 80, 80] = np.inf
    return numbers.astype(np.float32)


FLAT = np.full((1, SIDE, SIDE), 7)
MAPPED: dict[str, tuple[Numbers, Numbers]] = {
    "the same twice": ((ground() * 300 + 2000).astype(np.uint16), (ground() * 300 + 2000).astype(np.uint16)),
    "one band": (
        (ground(bands=1) * 300 + 2000).astype(np.uint16),
        (ground(0.05, bands=1) * 300 + 2000).astype(np.uint16),
    ),
    "a band that says nothing": (
        np.concatenate([ground(bands=3) * 300 + 2000, FLAT]).astype(np.uint16),
        np.concatenate([ground(0.05, bands=3) * 300 + 2000, FLAT]).astype(np.uint16),
    ),
    "bands that are one": (
        np.repeat(ground(bands=1) * 300 + 2000, 4, axis=0).astype(np.uint16),
        np.repeat(ground(0.05, bands=1) * 300 + 2000, 4, axis=0).astype(np.uint16),
    ),
    "negative integers": ((ground() * 300).astype(np.int16), (ground(0.05) * 300).astype(np.int16)),
    "reflectance": ((ground() * 0.02 + 0.1).astype(np.float32), (ground(0.05) * 0.02 + 0.1).astype(np.float32)),
    "holes": (holed(ground() * 300 + 2000), (ground(0.05) * 300 + 2000).astype(np.float32)),
    "unlike types": (
        (ground(bands=3) * 12 + 128).astype(np.uint8),
        (ground(0.05, bands=3) * 0.3 + 5).astype(np.float64),
    ),
}


@pytest.mark.parametrize("sensor", ["optical", "sar"])
@pytest.mark.parametrize("pair", MAPPED.values(), ids=MAPPED)
def test_a_map_is_made(run: Callable[..., Result], pair: tuple[Numbers, Numbers], sensor: str) -> None:
    result = run(*pair, sensor)
    assert result.comparison.refused is None and result.change is not None
    seen = result.change.score[np.isfinite(result.change.score)]
    assert seen.size and seen.min() >= 0 and seen.max() <= 1
    if sensor == "optical":
        assert (seen > 0.5).mean() < 0.01


def test_reflectance_and_its_numbers_give_one_map(run: Callable[..., Result]) -> None:
    before, after = ground() * 300 + 2000, ground(0.05) * 300 + 2000
    after[:, 60:70, 90:100] += 900
    numbers = run(before.round().astype(np.float32), after.round().astype(np.float32), "optical")
    scaled = run((before.round() / 10_000).astype(np.float32), (after.round() / 10_000).astype(np.float32), "optical")
    assert numbers.change is not None and scaled.change is not None
    np.testing.assert_allclose(scaled.change.score, numbers.change.score, atol=0.03)


REFUSED: dict[str, Numbers] = {
    "one pixel": np.full((1, 1, 1), 5, np.uint16),
    "four pixels": np.full((4, 2, 2), 5, np.uint16),
    "one row": np.arange(1, 501, dtype=np.uint16).reshape(1, 1, 500),
    "one column": np.arange(1, 501, dtype=np.uint16).reshape(1, 500, 1),
    "all equal": np.full((4, SIDE, SIDE), 5, np.uint16),
}


@pytest.mark.parametrize("sensor", ["optical", "sar"])
@pytest.mark.parametrize("numbers", REFUSED.values(), ids=REFUSED)
def test_a_pair_that_cannot_be_registered_is_kept_and_says_so(
    run: Callable[..., Result], numbers: Numbers, sensor: str
) -> None:
    result = run(numbers, numbers, sensor)
    assert result.change is None and result.comparison.refused is not None
    assert "could not be registered" in result.comparison.refused
    np.testing.assert_array_equal(result.before.pixels, numbers)
