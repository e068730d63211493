"""What the stages hand on: a scene, a pair on one grid, a change map. None of them is ever changed in place."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .grid import Grid

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Sun:
    """
    Sun position.

    Parameters
    ----------
    azimuth_deg, elevation_deg
        Degrees clockwise from north, and above the horizon.
    computed
        True where no metadata give it and it was computed from time and place.
    """

    azimuth_deg: float
    elevation_deg: float
    computed: bool = False


@dataclass(frozen=True)
class View:
    """
    Where a scene was seen from.

    Parameters
    ----------
    off_nadir_deg
        Degrees between the line of sight and the vertical, at the ground where the publisher gives that (incidence),
        else at the sensor, which is up to a tenth less for a satellite.
    azimuth_deg
        Degrees clockwise from north, as published; None if unknown.
    """

    off_nadir_deg: float
    azimuth_deg: float | None = None


@dataclass(frozen=True)
class Acquisition:
    """
    When and by what a scene was taken, and how its pixels may be used.

    Parameters
    ----------
    time
        UTC, ISO 8601, or a date alone; None if unknown.
    sun
        None if unknown.
    sensor
        "optical" or "sar".
    platform, level
        As the product says; None if unknown.
    credit, licence
        Credit line; SPDX identifier or "closed"; None means not stated.
    synthetic
        True where the pixels were rendered.
    view
        None if unknown.
    units
        Of the pixels: "reflectance", "radiance", "dn", "display" (stretched for the eye), "gamma0" or "sigma0"
        (linear power); None if unknown.
    offset_applied
        True where the numbers are free of the +1000 that Sentinel-2 baseline 04.00 adds, False where it is in them;
        None if unknown, or another sensor.
    """

    time: str | None = None
    sun: Sun | None = None
    sensor: str = "optical"
    platform: str | None = None
    level: str | None = None
    credit: str | None = None
    licence: str | None = None
    synthetic: bool = False
    view: View | None = None
    units: str | None = None
    offset_applied: bool | None = None


@dataclass(frozen=True, eq=False)
class Scene:
    """
    Pixels of one acquisition.

    Parameters
    ----------
    grid
        Where they lie.
    pixels
        float32 (bands, rows, columns), in the file's own units.
    mask
        bool (rows, columns), True where valid in every band.
    bands
        Band names, as many as `pixels` has.
    acquisition
        When and by what.
    path, sha256
        The file (the first, where bands are files of their own) and the hash of the bytes of all.
    whole
        Grid of the whole file, of which `grid` is a window; None where `grid` is the whole.
    files
        All files, in band order.
    """

    grid: Grid
    pixels: Floats
    mask: Mask
    bands: tuple[str, ...]
    acquisition: Acquisition
    path: Path
    sha256: str
    whole: Grid | None = None
    files: tuple[Path, ...] = ()

    @property
    def valid_fraction(self) -> float:
        """Share of pixels with data."""
        return float(self.mask.mean())

    def with_bands(self, names: tuple[str, ...]) -> "Scene":
        """Return the scene with these of its bands, in this order; the mask stays that of all."""
        if names == self.bands:
            return self
        return replace(self, pixels=self.pixels[[self.bands.index(name) for name in names]], bands=names)

    def window(self, rows: slice, columns: slice) -> "Scene":
        """Return a window of it, slices with start and stop; its pixels are not copied."""
        shape = rows.stop - rows.start, columns.stop - columns.start
        grid = self.grid.window(rows.start, columns.start, *shape)
        pixels, mask = self.pixels[:, rows, columns], self.mask[rows, columns]
        return replace(self, grid=grid, pixels=pixels, mask=mask, whole=self.file_grid)

    @property
    def file_grid(self) -> Grid:
        """Grid of the whole file."""
        return self.whole or self.grid

    @property
    def offset(self) -> tuple[int, int]:
        """Row and column of the upper left pixel in the whole file."""
        column, row = ~self.file_grid.transform @ (self.grid.transform.c, self.grid.transform.f)
        return round(row), round(column)


@dataclass(frozen=True)
class Residual:
    """Misregistration left, measured on tie points held out of the fit: pixels of the before grid, and metres."""

    median_px: float
    p95_px: float
    median_m: float
    p95_m: float
    points: int


@dataclass(frozen=True)
class Registration:
    """
    How the after scene was brought onto the before grid.

    Parameters
    ----------
    model
        float64 (2, 3): before (column, row, 1) to after (column, row), pixel centres at integers, after the grids'
        own georeference was applied.
    shift_px, shift_m
        [y, x] move of the after scene at the centre of the grid: pixels down and right, metres south and east.
    residual
        Held-out; NaN where it could not be measured.
    accepted
        True where the residual is above the limit, or unknown, and the user took it anyway.
    local
        float64 (nodes down, nodes across, 2): (column, row) in pixels to add to what `model` gives, at every
        `local_step_px`-th before pixel (the first node at pixel 0), linear between; None where the model alone is used.
    local_step_px
        Before pixels between nodes of `local`.
    """

    model: NDArray[np.float64]
    shift_px: tuple[float, float]
    shift_m: tuple[float, float]
    residual: Residual
    accepted: bool = False
    local: NDArray[np.float64] | None = None
    local_step_px: int = 16


@dataclass(frozen=True, eq=False)
class ScenePair:
    """
    Two scenes on the before grid.

    Parameters
    ----------
    before
        The reference, never resampled.
    after
        Resampled once onto `before.grid`.
    registration
        How.
    """

    before: Scene
    after: Scene
    registration: Registration

    @property
    def grid(self) -> Grid:
        """The one grid of the pair."""
        return self.before.grid

    @cached_property
    def valid(self) -> Mask:
        """True where both scenes have data."""
        return self.before.mask & self.after.mask

    def window(self, window: tuple[slice, slice]) -> "ScenePair":
        """Return rows and columns of it, slices with start and stop; their pixels are not copied."""
        return ScenePair(self.before.window(*window), self.after.window(*window), self.registration)

    @property
    def valid_area_km2(self) -> float:
        """Ground area where both scenes have data, square kilometres."""
        return float(self.valid.sum()) * self.grid.pixel_area_m2 / 1e6


@dataclass(frozen=True)
class Null:
    """
    The change statistic where nothing changed, estimated from this pair.

    Parameters
    ----------
    statistic
        Increasing values of the statistic.
    false_alarms_per_km2
        Connected exceedances expected per square kilometre above each of them.
    pixel_probability
        Share of unchanged pixels expected above each of them.
    explanation
        One sentence: how it was estimated.
    apart
        Value of the statistic above which most is change that stands apart from the unchanged; None where none does.
    halfway
        Value half-way to the mode that change has for itself, where half a pixel has changed; None where it has none.
    """

    statistic: NDArray[np.float64]
    false_alarms_per_km2: NDArray[np.float64]
    pixel_probability: NDArray[np.float64]
    explanation: str
    apart: float | None = None
    halfway: float | None = None


@dataclass(frozen=True, eq=False)
class ChangeMap:
    """
    A score per pixel.

    Parameters
    ----------
    grid
        The before grid.
    score
        float32 (rows, columns), d / (d + threshold) in [0, 1); .5 is the threshold; NaN where not valid.
    method
        Name of the change method.
    threshold
        In units of the statistic d.
    null
        Where the threshold comes from.
    expected_false_alarms_per_km2
        At the threshold.
    signed
        float32 (rows, columns), brightness of after minus before in noise units (log-ratio for SAR); NaN where not
        valid.
    reason
        One sentence: why this method.
    """

    grid: Grid
    score: Floats
    method: str
    threshold: float
    null: Null
    expected_false_alarms_per_km2: float
    signed: Floats = field(repr=False)
    reason: str = ""

    @property
    def statistic(self) -> Floats:
        """The statistic d itself, from the score."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.threshold * self.score / (1 - self.score), dtype=np.float32)

    def at(self, threshold: float, expected_false_alarms_per_km2: float) -> "ChangeMap":
        """Return the map with another threshold (> 0, in units of the statistic) and what that costs."""
        distance = self.statistic
        score = np.asarray(distance / (distance + np.float32(threshold)), dtype=np.float32)
        return replace(
            self, score=score, threshold=threshold, expected_false_alarms_per_km2=expected_false_alarms_per_km2
        )
