"""Ground and pairs that the tests of the pixel stages share."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.errors import NotGeoreferencedWarning
from scipy import ndimage

from depotwatch.imagery.grid import Grid
from depotwatch.imagery.scene import Acquisition, Registration, Residual, Scene, ScenePair

Pixels = NDArray[np.floating]


@pytest.fixture
def ground() -> Callable[[int], NDArray[np.float64]]:
    """Four bands of made ground (fields, roofs, texture), 160 × 160, by seed."""

    def make(seed: int, size: int = 160) -> NDArray[np.float64]:
        rng = np.random.default_rng(seed)
        fields = ndimage.gaussian_filter(rng.normal(size=(size, size)), 12)
        fine = ndimage.gaussian_filter(rng.normal(size=(size, size)), 1.2)
        roofs = ndimage.gaussian_filter((rng.random((size, size)) > 0.995).astype(float), 1.5)
        shades = rng.uniform(0.5, 1.5, (4, 3))
        parts = np.stack([part / part.std() for part in (fields, fine, roofs)])
        bands = 1500 + 300 * np.tensordot(shades, parts, axes=1)
        return np.asarray(bands + 0.3 * 300 * rng.normal(size=(4, size, size)) * 0.2)

    return make


@pytest.fixture(scope="session")
def pair_of() -> Callable[..., ScenePair]:
    """Two pixel arrays as a registered pair of 10 m pixels."""

    def make(before: Pixels, after: Pixels, sensor: str = "optical", gsd_m: float = 10.0) -> ScenePair:
        def scene(pixels: Pixels, name: str) -> Scene:
            grid = Grid.without_crs((pixels.shape[1], pixels.shape[2]), gsd_m, gsd_m)
            mask = np.ones(grid.shape, dtype=bool)
            bands = tuple(f"band{i}" for i in range(1, len(pixels) + 1))
            known = Acquisition(sensor=sensor)
            return Scene(grid, pixels.astype(np.float32), mask, bands, known, Path(name), name)

        still = Registration(np.eye(2, 3), (0.0, 0.0), (0.0, 0.0), Residual(0.0, 0.0, 0.0, 0.0, 100))
        return ScenePair(scene(before, "before"), scene(after, "after"), still)

    return make


@pytest.fixture
def write_raster(tmp_path: Path) -> Callable[..., Path]:
    """Write pixels (bands, rows, columns) as a file; keywords go to rasterio, `tags` and `names` into the file."""

    def write(
        pixels: Pixels | NDArray[np.integer],
        name: str = "scene.tif",
        tags: dict[str, str] | None = None,
        names: tuple[str, ...] = (),
        **profile: str | float | CRS | Affine,
    ) -> Path:
        path = tmp_path / name
        kind = {".tif": "GTiff", ".png": "PNG"}[path.suffix]
        count, height, width = pixels.shape
        known = {"driver": kind, "count": count, "height": height, "width": width, "dtype": pixels.dtype, **profile}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path, "w", **known) as dataset:
                dataset.write(pixels)
                dataset.update_tags(**(tags or {}))
                for index, band in enumerate(names, 1):
                    dataset.set_band_description(index, band)
        return path

    return write


@dataclass(frozen=True, eq=False)
class MadeRadar:
    """Synthetic: two looks at one made ground by a made radar, and where it changed."""

    before: Pixels
    after: Pixels
    changed: NDArray[np.bool_]


@pytest.fixture(scope="session")
def speckle() -> Callable[..., NDArray[np.float64]]:
    """Synthetic gamma speckle of mean 1, `looks` looks and a grain of `grain_px` (Gaussian point spread)."""

    def make(rng: np.random.Generator, shape: tuple[int, int], looks: int, grain_px: float) -> NDArray[np.float64]:
        total = np.zeros(shape)
        for _ in range(looks):
            real, imaginary = (ndimage.gaussian_filter(rng.normal(size=shape), grain_px) for _ in range(2))
            power = real**2 + imaginary**2
            total += power / power.mean()
        return np.asarray(total / looks)

    return make


@pytest.fixture(scope="session")
def radar(speckle: Callable[..., NDArray[np.float64]]) -> Callable[..., MadeRadar]:
    """Synthetic SAR pair (1, size, size) by seed: fields of unlike backscatter, texture, season, gamma speckle."""

    def make(
        seed: int,
        size: int = 256,
        looks: tuple[int, int] = (4, 4),
        grain_px: float = 0.5,
        share: float = 0.05,
        change_db: float = 8.0,
        both_ways: bool = False,
        change_px: float = 5.0,
        season_db: float = 0.5,
        eight_bit: bool = True,
    ) -> MadeRadar:
        rng = np.random.default_rng(seed)

        def field(scale: float) -> NDArray[np.float64]:
            values = ndimage.gaussian_filter(rng.normal(size=(size, size)), scale)
            return np.asarray(values / values.std())

        ground_db = sum(4 * np.sign(field(scale)) * weight for scale, weight in ((12, 0.3), (20, 0.7), (28, 1.0)))
        ground_db = ground_db + field(1.0)
        place = field(change_px)
        changed = place > np.quantile(place, 1 - share) if share else np.zeros(place.shape, dtype=bool)
        sign = np.sign(field(25.0)) if both_ways else 1.0
        step_db = np.where(changed, change_db * sign, 0) + season_db * field(2.0)
        dates = [
            10 ** (level / 10) * speckle(rng, changed.shape, number, grain_px)
            for level, number in ((ground_db, looks[0]), (ground_db + step_db, looks[1]))
        ]
        if eight_bit:
            roots = [np.sqrt(date) for date in dates]
            dates = [np.clip(np.round(255 * root / np.quantile(root, 0.995)), 0, 255) for root in roots]
        return MadeRadar(dates[0][None], dates[1][None], changed)

    return make
