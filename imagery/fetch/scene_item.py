"""The STAC item beside what was fetched: what the catalogue said of it, whose it is, and where every byte came from."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from shapely import Polygon
from shapely.geometry import mapping

from ... import __version__
from ..catalog.found import Found
from ..grid import Grid
from ..products.stac import SENTINEL2_OFFSET, SENTINEL2_SCALE, Item, factors_of_item, has_offset
from ..remote.answer import plain
from .asset import said_of
from .planning import Piece, Plan

STAC_VERSION = "1.1.0"
EXTENSIONS = tuple(
    f"https://stac-extensions.github.io/{name}/schema.json"
    for name in (
        *("eo/v2.0.0", "file/v2.1.0", "processing/v1.2.0", "projection/v2.0.0", "raster/v2.0.0", "view/v1.0.0"),
        *("sar/v1.0.0", "sat/v1.0.0"),
    )
)
KEPT = re.compile(
    r"(eo:cloud_cover|(view|sat|sar|s2|landsat|processing|earthsearch):[a-z0-9_]+|platform|constellation|mission|"
    r"instruments|gsd)"
)
COMMON = frozenset(
    "coastal blue green yellow red rededge nir nir08 nir09 cirrus swir16 swir22 pan lwir lwir11 lwir12".split()
)
SAR_NEEDED = {f"sar:{name}" for name in ("instrument_mode", "frequency_band", "polarizations", "product_type")}
SIGNIFICANT = 7  # digits of a coordinate in degrees: a centimetre


def properties_of(plan: Plan, area: Polygon, valid: float) -> dict[str, Any]:
    """Return what a fetched acquisition is: of the catalogue's item, what extensions define and names no address."""
    found = plan.found
    said = said_of(found).properties
    kept = {key: value for key, value in sorted(said.items()) if KEPT.fullmatch(key) and _is_plain(value)}
    return {
        "datetime": found.time if "T" in found.time else f"{found.time}T00:00:00Z",
        **kept,
        **credited(found.credit, found.licence),
        **retrieved([piece.known.since for piece in plan.pieces]),
        **made(area, plan.coverage, valid),
        "depotwatch:catalogue": found.catalogue,
        "depotwatch:collection": found.collection,
        "depotwatch:item": found.id,
    }


def credited(credit: str | None, licence: str | None) -> dict[str, Any]:
    """Return the properties that say whose imagery it is."""
    return {
        **({"license": licence} if licence else {"license": "other"}),
        **({"attribution": credit} if credit else {}),
    }


def retrieved(times: Sequence[float]) -> dict[str, Any]:
    """Return when the first byte of the latest file came, from the cache: the same in every later run."""
    moment = datetime.fromtimestamp(max(times), UTC).replace(microsecond=0)
    return {"depotwatch:retrieved": moment.isoformat().replace("+00:00", "Z")}


def made(area: Polygon, coverage: float, valid: float) -> dict[str, Any]:
    """Return what was asked for, how much of it there is, and by what it was made."""
    return {
        "processing:software": {"depotwatch": __version__},
        "depotwatch:area": mapping(area),
        "depotwatch:coverage": round(coverage, 4),
        "depotwatch:valid": round(valid, 4),
    }


