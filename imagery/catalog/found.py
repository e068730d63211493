"""One item of a catalogue, as far as choosing and fetching need it; everything in it is checked, none of it trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urljoin

import shapely
from shapely import MultiPolygon, Polygon
from shapely.errors import ShapelyError
from shapely.geometry import shape

from ..facts import number, sun_or_none, time_or_none, view_or_none
from ..scene import Sun, View
from .catalogues import Catalogue, Collection

Json = Mapping[str, Any]
COMMON = ("blue", "green", "red", "nir")
PLAIN = {"nir08": "nir"}  # of eo:bands' common names, those that stand for the one that is meant


@dataclass(frozen=True, slots=True)
class Found:
    """
    What a catalogue says of one acquisition.

    Parameters
    ----------
    catalogue, collection, id
        Where it stands.
    time
        Acquisition, UTC, ISO 8601.
    footprint
        Longitude and latitude.
    sensor
        "optical" or "sar".
    gsd_m
        Ground sample distance; None if nobody states it.
    cloud_percent
        Of the whole scene, as stated: says little of an area in it.
    orbit
        What is the same for two dates seen from one place: relative orbit and direction, or path and row.
    sun, view
        None if unknown.
    platform
        None if unknown.
    bands
        Addresses of the rasters, by band name in the order in which they are fetched; the one band "image" is a raster
        of several bands.
    mask
        Address of the quality mask, and how it is read; None where there is none.
    thumbnail
        Address of a small picture; None where there is none.
    credit, licence, terms
        To be shown and kept with every pixel.
    caution
        What a user has to know before choosing it.
    item
        The item, as it came.
    href
        Address of the item.
    """

    catalogue: str
    collection: str
    id: str
    time: str
    footprint: Polygon | MultiPolygon
    sensor: str
    gsd_m: float | None
    cloud_percent: float | None
    orbit: str | None
    sun: Sun | None
    view: View | None
    platform: str | None
    bands: Mapping[str, str]
    mask: tuple[str, str] | None
    thumbnail: str | None
    credit: str | None
    licence: str | None
    terms: str | None
    caution: str | None
    item: Json
    href: str

    @property
    def group(self) -> tuple[str, str]:
        """What two dates have to share to be compared: one catalogue's collections differ in level and offset."""
        return self.catalogue, self.collection


def found(item: Json, catalogue: Catalogue) -> Found | None:
    """
    Return what an item says.

    Parameters
    ----------
    item
        A STAC item, as it came from a server.
    catalogue
        Whose it is.

    Returns
    -------
    Found or None
        None where it states no time, no footprint or no raster that can be fetched: such an item is of no use here.
    """
    properties, assets = _mapping(item.get("properties")), _assets(item)
    time = time_or_none(properties.get("datetime")) or time_or_none(properties.get("start_datetime"))
    footprint = _footprint(item.get("geometry"))
    collection = catalogue.collection(str(item.get("collection", "")))
    href = next((one["href"] for one in _links(item) if one.get("rel") == "self"), catalogue.url)
    bands = {name: _href(asset, href, catalogue) for name, asset in _bands(assets, collection).items()}
    if time is None or footprint is None or not bands:
        return None
    return Found(
        catalogue=catalogue.name,
        collection=str(item.get("collection") or ""),
        id=str(item.get("id", "")),
        time=time,
        footprint=footprint,
        sensor=collection.sensor or ("sar" if properties.get("sar:instrument_mode") else "optical"),
        gsd_m=_gsd(properties, assets, collection),
        cloud_percent=number(properties.get("eo:cloud_cover")),
        orbit=_orbit(properties),
        sun=sun_or_none(properties.get("view:sun_azimuth"), properties.get("view:sun_elevation")),
        view=view_or_none(properties.get("view:off_nadir"), properties.get("view:azimuth")),
        platform=_text(properties.get("platform")),
        bands=bands,
        mask=_mask(assets, collection, href, catalogue),
        thumbnail=_thumbnail(assets, href, catalogue),
        credit=_credit(collection, time, properties),
        licence=collection.licence or _text(properties.get("license")),
        terms=collection.terms,
        caution=collection.caution,
        item=item,
        href=href,
    )


