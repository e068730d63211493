"""The area of interest: from a file, a box, or a point and a radius, to a polygon."""

import json
import math
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pyproj import Geod
from shapely import Polygon, box
from shapely.errors import ShapelyError
from shapely.geometry import shape as geometry

from .errors import AnnotateError

MAX_RADIUS_KM = 200.0
_WGS84 = Geod(ellps="WGS84")
_SIDES = 64  # of the polygon that stands for a circle: at most .12 % of its radius inside it


def read_area(path: Path | None) -> Polygon | None:
    """
    Read the polygon of a GeoJSON file (a geometry, a feature or a collection of one) or of a KML file, EPSG:4326.

    Raises
    ------
    AnnotateError
        If there is no such file, or it is not such a polygon.
    """
    if path is None:
        return None
    if not path.is_file():
        raise AnnotateError(f"There is no file {path}; give the area as GeoJSON or KML.")
    if path.suffix.lower() == ".kml":
        return _one_polygon(_read_kml(path), path)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        while found.get("type") in {"FeatureCollection", "Feature"}:
            found = found["features"][0] if found["type"] == "FeatureCollection" else found["geometry"]
        area = geometry(found)
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, ShapelyError) as error:
        raise AnnotateError(
            f"{path} is not a GeoJSON polygon ({error}); give one in longitude and latitude."
        ) from error
    return _one_polygon(area, path)


def box_area(text: str) -> Polygon:
    """
    Return the area of "WEST,SOUTH,EAST,NORTH" in degrees.

    Raises
    ------
    AnnotateError
        If it is not four such numbers.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = math.nan
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise AnnotateError(f"{text!r} is no box; give west,south,east,north in degrees, as 130.25,42.19,130.35,42.27.")
    return box(west, south, east, north)


def round_area(text: str, radius_km: float) -> Polygon:
    """
    Return the circle around "LON,LAT" in degrees.

    Raises
    ------
    AnnotateError
        If it is no such point, the radius is not above 0 to 200 km, or the circle holds a pole or the 180th meridian.
    """
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = math.nan
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise AnnotateError(f"{text!r} is no point; give longitude,latitude in degrees, as 130.30,42.23.")
    if not 0 < radius_km <= MAX_RADIUS_KM:
        raise AnnotateError(f"A radius of {radius_km:g} km is not allowed; give more than 0 and at most 200 km.")
    azimuths = [360 * side / _SIDES for side in range(_SIDES)]
    lons, lats, _ = _WGS84.fwd([lon] * _SIDES, [lat] * _SIDES, azimuths, [1000 * radius_km] * _SIDES)
    area = Polygon(zip(lons, lats, strict=True))
    if max(lons) - min(lons) > 180 or not area.is_valid:
        raise AnnotateError(f"The circle around {text} holds a pole or the 180th meridian; choose a smaller radius.")
    return area


def _read_kml(path: Path) -> Polygon:
    """Return the first polygon of a KML file; documents that name other documents are refused."""
    try:
        root = fromstring(path.read_bytes(), forbid_dtd=True)
        ring = next(node for node in _named(root, "Polygon"))
        outer = next(node for node in _named(ring, "outerBoundaryIs"))
        text = next(node.text or "" for node in _named(outer, "coordinates"))
        return Polygon([[float(part) for part in place.split(",")[:2]] for place in text.split()])
    except (OSError, ParseError, DefusedXmlException, StopIteration, ValueError, ShapelyError) as error:
        raise AnnotateError(
            f"{path} holds no polygon that can be read as KML; save the area as one polygon."
        ) from error


def _named(node: Element, name: str) -> list[Element]:
    return [one for one in node.iter() if isinstance(one.tag, str) and one.tag.rsplit("}", 1)[-1] == name]


def _one_polygon(area: object, path: Path) -> Polygon:
    if not isinstance(area, Polygon) or not area.is_valid or area.is_empty:
        kind = getattr(area, "geom_type", "thing")
        raise AnnotateError(f"{path} holds a {kind}, not one valid polygon; draw the area as one.")
    return area
