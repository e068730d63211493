"""When, from where and by what a scene was taken: the user over the files, the files over a computation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import UnreadableSceneError
from .facts import Facts, joined, parse_time
from .grid import Grid
from .scene import Acquisition, Sun, View
from .sun import sun_at

SAR_BANDS = {"vv", "vh", "hh", "hv"}


@dataclass(frozen=True)
class ReadOptions:
    """
    What the user says about a scene; None leaves it to the file.

    Parameters
    ----------
    time
        Acquisition, ISO 8601 (a date, or a date and time; without an offset it is taken as UTC).
    gsd_m
        Ground sample distance in metres of an image without georeference.
    sun
        Sun position.
    view
        Where it was seen from.
    sensor
        "auto", "optical" or "sar".
    level
        Processing level, as "L1C", "L2A" or "display".
    gcp
        CSV of ground control points (column, row, lon, lat) that places the image.
    credit, licence
        Credit line; SPDX identifier or "closed".
    grid
        Where it lies, as it was remembered; overrules georeference, GSD and control points.
    utc
        False where the time of day may be of another clock, so that no sun is computed from it.
    """

    time: str | None = None
    gsd_m: float | None = None
    sun: Sun | None = None
    sensor: str = "auto"
    gcp: Path | None = None
    credit: str | None = None
    licence: str | None = None
    grid: Grid | None = None
    view: View | None = None
    level: str | None = None
    utc: bool = True


def acquisition_of(
    said: Sequence[Facts], bands: tuple[str, ...], options: ReadOptions, name: str, grid: Grid | None = None
) -> Acquisition:
    """
    Join what the user, the files and, for the sun, time and place say.

    Parameters
    ----------
    said
        By the sources of the scene, the one to be believed first.
    bands
        Their names: polarisations make a radar image.
    options
        What the user says; it wins.
    name
        Of the scene, for messages.
    grid
        Where it lies: with a UTC time of day the sun of an optical scene is computed from it where nothing states it.

    Raises
    ------
    UnreadableSceneError
        If the user's time, sun, view or sensor cannot be understood.
    """
    known = joined([_given(options, name), *said])
    radar = known.sensor is None and {band.lower() for band in bands} <= SAR_BANDS
    sensor = known.sensor or ("sar" if radar else "optical")
    sun = known.sun
    if sun is None and sensor == "optical" and known.clock:
        sun = _computed_sun(known.time, grid)
    return Acquisition(
        time=known.time,
        sun=sun,
        sensor=sensor,
        platform=known.platform,
        level=known.level,
        credit=known.credit,
        licence=known.licence,
        synthetic=bool(known.synthetic),
        view=known.view,
        units=known.units,
        offset_applied=known.offset_applied,
    )


def _given(options: ReadOptions, name: str) -> Facts:
    if options.sensor not in {"auto", "optical", "sar"}:
        raise UnreadableSceneError(f"Sensor {options.sensor!r} is not known; give auto, optical or sar.")
    return Facts(
        time=_given_time(options.time, name),
        clock=options.utc,
        sun=_given_sun(options.sun),
        view=_given_view(options.view),
        sensor=None if options.sensor == "auto" else options.sensor,
        level=options.level,
        units="display" if options.level is not None and options.level.lower() == "display" else None,
        credit=options.credit or None,
        licence=options.licence or None,
    )


def _given_time(given: str | None, name: str) -> str | None:
    if given is None:
        return None
    try:
        return parse_time(given)
    except ValueError:
        raise UnreadableSceneError(
            f"{given!r} is not a date for {name}; write it as 2023-10-16 or 2023-10-16T08:31Z."
        ) from None


def _given_sun(given: Sun | None) -> Sun | None:
    if given is None:
        return None
    if not (-360 <= given.azimuth_deg <= 360 and 0 < given.elevation_deg <= 90):
        raise UnreadableSceneError(
            f"Sun {given.azimuth_deg:g},{given.elevation_deg:g} is not possible; "
            "give azimuth 0 to 360 and elevation above 0 up to 90 degrees."
        )
    return Sun(given.azimuth_deg % 360, given.elevation_deg)


def _given_view(given: View | None) -> View | None:
    if given is None:
        return None
    if not 0 <= given.off_nadir_deg < 90:
        raise UnreadableSceneError(
            f"A view of {given.off_nadir_deg:g} degrees off nadir is not possible; give 0 to below 90."
        )
    return View(given.off_nadir_deg, None if given.azimuth_deg is None else given.azimuth_deg % 360)


def _computed_sun(time: str | None, grid: Grid | None) -> Sun | None:
    """Return the sun of a daylight scene whose time of day and place are known."""
    if time is None or grid is None or grid.crs is None or not re.search(r"T\d{2}:\d{2}", time):
        return None
    lon, lat = grid.lonlat(grid.shape[1] / 2, grid.shape[0] / 2)
    sun = sun_at(time, float(lon), float(lat))
    return sun if sun.elevation_deg > 0 else None
