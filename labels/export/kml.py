"""KML 2.2 (OGC 07-147r2): labels as polygons on the globe, each with its dates, properties and the scenes' credits."""

import re
from collections.abc import Sequence
from html import escape
from xml.etree import ElementTree

from ..project import Project
from ..records import SceneRecord
from .flat import PROPERTIES, flat_row
from .format import Rendered
from .geojson import rings
from .grounds import credit_line, grounds
from .labelled import STANDINGS, Labelled, refuse_unplaced

_NAMESPACE = "http://www.opengis.net/kml/2.2"
_COLOURS = dict(zip(STANDINGS, ("ff73a000", "ff0055d5", "ff42a0e6", "ffa779cc", "ffffffff"), strict=True))
_BESIDE = ("site", "reasons", "analysts", "dissent", "credits", "synthetic")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?")


def render_kml(project: Project, labels: Sequence[Labelled], name: str) -> Rendered:
    """
    Return the labels as placemarks of one document.

    Raises
    ------
    ExportError
        Labels have no georeference.
    """
    refuse_unplaced(labels)
    rest = grounds(project, labels)
    root = ElementTree.Element("kml", {"xmlns": _NAMESPACE})
    document = _child(root, "Document", id="labels")
    _child(document, "name", project.title)
    credits = credit_line(project.scenes())
    _child(document, "description", escape("\n".join(filter(None, (str(rest["notice"] or ""), credits))), quote=False))
    for standing, colour in _COLOURS.items():
        _style(document, standing, colour)
    about = {name: rest[name] for name in ("version", "journal_head", "journal_time", "synthetic")}
    _data(document, {**about, "credits": credits})
    for number, label in enumerate(labels, start=1):
        _placemark(document, number, label)
    ElementTree.indent(root)
    return Rendered(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n", {})


def _placemark(document: ElementTree.Element, number: int, label: Labelled) -> None:
    """Add a placemark; the schema fixes the order of what is in it."""
    own, row = label.annotation, flat_row(label)
    mark = _child(document, "Placemark", id=f"label-{number}")
    _child(mark, "name", f"{own.kind}, {own.change}")
    _child(mark, "description", escape(str(label.properties()["note"]), quote=False))  # viewers take it for HTML
    _time(mark, label)
    _child(mark, "styleUrl", f"#{label.standing}")
    _data(
        mark,
        {name: row[name] for name in (*PROPERTIES, "site", "reasons", "analysts", "dissent", "credits", "synthetic")},
    )
    if own.shape.ground is None:
        return
    polygon = _child(mark, "Polygon")
    for at, ring in enumerate(rings(own.shape.ground)):
        boundary = _child(polygon, "innerBoundaryIs" if at else "outerBoundaryIs")
        _child(_child(boundary, "LinearRing"), "coordinates", " ".join(f"{x!r},{y!r}" for x, y in ring))


def _time(mark: ElementTree.Element, label: Labelled) -> None:
    """Add the dates between which a change came about, or the one of what is present; unknown ones are left open."""
    before, after = (_date(scene) for scene in (label.before, label.after))
    if label.after is None and before:
        _child(_child(mark, "TimeStamp"), "when", before)
    elif label.after is not None and (before or after):
        span = _child(mark, "TimeSpan")
        for name, time in (("begin", before), ("end", after)):
            if time:
                _child(span, name, time)


def _date(scene: SceneRecord | None) -> str | None:
    return scene.time if scene is not None and scene.time and _DATE.fullmatch(scene.time) else None


def _style(document: ElementTree.Element, standing: str, colour: str) -> None:
    style = _child(document, "Style", id=standing)
    line = _child(style, "LineStyle")
    _child(line, "color", colour)
    _child(line, "width", "2")
    _child(_child(style, "PolyStyle"), "fill", "0")


def _data(parent: ElementTree.Element, values: dict[str, object]) -> None:
    extended = _child(parent, "ExtendedData")
    for name, value in values.items():
        _child(_child(extended, "Data", name=name), "value", _plain(value))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _child(parent: ElementTree.Element, tag: str, text: object = None, **attributes: str) -> ElementTree.Element:
    """Add an element; characters that XML cannot hold are shown as what they are, a mark of something unreadable."""
    element = ElementTree.SubElement(parent, tag, attributes)
    if text is not None:
        element.text = _NO_XML.sub("�", str(text))
    return element
