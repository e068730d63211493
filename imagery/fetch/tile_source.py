"""A tile server that a user names: its template, what the user says of its imagery, and which tiles an area takes."""

import math
import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from shapely import Polygon

from ..errors import NoOverlapError, RemoteError
from ..facts import parse_time
from .planning import MARGIN_PX

XYZ = ("z", "x", "y")
TMS = ("z", "x", "-y")  # rows counted from the south
WMTS = ("TileMatrix", "TileCol", "TileRow")
PLACE = re.compile(r"\{([^{}]*)\}")
MAX_ZOOM = 24
MAX_TILES = 2000  # a larger area is not fetched tile by tile out of courtesy to the server
TILE_PX = 256  # that zooms are counted by
EQUATOR_M_PER_PX = 156543.03392804097  # at zoom 0: the circumference of the WGS 84 equator over 256
MAX_LATITUDE = 85.0511287798066  # where the square of Web Mercator ends


@dataclass(frozen=True, slots=True)
class TileSource:
    """
    A tile server in Web Mercator.

    Parameters
    ----------
    template
        Address with {z}, {x} and {y} ({-y} where rows are counted from the south), or {TileMatrix}, {TileCol} and
        {TileRow} of a WMTS whose matrices are called by their zoom, as in GoogleMapsCompatible.
    zoom
        0 to 24.
    date
        When its imagery was taken, ISO 8601; None where nobody knows, and it then stands between no two dates.
    credit, licence
        To be shown and kept with every pixel; None if unknown.

    Raises
    ------
    RemoteError
        If the template, the zoom or the date is none.
    """

    template: str
    zoom: int
    date: str | None = None
    credit: str | None = None
    licence: str | None = None

    def __post_init__(self) -> None:
        """Check what the user says."""
        names = PLACE.findall(self.template)
        if not any(sorted(names) == sorted(known) for known in (XYZ, TMS, WMTS)):
            raise RemoteError(
                f"{self.shown!r} is no tile template; give one with {{z}}, {{x}} and {{y}}, or with {{TileMatrix}}, "
                "{TileCol} and {TileRow}, each once, and everything else filled in."
            )
        if PLACE.search(urlsplit(self.template).netloc) or not self.host:
            raise RemoteError(f"{self.shown!r} names no one server; give its host as it is, as https://host/….")
        if not 0 <= self.zoom <= MAX_ZOOM:
            raise RemoteError(f"Zoom {self.zoom} is not possible; give 0 to {MAX_ZOOM}.")
        try:
            _ = self.time
        except ValueError:
            raise RemoteError(f"{self.date!r} is no date; write it as 2023-10-16 or 2023-10-16T08:31Z.") from None

    @property
    def host(self) -> str:
        """Name of the server."""
        return (urlsplit(self.template).hostname or "").lower()

    @property
    def time(self) -> str | None:
        """The date as scenes have it."""
        return None if self.date is None else parse_time(self.date)

    @property
    def shown(self) -> str:
        """The template without what may be a key: of its query, only what names a tile."""
        parts = urlsplit(self.template)
        query = "&".join(pair for pair in parts.query.split("&") if PLACE.search(pair))
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))

    def url(self, column: int, row: int) -> str:
        """Return the address of a tile, rows counted from the north."""
        said = {
            **dict(zip(XYZ, (self.zoom, column, row), strict=True)),
            **dict(zip(WMTS, (self.zoom, column, row), strict=True)),
            "-y": 2**self.zoom - 1 - row,
        }
        return PLACE.sub(lambda place: str(said[place[1]]), self.template)

    def gsd_m(self, latitude: float, tile_px: int) -> float:
        """Return the ground sample distance in metres at a latitude in degrees."""
        return EQUATOR_M_PER_PX * math.cos(math.radians(latitude)) * float(TILE_PX) / tile_px / (1 << self.zoom)


@dataclass(frozen=True, slots=True)
class TileWindow:
    """
    The part of a zoom's tiles that an area and `MARGIN_PX` around it take, in tiles from the north-west of the world.

    Parameters
    ----------
    left, top, right, bottom
        Fractions of tiles count.
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def tiles(self) -> list[tuple[int, int]]:
        """Column and row of every tile that is touched."""
        columns = range(math.floor(self.left), math.ceil(self.right))
        return [(column, row) for row in range(math.floor(self.top), math.ceil(self.bottom)) for column in columns]


def window_of(source: TileSource, area: Polygon) -> TileWindow:
    """
    Return the window of an area.

    Raises
    ------
    NoOverlapError
        If Web Mercator does not reach it.
    RemoteError
        If it takes more than `MAX_TILES`.
    """
    west, south, east, north = area.bounds
    if not (-MAX_LATITUDE <= south and north <= MAX_LATITUDE and -180 <= west <= east <= 180):
        raise NoOverlapError("The area lies where tiles in Web Mercator do not reach; choose another source.")
    last, margin = 2**source.zoom, MARGIN_PX / TILE_PX
    left, right = ((lon + 180) / 360 * last for lon in (west, east))
    top, bottom = (_row(lat) * last for lat in (north, south))
    window = TileWindow(
        max(0, left - margin), max(0, top - margin), min(last, right + margin), min(last, bottom + margin)
    )
    number = (math.ceil(window.right) - math.floor(window.left)) * (math.ceil(window.bottom) - math.floor(window.top))
    if number > MAX_TILES:
        raise RemoteError(
            f"The area takes {number:,} tiles at zoom {source.zoom}; at most {MAX_TILES:,} are fetched: choose a lower "
            "zoom or a smaller area."
        )
    return window


def _row(latitude: float) -> float:
    """Return how far from the north of the square a latitude lies, 0 to 1."""
    return (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
