"""Writing a change map."""

import os
from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import RasterioError

from .errors import ImageryError
from .scene import ChangeMap


def write_map(change: ChangeMap, path: Path) -> None:
    """
    Write the scores as a tiled GeoTIFF: float32 on the before grid, NaN where not valid; whole or not at all.

    Raises
    ------
    ImageryError
        If the suffix is not .tif or .tiff, or the file cannot be written; a file that was there is then as it was.
    """
    if path.suffix.lower() not in {".tif", ".tiff"}:
        raise ImageryError(f"The change map {path.name} must end in .tif; give such a name.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part.tif")
    rows, columns = change.grid.shape
    profile = {
        "driver": "GTiff",
        "dtype": "float32",
        "count": 1,
        "height": rows,
        "width": columns,
        "nodata": np.nan,
        "crs": change.grid.crs,
        "transform": change.grid.transform if change.grid.crs else None,
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
        "compress": "deflate",
        "predictor": 3,
    }
    try:
        with rasterio.open(part, "w", **profile) as out:
            out.write(change.score, 1)
            out.set_band_description(1, "change score d / (d + threshold); .5 is the threshold")
            out.update_tags(
                METHOD=change.method,
                THRESHOLD="0.5",
                FALSE_ALARMS_PER_KM2=f"{change.expected_false_alarms_per_km2:.6g}",
            )
        with rasterio.open(part, driver="GTiff") as written:  # a full disk can show only here
            written.read(1)
        os.replace(part, path)
    except (RasterioError, OSError) as error:
        raise ImageryError(
            f"The change map {path} cannot be written ({error}); "
            "free disk space or choose another folder, then run it again."
        ) from error
    finally:
        part.unlink(missing_ok=True)