def document(
    id: str, grid: Grid, properties: Mapping[str, Any], assets: Mapping[str, Any], links: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Return an item of rasters on a grid."""
    rows, columns = grid.shape
    lon, lat = (
        [round(float(one), SIGNIFICANT) for one in side]
        for side in grid.lonlat([0, 0, columns, columns, 0], [0, rows, rows, 0, 0])
    )
    return {
        "type": "Feature",
        "stac_version": STAC_VERSION,
        "stac_extensions": [one for one in EXTENSIONS if _is_used(one, properties)],
        "id": id,
        "geometry": {"type": "Polygon", "coordinates": [[list(one) for one in zip(lon, lat, strict=True)]]},
        "bbox": [min(lon), min(lat), max(lon), max(lat)],
        "properties": dict(properties),
        "links": list(links),
        "assets": dict(assets),
    }


def links_of(found: Found) -> list[dict[str, str]]:
    """Return where it came from, and under which terms; no signature."""
    links = [{"rel": "derived_from", "href": plain(found.href), "type": "application/geo+json"}]
    return links + ([{"rel": "license", "href": found.terms}] if found.terms else [])


def bands_of(plan: Plan, names: Sequence[str]) -> dict[str, Any]:
    """Return what the asset of the bands says of each: colour, type, no-data, scale and offset to what it measures."""
    pieces, said = plan.bands, said_of(plan.found)
    factors = [pair for piece in pieces for pair in _factors(piece, said)]
    first = pieces[0]
    nodata = nodata_of(plan)
    said_nodata = {} if nodata is None else {"nodata": nodata if math.isfinite(nodata) else str(nodata)}
    raster = {"data_type": first.dtype, **said_nodata}
    return {
        "roles": ["data", *_kinds(plan, said)],
        **placed(first.grid),
        **raster,
        "bands": [
            {
                "name": name,
                **({"eo:common_name": name} if name in COMMON else {}),
                **({} if pair is None else {"raster:scale": pair[0], "raster:offset": pair[1]}),
            }
            for name, pair in zip(names, factors, strict=True)
        ],
    }


def placed(grid: Grid) -> dict[str, Any]:
    """Return where a raster lies, as the projection extension writes it."""
    assert grid.crs is not None
    epsg = grid.crs.to_epsg()
    return {
        "proj:code": None if epsg is None else f"EPSG:{epsg}",
        **({"proj:wkt2": grid.crs.to_wkt()} if epsg is None else {}),
        "proj:shape": list(grid.shape),
        "proj:transform": list(grid.transform[:6]),
    }


def sources_of(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """Return the address, without signature, the size and the validator of every file that pixels came from."""
    return [
        {"name": one.asset.name, "href": one.known.url, "size": one.known.size, "validator": one.known.validator}
        for one in pieces
    ]


def nodata_of(plan: Plan) -> float | None:
    """Return the number that stands for no data: the raster's own, else 0 for Sentinel-2, which has no other 0."""
    stated, dtype = plan.bands[0].nodata, np.dtype(plan.bands[0].dtype)
    if stated is None:
        return 0.0 if dtype == np.uint16 and _is_sentinel2(said_of(plan.found)) else None
    if dtype.kind in "iu" and not (np.iinfo(dtype).min <= stated <= np.iinfo(dtype).max and stated.is_integer()):
        return None  # a number that no pixel can be
    return stated


def _kinds(plan: Plan, said: Item) -> list[str]:
    """Return the roles that say what the numbers are: stretched for the eye, or gamma nought on corrected terrain."""
    first, roles = plan.bands[0], said.asset_of(plan.bands[0].asset.file).get("roles")
    colours = [colour.name for colour in first.colours if colour.name != "alpha"]
    picture = first.dtype == "uint8" and colours == ["red", "green", "blue"]
    if picture or (isinstance(roles, list) and "visual" in roles):
        return ["visual"]
    return ["gamma0"] if plan.found.sensor == "sar" and "rtc" in plan.found.collection.lower() else []


def _factors(piece: Piece, said: Item) -> list[tuple[float, float] | None]:
    """Return scale and offset of each band of a raster; of a Sentinel-2 one that states none, those of its baseline."""
    number = sum(colour.name != "alpha" for colour in piece.colours)
    if np.dtype(piece.dtype).itemsize != 2:
        return [None] * number
    stated = factors_of_item(said, piece.asset.file, number)
    if stated is None and _is_sentinel2(said):
        stated = [(SENTINEL2_SCALE, SENTINEL2_OFFSET * SENTINEL2_SCALE if has_offset(said) else 0.0)] * number
    return [None] * number if stated is None else list(stated)


def _is_sentinel2(said: Item) -> bool:
    return said.properties.get("s2:processing_baseline") is not None


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str | int | float) and _is_plain(one) for one in value)
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return not isinstance(value, dict) and "://" not in str(value)


def _is_used(extension: str, properties: Mapping[str, Any]) -> bool:
    name = extension.split("/")[3]
    if name == "sar":
        return properties.keys() >= SAR_NEEDED
    return name != "sat" or any(key.startswith("sat:") for key in properties)
