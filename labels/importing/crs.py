"""From the coordinates of a file to longitude and latitude; only what names a system is taken for its name."""

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from ..errors import ImportFileError

_EPSG = re.compile(r"(?:urn:ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})", re.IGNORECASE)
_LONLAT = re.compile(r"(?:urn:ogc:def:crs:)?OGC:(?:[\d.]+:)?CRS84", re.IGNORECASE)

Move = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def to_lonlat(geometry: BaseGeometry, crs: str | None) -> BaseGeometry:
    """
    Return a geometry in EPSG:4326, longitude first.

    Parameters
    ----------
    geometry
        Of a file; heights are dropped.
    crs
        Name ("EPSG:n", an OGC name of one) or WKT; None for longitude and latitude.

    Raises
    ------
    ImportFileError
        The system is not known, or the coordinates lie nowhere in it.
    """
    flat = shapely.force_2d(geometry)
    moved = flat if crs is None else shapely.transform(flat, _mover(crs))
    corners = shapely.get_coordinates(moved)
    if not np.isfinite(corners).all() or (len(corners) and not (np.abs(corners) <= (180.0, 90.0)).all()):
        raise ImportFileError(
            f"Coordinates such as {shapely.get_coordinates(flat)[0].tolist()} are no longitude and latitude in "
            f"{crs or 'EPSG:4326'}: give the file with the coordinate system that it is in."
        )
    return moved


@lru_cache(maxsize=16)
def _mover(crs: str) -> Move:
    try:
        found = _named(crs)
    except ProjError as error:
        raise ImportFileError(f"The coordinate system {crs[:60]!r} is not known: use an EPSG code.") from error
    mover = pyproj.Transformer.from_crs(found, "EPSG:4326", always_xy=True)
    return lambda corners: np.column_stack(mover.transform(corners[:, 0], corners[:, 1]))


def _named(crs: str) -> pyproj.CRS:
    """Return a system by its code or its WKT; PROJ itself would take an address for a name, and fetch it."""
    if _LONLAT.fullmatch(crs.strip()):
        return pyproj.CRS.from_epsg(4326)
    if code := _EPSG.fullmatch(crs.strip()):
        return pyproj.CRS.from_epsg(int(code[1]))
    return pyproj.CRS.from_wkt(crs)
