"""A made Sentinel-2 acquisition as Earth Search has them: four bands of 10 m, classes of 20 m, and their item."""

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from rasterio.crs import CRS
from shapely import Polygon, box

from depotwatch.imagery.catalog.catalogues import known_catalogues
from depotwatch.imagery.catalog.found import Found, found
from depotwatch.imagery.grid import Grid

BANDS = {"blue": "B02", "green": "B03", "red": "B04", "nir": "B08"}
CLOUD, GROUND = 9, 5
SIZE = 1024
GRID = Grid((SIZE, SIZE), Affine(10, 0, 500_000, 0, -10, 4_700_000), CRS.from_epsg(32652))


def write_scene(folder: Path, seed: int = 7) -> None:
    """Write its rasters: digital numbers from 1200 on, no data in the last 64 columns, a cloud in one corner."""
    rng = np.random.default_rng(seed)
    for file in BANDS.values():
        pixels = rng.integers(1200, 3000, (SIZE, SIZE), dtype=np.uint16)
        pixels[:, -64:] = 0
        write_cog(folder / f"{file}.tif", pixels, GRID.transform, nodata=0)
    classes = np.full((SIZE // 2, SIZE // 2), GROUND, dtype=np.uint8)
    classes[:200, :200] = CLOUD
    write_cog(folder / "SCL.tif", classes, GRID.transform @ Affine.scale(2), nodata=0)


def write_cog(file: Path, pixels: np.ndarray, transform: Affine, nodata: float | None, block: int = 256) -> None:
    """Write one band."""
    height, width = pixels.shape
    with rasterio.open(
        file,
        "w",
        **{"driver": "COG", "width": width, "height": height, "count": 1, "dtype": pixels.dtype.name},
        **{
            "compress": "deflate",
            "level": 1,
            "blocksize": block,
            "crs": GRID.crs,
            "transform": transform,
            "nodata": nodata,
        },
    ) as dataset:
        dataset.write(pixels, 1)


def area_of(row0: int, row1: int, column0: int, column1: int) -> Polygon:
    """Return the ground of some rows and columns, a little inside them."""
    lon, lat = GRID.lonlat([column0 + 0.2, column1 - 0.2], [row1 - 0.2, row0 + 0.2])
    return box(lon[0], lat[0], lon[1], lat[1])


def item_of(base: str, **properties: object) -> dict[str, Any]:
    """Return its item, with the rasters below an address."""
    lon, lat = GRID.lonlat([0, SIZE], [SIZE, 0])
    west, east, south, north = lon[0], lon[1], lat[0], lat[1]
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    factors = {"nodata": 0, "data_type": "uint16", "scale": 0.0001, "offset": -0.1}
    assets: dict[str, Any] = {
        name: {
            "href": f"{base}/{file}.tif?token=secret",
            "type": "image/tiff; application=geotiff; profile=cloud-optimized",
            "eo:bands": [{"name": file, "common_name": name}],
            "raster:bands": [factors],
            "gsd": 10,
            "roles": ["data", "reflectance"],
        }
        for name, file in BANDS.items()
    }
    assets["scl"] = {"href": f"{base}/SCL.tif", "type": "image/tiff; application=geotiff", "roles": ["data"]}
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": "S2B_T52TEN_20231016T021649_L2A",
        "collection": "sentinel-2-c1-l2a",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "datetime": "2023-10-16T02:18:31.024000Z",
            "platform": "sentinel-2b",
            "eo:cloud_cover": 12.5,
            "view:sun_azimuth": 168.2,
            "view:sun_elevation": 37.9,
            "view:off_nadir": 4.2,
            "view:azimuth": 105.0,
            "sat:relative_orbit": 3,
            "s2:product_type": "S2MSI2A",
            "s2:processing_baseline": "05.09",
            "s2:product_uri": "S2B_MSIL2A_20231016T021649_N0509_R003_T52TEN_20231016T045530.SAFE",
            "earthsearch:s3_path": "s3://somewhere/else",
            **properties,
        },
        "links": [{"rel": "self", "href": f"{base}/item.json?token=secret"}],
        "assets": assets,
    }


def scene_at(base: str, **properties: object) -> Found:
    """Return it as Earth Search's."""
    made = found(item_of(base, **properties), known_catalogues()["earth-search"])
    assert made is not None
    return made
