"""When, from where and by what a scene was taken: read from its tags, overruled by the user, never invented."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .errors import UnreadableSceneError
from .grid import Grid
from .scene import Acquisition, Sun

TIME_TAGS = (
    "ACQUISITION_TIME",
    "ACQUISITION_DATETIME",
    "ACQUISITION_DATE",
    "DATE_ACQUIRED",
    "TIFFTAG_DATETIME",
    "EXIF_DateTimeOriginal",
)
AZIMUTH_TAGS = ("SUN_AZIMUTH", "MEAN_SUN_AZIMUTH_ANGLE")
ELEVATION_TAGS = ("SUN_ELEVATION",)
PLATFORM_TAGS = ("PLATFORM", "SPACECRAFT_ID", "SATELLITE", "SENSOR")
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
    sensor
        "auto", "optical" or "sar".
    gcp
        CSV of ground control points (column, row, lon, lat) that places the image.
    credit, licence
        Credit line; SPDX identifier or "closed".
    grid
        Where it lies, as it was remembered; overrules georeference, GSD and control points.
    """

    time: str | None = None
    gsd_m: float | None = None
    sun: Sun | None = None
    sensor: str = "auto"
    gcp: Path | None = None
    credit: str | None = None
    licence: str | None = None
    grid: Grid | None = None


def parse_time(text: str) -> str:
    """
    Return a time as ISO 8601 UTC ("2023-10-16T08:31:22Z"), or the date alone where no time of day is given.

    Raises
    ------
    ValueError
        If the text is no date.
    """
    cleaned = re.sub(r"^(\d{4}):(\d{2}):(\d{2})", r"\1-\2-\3", text.strip())  # TIFF and EXIF write 2023:10:16
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cleaned):
        return datetime.strptime(cleaned, "%Y-%m-%d").date().isoformat()
    moment = datetime.fromisoformat(cleaned)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def acquisition_of(tags: Mapping[str, str], bands: tuple[str, ...], options: ReadOptions, name: str) -> Acquisition:
    """
    Join what the tags say with what the user says; the user wins.

    Raises
    ------
    UnreadableSceneError
        If the user's time, sun or sensor cannot be understood.
    """
    return Acquisition(
        time=_time(tags, options.time, name),
        sun=_sun(tags, options.sun),
        sensor=_sensor(tags, bands, options.sensor),
        platform=_first(tags, PLATFORM_TAGS),
        level=_first(tags, ("PROCESSING_LEVEL", "LEVEL")),
        credit=options.credit or _first(tags, ("CREDIT", "TIFFTAG_COPYRIGHT")),
        licence=options.licence or _first(tags, ("LICENCE", "LICENSE")),
        synthetic=tags.get("DEPOTWATCH_SYNTHETIC", "").upper() in {"YES", "TRUE", "1"},
    )


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((tags[name].strip() for name in names if tags.get(name, "").strip()), None)


def _time(tags: Mapping[str, str], given: str | None, name: str) -> str | None:
    if given is not None:
        try:
            return parse_time(given)
        except ValueError:
            raise UnreadableSceneError(
                f"{given!r} is not a date for {name}; write it as 2023-10-16 or 2023-10-16T08:31Z."
            ) from None
    for tag in TIME_TAGS:
        if tags.get(tag):
            try:
                return parse_time(tags[tag])
            except ValueError:
                continue  # a malformed tag is no knowledge
    return None


def _sun(tags: Mapping[str, str], given: Sun | None) -> Sun | None:
    if given is None:
        try:
            azimuth, elevation = (
                float(_first(tags, AZIMUTH_TAGS) or "nan"),
                float(_first(tags, ELEVATION_TAGS) or "nan"),
            )
        except ValueError:
            return None
        if not (abs(azimuth) <= 360 and -90 <= elevation <= 90):
            return None
        return Sun(azimuth % 360, elevation)
    if not (-360 <= given.azimuth_deg <= 360 and 0 < given.elevation_deg <= 90):
        raise UnreadableSceneError(
            f"Sun {given.azimuth_deg:g},{given.elevation_deg:g} is not possible; "
            "give azimuth 0 to 360 and elevation above 0 up to 90 degrees."
        )
    return Sun(given.azimuth_deg % 360, given.elevation_deg)


def _sensor(tags: Mapping[str, str], bands: tuple[str, ...], given: str) -> str:
    if given in {"optical", "sar"}:
        return given
    if given != "auto":
        raise UnreadableSceneError(f"Sensor {given!r} is not known; give auto, optical or sar.")
    words = " ".join(filter(None, (_first(tags, PLATFORM_TAGS), tags.get("SENSOR_TYPE"))))
    radar = re.search(r"\b(sar|radar|sentinel-?1)", words, re.IGNORECASE)
    return "sar" if radar or {band.lower() for band in bands} <= SAR_BANDS else "optical"
