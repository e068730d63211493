"""Claims, origins and sites from JSON files, in the shapes of the cited reports that come with depotwatch."""

import math
import re
from datetime import date
from pathlib import Path

from shapely import Polygon, box

from ..records import MEASURES, POLARITIES, ROLES, Claim, Origin, Quantity, Site, SiteRole, Window
from .items import Item, read_items

_CLAIM_FIELDS = (
    *("id", "source", "statement", "kind", "measure", "quantity", "sites", "window", "polarity", "origin"),
    *("locator", "quote", "quote_prefix", "quote_suffix"),
)
_SITE_FIELDS = ("id", "name", "kind", "country", "lon", "lat", "box_km", "accuracy", "synthetic")
_KM_PER_DEGREE = math.radians(1) * 6371.0088  # of latitude, on the sphere of the mean radius (IUGG)


def read_claims(path: str | Path) -> tuple[Claim, ...]:
    """
    Return the claims of a file: a list, one claim, or a list under "claims".

    Raises
    ------
    ReferenceFileError
        The file cannot be read, or a field is missing, unknown or not allowed; the message names claim and field.
    """
    return tuple(_claim(item) for item in read_items(path, "claim", "claims"))


def read_origins(path: str | Path) -> tuple[Origin, ...]:
    """
    Return the origins of a file: a list, one origin, or a list under "origins".

    Raises
    ------
    ReferenceFileError
        As for `read_claims`.
    """
    return tuple(_origin(item) for item in read_items(path, "origin", "origins"))


def read_sites(path: str | Path) -> tuple[Site, ...]:
    """
    Return the sites of a file: a list, one site, or a list under "sites".

    A position `lon`, `lat` (degrees) with `box_km` becomes a square of that side on the ground.

    Raises
    ------
    ReferenceFileError
        As for `read_claims`.
    """
    return tuple(_site(item) for item in read_items(path, "site", "sites"))


def _claim(item: Item) -> Claim:
    item.only(_CLAIM_FIELDS)
    return Claim(
        id=item.text("id"),
        source=item.text("source"),
        statement=item.text("statement"),
        kind=item.maybe_text("kind"),
        measure=item.choice("measure", MEASURES),
        quantity=_quantity(item.inner("quantity")),
        sites=tuple(_role(role) for role in item.inner_list("sites")),
        window=_window(item.inner("window")),
        polarity=item.choice("polarity", POLARITIES),
        origin=item.maybe_text("origin"),
        locator=item.maybe_text("locator"),
        quote=item.maybe_text("quote"),
        quote_prefix=item.maybe_text("quote_prefix"),
        quote_suffix=item.maybe_text("quote_suffix"),
    )


def _origin(item: Item) -> Origin:
    item.only(("id", "who", "what", "said"))
    said = item.maybe_text("said")
    if said is not None and not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", said):
        item.refuse("said", "a year, month or day like 2023-10-13, or null, is needed")
    return Origin(item.text("id"), item.text("who"), item.maybe_text("what") or "", said)


def _site(item: Item) -> Site:
    item.only(_SITE_FIELDS)
    area = None
    if any(item.fields.get(field) is not None for field in ("lon", "lat", "box_km")):
        area = _square(item)
    return Site(
        id=item.text("id"),
        name=item.text("name"),
        area=area,
        function=item.maybe_text("kind"),
        country=item.maybe_text("country"),
        accuracy=item.maybe_text("accuracy") or ("gazetteer-level" if area is not None else ""),
        synthetic=item.truth("synthetic"),
    )


def _square(item: Item) -> Polygon:
    """Return the square around a position; a degree of longitude shrinks with the cosine of the latitude."""
    lon, lat = item.number("lon", -180, 180), item.number("lat", -85, 85)
    half = item.number("box_km", 0.001, 1000) / 2 / _KM_PER_DEGREE
    across = half / math.cos(math.radians(lat))
    if abs(lon) + across > 180:
        item.refuse("lon", "a square that does not cross the 180th meridian is needed")
    return box(lon - across, lat - half, lon + across, lat + half)


def _quantity(item: Item | None) -> Quantity | None:
    if item is None:
        return None
    item.only(("low", "high", "unit", "hedge"))
    low, high = item.maybe_count("low"), item.maybe_count("high")
    if low is not None and high is not None and low > high:
        item.refuse("low", f"at most high ({high}) is needed")
    return Quantity(low, high, item.maybe_text("unit"), item.maybe_text("hedge"))


def _role(item: Item) -> SiteRole:
    item.only(("site", "role"))
    return SiteRole(item.text("site"), item.choice("role", ROLES))


def _window(item: Item | None) -> Window:
    if item is None:
        return Window()
    item.only(("start", "end"))
    start, end = _day(item, "start"), _day(item, "end")
    if start is not None and end is not None and start > end:
        item.refuse("start", f"a day not after end ({end}) is needed")
    return Window(start, end)


def _day(item: Item, field: str) -> str | None:
    day = item.maybe_text(field)
    if day is None:
        return None
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        item.refuse(field, "a day like 2023-10-13, or null, is needed")
