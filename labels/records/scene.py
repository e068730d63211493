"""A scene as it is remembered: which file, when, from what, and on which grid."""

from dataclasses import dataclass

TransformCoefficients = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class SceneRecord:
    """
    One acquisition, identified by the bytes it was read from.

    Parameters
    ----------
    id
        SHA-256 of the file (hex); of the joined band hashes where a scene is several files.
    name
        File name, for people.
    path
        Where it was read from; relative to the project file where it lies beside or below it.
    time
        Acquisition in UTC, ISO 8601; date only where only the day is known; None if unknown.
    sensor
        "optical" or "sar".
    platform, level
        As the product says ("Sentinel-2 MSI", "L1C"); None if unknown.
    bands
        Band names in file order.
    height_px, width_px
        Shape of the whole grid that was read.
    gsd_y_m, gsd_x_m
        Ground size of a pixel in metres, down and across.
    crs
        "EPSG:n" or WKT; None for an image without georeference.
    transform
        Affine coefficients (a, b, c, d, e, f) from pixel corner (column, row) to `crs`; to metres where that is None.
    sun_azimuth_deg, sun_elevation_deg
        Sun, degrees clockwise from north and above the horizon; None if unknown.
    sun_computed
        True where the sun was computed from time and place, as no metadata give it.
    view_off_nadir_deg, view_azimuth_deg
        Where it was seen from, off the vertical and clockwise from north; None if unknown.
    units
        What the numbers measure ("reflectance", "display", "gamma0" …); None if unknown.
    offset_applied
        False where the offset of Sentinel-2 baseline 04.00 is still in the numbers; None if unknown or without one.
    valid_fraction
        Share of pixels with data, 0 to 1.
    credit, licence
        Credit line; SPDX identifier or "closed"; None means not stated.
    synthetic
        True where the pixels were rendered, not observed.
    """

    id: str
    name: str
    path: str
    time: str | None
    sensor: str
    platform: str | None
    level: str | None
    bands: tuple[str, ...]
    height_px: int
    width_px: int
    gsd_y_m: float
    gsd_x_m: float
    crs: str | None
    transform: TransformCoefficients
    sun_azimuth_deg: float | None
    sun_elevation_deg: float | None
    sun_computed: bool
    view_off_nadir_deg: float | None
    view_azimuth_deg: float | None
    units: str | None
    offset_applied: bool | None
    valid_fraction: float
    credit: str | None
    licence: str | None
    synthetic: bool
