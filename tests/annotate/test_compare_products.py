"""What users really have goes the whole way: products with their masks, and pairs that must not be mixed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from scipy import ndimage

from depotwatch.annotate import Settings, compare
from depotwatch.annotate.remember import reopen
from depotwatch.imagery.metadata import ReadOptions
from depotwatch.labels.project import Project

Make = Callable[..., Path]
SIDE = 160


@pytest.fixture
def numbers() -> NDArray[np.float64]:
    """Ground in four bands as numbers of baseline 04.00."""
    rng = np.random.default_rng(3)
    parts = [ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), scale) for scale in (1.5, 4, 15)]
    shades = rng.uniform(0.5, 1.5, (4, 3))
    return np.asarray(3000 + 250 * np.tensordot(shades, np.stack([part / part.std() for part in parts]), axes=1))


def geotiff(path: Path, numbers: NDArray[np.float64], **tags: str) -> Path:
    profile = {"driver": "GTiff", "count": len(numbers), "height": SIDE, "width": SIDE, "dtype": "uint16"}
    place = {"crs": "EPSG:32636", "transform": Affine(10, 0, 600_000, 0, -10, 3_760_000)}
    with rasterio.open(path, "w", **profile, **place) as out:
        out.write(np.clip(numbers, 1, 65535).astype(np.uint16))
        out.update_tags(**tags)
        for index, name in enumerate(("nir", "red", "green", "blue")[: len(numbers)], 1):
            out.set_band_description(index, name)
    return path


def test_a_product_and_a_file_with_its_bands_in_another_order(
    make_safe: Make, numbers: NDArray[np.float64], tmp_path: Path
) -> None:
    rng = np.random.default_rng(8)
    after = numbers + rng.normal(0, 15, numbers.shape)
    after[:, 60:72, 90:106] += 1500
    clouds = np.full((SIDE // 2, SIDE // 2), 4)
    clouds[10:20, 10:20] = 9
    safe = make_safe(numbers, clouds)
    result = compare(safe, geotiff(tmp_path / "after.tif", after[::-1] * 1.1), tmp_path / "p.gpkg")
    assert result.comparison.refused is None and result.change is not None
    assert result.change.score[62:70, 92:104].min() > 0.5
    assert np.isnan(result.change.score[20:40, 20:40]).all()
    with Project.open(tmp_path / "p.gpkg") as store:
        record = next(one for one in store.scenes() if one.name == safe.name)
        again = reopen(record, tmp_path)
    np.testing.assert_array_equal(again.pixels, result.before.pixels)
    np.testing.assert_array_equal(again.mask, result.before.mask)
    assert (record.level, record.time, record.sun_azimuth_deg) == ("L2A", "2023-06-25T08:46:15Z", 123.25)


def test_unlike_levels_are_refused_by_name_and_both_scenes_are_kept(
    make_safe: Make, numbers: NDArray[np.float64], tmp_path: Path
) -> None:
    result = compare(make_safe(numbers, level="L1C"), make_safe(numbers, level="L2A"), tmp_path / "p.gpkg")
    assert result.change is None and not result.candidates
    assert result.comparison.refused is not None and "L1C" in result.comparison.refused
    with Project.open(tmp_path / "p.gpkg") as store:
        assert {one.level for one in store.scenes()} == {"L1C", "L2A"}


def test_a_level_that_the_user_states_counts(numbers: NDArray[np.float64], tmp_path: Path) -> None:
    files = geotiff(tmp_path / "a.tif", numbers), geotiff(tmp_path / "b.tif", numbers + 40)
    told = Settings(before=ReadOptions(level="L1C"), after=ReadOptions(level="L2A"))
    refused = compare(*files, tmp_path / "p.gpkg", told).comparison
    plain = compare(*files, tmp_path / "p.gpkg").comparison
    assert refused.refused is not None and plain.refused is None and refused.id != plain.id


def test_scenes_of_unlike_numbers_of_bands_are_refused_or_matched(
    make_safe: Make, numbers: NDArray[np.float64], tmp_path: Path
) -> None:
    two = compare(make_safe(numbers), geotiff(tmp_path / "two.tif", numbers[[3, 2]]), tmp_path / "p.gpkg")
    assert two.pair is not None and two.pair.before.bands == ("B04", "B08") and len(two.before.bands) == 4
    unnamed = geotiff(tmp_path / "c.tif", numbers[:3])
    with rasterio.open(unnamed, "r+") as dataset:
        dataset.descriptions = (None, None, None)
    refused = compare(make_safe(numbers), unnamed, tmp_path / "p.gpkg").comparison.refused
    assert refused is not None and "band1, band2, band3" in refused
