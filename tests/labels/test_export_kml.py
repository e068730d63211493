"""KML that the OGC's rules and GDAL's LIBKML take."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pyogrio
import pytest
import shapely

from depotwatch.labels.errors import ExportError
from depotwatch.labels.export import FORMATS, export
from depotwatch.labels.project import Project
from depotwatch.labels.records import Annotation

KML = "{http://www.opengis.net/kml/2.2}"
# Of the OGC's kml22.xsd: what a Placemark may hold, in this order.
IN_A_PLACEMARK = ["name", "description", "TimeStamp", "TimeSpan", "styleUrl", "ExtendedData", "Polygon"]


def exported(project: Project) -> Path:
    path = project.path.with_name("out.kml")
    export(project, path, FORMATS["kml"])
    return path


def parsed(project: Project) -> ElementTree.Element:
    return ElementTree.fromstring(exported(project).read_bytes())


def test_gdal_reads_outlines_and_properties(case: Project) -> None:
    path = exported(case)
    assert pyogrio.read_info(path)["driver"] == "LIBKML"
    meta, _, outlines, values = pyogrio.raw.read(path)
    rows = dict(zip(meta["fields"], map(list, values), strict=True))
    assert rows["verdict"] == ["accepted", "unreviewed"] and rows["length_m"] == ["34.0", "34.0"]
    assert rows["claims"][0] == "pits supports" and set(rows["kind"]) == {"storage-pit"}
    ground = case.annotation("pit").shape.ground
    assert ground is not None
    assert shapely.force_2d(shapely.from_wkb(outlines[0])).equals_exact(ground, 1e-7, normalize=True)


def test_ids_are_xml_ids_and_elements_stand_in_the_order_of_the_schema(case: Project) -> None:
    root = parsed(case)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[A-Za-z_][\w.-]*", str(one)) for one in ids)
    for mark in root.iter(f"{KML}Placemark"):
        tags = [child.tag.removeprefix(KML) for child in mark]
        assert tags == sorted(tags, key=IN_A_PLACEMARK.index)
        style = mark.findtext(f"{KML}styleUrl")
        assert style is not None and style.removeprefix("#") in ids


def test_the_document_carries_credit_licence_and_the_journal_head(case: Project) -> None:
    root = parsed(case)
    text = root.findtext(f"{KML}Document/{KML}description") or ""
    assert "Contains modified Copernicus Sentinel data; licence CC-BY-SA-3.0-IGO" in text
    data = {one.get("name"): one.findtext(f"{KML}value") for one in root.findall(f"{KML}Document/{KML}ExtendedData/*")}
    assert data["journal_head"] == case.journal()[-1].mark
    (span,) = {one.findtext(f"{KML}begin") for one in root.iter(f"{KML}TimeSpan")}
    assert span == "2023-08-01"


def test_words_are_words_and_no_markup(case: Project) -> None:
    note = "<script>alert(1)</script> & \x00 ]]>"
    case.put_annotation(replace(case.annotation("pit"), note=note))
    mark = next(parsed(case).iter(f"{KML}Placemark"))
    assert "<script>" not in exported(case).read_text(encoding="utf-8")
    told = mark.findtext(f"{KML}description") or ""
    assert "<" not in told, "a balloon shows a description as HTML"
    assert unescape(told) == note.replace("\x00", "�")
    values = {one.get("name"): one.findtext(f"{KML}value") for one in mark.findall(f"{KML}ExtendedData/{KML}Data")}
    assert values["note"] == note.replace("\x00", "�")


def test_what_has_no_place_is_refused_by_name(case: Project, unplaced: Annotation) -> None:
    case.put_annotation(unplaced)
    with pytest.raises(ExportError, match="sketch"):
        exported(case)