def _bands(assets: Mapping[str, Json], collection: Collection) -> dict[str, Json]:
    """Return the asset of each band that the collection is known to have, else of each that the item names itself."""
    if collection.bands:
        chosen = {name: _asset(assets, keys) for name, keys in collection.bands.items()}
        return {name: asset for name, asset in chosen.items() if asset is not None}
    named = dict[str, Json]()
    for asset in assets.values():
        said = asset.get("eo:bands") or asset.get("bands")
        if not _is_geotiff(asset) or not isinstance(said, list) or len(said) != 1:
            continue
        common = _mapping(said[0]).get("common_name") or _mapping(said[0]).get("eo:common_name")
        named.setdefault(PLAIN.get(str(common), str(common)), asset)
    if set(COMMON[:3]) <= set(named):
        return {name: named[name] for name in COMMON if name in named}
    whole = next((one for one in assets.values() if _is_picture(one)), None)
    return {} if whole is None else {"image": whole}


def _is_geotiff(asset: Json) -> bool:
    return "tiff" in str(asset.get("type", "")).lower()  # older items write image/vnd.stac.geotiff


def _is_picture(asset: Json) -> bool:
    roles = asset.get("roles")
    beside = isinstance(roles, list) and bool({"thumbnail", "overview", "metadata"} & set(map(str, roles)))
    return _is_geotiff(asset) and not beside


def _asset(assets: Mapping[str, Json], keys: tuple[str, ...]) -> Json | None:
    """Return the first asset whose key is one of those meant, "*" standing for anything."""
    for key in keys:
        for name, asset in assets.items():
            if fnmatchcase(name, key):
                return asset
    return None


def _mask(
    assets: Mapping[str, Json], collection: Collection, href: str, catalogue: Catalogue
) -> tuple[str, str] | None:
    if collection.mask is not None:
        asset = _asset(assets, collection.mask.assets)
        return None if asset is None else (_href(asset, href, catalogue), collection.mask.kind)
    for kind, keys in (("scl", ("scl", "SCL")), ("qa_pixel", ("qa_pixel",))):
        asset = _asset(assets, keys)
        if asset is not None:
            return _href(asset, href, catalogue), kind
    return None


def _thumbnail(assets: Mapping[str, Json], href: str, catalogue: Catalogue) -> str | None:
    for asset in assets.values():
        roles = asset.get("roles")
        if isinstance(roles, list) and "thumbnail" in roles and str(asset.get("type", "")).startswith("image/"):
            return _href(asset, href, catalogue)
    return None


def _href(asset: Json, href: str, catalogue: Catalogue) -> str:
    """Return an asset's address, absolute, with its store's own name for itself made one that can be asked."""
    address = str(asset.get("href", ""))
    for start, better in catalogue.rewrite.items():
        if address.startswith(start):
            address = better + address.removeprefix(start)
    return urljoin(href, address)


def _footprint(geometry: object) -> Polygon | MultiPolygon | None:
    try:
        found = shapely.make_valid(shape(geometry))
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
    return found if isinstance(found, Polygon | MultiPolygon) and not found.is_empty else None


def _orbit(properties: Json) -> str | None:
    orbit, state = properties.get("sat:relative_orbit"), properties.get("sat:orbit_state")
    if orbit is not None:
        return f"orbit {orbit}{f' {state}' if state else ''}"
    path, row = properties.get("landsat:wrs_path"), properties.get("landsat:wrs_row")
    return f"path {path} row {row}" if path is not None and row is not None else None


def _gsd(properties: Json, assets: Mapping[str, Json], collection: Collection) -> float | None:
    asset = _asset(assets, next(iter(collection.bands.values()), ())) or {}
    said = number(asset.get("gsd")) or number(properties.get("gsd"))
    return said or collection.gsd_m or None


def _credit(collection: Collection, time: str, properties: Json) -> str | None:
    if collection.credit is not None:
        return collection.credit.replace("{year}", time[:4])
    providers = properties.get("providers")
    names = [_text(_mapping(one).get("name")) for one in providers] if isinstance(providers, list) else []
    return ", ".join(name for name in names if name) or None


def _assets(item: Json) -> dict[str, Json]:
    """Return the assets that name an address."""
    found = {name: _mapping(asset) for name, asset in _mapping(item.get("assets")).items()}
    return {name: asset for name, asset in found.items() if isinstance(asset.get("href"), str)}


def _links(item: Json) -> list[Json]:
    links = item.get("links")
    found = [_mapping(link) for link in links] if isinstance(links, list) else []
    return [link for link in found if isinstance(link.get("href"), str)]


def _mapping(value: object) -> dict[str, Any]:
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
