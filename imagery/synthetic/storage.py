"""Writes a case as files: two GeoTIFFs and the truth beside them."""

import json
from pathlib import Path

import numpy as np
import rasterio
from shapely.geometry import mapping, shape

from ..errors import ImageryError
from ..scene import Scene
from .case import PLACE_NOTE, RENDERER, Case
from .truth import TruthObject
from .varied import stated_priors

TILED_PX, TILE_PX = 2048, 512  # from so many pixels a side files are laid out as large scenes are handed out


def write_case(case: Case, folder: Path) -> tuple[Path, Path, Path]:
    """
    Write before.tif, after.tif and truth.json.

    Parameters
    ----------
    case
        What to write.
    folder
        Made if it does not exist; files of the same names are replaced.

    Returns
    -------
    Paths of the before image, the after image and the truth. The images are uint16 reflectance x 10 000 in blue, green,
    red, nir, 0 for no data, and say in their tags that they are synthetic. The truth's outlines are in pixels of the
    before image, (column, row), corners at integers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before, after, truth = folder / "before.tif", folder / "after.tif", folder / "truth.json"
    _write_scene(case.before, before)
    _write_scene(case.after, after)
    truth.write_text(json.dumps(_truth(case), indent=1) + "\n", encoding="utf-8")
    return before, after, truth


def read_truth(path: Path) -> tuple[TruthObject, ...]:
    """
    Return the objects of a truth file, whoever rendered the images beside it.

    Raises
    ------
    ImageryError
        If the file is no such truth.
    """
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return tuple(
            TruthObject(**{"contrast": 0.0, **feature["properties"], "polygon": shape(feature["geometry"])})
            for feature in features
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImageryError(
            f"{path} is no truth file ({error}); write GeoJSON as `write_case` does: outlines in pixels, with kind, "
            "change and sizes as properties."
        ) from error


def _write_scene(scene: Scene, path: Path) -> None:
    sun, time = scene.acquisition.sun, scene.acquisition.time
    assert sun is not None and time is not None
    profile = {
        "driver": "GTiff",
        "dtype": "uint16",
        "count": len(scene.bands),
        "height": scene.grid.shape[0],
        "width": scene.grid.shape[1],
        "crs": scene.grid.crs,
        "transform": scene.grid.transform,
        "nodata": 0,
        "compress": "deflate",
        "predictor": 2,
        "photometric": "minisblack",
    }
    if min(scene.grid.shape) >= TILED_PX:
        profile |= {"tiled": True, "blockxsize": TILE_PX, "blockysize": TILE_PX}
    with rasterio.open(path, "w", **profile) as file:
        file.write(np.where(scene.mask, scene.pixels, 0).astype(np.uint16))
        file.descriptions = scene.bands
        file.update_tags(
            TIFFTAG_DATETIME=time.replace("-", ":").replace("T", " ").removesuffix("Z"),
            TIFFTAG_IMAGEDESCRIPTION=f"SYNTHETIC image rendered by depotwatch ({RENDERER}). {PLACE_NOTE}",
            TIFFTAG_SOFTWARE=RENDERER,
            TIFFTAG_COPYRIGHT=f"{scene.acquisition.licence}; {scene.acquisition.credit}",
            CREDIT=scene.acquisition.credit,
            LICENCE=scene.acquisition.licence,
            PLATFORM=scene.acquisition.platform,
            PROCESSING_LEVEL=scene.acquisition.level,
            SUN_AZIMUTH=f"{sun.azimuth_deg:.3f}",
            SUN_ELEVATION=f"{sun.elevation_deg:.3f}",
            DEPOTWATCH_SYNTHETIC="YES",
        )


def _truth(case: Case) -> dict[str, object]:
    return {
        "type": "FeatureCollection",
        "synthetic": True,
        "renderer": RENDERER,
        "note": PLACE_NOTE,
        "coordinates": "pixels (column, row) of before.tif, corners at integers",
        "seed": case.seed,
        "gsd_m": case.gsd_m,
        "true_shift_px": list(case.true_shift_px),
        "priors": stated_priors() if case.varied else None,
        "features": [_feature(thing) for thing in case.truth],
    }


def _feature(thing: TruthObject) -> dict[str, object]:
    names = [name for name in TruthObject.__slots__ if name != "polygon"]
    properties = {name: getattr(thing, name) for name in names}
    rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in properties.items()}
    return {"type": "Feature", "geometry": mapping(thing.polygon), "properties": rounded}
