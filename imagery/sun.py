"""Where the sun stands, from time and place.

Meeus 1998, Astronomical Algorithms, 2nd edition, chapters 12, 13, 22 and 25 (low accuracy): within 0.01° of the
ephemeris from 1950 to 2050; no refraction, as image metadata give none. Fails by some hundredths of a degree where
the centre of a wide scene stands for all of it.
"""

from datetime import UTC, datetime

import numpy as np

from .scene import Sun

J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
DAYS_A_CENTURY = 36525.0
DELTA_T_S = 66.0  # terrestrial less universal time around 2010; a minute of it moves the sun by 0.0007°


def sun_at(time: str, lon: float, lat: float) -> Sun:
    """
    Return the sun's position, marked as computed.

    Parameters
    ----------
    time
        UTC with a time of day, ISO 8601.
    lon, lat
        Degrees east and north, WGS 84.
    """
    moment = datetime.fromisoformat(time)
    days = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - J2000).total_seconds() / 86400
    right_ascension, declination = _apparent(days + DELTA_T_S / 86400)
    sidereal = 280.46061837 + 360.98564736629 * days + 0.000387933 * (days / DAYS_A_CENTURY) ** 2
    hour_angle = np.radians(sidereal + lon) - right_ascension
    phi = np.radians(lat)
    elevation = np.arcsin(np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour_angle))
    from_south = np.arctan2(np.sin(hour_angle), np.cos(hour_angle) * np.sin(phi) - np.tan(declination) * np.cos(phi))
    return Sun(float(np.degrees(from_south) + 180) % 360, float(np.degrees(elevation)), computed=True)


def _apparent(days: float) -> tuple[float, float]:
    """Right ascension and declination of the sun, radians, `days` of terrestrial time after J2000."""
    century = days / DAYS_A_CENTURY
    mean_longitude = 280.46646 + 36000.76983 * century + 0.0003032 * century**2
    anomaly = np.radians(357.52911 + 35999.05029 * century - 0.0001537 * century**2)
    centre = (
        (1.914602 - 0.004817 * century) * np.sin(anomaly)
        + (0.019993 - 0.000101 * century) * np.sin(2 * anomaly)
        + 0.000289 * np.sin(3 * anomaly)
    )
    node = np.radians(125.04 - 1934.136 * century)
    longitude = np.radians(mean_longitude + centre - 0.00569 - 0.00478 * np.sin(node))
    obliquity = np.radians(23.439291 - 0.0130042 * century + 0.00256 * np.cos(node))
    ascension = np.arctan2(np.cos(obliquity) * np.sin(longitude), np.cos(longitude))
    return float(ascension), float(np.arcsin(np.sin(obliquity) * np.sin(longitude)))
