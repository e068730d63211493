"""Images of random texture, of any size, to measure what showing them costs: no meaning, and marked as synthetic."""

from pathlib import Path

import numpy as np
import rasterio
import rasterio.shutil
from affine import Affine
from numpy.typing import NDArray
from rasterio.windows import Window

COG_SIDE_PX, BAND_PX = 20_000, 512


def write_noise(path: Path, side_px: int, seed: int) -> Path:
    """Write an image of three bands of random texture, uint8, tiled, a band of rows at a time."""
    rng = np.random.default_rng(7)
    ground = rng.integers(60, 190, (3, BAND_PX, side_px), dtype=np.uint8)
    noise = np.random.default_rng(seed)
    with rasterio.open(path, "w", **_profile(side_px)) as out:
        out.update_tags(SYNTHETIC="YES", DEPOTWATCH_SYNTHETIC="1", TIFFTAG_DATETIME=f"203{seed}:06:01 10:00:00")
        for top in range(0, side_px, BAND_PX):
            rows = min(BAND_PX, side_px - top)
            moved: NDArray[np.uint8] = np.roll(ground[:, :rows], 37 * top, axis=2)
            out.write(moved + noise.integers(0, 12, moved.shape, dtype=np.uint8), window=Window(0, top, side_px, rows))
    return path


def write_cog(folder: Path, side_px: int = COG_SIDE_PX) -> Path:
    """Return a cloud-optimised GeoTIFF of random texture with overviews; made once in a folder."""
    path = folder / f"cog-{side_px}.tif"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        plain = write_noise(folder / "plain.tif", side_px, 0)
        options = {"COMPRESS": "LZW", "OVERVIEW_RESAMPLING": "AVERAGE", "NUM_THREADS": "2", "BIGTIFF": "IF_SAFER"}
        rasterio.shutil.copy(plain, path, driver="COG", **options)
        plain.unlink()
    return path


def _profile(side_px: int) -> dict[str, object]:
    return {
        **{"driver": "GTiff", "dtype": "uint8", "count": 3, "height": side_px, "width": side_px, "photometric": "RGB"},
        **{"tiled": True, "blockxsize": 512, "blockysize": 512, "crs": "EPSG:32636", "BIGTIFF": "IF_SAFER"},
        "transform": Affine(1, 0, 300_000, 0, -1, 5_200_000),
    }
