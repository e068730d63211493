"""Ground control points: laying an image without georeference on the map."""

import csv
from pathlib import Path

import numpy as np
from affine import Affine
from pyproj import Transformer
from rasterio.crs import CRS

from .errors import UnreadableSceneError
from .grid import Grid

COLUMNS = ("column", "row", "lon", "lat")


def place(shape: tuple[int, int], points: Path) -> Grid:
    """
    Return the grid of an image from at least three control points, by a least-squares affine in the local UTM zone.

    Parameters
    ----------
    shape
        Rows, columns of the image.
    points
        CSV with the header column,row,lon,lat: pixel coordinates (upper left corner 0,0) and degrees on WGS 84.

    Raises
    ------
    UnreadableSceneError
        If the file is not such a table, holds fewer than three points, or they lie on one line.
    """
    table = _read(points)
    pixels, lonlat = table[:, :2], table[:, 2:]
    crs = CRS.from_epsg(_utm_zone(float(lonlat[:, 0].mean()), float(lonlat[:, 1].mean())))
    x, y = Transformer.from_crs("EPSG:4326", crs.to_wkt(), always_xy=True).transform(lonlat[:, 0], lonlat[:, 1])
    design = np.column_stack([pixels, np.ones(len(pixels))])
    if np.linalg.matrix_rank(design - design.mean(axis=0) * [1, 1, 0], tol=1e-6 * max(shape)) < 3:
        raise UnreadableSceneError(f"The control points of {points.name} lie on one line; add one well beside it.")
    (a, d), (b, e), (c, f) = np.linalg.lstsq(design, np.column_stack([x, y]), rcond=None)[0]
    return Grid(shape, Affine(a, b, c, d, e, f), crs)


def _read(points: Path) -> np.ndarray:
    if not points.is_file():
        raise UnreadableSceneError(f"{points} does not exist; give a CSV with the header column,row,lon,lat.")
    try:
        with points.open(newline="", encoding="utf-8-sig") as file:
            table = np.array([[float(line[name]) for name in COLUMNS] for line in csv.DictReader(file)])
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableSceneError(
            f"{points.name} is not a table of control points; its header must be column,row,lon,lat."
        ) from error
    if len(table) < 3:
        raise UnreadableSceneError(
            f"{points.name} holds {len(table)} control points; at least 3 are needed, 6 or more are better."
        )
    if np.abs(table[:, 2]).max() > 180 or np.abs(table[:, 3]).max() > 85:
        raise UnreadableSceneError(
            f"{points.name} has longitudes or latitudes out of range (±180, ±85 degrees); check the column order."
        )
    return table


def _utm_zone(lon: float, lat: float) -> int:
    zone = int((lon + 180) // 6) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone
