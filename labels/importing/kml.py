"""KML: polygons of placemarks with name, description and extended data; entities and document types are refused."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from shapely import MultiPolygon, Polygon
from shapely.errors import ShapelyError

from ..errors import ImportFileError
from .crs import to_lonlat
from .foreign import ForeignLabels


def read_kml(path: Path) -> ForeignLabels:
    """Return the polygons of a KML document; heights are dropped."""
    labels = ForeignLabels()
    try:
        root = fromstring(path.read_bytes(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise ImportFileError(
            f"{path} declares a document type or entities, which is not read: save it anew."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise ImportFileError(f"{path} is no XML that can be read ({error}): check the file.") from error
    for number, mark in enumerate((one for one in root.iter() if _tag(one) == "Placemark"), start=1):
        try:
            polygons = [_polygon(one) for one in mark.iter() if _tag(one) == "Polygon"]
            shape = to_lonlat(MultiPolygon(polygons), None) if polygons else None
        except (ShapelyError, ValueError, IndexError) as error:
            raise ImportFileError(f"{path}: the outline of placemark {number} cannot be read ({error}).") from error
        labels.add(number, shape, dict(_said(mark)), {})
    return labels


def _polygon(element: Element) -> Polygon:
    outer = [_ring(one) for one in element if _tag(one) == "outerBoundaryIs"]
    inner = [_ring(one) for one in element if _tag(one) == "innerBoundaryIs"]
    return Polygon(outer[0], inner)


def _ring(boundary: Element) -> list[tuple[float, float]]:
    text = next(one.text or "" for one in boundary.iter() if _tag(one) == "coordinates")
    corners = (corner.split(",") for corner in text.split())
    return [(float(corner[0]), float(corner[1])) for corner in corners]


def _said(mark: Element) -> Iterator[tuple[str, str]]:
    for element in mark:
        if _tag(element) in ("name", "description"):
            yield _tag(element), _words(element.text or "")
    for element in mark.iter():
        if _tag(element) == "Data":
            value = next((one.text or "" for one in element if _tag(one) == "value"), "")
            yield element.get("name") or "", value
        elif _tag(element) == "SimpleData":
            yield element.get("name") or "", element.text or ""


def _words(text: str) -> str:
    """Return what a description says: it is HTML as often as not."""
    import nh3

    return unescape(nh3.clean(text, tags=set())) if "<" in text or "&" in text else text


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
