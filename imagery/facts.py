"""What one source says of an acquisition: its tags, its product's metadata, its catalogue item, its file name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from .scene import Sun, View

TIME_TAGS = ("ACQUISITION_TIME", "ACQUISITION_DATETIME", "ACQUISITION_DATE", "DATE_ACQUIRED")
LOCAL_TIME_TAGS = ("TIFFTAG_DATETIME", "EXIF_DATETIMEORIGINAL")  # of no stated time zone
AZIMUTH_TAGS = ("SUN_AZIMUTH", "MEAN_SUN_AZIMUTH_ANGLE")
ELEVATION_TAGS = ("SUN_ELEVATION",)
PLATFORM_TAGS = ("PLATFORM", "SPACECRAFT_ID", "SATELLITE", "SENSOR")


@dataclass(frozen=True)
class Facts:
    """
    What one source says; None is what it does not say.

    Parameters
    ----------
    time
        UTC, ISO 8601, or a date alone.
    clock
        True where the time of day is sure to be UTC, so that the sun can be computed from it.
    sun, view, sensor, platform, level, units, offset_applied, credit, licence, synthetic
        As in `Acquisition`.
    """

    time: str | None = None
    clock: bool | None = None
    sun: Sun | None = None
    view: View | None = None
    sensor: str | None = None
    platform: str | None = None
    level: str | None = None
    units: str | None = None
    offset_applied: bool | None = None
    credit: str | None = None
    licence: str | None = None
    synthetic: bool | None = None


def joined(said: Sequence[Facts]) -> Facts:
    """Return, fact by fact, what the first source says that says anything; a time and its clock go together."""
    found = {
        field.name: next((getattr(one, field.name) for one in said if getattr(one, field.name) is not None), None)
        for field in fields(Facts)
    }
    found["clock"] = next((one.clock for one in said if one.time is not None), None)
    return Facts(**found)


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


def time_or_none(text: object) -> str | None:
    """Return `parse_time` of a text; None where it is no date, as a malformed tag is no knowledge."""
    try:
        return parse_time(str(text))
    except ValueError:
        return None


def sun_or_none(azimuth: object, elevation: object) -> Sun | None:
    """Return a sun of two numbers or texts; None unless both are angles."""
    pair = number(azimuth), number(elevation)
    if pair[0] is None or pair[1] is None or abs(pair[0]) > 360 or abs(pair[1]) > 90:
        return None
    return Sun(pair[0] % 360, pair[1])


def view_or_none(off_nadir: object, azimuth: object) -> View | None:
    """Return a view of two numbers or texts; None unless the first is an angle."""
    angle, direction = number(off_nadir), number(azimuth)
    if angle is None or abs(angle) >= 90:
        return None
    return View(abs(angle), None if direction is None or abs(direction) > 360 else direction % 360)


def number(value: object) -> float | None:
    """Return a finite number, from a number or a text; None where it is none."""
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return found if abs(found) < float("inf") else None


def factor(value: object) -> float | None:
    """Return a scale, from a number or a text; None where it is none that any image has (0, 1e300)."""
    found = number(value)
    return found if found is not None and 1e-12 <= abs(found) <= 1e12 else None


def summand(value: object) -> float | None:
    """Return an offset, from a number or a text; None where it is none that any image has (1e300)."""
    found = number(value)
    return found if found is not None and abs(found) <= 1e12 else None


def facts_of_tags(tags: Mapping[str, str]) -> Facts:
    """Return what the tags of a raster say; names in upper case."""
    times = ((name, time_or_none(tags[name])) for name in (*TIME_TAGS, *LOCAL_TIME_TAGS) if tags.get(name))
    name, time = next(((name, time) for name, time in times if time is not None), ("", None))
    words = " ".join(filter(None, (_first(tags, PLATFORM_TAGS), tags.get("SENSOR_TYPE"))))
    return Facts(
        time=time,
        clock=name not in LOCAL_TIME_TAGS,
        sun=sun_or_none(_first(tags, AZIMUTH_TAGS), _first(tags, ELEVATION_TAGS)),
        view=view_or_none(_first(tags, ("OFF_NADIR", "VIEW_OFF_NADIR")), _first(tags, ("VIEW_AZIMUTH",))),
        sensor="sar" if re.search(r"\b(sar|radar|sentinel-?1)", words, re.IGNORECASE) else None,
        platform=_first(tags, PLATFORM_TAGS),
        level=_first(tags, ("PROCESSING_LEVEL", "LEVEL")),
        credit=_first(tags, ("CREDIT", "TIFFTAG_COPYRIGHT")),
        licence=_first(tags, ("LICENCE", "LICENSE")),
        synthetic=True if tags.get("DEPOTWATCH_SYNTHETIC", "").upper() in {"YES", "TRUE", "1"} else None,
    )


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((tags[name].strip() for name in names if tags.get(name, "").strip()), None)
