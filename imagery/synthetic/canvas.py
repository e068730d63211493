"""The fine grid that a scene is drawn on before the optics see it: height and reflectance."""

from dataclasses import dataclass

import numpy as np

from .place import Floats, Place, ramp

BANDS = ("blue", "green", "red", "nir")
Colour = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Patch:
    """
    A window of a canvas in the local coordinates of a place; drawing on it draws on the canvas.

    Parameters
    ----------
    u, v
        float32 (rows, columns), metres along and to the right of the place's heading.
    height, albedo
        Views into the canvas: (rows, columns) metres, (4, rows, columns) reflectance.
    rough, grain
        Views into the canvas's irregularities.
    step_m
        Side of a cell.
    where
        Rows and columns of the canvas that it shows.
    """

    u: Floats
    v: Floats
    height: Floats
    albedo: Floats
    rough: Floats
    grain: Floats
    step_m: float
    where: tuple[slice, slice]

    def cover(self, distance: Floats) -> Floats:
        """Return how much of each cell lies inside an outline, from its signed distance in metres."""
        return ramp(np.float32(0.5) - distance / np.float32(self.step_m))

    def paint(self, colour: Colour | Floats, share: Floats) -> None:
        """Blend a reflectance in: one per band, or an array (4, rows, columns)."""
        for band, value in enumerate(colour):
            self.albedo[band] += share * (np.asarray(value, dtype=np.float32) - self.albedo[band])

    def build(self, top_m: Floats | np.float32 | float, share: Floats) -> None:
        """Blend a thing with its top `top_m` above datum in."""
        self.height[...] += share * (np.asarray(top_m, dtype=np.float32) - self.height)


@dataclass(frozen=True, eq=False)
class Canvas:
    """
    Height and reflectance on square cells.

    Parameters
    ----------
    step_m
        Side of a cell.
    west_m, north_m
        Metres east and south of the canvas's upper left corner (negative where it reaches beyond the image).
    height
        float32 (rows, columns), metres above the ground datum.
    albedo
        float32 (4, rows, columns), reflectance of `BANDS`.
    rough, grain
        float32 (rows, columns), unit variance: irregularity of 2 to 8 m and of 0.5 to 2 m, for edges and surfaces.
    """

    step_m: float
    west_m: float
    north_m: float
    height: Floats
    albedo: Floats
    rough: Floats
    grain: Floats

    @classmethod
    def blank(cls, size: int, step_m: float, west_m: float, north_m: float) -> "Canvas":
        """Make a flat black canvas of `size` x `size` cells."""
        height, rough, grain = (np.zeros((size, size), np.float32) for _ in range(3))
        return cls(step_m, west_m, north_m, height, np.zeros((4, size, size), np.float32), rough, grain)

    @property
    def xs(self) -> Floats:
        """Metres east of the cell centres, (columns,)."""
        return np.asarray(self.west_m + (np.arange(self.height.shape[1]) + 0.5) * self.step_m, dtype=np.float32)

    @property
    def ys(self) -> Floats:
        """Metres south of the cell centres, (rows,)."""
        return np.asarray(self.north_m + (np.arange(self.height.shape[0]) + 0.5) * self.step_m, dtype=np.float32)

    def patch(self, place: Place, margin_m: float = 1.0) -> Patch:
        """Return the window around a place, grown by a margin; it may be empty."""
        west, north, east, south = place.outline(margin_m).bounds
        rows = self._span(north - self.north_m, south - self.north_m, self.height.shape[0])
        columns = self._span(west - self.west_m, east - self.west_m, self.height.shape[1])
        x = self.xs[columns][None, :] - np.float32(place.x_m)
        y = self.ys[rows][:, None] - np.float32(place.y_m)
        (ux, uy), (vx, vy) = place.axes
        u = x * np.float32(ux) + y * np.float32(uy)
        v = x * np.float32(vx) + y * np.float32(vy)
        where = (rows, columns)
        albedo = self.albedo[:, rows, columns]
        return Patch(u, v, self.height[where], albedo, self.rough[where], self.grain[where], self.step_m, where)

    def _span(self, low_m: float, high_m: float, size: int) -> slice:
        low, high = np.floor(low_m / self.step_m), np.ceil(high_m / self.step_m)
        return slice(int(np.clip(low, 0, size)), int(np.clip(high, 0, size)))
