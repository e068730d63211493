"""Which bands of two scenes show the same colour."""

import re
from typing import Protocol, Self, TypeVar

from .errors import UnlikeScenesError
from .scene import Acquisition

COLOURS = {"coastal", "blue", "green", "red", "rededge", "nir", "nir08", "swir16", "swir22", "vv", "vh", "hh", "hv"}
SENTINEL2 = {
    "1": "coastal",
    "2": "blue",
    "3": "green",
    "4": "red",
    "8": "nir",
    "8A": "nir08",
    "11": "swir16",
    "12": "swir22",
}
OLI = {"1": "coastal", "2": "blue", "3": "green", "4": "red", "5": "nir08", "6": "swir16", "7": "swir22"}
THEMATIC_MAPPER = {"1": "blue", "2": "green", "3": "red", "4": "nir08", "5": "swir16", "7": "swir22"}
NUMBERED = re.compile(r"(?:^|.*_)(?P<surface>SR_)?B(?P<zero>0?)(?P<number>\d\d?A?)(?:_[126]0m)?", re.IGNORECASE)
NAMED = re.compile(r"(?:^|.*[_-])(?P<colour>[a-z]+\d*)", re.IGNORECASE)


class Banded(Protocol):
    """A scene, read or only opened."""

    @property
    def bands(self) -> tuple[str, ...]:
        """Band names."""

    @property
    def acquisition(self) -> Acquisition:
        """When and by what."""

    def with_bands(self, names: tuple[str, ...]) -> Self:
        """Return the scene with these of its bands."""


B = TypeVar("B", bound=Banded)


def same_bands(before: B, after: B) -> tuple[B, B]:
    """
    Return two scenes with the bands that show the same colours, in the order of the before scene.

    Bands whose colour no name tells are compared by their place, where both scenes have as many.

    Raises
    ------
    UnlikeScenesError
        If they share no colour, or have unlike numbers of bands that nothing tells apart.
    """
    if before.bands == after.bands:
        return before, after
    first, second = colours(before), colours(after)
    if None in first or None in second:
        if len(first) == len(second):
            return before, after
        raise UnlikeScenesError(
            f"Before has the bands {', '.join(before.bands)} and after {', '.join(after.bands)}; "
            "give the same bands of both, as band files joined by commas."
        )
    if "nir" not in {*first} & {*second}:  # a narrow near infrared stands for a broad one where there is no better
        first, second = _broad(first), _broad(second)
    shared = [colour for colour in first if colour in second]
    if not shared:
        raise UnlikeScenesError(
            f"Before has the bands {', '.join(before.bands)} and after {', '.join(after.bands)}, which show no colour "
            "in common; choose scenes that share a band."
        )
    return (
        before.with_bands(tuple(before.bands[first.index(colour)] for colour in shared)),
        after.with_bands(tuple(after.bands[second.index(colour)] for colour in shared)),
    )


def colours(scene: Banded) -> list[str | None]:
    """Return the common name of each band (blue, nir08, vv …), by its own name and the platform; None where unknown."""
    found = [_colour(band, scene.acquisition.platform or "") for band in scene.bands]
    return [colour if found.count(colour) == 1 else None for colour in found]


def _colour(band: str, platform: str) -> str | None:
    named = NAMED.fullmatch(band)
    if named and named["colour"].lower() in COLOURS:
        return named["colour"].lower()
    numbered = NUMBERED.fullmatch(band)
    if numbered is None:
        return None
    landsat = re.search(r"landsat[-_ ]?(\d)", platform, re.IGNORECASE)
    if landsat is not None:
        return (OLI if int(landsat[1]) >= 8 else THEMATIC_MAPPER).get(numbered["number"])
    by_its_zero = numbered["zero"] == "0" or numbered["number"] == "8A"  # only Sentinel-2 writes B02 and B8A
    if by_its_zero or re.search(r"sentinel-?2", platform, re.IGNORECASE):
        return SENTINEL2.get(numbered["number"].upper())
    return None


def _broad(colours: list[str | None]) -> list[str | None]:
    return colours if "nir" in colours else ["nir" if colour == "nir08" else colour for colour in colours]
