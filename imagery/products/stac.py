"""A STAC item beside a scene: read as text, its links never followed.

Reference: SpatioTemporal Asset Catalog 1.0 and 1.1 with the extensions view, projection, raster, processing, sar, and
Earth Search's own `earthsearch:boa_offset_applied`. That flag rules over the offset in raster:bands, which on some
items stands there although the offset was taken out.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from affine import Affine
from rasterio.crs import CRS
from rasterio.errors import CRSError

from ..errors import UnreadableSceneError
from ..facts import Facts, factor, number, summand, sun_or_none, time_or_none, view_or_none
from ..grid import Grid
from .folder import read_text

Json = Mapping[str, Any]
NOT_SPDX = {"proprietary", "various", "other"}  # words of STAC for terms of its own
OFFSET_SINCE = 4.0  # Sentinel-2 processing baseline
SENTINEL2_OFFSET, SENTINEL2_SCALE = -1000.0, 1e-4


@dataclass(frozen=True)
class Item:
    """An item and the file it was read from."""

    file: Path
    properties: Json
    assets: Mapping[str, Json]

    def asset_of(self, raster: Path) -> Json:
        """Return the asset whose file has the raster's name; empty where none has."""
        named = [
            one for one in self.assets.values() if str(one.get("href", "")).split("?")[0].split("/")[-1] == raster.name
        ]
        return named[0] if len(named) == 1 else {}

    def said_of(self, raster: Path, key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return what the asset, else the item says."""
        return self.asset_of(raster).get(key, self.properties.get(key))


def read_item(file: Path) -> Item | None:
    """Return the item in a JSON file; None where it is another JSON."""
    try:
        root = json.loads(read_text(file))
    except (ValueError, RecursionError, UnreadableSceneError):
        return None
    if not isinstance(root, dict) or root.get("type") != "Feature" or "stac_version" not in root:
        return None
    properties, assets = root.get("properties"), root.get("assets")
    kept = assets.items() if isinstance(assets, dict) else ()
    return Item(
        file,
        properties if isinstance(properties, dict) else {},
        {str(key): asset for key, asset in kept if isinstance(asset, dict)},
    )


def item_beside(raster: Path) -> Item | None:
    """Return the item of the same stem."""
    file = raster.with_suffix(".json")
    return read_item(file) if file.is_file() else None


def item_in(folder: Path) -> Item | None:
    """Return the one item of a folder; None where it holds none, or several."""
    items = [item for item in map(read_item, sorted(folder.glob("*.json"))) if item is not None]
    return items[0] if len(items) == 1 else None


def facts_of_item(item: Item, raster: Path) -> Facts:
    """Return what an item says of one of its rasters."""

    def say(key: str) -> Any:  # noqa: ANN401
        return item.said_of(raster, key)

    time = time_or_none(say("datetime")) or _start(say("start_datetime"), say("end_datetime"))
    off_nadir = say("view:incidence_angle")
    asset = item.asset_of(raster)
    roles = asset.get("roles") or []
    platform = say("platform")
    return Facts(
        time=time,
        clock=time is not None and not time.endswith("T00:00:00Z"),  # midnight is how a date alone is written
        sun=sun_or_none(say("view:sun_azimuth"), say("view:sun_elevation")),
        view=view_or_none(say("view:off_nadir") if off_nadir is None else off_nadir, say("view:azimuth")),
        sensor="sar" if say("sar:product_type") or say("sar:instrument_mode") else None,
        platform=platform if isinstance(platform, str) and platform.upper() != "UNKNOWN_PLATFORM" else None,
        level=_level(item, raster),
        units="display" if "visual" in roles or "overview" in roles else _radar_units(item, raster),
        offset_applied=_offset_applied(item),
        credit=_text(say("attribution")) or _credit(say("providers")),
        licence=_licence(say("license")),
    )


def factors_of_item(item: Item, raster: Path, bands: int) -> list[tuple[float, float]] | None:
    """Return scale and offset a band, to reflectance or what the item names; None where it states none."""
    stated = item.asset_of(raster).get("raster:bands") or item.asset_of(raster).get("bands") or []
    factors = [_factors(one) for one in stated if isinstance(one, dict)] if isinstance(stated, list) else []
    if len(factors) != bands or all(pair == (1.0, 0.0) for pair in factors):
        factors = []
    applied = _offset_flag(item)
    if applied is None:
        return factors or None
    offset = 0.0 if applied or not has_offset(item) else SENTINEL2_OFFSET * SENTINEL2_SCALE
    return [(SENTINEL2_SCALE, offset)] * bands


def colours_of_item(item: Item, raster: Path) -> list[str]:
    """Return the common names of the bands of a raster, as far as stated: one a band, or none."""
    asset = item.asset_of(raster)
    stated = asset.get("eo:bands") or asset.get("bands")
    if not isinstance(stated, list) or not all(isinstance(one, dict) for one in stated):
        return []
    names = [one.get("common_name", one.get("eo:common_name")) for one in stated]
    return [str(name) for name in names] if all(names) and len(set(map(str, names))) == len(names) else []


def grid_of_item(item: Item, raster: Path) -> tuple[Grid | None, float | None]:
    """Return the grid and the pixel size in metres of one of its rasters, each None where it is not stated."""
    code, epsg = item.said_of(raster, "proj:code"), item.said_of(raster, "proj:epsg")
    shape, numbers = item.said_of(raster, "proj:shape"), item.said_of(raster, "proj:transform")
    try:
        crs = CRS.from_string(str(code)) if code and re.fullmatch(r"EPSG:\d+", str(code)) else CRS.from_epsg(int(epsg))
        grid = Grid((int(shape[0]), int(shape[1])), Affine(*map(float, numbers[:6])), crs)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError, CRSError):
        grid = None
    asset = item.asset_of(raster)
    gsd = number(asset.get("gsd", item.properties.get("gsd") if asset else None))
    return grid, gsd


def _start(start: object, end: object) -> str | None:
    """Return the start of an acquisition; None of a span of several days, in which it may lie anywhere."""
    first, last = time_or_none(start), time_or_none(end)
    if first is None or last is None:
        return first
    days = datetime.fromisoformat(last[:10]) - datetime.fromisoformat(first[:10])
    return first if days.days <= 1 else None


def _level(item: Item, raster: Path) -> str | None:
    for key in ("processing:level", "s2:product_type", "landsat:correction", "sar:product_type"):
        value = item.said_of(raster, key)
        if isinstance(value, str) and value:
            return value.removeprefix("S2MSI") if value.startswith("S2MSI") else value
    return None


def _radar_units(item: Item, raster: Path) -> str | None:
    words = " ".join([*map(str, item.asset_of(raster).get("roles") or []), raster.stem]).lower()
    named = next((units for units in ("gamma0", "sigma0") if units in words), None)
    return named or {"RTC": "gamma0", "GRD": "sigma0"}.get(str(item.said_of(raster, "sar:product_type")))


def _offset_flag(item: Item) -> bool | None:
    flag = item.properties.get("earthsearch:boa_offset_applied")
    return flag if isinstance(flag, bool) else None


def has_offset(item: Item) -> bool:
    """Say whether the product was made with the offset of baseline 04.00, whoever took it out since."""
    baseline = number(item.properties.get("s2:processing_baseline"))
    return baseline is not None and baseline >= OFFSET_SINCE


def _offset_applied(item: Item) -> bool | None:
    """Say whether the numbers, with `factors_of_item` applied, are free of the offset of baseline 04.00."""
    if number(item.properties.get("s2:processing_baseline")) is None:
        return None
    if not has_offset(item) or _offset_flag(item) is not None:
        return True
    return any(
        _factors(one)[1] < 0
        for asset in item.assets.values()
        for one in asset.get("raster:bands") or asset.get("bands") or []
        if isinstance(one, dict)
    )


def _factors(band: Json) -> tuple[float, float]:
    scale = factor(band.get("scale", band.get("raster:scale")))
    offset = summand(band.get("offset", band.get("raster:offset")))
    return scale or 1.0, offset or 0.0


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _credit(providers: object) -> str | None:
    if not isinstance(providers, list):
        return None
    names = [
        str(one["name"])
        for one in providers
        if isinstance(one, dict) and one.get("name") and {"producer", "licensor"} & set(one.get("roles") or [])
    ]
    return ", ".join(dict.fromkeys(names)) or None


def _licence(text: object) -> str | None:
    said = _text(text)
    return said if said is not None and said.lower() not in NOT_SPDX else None
