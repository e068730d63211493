"""Exports opened by the programs they are made for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from depotwatch.labels.export import FORMATS, export
from depotwatch.labels.project import Project
from depotwatch.labels.records import Annotation
from depotwatch.tests.readers import Run


def exported(project: Project, name: str) -> Path:
    format = FORMATS[name]
    path = project.path.with_name(f"labels{format.endings[0]}")
    export(project, path, format)
    return path


@pytest.mark.reader
@pytest.mark.parametrize("name", ["geojson", "gpkg", "kml", "csv"])
def test_ogrinfo_reads_every_label_without_a_word_of_warning(name: str, case: Project, ogr: Run) -> None:
    told = ogr("ogrinfo", "-ro", "-al", exported(case, name))
    assert told.stderr == "" and "Warning" not in told.stdout
    assert "Feature Count: 2" in told.stdout and "storage-pit" in told.stdout
    if name != "csv":
        assert "Geometry: Polygon" in told.stdout or "3D Polygon" in told.stdout or "Unknown (any)" in told.stdout
        assert "WGS 84" in told.stdout and "130.3" in told.stdout


@pytest.mark.reader
def test_gdal_finds_nothing_against_the_standard_in_the_geopackage(
    case: Project, unplaced: Annotation, validate_gpkg: Callable[[Path], str]
) -> None:
    case.put_annotation(unplaced)
    assert validate_gpkg(exported(case, "gpkg")) == ""


@pytest.mark.reader
@pytest.mark.parametrize(("name", "layer"), [("gpkg", "|layername=labels"), ("geojson", ""), ("kml", "")])
def test_qgis_opens_the_labels_where_they_lie(name: str, layer: str, case: Project, qgis: Run) -> None:
    script = """
layer = core.QgsVectorLayer(words[0] + words[1], "labels", "ogr")
print(layer.isValid(), layer.featureCount(), layer.crs().authid())
print(sorted(str(row["verdict"]) for row in layer.getFeatures()))
extent = layer.extent()
print(round(extent.xMinimum(), 4), round(extent.yMaximum(), 4))
"""
    valid, verdicts, corner = qgis(script, exported(case, name), layer).stdout.splitlines()
    assert (valid, verdicts, corner) == ("True 2 EPSG:4326", "['accepted', 'unreviewed']", "130.3 42.2304")
