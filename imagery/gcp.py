"""Ground control points: laying an image without georeference on the map."""

import csv
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.crs import CRS

from .errors import UnreadableSceneError
from .grid import Grid

COLUMNS = ("column", "row", "lon", "lat")
LEAST = 3
Points = NDArray[np.float64]
"""(n, 4): column and row in pixels (upper left corner 0, 0), longitude and latitude in degrees on WGS 84."""


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
    return fit(shape, read_points(points), f"of {points.name} ")


def fit(shape: tuple[int, int], points: Points, whose: str = "") -> Grid:
    """
    Return the grid that a least-squares affine in the local UTM zone makes of control points.

    Parameters
    ----------
    shape
        Rows, columns of the image.
    points
        float64 (n, 4), n >= 3: column, row, longitude, latitude.
    whose
        What the points are of, for the message: "of points.csv ".

    Raises
    ------
    UnreadableSceneError
        If there are fewer than three, or they lie on one line.
    """
    if len(points) < LEAST:
        raise UnreadableSceneError(f"There are {len(points)} control points; at least {LEAST} are needed.")
    pixels, lonlat = points[:, :2], points[:, 2:]
    crs = CRS.from_epsg(_utm_zone(float(lonlat[:, 0].mean()), float(lonlat[:, 1].mean())))
    x, y = Transformer.from_crs("EPSG:4326", crs.to_wkt(), always_xy=True).transform(lonlat[:, 0], lonlat[:, 1])
    design = np.column_stack([pixels, np.ones(len(pixels))])
    if np.linalg.matrix_rank(design - design.mean(axis=0) * [1, 1, 0], tol=1e-6 * max(shape)) < LEAST:
        raise UnreadableSceneError(f"The control points {whose}lie on one line; add one well beside it.")
    (a, d), (b, e), (c, f) = np.linalg.lstsq(design, np.column_stack([x, y]), rcond=None)[0]
    return Grid(shape, Affine(a, b, c, d, e, f), crs)


def residuals_m(grid: Grid, points: Points) -> NDArray[np.float64]:
    """Return how far a placed image is from where each control point says it lies, float64 (n,), metres."""
    column, row = grid.pixel_of(points[:, 2], points[:, 3])
    return np.asarray(np.linalg.norm(grid.metres(*points[:, :2].T) - grid.metres(column, row), axis=1))


def left_out_m(shape: tuple[int, int], points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Return how far each control point is from where the others put it, and what the others then leave, metres.

    A point that is wrong draws the fit to itself, so its residual understates it; left out, it does not, and the others
    agree best without it.

    Returns
    -------
    tuple of float64 (n,)
        Distance of the point that is left out, NaN where the others are too few or lie on one line; and root mean
        square of the others' residuals.
    """
    off, rest = np.full((2, len(points)), np.nan)
    for at in range(len(points)):
        others = np.delete(points, at, axis=0)
        try:
            grid = fit(shape, others)
        except UnreadableSceneError:
            continue
        off[at] = residuals_m(grid, points[at : at + 1])[0]
        rest[at] = np.sqrt(np.mean(residuals_m(grid, others) ** 2))
    return off, rest


def write_points(path: Path, points: Points) -> None:
    """Write control points, (n, 4), as `place` reads them."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([f"{x:.3f}", f"{y:.3f}", f"{lon:.9f}", f"{lat:.9f}"] for x, y, lon, lat in points)


def read_points(points: Path) -> Points:
    """Return the control points of a CSV, float64 (n, 4): column, row, longitude, latitude; see `place`."""
    if not points.is_file():
        raise UnreadableSceneError(f"{points} does not exist; give a CSV with the header column,row,lon,lat.")
    try:
        with points.open(newline="", encoding="utf-8-sig") as file:
            table = np.array([[float(line[name]) for name in COLUMNS] for line in csv.DictReader(file)])
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableSceneError(
            f"{points.name} is not a table of control points; its header must be column,row,lon,lat."
        ) from error
    if len(table) < LEAST:
        raise UnreadableSceneError(
            f"{points.name} holds {len(table)} control points; at least {LEAST} are needed, 6 or more are better."
        )
    if np.abs(table[:, 2]).max() > 180 or np.abs(table[:, 3]).max() > 85:
        raise UnreadableSceneError(
            f"{points.name} has longitudes or latitudes out of range (±180, ±85 degrees); check the column order."
        )
    return table


def _utm_zone(lon: float, lat: float) -> int:
    zone = int((lon + 180) // 6) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone
