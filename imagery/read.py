"""Reading a scene whole: one window, one mask, one grid, and what is known of the acquisition."""

from dataclasses import replace
from pathlib import Path

from shapely import Polygon

from .metadata import ReadOptions
from .scene import Scene
from .scene_file import open_scene


def read_scene(
    path: str | Path,
    options: ReadOptions = ReadOptions(),  # noqa: B008  (frozen)
    area: Polygon | None = None,
    margin_px: int = 0,
) -> Scene:
    """
    Read a scene.

    Parameters
    ----------
    path
        A file; single-band files of one grid joined by commas; a product folder or its metadata file.
    options
        What the user says about it.
    area
        Only this area, EPSG:4326; pixels outside it are not valid.
    margin_px
        Read this many pixels more around `area`, as valid pixels.

    Returns
    -------
    Scene
        float32 pixels in the file's units, as reflectance where a product or its STAC item states the factors; not
        valid where the file or the product's quality mask says so, where a value is not finite, and where every band
        of an integer product deeper than 8 bits is 0 (Sentinel-2 and Landsat write no-data so).

    Raises
    ------
    UnreadableSceneError
        If it cannot be read, is too large to be held, or has no valid pixel.
    ScaleUnknownError
        If it has neither georeference, ground control points nor `options.gsd_m`.
    NoOverlapError
        If the area lies outside the scene, or the CRS cannot be related to the ground.
    """
    file = open_scene(path, options, area, margin_px)
    scene = file.read_whole()
    return replace(scene, sha256=file.sha256)
