"""The grid a scene lives on: shape, transform and CRS, and what a pixel measures on the ground."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from affine import Affine
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS as ProjCRS
from pyproj import Geod, Transformer
from rasterio.crs import CRS

from .errors import GridMismatchError

WGS84 = Geod(ellps="WGS84")


@lru_cache(maxsize=32)
def _to_lonlat(wkt: str) -> Transformer:
    return Transformer.from_crs(ProjCRS.from_wkt(wkt), "EPSG:4326", always_xy=True)


def _moved(transform: Affine, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b, c, d, e, f = transform[:6]
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    return np.asarray(a * x + b * y + c), np.asarray(d * x + e * y + f)


@dataclass(frozen=True)
class Grid:
    """
    Shape, transform and CRS, without the pixels.

    Parameters
    ----------
    shape
        Rows, columns.
    transform
        From (column, row), pixel corners at integers, to `crs` units; to metres east and north of an arbitrary origin
        where `crs` is None (image up is taken as north).
    crs
        Coordinate system, or None for an image without georeference.
    """

    shape: tuple[int, int]
    transform: Affine
    crs: CRS | None

    @classmethod
    def without_crs(cls, shape: tuple[int, int], gsd_y_m: float, gsd_x_m: float) -> "Grid":
        """Make the grid of an image without georeference from its pixel size in metres."""
        return cls(shape, Affine(gsd_x_m, 0.0, 0.0, 0.0, -gsd_y_m, 0.0), None)

    @classmethod
    def remembered(cls, shape: tuple[int, int], coefficients: Sequence[float], crs: str | None) -> "Grid":
        """Make the grid of a scene that was read before, from its affine coefficients (a … f) and "EPSG:n" or WKT."""
        return cls(shape, Affine(*coefficients), None if crs is None else CRS.from_user_input(crs))

    @cached_property
    def jacobian_m(self) -> NDArray[np.float64]:
        """
        Metres east and north per pixel right and down, at the centre of the grid: array (2, 2), rows east, north.

        Geodesic on WGS 84, so that EPSG:4326, Web Mercator and UTM all measure true ground lengths.
        """
        a, b, _, d, e, _ = self.transform[:6]
        if self.crs is None:
            return np.array([[a, b], [d, e]], dtype=np.float64)
        rows, columns = self.shape
        steps = np.array([[0.0, 0.0], [0.5, 0.0], [-0.5, 0.0], [0.0, 0.5], [0.0, -0.5]])
        lon, lat = self.lonlat(steps[:, 0] + columns / 2, steps[:, 1] + rows / 2)
        centre = np.full(4, lon[0]), np.full(4, lat[0])  # one north for both directions, even beside a pole
        azimuth, _, metres = WGS84.inv(*centre, lon[1:], lat[1:])
        right, left, down, up = (metres * np.stack([np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))])).T
        return np.stack([right - left, down - up], axis=1)

    @cached_property
    def gsd_m(self) -> tuple[float, float]:
        """Ground sample distance [y, x]: metres per row and per column."""
        return float(np.hypot(*self.jacobian_m[:, 1])), float(np.hypot(*self.jacobian_m[:, 0]))

    @cached_property
    def pixel_area_m2(self) -> float:
        """Ground area of one pixel, square metres."""
        return float(abs(np.linalg.det(self.jacobian_m)))

    @property
    def mean_gsd_m(self) -> float:
        """Side of the square with a pixel's area, metres."""
        return float(np.sqrt(self.pixel_area_m2))

    def lonlat(self, columns: ArrayLike, rows: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """
        Return longitude and latitude (degrees, WGS 84) of pixel-corner coordinates.

        Raises
        ------
        GridMismatchError
            If the grid has no CRS.
        """
        if self.crs is None:
            raise GridMismatchError(
                "This image has no georeference, so it has no longitude and latitude; place it with --gcp."
            )
        x, y = _moved(self.transform, columns, rows)
        lon, lat = _to_lonlat(self.crs.to_wkt()).transform(x, y)
        return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)

    def pixel_of(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (columns, rows), pixel corners at integers, of longitudes and latitudes in degrees."""
        if self.crs is None:
            raise GridMismatchError(
                "This image has no georeference, so a longitude and latitude cannot be found on it."
            )
        x, y = _to_lonlat(self.crs.to_wkt()).transform(np.asarray(lon), np.asarray(lat), direction="INVERSE")
        if self.crs.is_geographic:  # across the antimeridian, or counted from 0 to 360, a place has another longitude
            middle = (self.transform @ (self.shape[1] / 2, self.shape[0] / 2))[0]
            x = x + 360 * np.round((middle - x) / 360)
        return _moved(~self.transform, x, y)

    def metres(self, columns: ArrayLike, rows: ArrayLike) -> NDArray[np.float64]:
        """
        Return metres east and north of the grid's upper left corner: array (..., 2).

        By the Jacobian at the centre: exact to a few parts per million within 20 km of it.
        """
        pixels = np.stack([np.asarray(columns, dtype=np.float64), np.asarray(rows, dtype=np.float64)], axis=-1)
        return np.asarray(pixels @ self.jacobian_m.T)

    def pixels_of_metres(self, east_north: ArrayLike) -> NDArray[np.float64]:
        """Return (column, row) of metres as `metres` gives them: array (..., 2)."""
        return np.asarray(np.asarray(east_north, dtype=np.float64) @ np.linalg.inv(self.jacobian_m).T)

    def window(self, row: int, column: int, rows: int, columns: int) -> "Grid":
        """Return the grid of a window whose upper left pixel is (row, column)."""
        return replace(self, shape=(rows, columns), transform=self.transform @ Affine.translation(column, row))

    def coarser(self, step: int) -> "Grid":
        """Return the grid over the same ground with pixels about so many times as large: a whole number of them."""
        if step == 1:
            return self
        rows, columns = (-(-size // step) for size in self.shape)
        larger = Affine.scale(self.shape[1] / columns, self.shape[0] / rows)
        return replace(self, shape=(rows, columns), transform=self.transform @ larger)

    def require_same(self, *others: "Grid") -> None:
        """Raise GridMismatchError unless every other grid is this one."""
        for other in others:
            if (
                self.shape != other.shape
                or self.crs != other.crs
                or not self.transform.almost_equals(other.transform, 1e-9)
            ):
                raise GridMismatchError(
                    f"Grids differ ({self.describe()} against {other.describe()}); register the scenes first."
                )

    def describe(self) -> str:
        """Return shape, CRS and pixel size in a few words."""
        y, x = self.gsd_m
        where = self.crs.to_string() if self.crs else "no CRS"
        return f"{self.shape[0]} × {self.shape[1]} px of {y:.4g} × {x:.4g} m, {where}"

    def __hash__(self) -> int:
        """Hash by value."""
        return hash((self.shape, tuple(self.transform[:6]), self.crs.to_wkt() if self.crs else None))

    def __eq__(self, other: object) -> bool:
        """Compare by value."""
        return isinstance(other, Grid) and hash(self) == hash(other)
