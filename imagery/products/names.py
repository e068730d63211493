"""What the official name of a file or folder says: those of Sentinel-1, Sentinel-2, Landsat and NAIP carry the date."""

import re
from collections.abc import Callable
from pathlib import Path

from ..facts import Facts, time_or_none

CLOCK = r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)T(?P<h>\d\d)(?P<n>\d\d)(?P<s>\d\d)"
SENTINEL2 = re.compile(rf"(?P<platform>S2[A-D])_MSI(?P<level>L1C|L2A)_{CLOCK}_.*")
SENTINEL2_BAND = re.compile(rf"T\d\d[A-Z]{{3}}_{CLOCK}_(?P<band>B\d[0-9A]|TCI)(?P<level>_[126]0m)?")
SENTINEL1 = re.compile(rf"(?P<platform>S1[A-D])_(IW|EW|SM|S[1-6])_.*?{CLOCK}.*", re.IGNORECASE)
LANDSAT = re.compile(
    r"L[COTE](?P<number>0[4-9])_(?P<level>L[12][A-Z]{2})_\d{6}_(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)_\d{8}_02_(T1|T2|RT)_?.*"
)

NAIP = re.compile(
    r"m_\d{7}_(ne|nw|se|sw)_\d\d_(1|060|030|h)_(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(_\d{8})?", re.IGNORECASE
)


def facts_of_name(path: Path) -> Facts:
    """Return what a name says; nothing where it follows none of the conventions."""
    stem = path.name.split(".")[0]
    for pattern, read in CONVENTIONS:
        match = pattern.fullmatch(stem)
        if match:
            return read(match)
    return Facts()


def _time(match: re.Match[str]) -> str | None:
    day = f"{match['y']}-{match['m']}-{match['d']}"
    return time_or_none(f"{day}T{match['h']}:{match['n']}:{match['s']}Z" if "h" in match.groupdict() else day)


def _sentinel2(match: re.Match[str]) -> Facts:
    platform = f"Sentinel-{match['platform'][1:]}"
    return Facts(time=_time(match), clock=True, sensor="optical", platform=platform, level=match["level"])


def _band(match: re.Match[str]) -> Facts:
    return Facts(
        time=_time(match),
        clock=True,
        sensor="optical",
        platform="Sentinel-2",
        level="L2A" if match["level"] else "L1C",
        units="display" if match["band"] == "TCI" else "dn",
    )


def _radar(match: re.Match[str]) -> Facts:
    platform = f"Sentinel-{match['platform'][1:].upper()}"
    return Facts(time=_time(match), clock=True, sensor="sar", platform=platform)


def _landsat(match: re.Match[str]) -> Facts:
    platform = f"LANDSAT_{int(match['number'])}"
    return Facts(time=_time(match), clock=False, sensor="optical", platform=platform, level=match["level"])


def _aerial(match: re.Match[str]) -> Facts:
    return Facts(time=_time(match), clock=False, sensor="optical", platform="NAIP")


CONVENTIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Facts]], ...] = (
    (SENTINEL2, _sentinel2),
    (SENTINEL2_BAND, _band),
    (SENTINEL1, _radar),
    (LANDSAT, _landsat),
    (NAIP, _aerial),
)
