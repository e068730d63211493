"""GeoJSON (RFC 7946, and the crs member of 2008 that others still write)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely.geometry
from shapely.errors import ShapelyError

from ..errors import ImportFileError
from .crs import to_lonlat
from .foreign import ForeignLabels
from .text import parsed_json


def read_geojson(path: Path) -> ForeignLabels:
    """Return the polygons of a FeatureCollection or a Feature."""
    found, labels = parsed_json(path), ForeignLabels()
    features = found.get("features") if found.get("type") == "FeatureCollection" else [found]
    if not isinstance(features, list):
        raise ImportFileError(f"{path} is no GeoJSON FeatureCollection: it has no list of features.")
    crs = _crs(found, path)
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
            raise ImportFileError(f"{path} is no GeoJSON: its feature {number} is none.")
        properties, own = (_mapping(feature.get(name)) for name in ("properties", "depotwatch"))
        geometry = feature.get("geometry")
        try:
            shape = None if geometry is None else to_lonlat(shapely.geometry.shape(geometry), crs)
        except (ShapelyError, TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
            raise ImportFileError(f"{path}: the geometry of feature {number} cannot be read ({error}).") from error
        labels.add(number, shape, properties, own)
    return labels


def _crs(found: Mapping[str, Any], path: Path) -> str | None:
    if found.get("crs") is None:
        return None
    name = _mapping(_mapping(found["crs"]).get("properties")).get("name")
    if not isinstance(name, str):
        raise ImportFileError(f"{path} names its coordinate system in a way that is not read: use an EPSG code.")
    return name


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
