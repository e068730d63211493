"""A site: a named place with an area of interest."""

from dataclasses import dataclass

from shapely import Polygon


@dataclass(frozen=True, slots=True)
class Site:
    """
    A named place.

    Parameters
    ----------
    id
        Short name used on the command line ("rajin").
    name
        Full name.
    area
        Area of interest in EPSG:4326 (longitude, latitude); None for a site without position.
    function
        "port", "depot", "railway", …; None if not said.
    country
        ISO 3166 alpha-2 code or codes; None if not said.
    accuracy
        Where the position comes from and how good it is.
    synthetic
        True for an invented place.
    """

    id: str
    name: str
    area: Polygon | None = None
    function: str | None = None
    country: str | None = None
    accuracy: str = ""
    synthetic: bool = False
