"""The area of interest, from a file to a polygon."""

import json
from pathlib import Path

from shapely import Polygon
from shapely.errors import ShapelyError
from shapely.geometry import shape as geometry

from .errors import AnnotateError


def read_area(path: Path | None) -> Polygon | None:
    """
    Read the polygon of a GeoJSON file (a geometry, a feature or a collection of one), EPSG:4326.

    Raises
    ------
    AnnotateError
        If the file is not such a polygon.
    """
    if path is None:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        while found.get("type") in {"FeatureCollection", "Feature"}:
            found = found["features"][0] if found["type"] == "FeatureCollection" else found["geometry"]
        area = geometry(found)
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, ShapelyError) as error:
        raise AnnotateError(
            f"{path} is not a GeoJSON polygon ({error}); give one in longitude and latitude."
        ) from error
    if not isinstance(area, Polygon) or not area.is_valid or area.is_empty:
        raise AnnotateError(f"{path} holds a {area.geom_type}, not one valid polygon; draw the area as one.")
    return area
