"""A second date of a known place: the same ground moved, turned and scaled, under another season, gain and noise."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from ...imagery.grid import Grid
from ...imagery.scene import Floats, Scene

Model = NDArray[np.float64]
SEASON_PX = 40.0  # over which the season's gain varies
SEASON = 0.08  # its spread
TINT = 0.25  # spread of a band's gain
NOISE = 0.03  # of a band's spread
BORDER_PX = 3  # an interpolator that reaches over the edge is not believed


@dataclass(frozen=True, eq=False)
class Move:
    """
    Where a window of a scene and its second date lie.

    Parameters
    ----------
    row, column, side_px
        The window, of the before scene.
    model
        float64 (2, 3): before window (column, row, 1) to (column, row) of the second date, pixel centres at integers.
    """

    row: int
    column: int
    side_px: int
    model: Model


def similarity(side_px: int, turn_deg: float, scale: float, down: float, right: float) -> Model:
    """Return the model that turns and scales about a window's centre, then moves."""
    cos, sin = scale * np.cos(np.radians(turn_deg)), scale * np.sin(np.radians(turn_deg))
    matrix, centre = np.array([[cos, -sin], [sin, cos]]), np.full(2, (side_px - 1) / 2)
    return np.column_stack([matrix, centre - matrix @ centre + [right, down]])


def both_dates(scene: Scene, move: Move, interpolator: str, rng: np.random.Generator) -> tuple[Scene, Scene]:
    """
    Cut a window out of a scene, and render its second date without georeference.

    Parameters
    ----------
    scene
        Real or rendered; what lies beyond it is not valid on the second date.
    move
        Of what, whither.
    interpolator
        One of `INTERPOLATORS`.
    rng
        Of season, gain, offset and noise.
    """
    part = np.s_[move.row : move.row + move.side_px, move.column : move.column + move.side_px]
    shape = (move.side_px, move.side_px)
    grid = Grid.without_crs(shape, *scene.grid.gsd_m)
    before = replace(scene, grid=grid, pixels=scene.pixels[:, *part].copy(), mask=scene.mask[part].copy(), whole=None)
    back = _inverse(move.model)
    rows, columns = np.mgrid[: move.side_px, : move.side_px].astype(np.float64)
    x, y = (back[k, 0] * columns + back[k, 1] * rows + back[k, 2] for k in (0, 1))
    at = np.stack([y + move.row, x + move.column])
    sizes = np.reshape(scene.grid.shape, (2, 1, 1))
    mask = np.asarray(((at >= BORDER_PX) & (at <= sizes - 1 - BORDER_PX)).all(axis=0))
    mask &= ndimage.map_coordinates(scene.mask.astype(np.float32), at, order=1) > 0.999
    pixels = np.stack([INTERPOLATORS[interpolator](band, at) for band in scene.pixels])
    later = _another_day(pixels, mask, rng)
    return before, replace(before, pixels=np.where(mask, later, 0).astype(np.float32), mask=mask)


def error_px(found: Model, move: Move, valid: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how far a model found puts valid before pixels from where they are, at up to about 2500 of them."""
    rows, columns = np.nonzero(valid)
    step = max(1, len(rows) // 2500)
    points = np.column_stack([columns, rows])[::step].astype(np.float64)
    apart = points @ (found[:, :2] - move.model[:, :2]).T + found[:, 2] - move.model[:, 2]
    return np.asarray(np.hypot(*apart.T))


def _inverse(model: Model) -> Model:
    inverse = np.linalg.inv(model[:, :2])
    return np.column_stack([inverse, -inverse @ model[:, 2]])


def _another_day(pixels: Floats, mask: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.float64]:
    season = ndimage.gaussian_filter(rng.normal(size=mask.shape), SEASON_PX)
    season = 1 + SEASON * season / max(float(season.std()), 1e-9)
    days = []
    for band in pixels:
        spread = float(band[mask].std()) if mask.any() else 1.0
        gain, offset = np.exp(TINT * rng.normal()), 0.3 * spread * rng.normal()
        days.append(gain * band * season + offset + NOISE * gain * spread * rng.normal(size=mask.shape))
    return np.stack(days)


def _spline(order: int) -> Callable[[Floats, NDArray[np.float64]], Floats]:
    return lambda band, at: np.asarray(ndimage.map_coordinates(band, at, np.float32, order=order, mode="mirror"))


def _fourier(band: Floats, at: NDArray[np.float64]) -> Floats:
    """Sample a band enlarged four times by its spectrum, where a spline is as good as exact."""
    first = np.clip(np.floor(at.min(axis=(1, 2))).astype(int) - 32, 0, None)
    last = np.ceil(at.max(axis=(1, 2))).astype(int) + 33
    part = band[first[0] : last[0], first[1] : last[1]]
    fine = fft.idctn(np.pad(fft.dctn(part, norm="ortho"), [(0, 3 * size) for size in part.shape]), norm="ortho") * 4
    where = (at - first[:, None, None] + 0.5) * 4 - 0.5
    return np.asarray(ndimage.map_coordinates(fine, where, np.float32, order=3, mode="mirror"))


INTERPOLATORS: dict[str, Callable[[Floats, NDArray[np.float64]], Floats]] = {
    "linear": _spline(1),
    "quintic spline": _spline(5),
    "Fourier": _fourier,
}
